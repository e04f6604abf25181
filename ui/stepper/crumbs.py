"""Where a step is: stage, part of the network, quantity."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme

GAP = 20


class Crumbs(QWidget):
    """A path of a few words with chevrons between, the last one strong; the middle shortens first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_path(self, *path: str) -> None:
        """Show another path."""
        self.path = path
        self.setAccessibleName(" › ".join(path))
        self.setToolTip(" › ".join(path))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            left = 0.0
            for place, word in enumerate(self.path):
                last = place == len(self.path) - 1
                font = theme.text_font(11, 600 if last else 400)
                metrics = QFontMetricsF(font)
                room = self.width() - left
                shown = metrics.elidedText(word, Qt.TextElideMode.ElideRight, room)
                width = metrics.horizontalAdvance(shown)
                painter.setFont(font)
                painter.setPen(tokens.color("text" if last else "text2"))
                box = QRectF(left, 0, width + 1, self.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
                left += width
                if not last:
                    picture = theme.pixmap("chevron-right", "text3", 14, self.devicePixelRatioF())
                    painter.drawPixmap(round(left + (GAP - 14) / 2), (self.height() - 14) // 2, picture)
                    left += GAP
