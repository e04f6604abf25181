"""Typesetting beside the window: formulas are set by a process, the latest first, and drawn as they arrive."""

from __future__ import annotations

import json
import sys
from collections import OrderedDict, deque

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QTimer, Signal
from shiboken6 import isValid

from ui import typeset
from ui.typeset import Key

TOGETHER = 16
"""Milliseconds in which formulas that arrive are told of once: what shows them is laid out anew each time."""
_KEPT, _WAITING, _SENT = 1024, 64, 2
_STARTS = 3
"""So often a process is started; if none lasts, formulas are set in this one."""


class Typesetter(QObject):
    """Lets a process set formulas (see ``ui.typeset``), and keeps the drawings of the last ones.

    A thread would not do: setting a formula is Python code, and the window would wait for it at every turn.
    ``at_once`` is for pictures and tests: nothing arrives later.
    """

    arrived = Signal()
    at_once = False

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawings: OrderedDict[Key, str | None] = OrderedDict()
        self._waiting: deque[Key] = deque(maxlen=_WAITING)
        self._sent: deque[Key] = deque()
        self._process: QProcess | None = None
        self._starts = 0
        self._telling = QTimer(self, interval=TOGETHER, singleShot=True)
        self._telling.timeout.connect(self.arrived)

    @property
    def busy(self) -> bool:
        """Whether formulas are still to come."""
        return bool(self._waiting or self._sent or self._telling.isActive())

    def prepare(self) -> None:
        """Start the process, whose fonts take half a second to load."""
        if self._process is None and self._starts < _STARTS:
            self._starts += 1
            self._process = process = QProcess(self)
            process.setStandardErrorFile(QProcess.nullDevice())
            process.readyReadStandardOutput.connect(self._read)
            process.finished.connect(self._lost)
            process.errorOccurred.connect(self._lost)
            # -P: the folder of ui/typeset.py is no place to import from; it has a module named code.
            process.start(sys.executable, ["-P", typeset.__file__])

    def has(self, key: Key) -> bool:
        """Whether a formula can be drawn now; if not, it will come."""
        if self.at_once or key in self._drawings:
            return True
        if key not in self._waiting and key not in self._sent:
            self._waiting.append(key)
            self.prepare()
            self._send()
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
        self._telling.stop()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished()
            process.deleteLater()

    def _send(self) -> None:
        """Send the latest formulas, a few at a time, so that later ones can still come before those that wait."""
        if self._process is None:
            self._set_here()
        while self._process is not None and self._waiting and len(self._sent) < _SENT:
            key = self._waiting.pop()
            self._sent.append(key)
            self._process.write(json.dumps(key).encode() + b"\n")

    def _read(self) -> None:
        process = self._process
        while process is not None and process.canReadLine():
            self._keep(self._sent.popleft(), json.loads(bytes(process.readLine().data())))
        self._send()

    def _keep(self, key: Key, drawing: str | None) -> None:
        self._drawings[key] = drawing
        while len(self._drawings) > _KEPT:
            self._drawings.popitem(last=False)
        if not self._telling.isActive():
            self._telling.start()

    def _lost(self) -> None:
        """The process ended, or could not be started: begin again with what it owes."""
        self._end()
        self._waiting.extend(self._sent)
        self._sent.clear()
        if self._waiting:
            self.prepare()
            self._send()

    def _set_here(self) -> None:
        """Set what waits in this process, because no other lasts."""
        while self._waiting:
            key = self._waiting.pop()
            self._keep(key, typeset.drawing(key))


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
