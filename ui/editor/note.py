"""Note: one sentence beside the pointer, while a gesture is going on or after something could not be done."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.widgets.text import TextLabel

_WIDEST = 280


class Note(TextLabel):
    """A sentence over the canvas, in the colour of problems or, where it only helps, of text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", "problem", wrap=True, parent=parent)
        self._canvas, self._problem = parent, True
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setContentsMargins(10, 6, 10, 6)
        self.hide()

    def tell(self, sentence: str, near: QPoint, problem: bool = True) -> None:
        """Show a sentence near a point of the parent; an empty one hides it."""
        if problem != self._problem:
            self._problem = problem
            self.setProperty("role", "problem" if problem else "text")
            self.style().unpolish(self)
            self.style().polish(self)
        self.setText(sentence)
        self.setVisible(bool(sentence))
        if not sentence:
            return
        width = min(_WIDEST, self.fontMetrics().horizontalAdvance(sentence) + 24)
        self.resize(width, self.heightForWidth(width))
        parent = self._canvas
        x = max(8, min(near.x() + 16, parent.width() - self.width() - 8))
        y = max(8, min(near.y() + 16, parent.height() - self.height() - 8))
        self.move(x, y)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(tokens.color("surf"))
        painter.setPen(QPen(tokens.color("probline" if self._problem else "accline"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()
        super().paintEvent(event)
