"""Popup: a card that opens above a button of the run bar, and goes when one clicks elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.text import TextLabel

_WIDTH, _HIGHEST = 520, 360


class Popup(QWidget):
    """A title and a list; deleted when it is closed."""

    def __init__(self, title: str, body: QWidget, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 12, 1, 8)
        column.setSpacing(8)
        heading = TextLabel(title, "heading")
        heading.setContentsMargins(15, 0, 15, 0)
        column.addWidget(heading)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(body)
        column.addWidget(self._scroll)
        self._body = body

    def show_above(self, button: QWidget) -> None:
        """Open with the lower left corner at the button's upper left one."""
        self.setFixedWidth(_WIDTH)
        self._body.setFixedWidth(_WIDTH - 2)
        layout = self._body.layout()
        high = self._body.sizeHint().height()
        if layout is not None and layout.hasHeightForWidth():
            high = layout.heightForWidth(_WIDTH - 2)
        self._scroll.setFixedHeight(min(_HIGHEST, high))
        self.adjustSize()
        self.move(button.mapToGlobal(QPoint(0, -self.height() - 8)))
        self.show()
        first = next(iter(self._body.findChildren(QAbstractButton)), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        painter = QPainter(self)
        painter.setBrush(tokens.color("surf"))
        painter.setPen(QPen(tokens.color("line2"), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
