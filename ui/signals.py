"""Ctrl-C and a request of the system to end stop the program in order: the engine ends, nobody is asked anything."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QTimer

_ENDING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def ended_by_signals(application: QCoreApplication) -> Iterator[None]:
    """Within, SIGINT and SIGTERM leave the application's event loop with status 0.

    Python takes note of a signal when it next runs something, which a timer such as the garbage collector's ensures.
    """

    def leave(number: int, frame: object) -> None:
        # By a timer, because an exit before the loop has begun is lost; not quit(), which asks every window first.
        QTimer.singleShot(0, application, lambda: application.exit(0))

    before = [signal.signal(number, leave) for number in _ENDING]
    try:
        yield
    finally:
        for number, handler in zip(_ENDING, before, strict=True):
            signal.signal(number, handler)
