"""The menu of the canvas: what can be done to the node or wire that was clicked, or here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from explorer.resolve import Problem
from explorer.unroll import can_unroll
from ui import theme
from ui.editor.actions import ARRANGE, SPECS
from ui.editor.scene import Hit

if TYPE_CHECKING:
    from ui.editor.editor import Editor

_NODE = ("open", "rename", "wire", "", "cut", "copy", "duplicate", "", "delete", "delete_join", "pull_off",
         "disconnect", "", "mute", "frame")  # fmt: skip
_NODES = ("connect", "", "cut", "copy", "duplicate", "", "delete", "delete_join", "pull_off", "disconnect", "",
          "mute", "frame")  # fmt: skip
_CANVAS = ("add", "pretrained", "paste", "", "select_all", "fit", "", "snap", "curved", "thumbnails", "",
           "save_picture")  # fmt: skip
ALIGNING = tuple(s.id for s in SPECS if s.group == ARRANGE and s.id.startswith(("align", "distribute")))
_ARRANGING = ("arrange", "arrange_down")


def build_menu(editor: Editor, hit: Hit) -> QMenu:
    """The menu for what was clicked: a node, a wire, or the canvas."""
    menu = QMenu(editor)
    if hit.node is not None:
        _add_fixes(menu, editor, editor.scope.resolved.problems_of(hit.node))
        several = len(editor.scope.selection) > 1
        fill(menu, editor, _NODES if several else _NODE)
        if any(editor.scene.frames.of(name) for name in editor.scope.selection):
            fill(menu, editor, ("unframe",))
        if any(can_unroll(editor.scope.network.node(name)) for name in editor.scope.selection):
            fill(menu, editor, ("unroll",))
        stacks = any(editor.subnetworks.can_open(name) for name in editor.scope.selection)
        fill(menu, editor, ("", "group", *(("ungroup", "unique") if stacks else ()), "save_template", "keep_template"))
        if several:
            fill(_submenu(menu, "Align and distribute", "align-horizontal-left"), editor, ALIGNING)
    elif hit.edge is not None:
        edge = hit.edge
        insert = menu.addAction(theme.icon("plus"), "Insert layer…")
        insert.triggered.connect(lambda: editor.adding.open_on(edge))
        fill(menu, editor, ("delete", *(("straighten",) if editor.scene.wires[edge].look.via else ())))
    elif hit.frame is not None:
        editor.annotations.fill_frame_menu(menu, hit.frame)
    else:
        fill(menu, editor, (*_CANVAS, *(("", "leave") if editor.scope.path else ())))
        fill(_submenu(menu, "Arrange", "sitemap-outline"), editor, _ARRANGING)
    return menu


def arrange_menu(editor: Editor) -> QMenu:
    """Ways to lay out all layers, and to bring the selected ones into line."""
    menu = QMenu(editor)
    fill(menu, editor, (*_ARRANGING, "", *ALIGNING))
    return menu


def fill(menu: QMenu, editor: Editor, ids: tuple[str, ...]) -> None:
    """Add actions by their ids to a menu; "" is a line between two."""
    for name in ids:
        if not name:
            menu.addSeparator()
            continue
        action = editor.actions_by_id[name]
        icon = action.property("icon_name")
        if icon:
            action.setIcon(theme.icon(icon))
        action.setShortcutVisibleInContextMenu(True)
        menu.addAction(action)


def _submenu(menu: QMenu, title: str, icon: str) -> QMenu:
    menu.addSeparator()
    return menu.addMenu(theme.icon(icon), title)


def _add_fixes(menu: QMenu, editor: Editor, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        for fix in problem.fixes:
            action = menu.addAction(theme.icon("auto-fix"), fix.label)
            action.triggered.connect(lambda _on=False, node=problem.node, fix=fix: editor.apply_fix(node, fix))
    if not menu.isEmpty():
        menu.addSeparator()
