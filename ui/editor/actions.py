"""The editor's actions: one table of what they are called, which keys do them, and what each does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from ui.editor.aligning import Side
from ui.editor.walking import Direction

if TYPE_CHECKING:
    from ui.editor.editor import Editor

SUBNETWORK = "Subnetwork"
EDIT, ARRANGE, CANVAS, WALK = "Edit", "Arrange", "Canvas", "Walk"
MENUS = {SUBNETWORK: EDIT, ARRANGE: EDIT, WALK: EDIT, CANVAS: "View"}
"""For each group: the menu of the window in which its menu is."""
GRID_STEP, LONG_STEP = 8, 64


@dataclass(frozen=True)
class Spec:
    """One action: its id, its group, text and keys, what it does, its icon, and a sentence if the text is too short.

    ``choice`` is the set of which it is one choice, as a tool is; a ``toggle`` is on or off, and ``on`` at first.
    """

    id: str
    group: str
    text: str
    keys: tuple[str, ...]
    run: Callable[[Editor], object]
    icon: str = ""
    tip: str = ""
    choice: str = ""
    toggle: bool = False
    on: bool = True


def _edit_specs() -> tuple[Spec, ...]:
    return (
        Spec("add", EDIT, "Add layer…", ("Tab", "Shift+A"), lambda e: e.adding.open_here(), "plus",
             "Search a layer and add it where the pointer is"),
        Spec("open", EDIT, "Open or rename", ("Return", "Enter"), lambda e: e.open_selected(), "pencil-outline"),
        Spec("rename", EDIT, "Rename", ("F2",), lambda e: e.rename_selected(), "rename-box-outline"),
        Spec("cut", EDIT, "Cut", ("Ctrl+X",), lambda e: e.cut(), "content-cut"),
        Spec("copy", EDIT, "Copy", ("Ctrl+C",), lambda e: e.copy(), "content-copy",
             "Copy the selected layers as text that can be pasted into a mail, and back"),
        Spec("paste", EDIT, "Paste", ("Ctrl+V",), lambda e: e.paste(), "content-paste",
             "Add the copied layers where the pointer is"),
        Spec("duplicate", EDIT, "Duplicate", ("Ctrl+D",), lambda e: e.duplicate(), "content-duplicate"),
        Spec("delete", EDIT, "Delete", ("Del", "Backspace"), lambda e: e.delete_selection(), "trash-can-outline"),
        Spec("delete_join", EDIT, "Delete and reconnect", ("Ctrl+Del", "Ctrl+Backspace"),
             lambda e: e.delete_and_join(), "vector-polyline-remove",
             "Delete the selected layers; what read them reads what fed them"),
        Spec("pull_off", EDIT, "Pull off its wires", ("X",), lambda e: e.pull_off(), "scissors-cutting",
             "Take the selected layers out of their wires, which join up (or drag with Alt, or shake them off)"),
        Spec("disconnect", EDIT, "Disconnect", ("Ctrl+Shift+X",), lambda e: e.disconnect_nodes(), "connection",
             "Take out every wire of the selected layers"),
        Spec("wire", EDIT, "Draw a wire by keys", ("C",), lambda e: e.begin_wire(), "vector-line",
             "Draw a wire out of the selected layer: walk to its reader with the arrow keys, and press Enter"),
        Spec("connect", EDIT, "Connect selected layers", ("J",), lambda e: e.connect_selected(),
             "transit-connection-horizontal", "Wire the selected layers in a row, from left to right"),
        Spec("mute", EDIT, "Mute or unmute", ("M",), lambda e: e.annotations.toggle_mute(), "volume-off",
             "Bypass the selected layers: what comes in goes on; press again to let them work"),
        Spec("frame", EDIT, "Frame", ("Ctrl+Shift+F",), lambda e: e.annotations.frame_selection(), "card-outline",
             "Draw a titled frame round the selected layers"),
        Spec("unframe", EDIT, "Take out of frame", ("Ctrl+Alt+F",), lambda e: e.annotations.unframe_selection(),
             "card-off-outline", "Let the selected layers belong to no frame"),
        Spec("straighten", EDIT, "Straighten the wire", (), lambda e: e.annotations.straighten(), "vector-line",
             "Take the bends out of the selected wires"),
        Spec("unroll", EDIT, "Unroll over time", ("U",),
             lambda e: _unroll(e), "arrow-expand-horizontal",
             "Put a layer per time step in the place of the selected recurrent layer, all with the same weights"),
        Spec("pretrained", EDIT, "Add a trained network…", (), lambda e: e.subnetworks.add_pretrained(),
             "snowflake", "Add the network of another project with its weights, frozen, as a feature extractor"),
        Spec("select_all", EDIT, "Select all", ("Ctrl+A",), lambda e: e.select_all(), "select-all"),
    )  # fmt: skip


def _subnetwork_specs() -> tuple[Spec, ...]:
    return (
        Spec("group", SUBNETWORK, "Group into a subnetwork", ("Ctrl+G",), lambda e: e.subnetworks.group(), "group",
             "Put the selected layers into one node, which can be opened and used again"),
        Spec("ungroup", SUBNETWORK, "Ungroup", ("Ctrl+Shift+G",), lambda e: e.subnetworks.ungroup(), "ungroup",
             "Put the layers of the selected subnetworks in their place"),
        Spec("leave", SUBNETWORK, "Leave the subnetwork", ("Alt+Up",), lambda e: e.subnetworks.leave(), "arrow-left",
             "Show what the opened subnetwork lies in (also Esc, with nothing selected)"),
        Spec("unique", SUBNETWORK, "Make unique", (), lambda e: e.subnetworks.make_unique(), "content-duplicate",
             "Give the selected subnetworks templates of their own, so that others do not change with them"),
        Spec("save_template", SUBNETWORK, "Save as template", (), lambda e: e.subnetworks.save_template(),
             "content-save-plus-outline", "List the selected layers as a template of this project, to be used again"),
        Spec("keep_template", SUBNETWORK, "Save to my templates", (), lambda e: e.subnetworks.keep_template(),
             "bookmark-plus-outline", "Keep the selected layers as a template for other projects too"),
    )  # fmt: skip


def _arrange_specs() -> tuple[Spec, ...]:
    sides: tuple[tuple[Side, str, str, str], ...] = (
             ("left", "left edges", "Alt+A", "align-horizontal-left"),
             ("centre", "centres", "Alt+H", "align-horizontal-center"),
             ("right", "right edges", "Alt+D", "align-horizontal-right"),
             ("top", "top edges", "Alt+W", "align-vertical-top"),
             ("middle", "middles", "Alt+V", "align-vertical-center"),
             ("bottom", "bottom edges", "Alt+S", "align-vertical-bottom"))  # fmt: skip
    ways = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
    moves = [
        Spec(f"move_{step}_{way}", ARRANGE, f"Move {way} by {step}", (keys + way.title(),),
             partial(_nudge, dx=x * step, dy=y * step))
        for step, keys in ((GRID_STEP, "Ctrl+"), (LONG_STEP, "Ctrl+Shift+"))
        for way, (x, y) in ways.items()
    ]  # fmt: skip
    return (
        Spec("arrange", ARRANGE, "Arrange from left to right", ("Ctrl+Shift+A",), lambda e: e.arrange("right"),
             "sitemap-outline", "Lay all layers out anew, from left to right; frames stay together"),
        Spec("arrange_down", ARRANGE, "Arrange from top to bottom", ("Ctrl+Alt+A",), lambda e: e.arrange("down"),
             "file-tree-outline", "Lay all layers out anew, from top to bottom; frames stay together"),
        *(Spec(f"align_{side}", ARRANGE, f"Align {what}", (keys,), partial(_align, side=side), icon)
          for side, what, keys, icon in sides),
        Spec("distribute_x", ARRANGE, "Distribute horizontally", ("Alt+Shift+H",),
             lambda e: e.commands.distribute(0), "distribute-horizontal-center"),
        Spec("distribute_y", ARRANGE, "Distribute vertically", ("Alt+Shift+V",),
             lambda e: e.commands.distribute(1), "distribute-vertical-center"),
        *moves,
    )  # fmt: skip


def _canvas_specs() -> tuple[Spec, ...]:
    return (
        Spec("fit", CANVAS, "Show the whole network", ("F", "Home"), lambda e: e.fit(), "fit-to-page-outline"),
        Spec("fit_selection", CANVAS, "Show the selected layers", ("Shift+F", "."), lambda e: e.fit_selection(),
             "image-filter-center-focus"),
        Spec("zoom_in", CANVAS, "Zoom in", ("+", "=", "Ctrl++", "Ctrl+="), lambda e: e.zoom_in(),
             "magnify-plus-outline"),
        Spec("zoom_out", CANVAS, "Zoom out", ("-", "Ctrl+-"), lambda e: e.zoom_out(), "magnify-minus-outline"),
        Spec("zoom_whole", CANVAS, "Zoom to 100 %", ("0", "Ctrl+0"), lambda e: e.zoom_whole(), "numeric-1-box-outline"),
        Spec("tool_select", CANVAS, "Select by rectangle", ("V",), lambda e: e.view.set_tool("select"),
             "cursor-default-outline",
             "Dragging the canvas selects by a rectangle: Shift adds, Ctrl takes out", choice="tool"),
        Spec("tool_lasso", CANVAS, "Select by lasso", ("Q",), lambda e: e.view.set_tool("lasso"), "lasso",
             "Dragging the canvas draws a line round what is selected (also Ctrl+Shift and drag)", choice="tool"),
        Spec("tool_hand", CANVAS, "Move the canvas", ("H",), lambda e: e.view.set_tool("hand"),
             "hand-back-right-outline",
             "Dragging moves the canvas (also with the middle button, or while Space is held)", choice="tool"),
        Spec("curved", CANVAS, "Curved wires", (), lambda e: e.annotations.apply(), "vector-curve",
             "Draw wires as curves instead of with right angles", toggle=True, on=False),
        Spec("thumbnails", CANVAS, "Thumbnails", (), lambda e: e.annotations.apply(), "image-outline",
             "Show small pictures on the layers: curves, weights, and what comes out while training", toggle=True),
        Spec("save_picture", CANVAS, "Save a picture of the network…", (), lambda e: e.annotations.save_picture(),
             "image-plus-outline", "Write the network as SVG or PNG, light or dark"),
        Spec("snap", CANVAS, "Snap to grid", ("G",), lambda e: e.set_snapping(), "magnet",
             "Layers that are dragged come to lie on the grid; hold Ctrl to drag them freely", toggle=True),
    )  # fmt: skip


def _walk_specs() -> tuple[Spec, ...]:
    ways: tuple[tuple[Direction, str], ...] = (
        ("left", "into the source"), ("right", "to the reader"), ("up", "up"), ("down", "down"),
    )  # fmt: skip
    return (
        *(Spec(f"walk_{way}", WALK, f"Go {where}", (way.title(),), partial(_walk, way=way)) for way, where in ways),
        *(Spec(f"extend_{way}", WALK, f"Go {where} and select too", (f"Shift+{way.title()}",),
               partial(_walk, way=way, extend=True)) for way, where in ways),
        Spec("next_wire", WALK, "Select the next wire of the layer", ("W",), lambda e: e.select_next_wire(),
             "vector-polyline"),
        Spec("next_problem", WALK, "Next problem", ("F8",), lambda e: e.go_to_problem(1), "alert-circle-outline"),
        Spec("previous_problem", WALK, "Previous problem", ("Shift+F8",), lambda e: e.go_to_problem(-1),
             "alert-circle-outline"),
    )  # fmt: skip


def _unroll(editor: Editor) -> None:
    if editor.attempt(lambda: editor.commands.unroll(editor.scope.selection)):
        editor.fit()


def _nudge(editor: Editor, dx: int, dy: int) -> None:
    editor.commands.nudge(dx, dy)


def _align(editor: Editor, side: Side) -> None:
    editor.commands.align(side)


def _walk(editor: Editor, way: Direction, extend: bool = False) -> None:
    editor.walk(way, extend)


SPECS = (*_edit_specs(), *_subnetwork_specs(), *_arrange_specs(), *_canvas_specs(), *_walk_specs())


def build_actions(editor: Editor) -> dict[str, QAction]:
    """The actions by id; their keys work while the canvas has the keyboard, and menus may show them too."""
    actions: dict[str, QAction] = {}
    choices: dict[str, QActionGroup] = {}
    for spec in SPECS:
        action = QAction(spec.text, editor)
        action.setObjectName(f"canvas_{spec.id}")
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        action.setToolTip(spec.tip or spec.text)
        action.setProperty("icon_name", spec.icon)
        action.setCheckable(bool(spec.choice) or spec.toggle)
        if spec.choice:
            group = choices.setdefault(spec.choice, QActionGroup(editor))
            action.setChecked(not group.actions())
            group.addAction(action)
        action.setChecked(action.isChecked() or (spec.toggle and spec.on))
        action.triggered.connect(lambda _on=False, run=spec.run: run(editor))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        editor.view.addAction(action)
        actions[spec.id] = action
    return actions


def actions_by_group(editor: Editor) -> dict[str, list[QAction]]:
    """The actions by group, in the order of the table."""
    groups: dict[str, list[QAction]] = {}
    for spec in SPECS:
        groups.setdefault(spec.group, []).append(editor.actions_by_id[spec.id])
    return groups
