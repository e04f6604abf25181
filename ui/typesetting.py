"""Typesetting beside the window: formulas are set by a thread, the latest first, and drawn as they arrive."""

from __future__ import annotations

import sys
from collections import OrderedDict, deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from shiboken6 import isValid

from explorer.engine.background import Job

_EVERY = 8
_KEPT, _WAITING = 1024, 64
_TURN = 0.0005
"""Seconds after which the thread lets the window go on, while it works; Python's own 5 ms could be felt."""
Key = tuple[str, int, str]
"""A formula: LaTeX, size in pixels, colour."""


class Typesetter(QObject):
    """Sets formulas by ``typeset`` (None for what is no LaTeX) and keeps the drawings of the last ones.

    ``at_once`` is for pictures and tests: nothing arrives later.
    """

    arrived = Signal()
    at_once = False

    def __init__(self, typeset: Callable[[Key], str | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._typeset = typeset
        self._drawings: OrderedDict[Key, str | None] = OrderedDict()
        self._waiting: deque[Key] = deque(maxlen=_WAITING)
        self._done: deque[tuple[Key, str | None]] = deque()
        self._job: Job[None] | None = None
        self._interval = 0.0
        self._timer = QTimer(self, interval=_EVERY)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether formulas are still to come."""
        return self._timer.isActive()

    def has(self, key: Key) -> bool:
        """Whether a formula can be drawn now; if not, it will come."""
        if self.at_once or key in self._drawings:
            return True
        if key not in self._waiting:
            self._waiting.append(key)
        if not self._timer.isActive():
            self._begin()
        return False

    def drawing(self, key: Key) -> str | None:
        """The formula as SVG, set now if it has not arrived; None if it cannot be set."""
        if key not in self._drawings:
            return self._typeset(key)
        self._drawings.move_to_end(key)
        return self._drawings[key]

    def _begin(self) -> None:
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(_TURN)
        self._job = Job(self._work, "typesetting")
        self._timer.start()

    def _work(self) -> None:
        """The thread: until nothing waits."""
        while self._waiting:
            try:
                key = self._waiting.pop()
            except IndexError:
                return
            self._done.append((key, self._typeset(key)))

    def _look(self) -> None:
        """Take what has arrived, and tell of it once."""
        ended = self._job is None or self._job.done
        arrived = bool(self._done)
        while self._done:
            key, drawing = self._done.popleft()
            self._drawings[key] = drawing
        while len(self._drawings) > _KEPT:
            self._drawings.popitem(last=False)
        if ended:
            self._timer.stop()
            sys.setswitchinterval(self._interval)
            self._job = None
            if self._waiting:
                self._begin()
        if arrived:
            self.arrived.emit()


_found: tuple[QCoreApplication, Typesetter] | None = None


def typesetter(typeset: Callable[[Key], str | None]) -> Typesetter:
    """The application's typesetter, which lives as long as it does."""
    global _found
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("Formulas need a QApplication first.")
    if _found is None or _found[0] is not app or not isValid(_found[1]):
        _found = (app, Typesetter(typeset, app))
    return _found[1]
