"""Typesetting beside the window: formulas are set by a process, the latest first, and drawn as they arrive."""

from __future__ import annotations

import json
import sys
from collections import OrderedDict, deque

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from shiboken6 import isValid

from explorer.engine.helper import Helper
from ui import typeset
from ui.typeset import Key

_EVERY = 12
"""Milliseconds between two looks at what has arrived; no timer runs while nothing is to come."""
_KEPT, _WAITING, _SENT = 1024, 64, 2
_STARTS = 3
"""So often a process is started; if none lasts, formulas are set in this one."""


class Typesetter(QObject):
    """Lets a process set formulas (see ``ui.typeset``), and keeps the drawings of the last ones.

    ``at_once`` is for pictures and tests: nothing arrives later.
    """

    arrived = Signal()
    """Formulas have come; told of several together, because what shows them is laid out anew each time."""
    at_once = False

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawings: OrderedDict[Key, str | None] = OrderedDict()
        self._waiting: deque[Key] = deque(maxlen=_WAITING)
        self._sent: deque[Key] = deque()
        self._helper: Helper | None = None
        self._starts = 0
        self._timer = QTimer(self, interval=_EVERY)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether formulas are still to come."""
        return self._timer.isActive()

    def prepare(self) -> None:
        """Start the process, whose fonts take half a second to load."""
        if self._helper is None and self._starts < _STARTS:
            self._starts += 1
            # -P: the folder of ui/typeset.py is no place to import from; it has a module named code.
            self._helper = Helper([sys.executable, "-P", typeset.__file__])

    def has(self, key: Key) -> bool:
        """Whether a formula can be drawn now; if not, it will come."""
        if self.at_once or key in self._drawings:
            return True
        if key not in self._waiting and key not in self._sent:
            self._waiting.append(key)
            self.prepare()
            self._send()
            self._timer.start()
        return False

    def drawing(self, key: Key) -> str | None:
        """The formula as SVG, set now if it has not arrived; None if it cannot be set."""
        if key not in self._drawings:
            return typeset.drawing(key)
        self._drawings.move_to_end(key)
        return self._drawings[key]

    def close(self) -> None:
        """End the process, and wait for nothing more; safe to call when there is none."""
        self._end()
        self._waiting.clear()
        self._sent.clear()
        self._timer.stop()

    def _end(self) -> None:
        helper, self._helper = self._helper, None
        if helper is not None:
            helper.close()

    def _send(self) -> None:
        """Send the latest formulas, a few at a time, so that later ones can still come before those that wait."""
        while self._helper is not None and self._waiting and len(self._sent) < _SENT:
            self._sent.append(self._waiting.pop())
            self._helper.send(json.dumps(self._sent[-1]))

    def _look(self) -> None:
        """Take what has arrived, and ask for more."""
        arrived = False
        for answer in self._helper.answers() if self._helper is not None else ():
            self._keep(self._sent.popleft(), json.loads(answer))
            arrived = True
        if self._helper is not None and self._helper.ended:
            self._begin_again()
        if self._helper is None and self._waiting:  # no process lasts
            key = self._waiting.pop()
            self._keep(key, typeset.drawing(key))
            arrived = True
        self._send()
        if not (self._waiting or self._sent):
            self._timer.stop()
        if arrived:
            self.arrived.emit()

    def _begin_again(self) -> None:
        """The process has ended, or could not be started: let another do what it owes."""
        self._end()
        self._waiting.extend(self._sent)
        self._sent.clear()
        if self._waiting:
            self.prepare()

    def _keep(self, key: Key, drawing: str | None) -> None:
        self._drawings[key] = drawing
        while len(self._drawings) > _KEPT:
            self._drawings.popitem(last=False)


_found: tuple[QCoreApplication, Typesetter] | None = None


def typesetter() -> Typesetter:
    """The application's typesetter, which lives as long as it does."""
    global _found
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("Formulas need a QApplication first.")
    if _found is None or _found[0] is not app or not isValid(_found[1]):
        _found = (app, Typesetter(app))
        app.aboutToQuit.connect(_found[1].close)
    return _found[1]
