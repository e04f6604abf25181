"""HistoryPanel: every edit that can be taken back or done again; a click goes there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QUndoView, QVBoxLayout, QWidget

from ui import theme
from ui.document import Document
from ui.widgets.text import TextLabel, tooltip


class HistoryPanel(QWidget):
    """The list of edits since the project was opened; the marked one was done last, those below it were taken back."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.list = QUndoView(document.undo_stack)
        self.list.setAccessibleName("Edits")
        self.list.setEmptyLabel("Project as opened")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setToolTip(tooltip("Click an edit to go back, or forward, to the project as it was after it"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 8)
        column.setSpacing(4)
        column.addWidget(self.list, 1)
        hint = TextLabel("Click an edit to go back to it. The disk marks what is in the file.", "caption", wrap=True)
        hint.setContentsMargins(16, 0, 16, 0)
        column.addWidget(hint)
        theme.current().changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.list.setCleanIcon(theme.icon("content-save-outline", "text3", 16))
