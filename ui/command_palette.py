"""CommandPalette: type a few letters of a command, a layer or an example, and press Enter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from rapidfuzz import fuzz, process, utils

from ui import theme
from ui.widgets.buttons import paint_keys_chip
from ui.widgets.search import SearchField

ROWS = 12
ROW_HEIGHT = 32
WIDTH = 560
_LEAST_LIKE = 62
"""How like a title the typed letters must be, in percent, for it to be listed."""
_ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Entry:
    """One thing that can be found: what it is called, a word on it (its group), its keys, and what it does."""

    title: str
    group: str
    run: Callable[[], object]
    keys: str = ""
    icon: str = "chevron-right"
    enabled: bool = True


class CommandPalette(QFrame):
    """A popup over the window; ``open`` fills it anew, Escape or a click elsewhere closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self._window = parent
        self._entries: list[Entry] = []
        self._shown: list[Entry] = []
        self.field = SearchField("Search or command")
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setItemDelegate(_Row(self.list))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self.accept())

    def open(self, entries: list[Entry]) -> None:
        """Show the entries that can be done now, at the top centre of the window."""
        self._entries = [entry for entry in entries if entry.enabled]
        self.field.clear()
        self._filter("")
        self.setFixedWidth(WIDTH)
        self.move(self._window.mapToGlobal(QPoint((self._window.width() - WIDTH) // 2, 56)))
        self.show()
        self.field.setFocus()

    def accept(self) -> None:
        """Do what the marked row says."""
        row = self.list.currentRow()
        if 0 <= row < len(self._shown):
            entry = self._shown[row]
            self.hide()
            entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            move = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS}
            if Qt.Key(event.key()) in move:
                row = self.list.currentRow() + move[Qt.Key(event.key())]
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, row)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.accept()
                return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        if text.strip():
            titles = [f"{entry.title} {entry.group}" for entry in self._entries]
            found = process.extract(
                text, titles, scorer=fuzz.WRatio, processor=utils.default_process, limit=40, score_cutoff=_LEAST_LIKE
            )
            self._shown = [self._entries[place] for _, _, place in found]
        else:
            self._shown = list(self._entries)
        self.list.clear()
        for entry in self._shown:
            item = QListWidgetItem(entry.title)
            item.setData(_ENTRY, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title}, {entry.group}, {entry.keys}".strip(", "))
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            self.list.addItem(item)
        if not self._shown:
            item = QListWidgetItem("Nothing is called that.")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(ROW_HEIGHT * min(ROWS, max(1, len(self._shown))) + 4)
        self.adjustSize()


class _Row(QStyledItemDelegate):
    """A row: icon and title at the left, the group and the keys at the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = theme.current().tokens
        entry = index.data(_ENTRY)
        box = option.rect
        state = option.state
        marked = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if entry is not None and (marked or hovered):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("accsoft" if marked else "hover"))
            painter.drawRoundedRect(box, 4, 4)
        row = box.adjusted(8, 0, -8, 0)
        if entry is not None:
            picture = theme.pixmap(entry.icon, "acc" if marked else "text2", 16, painter.device().devicePixelRatio())
            painter.drawPixmap(row.left(), row.center().y() - 7, picture)
            row.setLeft(row.left() + 24)
            row.setRight(self._paint_right(painter, row, entry) - 12)
        font = theme.text_font(13, 500 if marked else 400)
        painter.setFont(font)
        painter.setPen(tokens.color("text" if entry is not None else "text3"))
        title = QFontMetrics(font).elidedText(index.data(), Qt.TextElideMode.ElideMiddle, row.width())
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        painter.restore()

    def _paint_right(self, painter: QPainter, row: QRect, entry: Entry) -> int:
        """Draw keys and group; returns where they begin."""
        font = theme.text_font(11)
        metrics, right = QFontMetrics(font), row.right()
        if entry.keys:
            width = metrics.horizontalAdvance(entry.keys) + 12
            paint_keys_chip(painter, QRectF(right - width, row.center().y() - 8, width, 18), entry.keys)
            right -= width + 8
        width = metrics.horizontalAdvance(entry.group)
        painter.setFont(font)
        painter.setPen(theme.current().tokens.color("text3"))
        where = QRect(right - width, row.top(), width, row.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, entry.group)
        return right - width
