"""A thin line that tells how far long work is."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import theme


class ProgressLine(QWidget):
    """Two pixels high, as wide as its place; empty while nothing runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fraction = 0.0
        self.setFixedHeight(2)

    @property
    def fraction(self) -> float:
        """How much is done, from 0 to 1."""
        return self._fraction

    def set_fraction(self, fraction: float) -> None:
        """Show how much is done; what lies outside 0 to 1 is cut off."""
        self._fraction = min(1.0, max(0.0, fraction))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        filled = QRectF(0, 0, self.width() * self._fraction, self.height())
        with QPainter(self) as painter:
            painter.fillRect(filled, theme.current().tokens.color("accfill"))
