"""Everything by keys: walking along the wires, selecting, moving, aligning, wiring, menus and problems."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from explorer.network import Edge, Network, Node, connect
from explorer.project.model import Project
from tests.ui.editor.conftest import Hand, check_scene, small_network, undone
from ui.editor.editor import Editor

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
LEFT, RIGHT, UP, DOWN = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down


def position(editor: Editor, name: str) -> tuple[float, float] | None:
    """Where the network has a node."""
    return editor.scope.network.by_id[name].position


def branched() -> Network:
    """x → a and b, one above the other → both → y, and far below a node without wires."""
    nodes = (
        Node("x", "input", {"shape": (4,)}, (0, 100)),
        Node("a", "relu", {}, (200, 0)),
        Node("b", "relu", {}, (200, 200)),
        Node("both", "add", {}, (400, 100)),
        Node("y", "relu", {}, (600, 100)),
        Node("lone", "relu", {}, (240, 420)),
    )
    edges = (Edge("x", "a"), Edge("x", "b"), Edge("a", "both"), Edge("b", "both", 1), Edge("both", "y"))
    return Network(nodes, edges)


@pytest.fixture
def branches(editor: Editor) -> Editor:
    """An editor with the branched network."""
    editor.document.open(Project(network=branched()))
    return editor


@pytest.mark.parametrize(
    ("start", "keys", "end"),
    [
        ("y", [LEFT], "both"),
        ("both", [LEFT, LEFT], "x"),
        ("b", [RIGHT, LEFT], "b"),  # back to where one came from, though a is the first source
        ("a", [RIGHT, LEFT], "a"),
        ("a", [DOWN], "b"),
        ("b", [UP], "a"),
        ("b", [DOWN], "lone"),
        ("lone", [UP, RIGHT, RIGHT], "y"),
        ("y", [RIGHT], "y"),
        ("x", [LEFT], "x"),
        ("lone", [LEFT], "x"),  # no wire that way: what lies nearest
        ("", [RIGHT], "both"),  # begins nearest to the middle of what is seen
    ],
)
def test_arrow_keys_walk_along_the_wires(
    branches: Editor, hand: Hand, start: str, keys: list[Qt.Key], end: str
) -> None:
    branches.view.centre_on(QPointF(470, 150))
    branches.scope.select((start,) if start else ())
    for key in keys:
        hand.key(key)
    assert branches.scope.selection == (end,)
    assert not branches.document.dirty


def test_shift_walks_and_selects_too(branches: Editor, hand: Hand) -> None:
    branches.scope.select(("x",))
    for key in (RIGHT, RIGHT, LEFT):
        hand.key(key, SHIFT)
    assert set(branches.scope.selection) == {"x", "a", "both"}
    assert branches.view.keyboard.node == branches.scope.selection[-1] == "a"


def test_walking_brings_what_it_comes_to_into_view(branches: Editor, hand: Hand) -> None:
    branches.zoom_whole()
    branches.view.centre_on(QPointF(-700, 0))
    branches.scope.select(("both",))
    hand.key(RIGHT)
    assert branches.view.visible_rect().contains(branches.scene.nodes["y"].box())


def test_the_focus_is_seen_while_keys_are_used(branches: Editor, hand: Hand) -> None:
    ring = branches.view.keyboard._ring
    hand.click(hand.body("a"))
    assert not ring.isVisible()
    hand.key(RIGHT)
    assert ring.isVisible()
    assert ring.sceneBoundingRect().contains(branches.scene.nodes["both"].box())
    branches.view.clearFocus()
    assert not ring.isVisible()
    branches.view.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.isVisible()
    hand.click(hand.body("a"))
    assert not ring.isVisible()


def test_ctrl_and_arrows_move_by_the_grid_or_further(editor: Editor, hand: Hand) -> None:
    editor.scope.select(("loose",))
    hand.key(RIGHT, CTRL)
    hand.key(UP, CTRL | SHIFT)
    assert position(editor, "loose") == (208, 176)
    undone(editor, "move loose")


@pytest.mark.parametrize(
    ("key", "held", "expected"),
    [
        (Qt.Key.Key_A, ALT, {"x": (0, 0), "h": (0, 0), "loose": (0, 240)}),
        (Qt.Key.Key_D, ALT, {"x": (200, 0), "h": (200, 0), "loose": (200, 240)}),
        (Qt.Key.Key_H, ALT, {"x": (100, 0), "h": (100, 0), "loose": (100, 240)}),
        (Qt.Key.Key_W, ALT, {"x": (0, 0), "h": (200, 0), "loose": (200, 0)}),
    ],
)
def test_layers_are_aligned_by_keys(
    editor: Editor, hand: Hand, key: Qt.Key, held: Qt.KeyboardModifier, expected: dict[str, tuple[float, float]]
) -> None:
    widths = {editor.scene.nodes[name].size[0] for name in expected}
    assert len(widths) == 1
    editor.scope.select(tuple(expected))
    hand.key(key, held)
    assert {name: position(editor, name) for name in expected} == expected
    undone(editor, "align 3 layers")


def test_layers_are_distributed_by_keys(editor: Editor, hand: Hand) -> None:
    editor.commands.move(("h",), 40, 0)
    editor.scope.select(("x", "h", "act"))
    hand.key(Qt.Key.Key_H, ALT | SHIFT)
    boxes = [editor.scene.nodes[name].box() for name in ("x", "h", "act")]
    assert boxes[1].left() - boxes[0].right() == boxes[2].left() - boxes[1].right()
    assert [box.left() for box in boxes[::2]] == [0, 400]
    assert editor.document.undo_stack.undoText() == "distribute 3 layers"


def test_a_wire_is_drawn_by_keys(editor: Editor, hand: Hand) -> None:
    editor.scope.select(("h",))
    hand.key(Qt.Key.Key_C)
    assert editor.view._note.isVisible()
    hand.key(RIGHT)
    hand.key(RIGHT)
    assert editor.view.keyboard.node == "both"
    assert editor.scope.selection == ("h",)
    assert "one of its 2 ports" in editor.view._note.text()
    hand.key(Qt.Key.Key_Return)
    assert Edge("h", "both", 1) in editor.scope.network.edges
    assert editor.scope.selection == ("both",)
    assert not editor.view._note.isVisible()
    undone(editor, "connect h to both")


def test_a_digit_picks_the_port(editor: Editor, hand: Hand) -> None:
    editor.scope.select(("h",))
    for key in (Qt.Key.Key_C, RIGHT, RIGHT, Qt.Key.Key_1, Qt.Key.Key_Enter):
        hand.key(key)
    assert set(editor.scope.network.edges) == {Edge("x", "h"), Edge("h", "act"), Edge("h", "both", 0)}


def test_a_wire_by_keys_that_would_close_a_loop_says_so(editor: Editor, hand: Hand) -> None:
    editor.scope.select(("act",))
    for key in (Qt.Key.Key_C, LEFT, Qt.Key.Key_Return):
        hand.key(key)
    assert editor.view._note.text() == "A wire from act to h would close a loop."
    hand.key(Qt.Key.Key_Escape)
    assert not editor.view._note.isVisible()
    assert editor.view.keyboard.node == "act"
    assert editor.document.network == small_network()
    check_scene(editor)


@pytest.mark.parametrize("ending", ["click", "edit", "focus"])
def test_a_wire_by_keys_ends_with_anything_else(editor: Editor, hand: Hand, ending: str) -> None:
    editor.scope.select(("h",))
    hand.key(Qt.Key.Key_C)
    hand.key(DOWN)
    if ending == "click":
        hand.click(QPointF(500, 300))
    elif ending == "edit":
        editor.commands.delete(("loose",), ())
    else:
        editor.view.clearFocus()
        editor.view.setFocus()
    hand.key(Qt.Key.Key_Return)
    assert not editor.view._note.isVisible()
    assert all(edge.target != "loose" for edge in editor.scope.network.edges)


def test_selected_layers_are_wired_in_a_row(editor: Editor, hand: Hand) -> None:
    editor.scope.select(("loose", "x"))
    hand.key(Qt.Key.Key_J)
    assert Edge("x", "loose") in editor.scope.network.edges
    undone(editor, "connect 2 layers")
    editor.document.undo_stack.undo()
    editor.commands.move(("x",), 900, 0)
    editor.scope.select(("h", "x"))
    hand.key(Qt.Key.Key_J)
    assert editor.message.label.text() == "x is an input: nothing can be wired into it."
    editor.commands.move(("x",), 8, 0)
    assert not editor.message.isVisible()


def test_layers_come_off_their_wires_or_lose_them_by_keys(editor: Editor, hand: Hand) -> None:
    editor.scope.select(("h",))
    hand.key(Qt.Key.Key_X)
    assert set(editor.scope.network.edges) == {Edge("x", "act"), Edge("act", "both")}
    undone(editor, "pull h off")
    editor.document.undo_stack.undo()
    editor.scope.select(("h",))
    hand.key(Qt.Key.Key_X, CTRL | SHIFT)
    assert editor.scope.network.edges == (Edge("act", "both"),)
    undone(editor, "disconnect h")
    hand.key(Qt.Key.Key_X)
    hand.key(Qt.Key.Key_X, CTRL | SHIFT)
    assert editor.document.undo_stack.undoText() == "disconnect h"


def test_wires_are_selected_and_deleted_by_keys(editor: Editor, hand: Hand) -> None:
    editor.scope.select(("h",))
    found = []
    for _ in range(3):
        hand.key(Qt.Key.Key_W)
        found += editor.scene.selected_edges
    assert found == [Edge("x", "h"), Edge("h", "act"), Edge("x", "h")]
    editor.scope.select(())
    hand.key(Qt.Key.Key_Delete)
    assert set(editor.scope.network.edges) == {Edge("h", "act"), Edge("act", "both")}
    assert "h" in editor.scope.network.by_id


def test_enter_and_f2_edit_the_name(editor: Editor, hand: Hand) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_F2):
        editor.scope.select(("x", "h"))
        hand.key(key)
        assert editor.rename_field.isVisible()
        assert editor.rename_field.text() == "h"
        QTest.keyClick(editor.rename_field, Qt.Key.Key_Escape)
    assert editor.view.hasFocus()


def test_the_menu_key_opens_the_menu_at_the_focus(editor: Editor) -> None:
    editor.scope.select(("x", "h"))
    asked: list[tuple[QPoint, object]] = []
    editor.view.menu_wanted.disconnect()
    editor.view.menu_wanted.connect(lambda where, hit: asked.append((where, hit.node)))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(editor.view.viewport(), event)
    ((where, node),) = asked
    assert node == "h"
    inside = editor.view.mapToScene(editor.view.viewport().mapFromGlobal(where))
    assert editor.scene.nodes["h"].box().contains(inside)


def test_the_menu_of_several_layers_aligns_them(editor: Editor, hand: Hand) -> None:
    editor.scope.select(("x", "loose"))
    hand.click(hand.body("loose"), SHIFT)
    hand.click(hand.body("loose"), SHIFT)
    editor.view.menu_wanted.emit(QPoint(), editor.scene.hit(hand.body("loose")))
    menu = next(menu for menu in editor.findChildren(QMenu) if menu.isVisible())
    texts = [action.text() for action in menu.actions()]
    assert {"Connect selected layers", "Delete and reconnect", "Pull off its wires"} <= set(texts)
    submenu = next(action.menu() for action in menu.actions() if action.text() == "Align and distribute")
    submenu.actions()[0].trigger()
    menu.close()
    assert editor.document.undo_stack.undoText() == "align 2 layers"


def test_f8_goes_from_problem_to_problem(editor: Editor, hand: Hand) -> None:
    names = list(dict.fromkeys(problem.node for problem in editor.scope.problems))
    assert len(names) == 2
    found = []
    for key, held in ((Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier),) * 3 + ((Qt.Key.Key_F8, SHIFT),):
        hand.key(key, held)
        found += editor.scope.selection
    assert found == [names[0], names[1], names[0], names[1]]
    centre = editor.scene.nodes[names[1]].box().center()
    assert (editor.view.centre() - centre).manhattanLength() < 4
    editor.document.open(Project(network=Network((Node("x", "input"),))))
    hand.key(Qt.Key.Key_F8)
    assert editor.scope.selection == ()


def test_walking_in_a_loop_or_alone_is_harmless(editor: Editor, hand: Hand) -> None:
    loop = Network((Node("a", "relu"), Node("b", "relu")), (Edge("a", "b"), Edge("b", "a")))
    for network in (loop, Network((Node("x", "input"),)), Network()):
        editor.document.open(Project(network=network))
        for key in (LEFT, RIGHT, UP, DOWN, Qt.Key.Key_C, LEFT, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_W):
            hand.key(key)
        assert editor.document.network == network
    editor.document.open(Project(network=connect(branched(), "x", "y")))
    check_scene(editor)
