"""Poller: asks the engine for messages, fast while an answer is due and not at all while none can come."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

FAST_MS = 33
SLOW_MS = 250
PATIENCE = 60
"""Fast polls for the answer to a question to an idle engine, before it is asked slowly."""


class Poller(QObject):
    """A timer that calls ``poll`` at the pace that is worth it."""

    def __init__(self, poll: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._poll = poll
        self._patience = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)

    @property
    def interval(self) -> int:
        """Milliseconds between polls; 0 while there are none."""
        return self._timer.interval() if self._timer.isActive() else 0

    def expect_answer(self) -> None:
        """Something was asked that is answered once."""
        self._patience = PATIENCE

    def answered(self) -> None:
        """The answer has come."""
        self._patience = 0

    def pace(self, due: bool, possible: bool) -> None:
        """Poll fast if messages are ``due``, slowly if they are ``possible``, else not."""
        if due or self._patience:
            self._run(FAST_MS)
        elif possible:
            self._run(SLOW_MS)
        else:
            self._timer.stop()

    def stop(self) -> None:
        """Poll no more."""
        self._timer.stop()

    def _run(self, interval: int) -> None:
        if self.interval != interval:
            self._timer.start(interval)

    def _tick(self) -> None:
        self._patience = max(0, self._patience - 1)
        self._poll()
