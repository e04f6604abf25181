"""ShortcutsPage: every command with its keys, which can be changed, and what the mouse does on the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from ui import theme
from ui.help.record_keys import RecordKeys
from ui.keys import Keyed, KeyMap
from ui.widgets.buttons import PushButton
from ui.widgets.containers import Separator
from ui.widgets.search import SearchField
from ui.widgets.text import native_keys

_NAME = Qt.ItemDataRole.UserRole
MOUSE = (
    ("Move the canvas", "Middle button, or Space and drag"),
    ("Zoom", "Ctrl and wheel, or pinch"),
    ("Select by rectangle", "Drag the canvas; Shift adds, Ctrl takes out"),
    ("Select by lasso", "Ctrl and Shift and drag"),
    ("Add to the selection, or take out of it", "Shift or Ctrl and click"),
    ("Drag freely, off grid and guides", "Drag, then hold Ctrl"),
    ("Pull a layer off its wires", "Alt and drag, or shake it"),
    ("Put a layer into a wire", "Drag a layer that has no wires onto it"),
    ("Add a layer here", "Double click the canvas"),
    ("Rename", "Double click the name"),
    ("Leave a gesture, or select nothing", "Esc"),
)
"""What is done with the mouse, and what cannot be changed."""


class ShortcutsPage(QDialog):
    """A window beside the main one; it does not stop anything."""

    def __init__(self, keys: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 640)
        self.search = SearchField("Find a command or a key", tip="A command, or keys such as Ctrl+D")
        self.reset_all = PushButton("Reset all", "restore", tip="Give every command the keys that it comes with")
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Commands and their keys")
        self.tree.setHeaderLabels(["Command", "Keys"])
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(12)
        self.tree.setUniformRowHeights(True)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.record = RecordKeys(keys)
        self._lay_out()
        self.search.textChanged.connect(lambda _text: self._fill())
        self.reset_all.clicked.connect(keys.reset_all)
        self.tree.currentItemChanged.connect(lambda _now, _before: self._choose())
        self.tree.itemActivated.connect(self._start)
        keys.changed.connect(self._fill)
        self._fill()

    def select(self, name: str) -> None:
        """Mark a command in the list."""
        item = next((item for item in self._rows() if item.data(0, _NAME) == name), None)
        if item is not None:
            self.tree.setCurrentItem(item)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(12)
        top = QHBoxLayout()
        top.setContentsMargins(16, 0, 16, 0)
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.reset_all)
        column.addLayout(top)
        column.addWidget(self.tree, 1)
        below = QVBoxLayout()
        below.setSpacing(0)
        below.addWidget(Separator())
        below.addWidget(self.record)
        column.addLayout(below)

    def _fill(self) -> None:
        """Show the commands whose name, group or keys have what is searched."""
        marked = self._marked()
        self.tree.clear()
        groups: dict[str, list[Keyed]] = {}
        for command in self._keys.commands.values():
            groups.setdefault(command.group, []).append(command)
        for title, commands in groups.items():
            rows = [self._row(command) for command in commands]
            self._add_group(title, [row for row in rows if self._wanted(title, row)])
        rows = [QTreeWidgetItem(list(texts)) for texts in MOUSE]
        self._add_group("Mouse", [row for row in rows if self._wanted("Mouse", row)])
        self.reset_all.setEnabled(any(self._keys.is_changed(name) for name in self._keys.commands))
        self.select(marked)
        if not self._marked():
            for row in self._rows():
                if row.data(0, _NAME):
                    self.tree.setCurrentItem(row)
                    break
        self._choose()

    def _add_group(self, title: str, rows: list[QTreeWidgetItem]) -> None:
        if not rows:
            return
        group = QTreeWidgetItem([title])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        group.setFont(0, theme.text_font(13, 600))
        for row in rows:
            if not row.data(0, _NAME):
                row.setFlags(Qt.ItemFlag.ItemIsEnabled)
                row.setForeground(1, theme.current().tokens.color("text2"))
        group.addChildren(rows)
        self.tree.addTopLevelItem(group)
        group.setExpanded(True)

    def _row(self, command: Keyed) -> QTreeWidgetItem:
        keys = self._keys.keys(command.id)
        item = QTreeWidgetItem([command.title, "  or  ".join(native_keys(key) for key in keys)])
        item.setData(0, _NAME, command.id)
        item.setFont(1, theme.mono_font(12, 600 if self._keys.is_changed(command.id) else 400))
        item.setToolTip(0, command.action.toolTip())
        if self._keys.is_changed(command.id):
            item.setToolTip(1, "Changed; it comes with " + (" or ".join(map(native_keys, command.own)) or "no keys"))
        return item

    def _wanted(self, group: str, row: QTreeWidgetItem) -> bool:
        wanted = self.search.text().strip().lower()
        return all(word in f"{group} {row.text(0)} {row.text(1)}".lower() for word in wanted.split())

    def _rows(self) -> list[QTreeWidgetItem]:
        tops = [self.tree.topLevelItem(place) for place in range(self.tree.topLevelItemCount())]
        rows = [top.child(place) for top in tops if top is not None for place in range(top.childCount())]
        return [row for row in rows if row is not None]

    def _marked(self) -> str:
        item = self.tree.currentItem()
        return (item.data(0, _NAME) or "") if item is not None else ""

    def _choose(self) -> None:
        self.record.show_command(self._marked())

    def _start(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _NAME):
            self.record.start(adding=False)
