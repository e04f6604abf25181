"""Pager: arrows to the one before and the next of a few things that a view shows one at a time."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.buttons import IconButton
from ui.widgets.text import TextLabel


class Pager(QWidget):
    """A label between two arrows; it is away while there is but one thing."""

    turned = Signal(int)
    """By how many, −1 or 1."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = TextLabel("", "caption")
        self.before = IconButton("chevron-left", f"{what} before", side=24)
        self.next = IconButton("chevron-right", f"Next {what.lower()}", side=24)
        self.before.clicked.connect(lambda: self.turned.emit(-1))
        self.next.clicked.connect(lambda: self.turned.emit(1))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self.before)
        row.addWidget(self.label, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.next)
        row.addStretch(1)

    def below(self, content: QWidget) -> QWidget:
        """A widget with the content, and this below it."""
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(content, 1)
        column.addWidget(self)
        return both

    def tell(self, words: str, count: int) -> None:
        """Show which one of ``count`` is seen."""
        self.label.setText(words)
        self.setVisible(count > 1)
