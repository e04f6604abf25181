"""The popup that adds a layer: type a few letters, press Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ui import theme
from ui.editor.look import icon_name
from ui.editor.palette import first_paragraph
from ui.editor.ranking import ranked
from ui.widgets.search import SearchField
from ui.widgets.text import tooltip

_SIZE = QSize(240, 312)
_KIND = Qt.ItemDataRole.UserRole
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


class AddPopup(QFrame):
    """A searchable list over the canvas; ``chosen`` tells a kind's id, ``closed`` that its keyboard focus is free."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.setProperty("role", "card")
        self.resize(_SIZE)
        self.search = SearchField("Add layer")
        self.list = QListWidget()
        self.list.setAccessibleName("Layers that fit")
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        self.search.textChanged.connect(self._show)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self._choose)
        self.hide()

    def open_at(self, where: QPoint) -> None:
        """Show it with its corner near a point of the parent, emptied and ready to type."""
        parent = self._canvas
        x = max(8, min(where.x(), parent.width() - self.width() - 8))
        y = max(8, min(where.y(), parent.height() - self.height() - 8))
        self.move(x, y)
        self.search.clear()
        self._show("")
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_popup(self) -> None:
        """Take it away."""
        self.hide()

    def _leave(self) -> None:
        """Take it away, and give the keyboard back."""
        self.hide()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self.underMouse():
            self.close_popup()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.list.currentItem() is not None:
                self._choose(self.list.currentItem())
        elif key in _MOVES and self.list.count():
            row = self.list.currentRow() + _MOVES[key]
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, row)))
        else:
            return False
        return True

    def _show(self, text: str) -> None:
        self.list.clear()
        for kind in ranked(text):
            item = QListWidgetItem(theme.icon(icon_name(kind.icon)), kind.title)
            item.setData(_KIND, kind.id)
            item.setToolTip(tooltip(first_paragraph(kind)))
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _choose(self, item: QListWidgetItem) -> None:
        kind = item.data(_KIND)
        self._leave()
        self.chosen.emit(kind)
