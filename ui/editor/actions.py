"""The editor's actions: one table of what they are called, which keys do them, and the method behind each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from explorer.resolve import Problem
from ui import theme
from ui.editor.scene import Hit

if TYPE_CHECKING:
    from ui.editor.editor import Editor


@dataclass(frozen=True)
class Spec:
    """One action: its id, text, keys, the name of the Editor's method, and its icon."""

    id: str
    text: str
    keys: tuple[str, ...]
    method: str
    icon: str = ""


SPECS = (
    Spec("add", "Add layer…", ("Tab", "Shift+A"), "open_add_popup", "plus"),
    Spec("rename", "Rename", ("F2",), "rename_selected", "rename-box-outline"),
    Spec("cut", "Cut", ("Ctrl+X",), "cut", "content-cut"),
    Spec("copy", "Copy", ("Ctrl+C",), "copy", "content-copy"),
    Spec("paste", "Paste", ("Ctrl+V",), "paste", "content-paste"),
    Spec("duplicate", "Duplicate", ("Ctrl+D",), "duplicate", "content-duplicate"),
    Spec("delete", "Delete", ("Del", "Backspace"), "delete_selection", "trash-can-outline"),
    Spec("select_all", "Select all", ("Ctrl+A",), "select_all", "select-all"),
    Spec("arrange", "Arrange", ("Ctrl+Shift+A",), "arrange", "sitemap-outline"),
    Spec("fit", "Show the whole network", ("F", "Home"), "fit", "fit-to-page-outline"),
    Spec("zoom_in", "Zoom in", ("+", "=", "Ctrl++", "Ctrl+="), "zoom_in", "magnify-plus-outline"),
    Spec("zoom_out", "Zoom out", ("-", "Ctrl+-"), "zoom_out", "magnify-minus-outline"),
    Spec("zoom_whole", "Zoom to 100 %", ("0", "Ctrl+0"), "zoom_whole"),
)
_NODE_MENU = ("rename", "", "cut", "copy", "duplicate", "delete", "", "arrange")
_CANVAS_MENU = ("add", "paste", "", "select_all", "arrange", "fit")
_NUDGES = {"Left": (-8, 0), "Right": (8, 0), "Up": (0, -8), "Down": (0, 8)}


def build_actions(editor: Editor) -> dict[str, QAction]:
    """The actions by id; their keys work while the canvas has the keyboard, and menus may show them too."""
    actions = {}
    for spec in SPECS:
        action = QAction(spec.text, editor)
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        action.setProperty("icon_name", spec.icon)
        action.triggered.connect(getattr(editor, spec.method))
        actions[spec.id] = action
    for keys, step in _NUDGES.items():
        action = QAction(f"Move {keys.lower()}", editor)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _on=False, step=step: editor.commands.nudge(*step))
        actions[f"nudge_{keys.lower()}"] = action
    for action in actions.values():
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        editor.view.addAction(action)
    return actions


def build_menu(editor: Editor, hit: Hit) -> QMenu:
    """The menu for what was clicked: a node, a wire, or the canvas."""
    menu = QMenu(editor)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if hit.node is not None:
        _add_fixes(menu, editor, editor.scope.resolved.problems_of(hit.node))
        _fill(menu, editor, _NODE_MENU)
    elif hit.edge is not None:
        edge = hit.edge
        insert = menu.addAction(theme.icon("plus"), "Insert layer…")
        insert.triggered.connect(lambda: editor.open_insert_popup(edge))
        _fill(menu, editor, ("delete",))
    else:
        _fill(menu, editor, _CANVAS_MENU)
    return menu


def _fill(menu: QMenu, editor: Editor, ids: tuple[str, ...]) -> None:
    icons = {spec.id: spec.icon for spec in SPECS}
    for name in ids:
        if not name:
            menu.addSeparator()
            continue
        action = editor.actions_by_id[name]
        if icons[name]:
            action.setIcon(theme.icon(icons[name]))
        action.setShortcutVisibleInContextMenu(True)
        menu.addAction(action)


def _add_fixes(menu: QMenu, editor: Editor, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        for fix in problem.fixes:
            action = menu.addAction(theme.icon("auto-fix"), fix.label)
            action.triggered.connect(lambda _on=False, node=problem.node, fix=fix: editor.apply_fix(node, fix))
    if not menu.isEmpty():
        menu.addSeparator()
