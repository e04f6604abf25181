"""Exporter: asks for a file, lets the engine write it, and shows that it is at work, with a button to cancel."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from explorer.engine.exporting import Exporting
from explorer.exchange.export import FORMATS
from explorer.project.errors import show_name
from ui.document import Document
from ui.widgets.buttons import PushButton
from ui.widgets.containers import Separator
from ui.widgets.text import ElidedLabel

_EVERY = 100
"""Milliseconds between two looks; no timer runs while nothing is exported."""
_TITLES = {"pytorch": ("PyTorch program", "Export as PyTorch"), "onnx": ("ONNX file", "Export as ONNX")}


class Exporter(QObject):
    """Exports the document, one file at a time. ``settle`` is called first: it brings a run to rest, weights kept."""

    told = Signal(str, bool)
    """What came of it, and whether it is a problem."""

    def __init__(self, document: Document, window: QWidget, settle: Callable[[], object]) -> None:
        super().__init__(window)
        self._document, self._window, self._settle = document, window, settle
        self._work: Exporting | None = None
        self._name, self._begun = "", 0.0
        self.strip = QWidget()
        self.strip.setProperty("role", "panel")
        self._label = ElidedLabel("")
        self.cancel = PushButton("Cancel", "", "ghost", "small", tip="Give the export up; no file is left half written")
        self.cancel.clicked.connect(self.close)
        row = QHBoxLayout()
        row.setContentsMargins(16, 4, 8, 4)
        row.addWidget(self._label, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self.strip)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(Separator())
        self.strip.hide()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether a file is being written."""
        return self._work is not None

    def ask(self, to: str) -> None:
        """Choose a file, and export there in one of FORMATS; the dialog asks before it replaces one."""
        if self.busy:
            self.told.emit(f"{self._name} is still being written; wait for it, or cancel it.", True)
            return
        problems = self._document.resolved.problems
        if problems:
            self.told.emit(f"Only a network without problems can be exported. {problems[0].message}", True)
            return
        ending, (what, title) = FORMATS[to][0], _TITLES[to]
        beside = self._document.path or Path(self._document.project.name)
        start = beside.with_name(f"{beside.stem or 'network'}{ending}")
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(start), f"{what} (*{ending})")
        if name:
            path = Path(name)
            self.export(to, path if path.suffix.lower() == ending else path.with_name(path.name + ending))

    def export(self, to: str, path: Path) -> None:
        """Write the project to ``path``, which may be replaced; what lies beside it may then be too."""
        self._settle()
        self._name, self._begun = show_name(path.name), time.monotonic()
        self._work = Exporting(self._document.project, to, path, force=path.exists())
        self._label.setText(f"Writing {self._name} …")
        self.strip.show()
        self._timer.start()

    def close(self) -> None:
        """Give up what is being written; safe to call when nothing is."""
        if self._work is not None:
            self._work.cancel()
            self._work.outcome()
            self._end()

    def _look(self) -> None:
        assert self._work is not None
        if not self._work.done:
            seconds = int(time.monotonic() - self._begun)
            self._label.setText(f"Writing {self._name} … {seconds} s")
            return
        try:
            outcome = self._work.outcome()
        finally:
            self._end()
        self.told.emit(outcome.sentence, not outcome.written)

    def _end(self) -> None:
        self._timer.stop()
        self._work = None
        self.strip.hide()
