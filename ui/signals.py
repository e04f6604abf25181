"""Ctrl-C and a request of the system to end stop the program in order: the engine ends, nobody is asked anything."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QSocketNotifier, QTimer

_ENDING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def ended_by_signals(application: QCoreApplication) -> Iterator[None]:
    """Within, SIGINT and SIGTERM leave the application's event loop with status 0.

    Python takes note of a signal when it next runs something: a byte that the signal sends wakes the event loop, which
    may sleep for hours.
    """

    def leave(number: int, frame: object) -> None:
        # By a timer, because an exit before the loop has begun is lost; not quit(), which asks every window first.
        QTimer.singleShot(0, application, lambda: application.exit(0))

    hears, sends = socket.socketpair()
    for end in (hears, sends):
        end.setblocking(False)
    notifier = QSocketNotifier(hears.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: hears.recv(64))
    woken = signal.set_wakeup_fd(sends.fileno())
    before = [signal.signal(number, leave) for number in _ENDING]
    try:
        yield
    finally:
        for number, handler in zip(_ENDING, before, strict=True):
            signal.signal(number, handler)
        signal.set_wakeup_fd(woken)
        notifier.setEnabled(False)
        notifier.deleteLater()
        hears.close()
        sends.close()
