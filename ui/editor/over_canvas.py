"""OverCanvas: what lies over the canvas without being painted again with each of its frames."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import theme


class OverCanvas(QWidget):
    """A widget in the canvas's colour, so that Qt knows that nothing shines through it.

    A transparent one, and all that it holds, would be painted whenever the canvas is: a third of the time of a frame.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.current().tokens.color("canvas"))
