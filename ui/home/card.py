"""ExampleCard: a picture, a title and a sentence; a click or Enter opens it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from explorer.examples import Example, load_example
from ui.home.picture import NetworkPicture
from ui.widgets.text import ElidedLabel, TextLabel, tooltip


class ExampleCard(QFrame):
    """One example on the start page."""

    chosen = Signal(str)

    def __init__(self, example: Example, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = example.id
        project = load_example(example.id)
        self.setProperty("role", "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Example {example.title}")
        self.setToolTip(tooltip(project.description or example.sentence))
        self.setMinimumWidth(220)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(4)
        column.addWidget(NetworkPicture(project.network))
        column.addSpacing(4)
        column.addWidget(ElidedLabel(example.title, "heading"))
        sentence = TextLabel(example.sentence, "secondary", wrap=True)
        sentence.setMinimumHeight(36)
        sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(sentence)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self._id)

    def event(self, event: QEvent) -> bool:
        # Space opens the card that has the keyboard; elsewhere the window runs and pauses with it.
        is_space = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
        if is_space and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._id)
        else:
            super().keyPressEvent(event)
