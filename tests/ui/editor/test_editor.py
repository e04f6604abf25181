"""Building by mouse and keys: every gesture is one edit, and undo takes back exactly that."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest

from explorer.layers import KINDS
from explorer.library import blocks
from explorer.network import Edge, Network, Node, set_params
from explorer.project.model import Project
from tests.ui.editor.conftest import Hand, check_scene, small_network, undone
from ui.editor.editor import Editor
from ui.editor.metrics import INSET, node_width, text_width
from ui.editor.palette import kind_mime

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def drop(editor: Editor, kind_id: str, where: QPointF) -> None:
    """Let a layer of the palette go at a point of the scene."""
    point = QPointF(editor.view.mapFromScene(where))
    data = kind_mime(kind_id)
    event = QDropEvent(point, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    editor.view.dropEvent(event)


def test_the_scene_shows_the_network(editor: Editor) -> None:
    check_scene(editor)
    assert not editor.document.dirty


def test_a_node_is_dragged_onto_the_grid(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.body("act"), hand.body("act") + QPointF(37, 61))
    assert editor.document.network.by_id["act"].position == (440, 64)
    undone(editor, "move act")


def test_all_that_is_selected_moves(editor: Editor, hand: Hand) -> None:
    editor.document.select(("x", "h"))
    hand.drag(hand.body("h"), hand.body("h") + QPointF(16, 80))
    assert [editor.document.network.by_id[name].position for name in "xh"] == [(16, 80), (216, 80)]
    undone(editor, "move 2 layers")


def test_escape_leaves_a_drag(editor: Editor, hand: Hand) -> None:
    hand.press(hand.body("act"))
    start = hand.body("act")
    hand.move(start + QPointF(90, 90))
    assert editor.scene.nodes["act"].pos() != QPointF(400, 0)
    hand.key(Qt.Key.Key_Escape)
    hand.release(start + QPointF(90, 90))
    assert editor.document.network == small_network()
    assert not editor.document.dirty
    check_scene(editor)


@pytest.mark.parametrize("start", ["body", "output", "input"])
def test_undo_in_the_middle_of_a_gesture_ends_it(editor: Editor, hand: Hand, start: str) -> None:
    name = editor.commands.add("relu", (400.0, 240.0))
    begin = getattr(hand, start)(name)
    hand.press(begin)
    hand.move(begin + QPointF(30, 30))
    hand.move(begin + QPointF(60, 40))
    editor.document.undo_stack.undo()
    hand.move(begin + QPointF(80, 50))
    hand.release(begin + QPointF(80, 50))
    assert editor.document.network == small_network()
    assert not editor.adding.popup.isVisible()
    check_scene(editor)


def test_a_wire_is_drawn_from_output_to_input(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.output("h"), hand.input("loose"))
    assert Edge("h", "loose") in editor.document.network.edges
    undone(editor, "connect h to loose")


def test_a_wire_is_drawn_from_input_to_output(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.input("both", 1), hand.output("h"))
    assert Edge("h", "both", 1) in editor.document.network.edges
    undone(editor, "connect h to both")


def test_a_wire_let_go_over_a_node_takes_its_free_port(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.output("h"), hand.body("both"))
    assert Edge("h", "both", 1) in editor.document.network.edges


def test_a_loop_is_refused_with_a_sentence(editor: Editor, hand: Hand) -> None:
    hand.press(hand.output("act"))
    hand.move(hand.input("h") + QPointF(2, 2))
    hand.move(hand.input("h"))
    note = editor.view._note
    assert note.isVisible()
    assert "loop" in note.text()
    hand.release(hand.input("h"))
    assert not note.isVisible()
    assert editor.document.network == small_network()


def test_the_end_of_a_wire_comes_off(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.input("act"), hand.input("act") + QPointF(-40, 200))
    assert Edge("h", "act") not in editor.document.network.edges
    undone(editor, "disconnect h from act")


def test_the_end_of_a_wire_goes_elsewhere(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.input("act"), hand.input("loose"))
    assert Edge("h", "act") not in editor.document.network.edges
    assert Edge("h", "loose") in editor.document.network.edges
    undone(editor, "connect h to loose")


def test_a_wire_let_go_on_the_canvas_offers_layers(editor: Editor, hand: Hand) -> None:
    hand.drag(hand.output("h"), QPointF(420, 320))
    assert editor.adding.popup.isVisible()
    QTest.keyClicks(editor.adding.popup.search, "drop")
    QTest.keyClick(editor.adding.popup.search, Qt.Key.Key_Return)
    assert Edge("h", "dropout") in editor.document.network.edges
    undone(editor, "add dropout")


def test_delete_takes_out_nodes_and_wires(editor: Editor, hand: Hand) -> None:
    hand.click(hand.body("act"))
    hand.key(Qt.Key.Key_Delete)
    assert "act" not in editor.document.network.by_id
    assert editor.document.network.edges == (Edge("x", "h"),)
    undone(editor, "delete act")


def test_a_wire_is_picked_and_deleted(editor: Editor, hand: Hand) -> None:
    hand.click((hand.output("h") + hand.input("act")) / 2)
    assert editor.scene.selected_edges == {Edge("h", "act")}
    hand.key(Qt.Key.Key_Backspace)
    undone(editor, "delete a wire")


def test_click_shift_click_and_band_select(editor: Editor, hand: Hand) -> None:
    hand.click(hand.body("x"))
    assert editor.document.selection == ("x",)
    hand.click(hand.body("h"), SHIFT)
    assert editor.document.selection == ("x", "h")
    hand.click(hand.body("x"), SHIFT)
    assert editor.document.selection == ("h",)
    hand.drag(QPointF(380, -30), QPointF(720, 60))
    assert editor.document.selection == ("act", "both")
    hand.click(QPointF(420, 300))
    assert editor.document.selection == ()
    hand.key(Qt.Key.Key_A, CTRL)
    assert len(editor.document.selection) == 5
    check_scene(editor)


def test_ctrl_and_arrows_move_and_one_undo_takes_all_back(editor: Editor, hand: Hand) -> None:
    editor.document.select(("loose",))
    for _ in range(3):
        hand.key(Qt.Key.Key_Right, CTRL)
    hand.key(Qt.Key.Key_Down, CTRL)
    assert editor.document.network.by_id["loose"].position == (224, 248)
    undone(editor, "move loose")


def test_copy_paste_duplicate_cut(editor: Editor, hand: Hand) -> None:
    editor.document.select(("h", "act"))
    hand.key(Qt.Key.Key_C, CTRL)
    hand.key(Qt.Key.Key_V, CTRL)
    network = editor.document.network
    assert Edge("h_2", "act_2") in network.edges
    assert network.by_id["h_2"].params == {"units": 4}
    assert editor.document.selection == ("h_2", "act_2")
    undone(editor, "paste 2 layers")
    editor.document.undo_stack.undo()
    editor.document.select(("h",))
    hand.key(Qt.Key.Key_D, CTRL)
    undone(editor, "duplicate h")
    editor.document.undo_stack.undo()
    editor.document.select(("act",))
    hand.key(Qt.Key.Key_X, CTRL)
    undone(editor, "cut act")


def test_pasting_what_is_no_layer_says_so(editor: Editor) -> None:
    QGuiApplication.clipboard().setText("hello")
    editor.paste()
    assert editor.message.isVisible()
    assert editor.message.label.text() == "The clipboard holds other text, not layers."
    assert editor.document.network == small_network()


def test_dropping_a_layer(editor: Editor) -> None:
    drop(editor, "dropout", QPointF(500, 400))
    node = editor.document.network.by_id["dropout"]
    assert node.position == (432, 352)
    undone(editor, "add dropout")


def test_dropping_a_layer_on_a_wire_puts_it_in(editor: Editor, hand: Hand) -> None:
    drop(editor, "dropout", (hand.output("h") + hand.input("act")) / 2)
    edges = editor.document.network.edges
    assert {Edge("h", "dropout"), Edge("dropout", "act")} <= set(edges)
    assert Edge("h", "act") not in edges
    boxes = [item.box() for item in editor.scene.nodes.values()]
    assert not any(one.intersects(two) for one in boxes for two in boxes if one is not two)
    undone(editor, "insert dropout")


def test_something_else_is_not_taken(editor: Editor) -> None:
    drop(editor, "no_such_kind", QPointF(500, 400))
    assert editor.document.network == small_network()


def test_adding_wires_behind_the_selected_node(editor: Editor) -> None:
    editor.document.select(("both",))
    editor.add_kind("softmax")
    assert Edge("both", "softmax") in editor.document.network.edges
    undone(editor, "add softmax")


def test_tab_opens_the_popup_and_escape_closes_it(editor: Editor, hand: Hand) -> None:
    hand.key(Qt.Key.Key_Tab)
    assert editor.adding.popup.isVisible()
    assert editor.adding.popup.list.count() == len(KINDS) + len(blocks())
    QTest.keyClick(editor.adding.popup.search, Qt.Key.Key_Escape)
    assert not editor.adding.popup.isVisible()
    assert editor.view.hasFocus()


def test_rename_in_place(editor: Editor, hand: Hand) -> None:
    hand.click(hand.body("h"))
    hand.key(Qt.Key.Key_F2)
    field = editor.rename_field
    assert field.isVisible()
    field.setText("act")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.note.text() == "There is a layer called act already."
    field.setText("hidden")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not field.isVisible()
    assert editor.document.selection == ("hidden",)
    undone(editor, "rename h to hidden")


def test_double_click_on_the_header_renames(editor: Editor, hand: Hand) -> None:
    header = editor.scene.nodes["h"].pos() + QPointF(60, 10)
    QTest.mouseDClick(
        editor.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, hand.at(header)
    )
    assert editor.rename_field.isVisible()
    QTest.keyClick(editor.rename_field, Qt.Key.Key_Escape)
    assert editor.document.network == small_network()


def test_renaming_keeps_the_weights(editor: Editor) -> None:
    weights = {"h.weight": np.ones((4, 4)), "h.bias": np.zeros(4)}
    editor.document.open(Project(network=small_network(), weights=weights))
    editor.commands.rename("h", "hidden")
    assert set(editor.document.project.weights) == {"hidden.weight", "hidden.bias"}


def broken() -> Network:
    """A dense layer behind a convolution."""
    nodes = (
        Node("x", "input", {"shape": (1, 4, 4)}, (0, 0)),
        Node("conv", "conv2d", {"filters": 2, "kernel": (3, 3)}, (160, 0)),
        Node("out", "dense", {"units": 2}, (320, 0)),
        Node("soft", "softmax", {}, (480, 0)),
    )
    return Network(nodes, (Edge("x", "conv"), Edge("conv", "out"), Edge("out", "soft")))


def test_a_frozen_layer_says_so_within_its_width(editor: Editor) -> None:
    network = set_params(editor.document.network, "h", {"units": 9999, "freeze": True})
    editor.document.edit_network("freeze h", network)
    look = editor.scene.nodes["h"].look
    assert look.count == "49,995 frozen"
    assert text_width(look.count, False, 11) < node_width(look) - 2 * INSET


def test_the_bubble_leaves_the_map_and_the_counts_free(editor: Editor) -> None:
    editor.resize(520, 480)
    editor.document.open(Project(network=broken()))
    item = editor.scene.nodes["out"]
    for place in (editor.minimap.geometry(), editor.counts.geometry()):
        under = editor.view.mapToScene(place.center()) - item.box().center()
        editor.view.centre_on(editor.view.centre() - under - QPointF(0, -item.box().height()))
        bubble = editor.bubble.geometry()
        assert editor.bubble.isVisible()
        assert editor.view.rect().contains(bubble)
        assert not bubble.intersects(editor.minimap.geometry())
        assert not bubble.intersects(editor.counts.geometry())
        assert not bubble.intersects(editor.view.mapFromScene(item.box()).boundingRect())


def test_a_problem_is_told_at_its_node_and_mended(editor: Editor) -> None:
    document = editor.document
    document.open(Project(network=broken()))
    assert editor.scene.nodes["out"].look.state == "problem"
    assert editor.scene.nodes["soft"].look.caption == "waits for out"
    assert editor.scene.wires[Edge("conv", "out")].look.state == "problem"
    assert editor.bubble.isVisible()
    assert "needs one list of numbers" in editor.bubble.sentence.text()
    assert editor.strip.isVisible()
    editor.strip.show_button.click()
    assert document.selection == ("out",)
    editor.strip.fix_button.click()
    assert document.undo_stack.undoText() == "insert flatten"
    assert {Edge("conv", "flatten"), Edge("flatten", "out")} <= set(document.network.edges)
    assert editor.scene.nodes["out"].look.state == "fine"
    assert not editor.bubble.isVisible()
    document.undo_stack.undo()
    assert document.network == broken()
    check_scene(editor)
