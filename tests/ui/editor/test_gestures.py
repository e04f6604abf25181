"""Gestures of the mouse: selecting, lining up, into a wire and off it, and what ends a gesture early."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragMoveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGraphicsPathItem

from explorer.network import Edge, Network, Node
from explorer.project.model import Project
from tests.ui.editor.conftest import Hand, check_scene, small_network, undone
from ui.editor.editor import Editor
from ui.editor.gestures.shake import Shake
from ui.editor.guides import Guides
from ui.editor.palette import kind_mime

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
AROUND_H = [QPointF(*place) for place in ((180, -30), (340, -30), (340, 130), (180, 130), (170, -20))]
AROUND_ACT = [point + QPointF(200, 0) for point in AROUND_H]


def marks(editor: Editor) -> list[QGraphicsPathItem]:
    """What gestures draw over the network."""
    return [item for item in editor.scene.items() if isinstance(item, QGraphicsPathItem)]


def wire_middle(hand: Hand, source: str, target: str) -> QPointF:
    """The middle of a wire."""
    return (hand.output(source) + hand.input(target)) / 2


def test_a_lasso_takes_what_it_goes_round(editor: Editor, hand: Hand) -> None:
    hand.sweep(*AROUND_H, held=CTRL | SHIFT)
    assert editor.scope.selection == ("h",)
    assert marks(editor) == []
    hand.key(Qt.Key.Key_Q)
    hand.sweep(*AROUND_ACT)
    assert editor.scope.selection == ("act",)
    hand.sweep(*AROUND_H, held=SHIFT)
    assert editor.scope.selection == ("act", "h")
    hand.sweep(*AROUND_ACT, held=CTRL)
    assert editor.scope.selection == ("h",)
    hand.key(Qt.Key.Key_V)
    hand.sweep(QPointF(380, -30), QPointF(720, 60))
    assert editor.scope.selection == ("act", "both")


def test_a_lasso_is_no_rectangle(editor: Editor, hand: Hand) -> None:
    """Round x, h and act, but with a notch that leaves h out."""
    notch = [(-30, -40), (600, -40), (560, 150), (390, 150), (380, -20), (180, -20), (170, 150), (-30, 150)]
    hand.sweep(*(QPointF(*place) for place in notch), held=CTRL | SHIFT)
    assert editor.scope.selection == ("x", "act")


def test_a_band_adds_and_takes_out(editor: Editor, hand: Hand) -> None:
    editor.scope.select(("x",))
    hand.sweep(QPointF(180, -30), QPointF(500, 60), held=SHIFT)
    assert editor.scope.selection == ("x", "h", "act")
    hand.sweep(QPointF(-30, -30), QPointF(250, 60), held=CTRL)
    assert editor.scope.selection == ("act",)
    assert not editor.document.dirty


@pytest.mark.parametrize("held", [SHIFT, CTRL])
def test_a_click_adds_or_takes_out_but_a_drag_moves_all(editor: Editor, hand: Hand, held: Qt.KeyboardModifier) -> None:
    hand.click(hand.body("x"))
    hand.click(hand.body("h"), held)
    assert editor.scope.selection == ("x", "h")
    hand.click(hand.body("x"), held)
    assert editor.scope.selection == ("h",)
    hand.click(hand.body("x"), held)
    start = hand.body("x")
    hand.sweep(start, start + QPointF(0, 200), start + QPointF(0, 240), held=held)
    assert editor.scope.selection == ("h", "x")
    places = {name: editor.scope.network.by_id[name].position for name in "xh"}
    assert places == {"x": (0, 240), "h": (200, 240)}


def test_a_node_is_pulled_into_line_with_its_neighbours(editor: Editor, hand: Hand) -> None:
    start = hand.body("loose")
    hand.sweep(start, start + QPointF(30, 20), start + QPointF(204, 24), release=False)
    assert editor.scene.nodes["loose"].x() == 400
    assert len(marks(editor)) == 1
    hand.release(start + QPointF(204, 24))
    assert marks(editor) == []
    assert editor.scope.network.by_id["loose"].position == (400, 264)
    undone(editor, "move loose")


def test_ctrl_frees_a_drag_from_lines_and_grid(editor: Editor, hand: Hand) -> None:
    start = hand.body("loose")
    hand.sweep(start, start + QPointF(30, 20), start + QPointF(203, 21), held=CTRL)
    assert editor.scope.network.by_id["loose"].position == (403, 261)
    undone(editor, "move loose")


def test_snapping_to_the_grid_can_be_switched_off(editor: Editor, hand: Hand) -> None:
    hand.key(Qt.Key.Key_G)
    start = hand.body("loose")
    hand.sweep(start, start + QPointF(53, 31))
    assert editor.scope.network.by_id["loose"].position == (253, 271)
    hand.key(Qt.Key.Key_G)
    hand.sweep(hand.body("loose"), hand.body("loose") + QPointF(60, 30))
    assert editor.scope.network.by_id["loose"].position == (312, 304)


def test_guides_of_plain_boxes() -> None:
    guides = Guides([(0, 0, 100, 50), (300, 200, 60, 80)])
    assert guides.pull((4, 500, 100, 50), 0, 6) == -4
    assert guides.pull((8, 500, 100, 50), 0, 6) is None
    assert guides.pull((270, 500, 118, 50), 0, 6) == 1  # the middles, at 330
    assert guides.pull((0, 233, 10, 50), 1, 6) == -3  # the bottoms, at 280
    assert guides.lines((0, 300, 100, 50)) == [
        (0, -12, 0, 362), (50, -12, 50, 362), (100, -12, 100, 362),
    ]  # fmt: skip
    assert Guides([]).pull((0, 0, 10, 10), 0, 6) is None
    assert Guides([]).lines((0, 0, 10, 10)) == []


def test_a_node_without_wires_goes_into_the_wire_it_is_let_go_on(editor: Editor, hand: Hand) -> None:
    start, goal = hand.body("loose"), wire_middle(hand, "h", "act")
    hand.sweep(start, start + QPointF(0, -40), goal, release=False)
    assert editor.scene.wires[Edge("h", "act")].hovered
    hand.release(goal)
    assert set(editor.scope.network.edges) == {
        Edge("x", "h"), Edge("h", "loose"), Edge("loose", "act"), Edge("act", "both")
    }  # fmt: skip
    boxes = [item.box() for item in editor.scene.nodes.values()]
    assert not any(one.intersects(two) for one in boxes for two in boxes if one is not two)
    undone(editor, "put loose between h and act")


@pytest.mark.parametrize("name", ["both", "x"])
def test_a_node_that_is_wired_goes_into_no_wire(editor: Editor, hand: Hand, name: str) -> None:
    start, goal = hand.body(name), wire_middle(hand, "h", "act")
    hand.sweep(start, start + QPointF(0, 60), goal, release=False)
    assert not any(wire.hovered for wire in editor.scene.wires.values())
    hand.release(goal)
    assert editor.scope.network.edges == small_network().edges


def test_an_input_goes_into_no_wire(editor: Editor, hand: Hand) -> None:
    name = editor.commands.add("input", (400.0, 240.0))
    edges = editor.scope.network.edges
    hand.sweep(hand.body(name), QPointF(410, 200), wire_middle(hand, "h", "act"))
    assert editor.scope.network.edges == edges


def test_a_palette_layer_lights_the_wire_it_would_go_into(editor: Editor, hand: Hand) -> None:
    wire = editor.scene.wires[Edge("h", "act")]
    for kind, where, lit in (
        ("dropout", wire_middle(hand, "h", "act"), True),
        ("dropout", QPointF(300, 400), False),
        ("input", wire_middle(hand, "h", "act"), False),
    ):
        point, data = hand.at(where), kind_mime(kind)
        event = QDragMoveEvent(
            point, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        editor.view.dragMoveEvent(event)
        assert event.isAccepted()
        assert wire.hovered == lit


@pytest.mark.parametrize("way", ["alt", "shake"])
def test_a_node_comes_off_its_wires_which_join_up(editor: Editor, hand: Hand, way: str) -> None:
    start, end = hand.body("act"), hand.body("act") + QPointF(0, 240)
    if way == "alt":
        hand.sweep(start, start + QPointF(0, 60), end, held=ALT, release=False)
    else:
        shaken = [start + QPointF(dx, 0) for dx in (30, -30, 30, -30, 30, -30, 0)]
        hand.sweep(start, *shaken, end, release=False)
    assert any(mark.pen().style() == Qt.PenStyle.CustomDashLine for mark in marks(editor))
    assert not editor.scene.wires[Edge("h", "act")].isVisible()
    hand.release(end)
    assert set(editor.scope.network.edges) == {Edge("x", "h"), Edge("h", "both")}
    assert editor.scope.network.by_id["act"].position == (400, 240)
    undone(editor, "pull act off")


def test_off_one_wire_and_into_another_is_one_edit(editor: Editor, hand: Hand) -> None:
    hand.sweep(hand.body("act"), QPointF(420, 240), wire_middle(hand, "x", "h"), held=ALT)
    assert set(editor.scope.network.edges) == {Edge("x", "act"), Edge("act", "h"), Edge("h", "both")}
    undone(editor, "put act between x and h")


def test_escape_puts_a_node_back_on_its_wires(editor: Editor, hand: Hand) -> None:
    start = hand.body("act")
    hand.sweep(start, start + QPointF(0, 60), start + QPointF(0, 240), held=ALT, release=False)
    hand.key(Qt.Key.Key_Escape)
    assert all(wire.isVisible() for wire in editor.scene.wires.values())
    assert marks(editor) == []
    hand.release(start)
    assert editor.document.network == small_network()
    check_scene(editor)


def test_only_a_quick_to_and_fro_is_a_shake() -> None:
    quick, slow, small, straight = Shake(), Shake(), Shake(), Shake()
    felt = [quick.felt(x, 40 * n) for n, x in enumerate((0, 30, 0, 30, 0, 30))]
    assert felt == [False] * 5 + [True]
    assert not any(slow.felt(x, 400 * n) for n, x in enumerate((0, 30) * 8))
    assert not any(small.felt(x, 20 * n) for n, x in enumerate((0, 6) * 8))
    assert not any(straight.felt(x, 20 * n) for n, x in enumerate(range(0, 400, 20)))


def test_a_wire_let_go_on_the_canvas_offers_first_what_fits(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.output("h"), QPointF(420, 320))
    popup = editor.adding.popup
    rows = [popup.list.item(row).text() for row in range(popup.list.count())]
    assert rows[0] == "Takes 4"
    assert rows.index("Dense") < rows.index("Others") < rows.index("Convolution 2D")
    QTest.keyClick(popup.search, Qt.Key.Key_Down)
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    (name,) = editor.scope.selection
    assert Edge("h", name) in editor.scope.network.edges
    assert (editor.scene.nodes[name].input_place(0) - QPointF(420, 320)).manhattanLength() <= 8


def test_a_wire_out_of_an_input_offers_what_gives_it(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.input("loose"), QPointF(120, 420))
    popup = editor.adding.popup
    rows = [popup.list.item(row).text() for row in range(popup.list.count())]
    assert rows[0] == "Gives what loose takes"
    assert rows.index("Flatten") < rows.index("Others") < rows.index("Upsample 2D")
    QTest.keyClicks(popup.search, "flat")
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert Edge("flatten", "loose") in editor.scope.network.edges
    undone(editor, "add flatten")


def test_a_double_click_on_the_canvas_adds_there(editor: Editor, hand: Hand) -> None:
    where = QPointF(480, 320)
    QTest.mouseDClick(editor.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, hand.at(where))
    popup = editor.adding.popup
    assert popup.isVisible()
    assert popup.x() == hand.at(where).x()
    assert editor.view.rect().contains(popup.geometry())
    QTest.keyClicks(popup.search, "fully connected")
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert editor.scene.nodes["dense"].box().contains(where)
    undone(editor, "add dense")


def test_a_wire_to_itself_says_why_not(editor: Editor, hand: Hand) -> None:
    hand.press(hand.output("h"))
    for where in (hand.body("h"), hand.input("h")):
        hand.move(where)
    assert editor.view._note.text() == "A wire from h to h would close a loop."
    hand.release(hand.input("h"))
    assert editor.document.network == small_network()
    hand.drag(hand.output("h"), hand.body("h"))
    assert not editor.adding.popup.isVisible()
    assert editor.document.network == small_network()


STARTS = {
    "node": (QPointF(450, 80), QPointF(450, 300)),
    "band": (QPointF(500, 300), QPointF(150, -20)),
    "wire": (QPointF(320, 60), QPointF(380, 300)),
    "loose end": (QPointF(400, 60), QPointF(380, 300)),
    "canvas": (QPointF(500, 300), QPointF(520, 340)),
}


@pytest.mark.parametrize("ending", ["focus", "hide", "another project", "delete key", "undo key"])
@pytest.mark.parametrize("start", STARTS)
def test_what_ends_a_gesture_early_leaves_nothing(editor: Editor, hand: Hand, start: str, ending: str) -> None:
    """The focus goes, the window closes, another project opens, what is dragged is deleted: no edit by the gesture."""
    editor.commands.move(("x",), -8, 0)
    editor.zoom_whole()
    editor.view.centre_on(QPointF(400, 150))
    (begin, end), button = STARTS[start], Qt.MouseButton.LeftButton
    if start == "wire":
        begin = hand.output("h")
    if start == "canvas":
        button = Qt.MouseButton.MiddleButton
    hand.press(begin, button)
    hand.move((begin + end) / 2)
    hand.move(end)
    count = editor.document.undo_stack.index()
    if ending == "focus":
        editor.view.clearFocus()
    elif ending == "hide":
        editor.hide()
    elif ending == "another project":
        editor.document.open(Project(network=Network((Node("y", "input", {}, (0, 0)),))))
    elif ending == "delete key":
        hand.key(Qt.Key.Key_Delete)
    else:
        editor.document.undo_stack.undo()
    moved = editor.document.network
    hand.move(begin)
    hand.release(begin, button)
    assert editor.document.network is moved
    assert editor.document.undo_stack.index() == {"another project": 0, "undo key": 0}.get(
        ending, count + (ending == "delete key" and start in ("node", "band"))
    )
    assert marks(editor) == []
    assert not editor.adding.popup.isVisible()
    assert all(wire.isVisible() and not wire.hovered for wire in editor.scene.wires.values())
    check_scene(editor)


def test_another_button_does_not_end_a_gesture(editor: Editor, hand: Hand) -> None:
    start = hand.body("act")
    hand.press(start)
    hand.move(start + QPointF(0, 100))
    QTest.mousePress(
        editor.view.viewport(), Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, hand.at(start)
    )
    hand.release(start, Qt.MouseButton.MiddleButton)
    assert editor.document.network == small_network()
    hand.move(start + QPointF(0, 160))
    hand.release(start + QPointF(0, 160))
    undone(editor, "move act")


def test_renaming_ends_when_its_layer_goes(editor: Editor, hand: Hand) -> None:
    editor.scope.select(("act",))
    hand.key(Qt.Key.Key_F2)
    editor.rename_field.setText("other")
    editor.commands.delete(("act",), ())
    assert not editor.rename_field.isVisible()
    assert "other" not in editor.scope.network.by_id
    undone(editor, "delete act")


def test_deleting_joins_the_chain(editor: Editor, hand: Hand) -> None:
    hand.click(hand.body("act"))
    hand.key(Qt.Key.Key_Delete, CTRL)
    assert set(editor.scope.network.edges) == {Edge("x", "h"), Edge("h", "both")}
    undone(editor, "delete act and join up")


def test_undo_and_redo_past_the_ends_do_nothing(editor: Editor) -> None:
    editor.commands.move(("x",), 8, 0)
    stack = editor.document.undo_stack
    after = editor.document.network
    for _ in range(4):
        stack.redo()
    assert editor.document.network is after
    for _ in range(9):
        stack.undo()
    assert editor.document.network == small_network()
    check_scene(editor)
