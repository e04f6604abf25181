"""FileField: the path of a file, typed or chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from ui.widgets.buttons import IconButton
from ui.widgets.fields import LineField


class FileField(QWidget):
    """A line with the path, and a button that opens the file dialog."""

    committed = Signal(str)

    def __init__(self, suffixes: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suffixes = tuple(suffixes)
        self.line = LineField()
        self.line.setPlaceholderText("no file")
        self.line.committed.connect(self.committed)
        self.button = IconButton("folder-open-outline", "Choose the file")
        self.button.clicked.connect(self.choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.line)

    def choose(self) -> None:
        """Open the file dialog, where the file is that is named now."""
        patterns = " ".join(f"*{suffix}" for suffix in self._suffixes)
        start = str(Path(self.line.text()).parent) if self.line.text() else ""
        kinds = f"Files ({patterns});;All files (*)" if patterns else "All files (*)"
        name, _ = QFileDialog.getOpenFileName(self, "Choose the file", start, kinds)
        if name:
            self.committed.emit(name)

    def show_text(self, text: str) -> None:
        """Show a path without telling anyone; its end is what matters, so that is what is seen."""
        self.line.show_text(text)
        self.line.end(False)

    def mark(self, refused: bool) -> None:
        """Mark it as refused, or not."""
        self.line.mark(refused)

    def typing(self) -> bool:
        """Whether a person is typing into it."""
        return self.line.typing()
