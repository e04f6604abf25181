"""A search field: a magnifier, a hint, and the keys that lead to it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui import theme
from ui.widgets.buttons import paint_keys_chip
from ui.widgets.text import native_keys, tooltip

_ICON_ROOM = 24


class SearchField(QLineEdit):
    """A line to type a search into; Escape empties it; ``well`` sinks it into a bar."""

    def __init__(
        self, hint: str, keys: str = "", well: bool = False, tip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tip = tip or hint
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setProperty("variant", "well" if well else "search")
        self.setFont(theme.text_font(13))
        self.setClearButtonEnabled(False)
        self.set_keys(keys)

    def set_keys(self, keys: str) -> None:
        """Tell of other keys that lead here, in the field and in its tooltip."""
        self._keys = native_keys(keys).replace("+", " ")
        self.setToolTip(tooltip(self._tip, keys))
        self.setTextMargins(_ICON_ROOM, 0, self._keys_width() + 6 if self._keys else 0, 0)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.textEdited.emit("")
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            picture = theme.pixmap("magnify", "text3", 16, self.devicePixelRatioF())
            painter.drawPixmap(9, (self.height() - 16) // 2, picture)
            if self._keys and not self.text() and not self.hasFocus():
                width = self._keys_width()
                paint_keys_chip(
                    painter, QRectF(self.width() - width - 9, (self.height() - 18) / 2, width, 18), self._keys
                )

    def _keys_width(self) -> int:
        return max(16, QFontMetrics(theme.text_font(11)).horizontalAdvance(self._keys) + 10)
