"""Template rows: what a person can do with the templates that the palette lists: rename, copy, keep, delete."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QTreeWidget, QTreeWidgetItem

from ui import theme
from ui.templates import MINE, PROGRAM, PROJECT, Choice, Shelf


class TemplateRows(QObject):
    """The menu of a template's row, and renaming it in place."""

    add_wanted = Signal(str)
    """The id of a template that a person wants to add."""
    stale = Signal()
    """A name was typed: what the rows say may not be so."""

    def __init__(self, rows: QTreeWidget, id_role: int, shelf: Shelf) -> None:
        super().__init__(rows)
        self._rows, self._role, self._shelf = rows, id_role, shelf
        self._renaming = ""
        rows.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        rows.customContextMenuRequested.connect(self._open_menu)
        rows.itemChanged.connect(self._take_name)
        for text, keys, run in (("Rename", "F2", self._rename), ("Delete", "Del", self._delete)):
            action = QAction(text, rows)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(partial(self._with_current, run))
            rows.addAction(action)

    def edit_name(self, choice_id: str) -> None:
        """Show a template's row, and let a person type its name."""
        item = self._item(choice_id)
        if item is not None:
            self._rows.scrollToItem(item)
            self._rows.setCurrentItem(item)
            self._rename(item, self._shelf.choice(choice_id))

    def menu(self, item: QTreeWidgetItem) -> QMenu | None:
        """The menu of a row; None if it is no template."""
        choice = self._choice(item)
        if choice is None:
            return None
        menu = QMenu(self._rows)
        menu.setToolTipsVisible(True)
        menu.addAction(theme.icon("plus"), "Add").triggered.connect(lambda: self.add_wanted.emit(choice.id))
        menu.addSeparator()
        rename = menu.addAction(theme.icon("rename-box-outline"), "Rename")
        rename.setShortcut(QKeySequence("F2"))
        rename.setEnabled(choice.place != PROGRAM)
        rename.triggered.connect(lambda: self._rename(item, choice))
        if choice.place == PROJECT:
            copy = menu.addAction(theme.icon("content-duplicate"), "Duplicate")
            copy.triggered.connect(lambda: self._shelf.duplicate(choice))
        if choice.place != MINE:
            keep = menu.addAction(theme.icon("bookmark-plus-outline"), "Save to my templates")
            keep.setToolTip("Keep it for other projects")
            keep.triggered.connect(lambda: self._shelf.keep(choice.kept))
        menu.addSeparator()
        delete = menu.addAction(theme.icon("trash-can-outline"), "Delete")
        delete.setShortcut(QKeySequence("Del"))
        delete.setEnabled(choice.place == MINE or (choice.place == PROJECT and not choice.uses))
        delete.setToolTip("It is used: ungroup or delete what uses it first" if choice.uses else "")
        delete.triggered.connect(lambda: self._delete(item, choice))
        return menu

    def _open_menu(self, where: QPoint) -> None:
        item = self._rows.itemAt(where)
        menu = self.menu(item) if item is not None else None
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self._rows.viewport().mapToGlobal(where))

    def _with_current(self, run: object, _checked: bool = False) -> None:
        item = self._rows.currentItem()
        choice = self._choice(item) if item is not None else None
        if item is not None and choice is not None and callable(run):
            run(item, choice)

    def _rename(self, item: QTreeWidgetItem, choice: Choice | None) -> None:
        if choice is None or choice.place == PROGRAM:
            return
        self._renaming = choice.id
        flags = item.flags()
        self._rows.blockSignals(True)
        item.setFlags(flags | Qt.ItemFlag.ItemIsEditable)
        self._rows.blockSignals(False)
        self._rows.editItem(item)

    def _take_name(self, item: QTreeWidgetItem) -> None:
        choice = self._shelf.choice(self._renaming) if self._renaming else None
        if choice is None or item.data(0, self._role) != choice.id:
            return
        self._renaming = ""
        name = item.text(0).strip()
        # The rows are listed anew, which must not happen while one is being edited.
        QTimer.singleShot(0, self, lambda: self._call(choice, name))

    def _call(self, choice: Choice, name: str) -> None:
        self._shelf.rename(choice, name)
        self.stale.emit()

    def _delete(self, item: QTreeWidgetItem, choice: Choice) -> None:
        if choice.place != PROGRAM:
            self._shelf.delete(choice)

    def _choice(self, item: QTreeWidgetItem) -> Choice | None:
        return self._shelf.choice(str(item.data(0, self._role) or ""))

    def _item(self, choice_id: str) -> QTreeWidgetItem | None:
        todo = [self._rows.topLevelItem(row) for row in range(self._rows.topLevelItemCount())]
        for item in todo:
            if item is not None:
                if item.data(0, self._role) == choice_id:
                    return item
                todo += [item.child(row) for row in range(item.childCount())]
        return None
