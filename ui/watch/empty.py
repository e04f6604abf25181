"""Hint: what an empty view would show, and the one action that fills it, in the room of a card."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.buttons import PushButton

_WIDEST = 340


class Hint(QWidget):
    """An icon, a text that wraps to the room there is, and a button."""

    acted = Signal()

    def __init__(self, icon: str, text: str, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 8)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(_Text(icon, text), 4)
        if action:
            button = PushButton(action, "play" if action == "Run" else "", "accent", scale="compact")
            button.clicked.connect(self.acted)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)


class _Text(QWidget):
    """The icon over the text, centred; the icon goes first where there is little room."""

    def __init__(self, icon: str, text: str) -> None:
        super().__init__()
        self._icon, self._text = icon, text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(40)

    def sizeHint(self) -> QSize:
        return QSize(_WIDEST, 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.text_font(13 if self.height() > 60 else 11))
        painter.setPen(theme.current().tokens.color("text2"))
        width = min(_WIDEST, self.width())
        room = QRectF((self.width() - width) / 2, 0, width, self.height())
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        high = painter.boundingRect(room, int(flags), self._text).height()
        icon = 32 if self.height() >= high + 40 else 0
        top = (self.height() - high - icon - (8 if icon else 0)) / 2
        if icon:
            picture = theme.pixmap(self._icon, "text3", icon, self.devicePixelRatioF())
            painter.drawPixmap(round((self.width() - icon) / 2), round(top), picture)
            top += icon + 8
        painter.drawText(QRectF(room.x(), top, width, self.height() - top), int(flags), self._text)
