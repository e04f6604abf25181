"""CommandPalette: type a few letters of a command, a layer or an example, and press Enter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from rapidfuzz import fuzz, process, utils

from ui import theme
from ui.widgets.search import SearchField

ROWS = 12
WIDTH = 520


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
                text, titles, scorer=fuzz.WRatio, processor=utils.default_process, limit=40, score_cutoff=50
            )
            self._shown = [self._entries[place] for _, _, place in found]
        else:
            self._shown = list(self._entries)
        self.list.clear()
        for entry in self._shown:
            keys = f"    {entry.keys}" if entry.keys else ""
            item = QListWidgetItem(theme.icon(entry.icon, "text2", 16), f"{entry.title}   ·  {entry.group}{keys}")
            item.setSizeHint(QSize(0, 28))
            self.list.addItem(item)
        if not self._shown:
            item = QListWidgetItem("Nothing is called that.")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(28 * min(ROWS, max(1, len(self._shown))) + 4)
        self.adjustSize()
