"""Subnetworks on the canvas: made, opened, edited inside, left, taken apart; the scene always shows the scope."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.network import Edge, Network, Node
from explorer.project.model import Project
from explorer.resolve import resolve
from tests.ui.editor.conftest import Hand
from ui.document import Document
from ui.editor.editor import Editor
from ui.editor.menus import build_menu
from ui.editor.scene import Hit


def residual() -> Network:
    """x → h → act → both, and past h: x → both; then y."""
    nodes = (
        Node("x", "input", {"shape": (4,)}, (0.0, 0.0)),
        Node("h", "dense", {"units": 4}, (200.0, 0.0)),
        Node("act", "relu", {}, (400.0, 0.0)),
        Node("both", "add", {}, (600.0, 0.0)),
        Node("y", "dense", {"units": 2}, (800.0, 0.0)),
    )
    edges = (Edge("x", "h"), Edge("h", "act"), Edge("act", "both", 0), Edge("x", "both", 1), Edge("both", "y"))
    return Network(nodes, edges)


@pytest.fixture
def document(qapp: QApplication) -> Document:
    numbers = np.random.default_rng(0)
    weights = {name: numbers.normal(size=shape) for name, shape in resolve(residual()).weight_shapes.items()}
    return Document(Project("residual", residual(), weights))


def check(editor: Editor) -> None:
    """The scene shows exactly what the scope has."""
    scope, scene = editor.scope, editor.scene
    assert set(scene.nodes) == set(scope.network.by_id)
    assert set(scene.wires) == set(scope.network.edges)
    assert {name for name, item in scene.nodes.items() if item.selected} == set(scope.selection)
    assert editor.subnetworks.breadcrumb.isVisible() == bool(scope.path)


def grouped(editor: Editor) -> Editor:
    """With h, act and both in a block."""
    editor.document.select(("h", "act", "both"))
    editor.actions_by_id["group"].trigger()
    check(editor)
    return editor


def test_layers_are_grouped_and_ungrouped_with_their_weights(editor: Editor, document: Document) -> None:
    before = document.project
    grouped(editor)
    assert document.undo_stack.undoText() == "group 3 layers"
    assert document.selection == ("block",)
    assert set(document.network.by_id) == {"x", "block", "y"}
    assert document.project.weights["block/h.bias"] is before.weights["h.bias"]
    assert document.resolved.problems == ()
    editor.actions_by_id["ungroup"].trigger()
    check(editor)
    assert document.undo_stack.undoText() == "ungroup block"
    assert document.selection == ("h", "act", "both")
    assert {node.id: node.position for node in document.network.nodes} == {n.id: n.position for n in residual().nodes}
    assert document.project.weights.keys() == before.weights.keys()
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.project is before


def test_what_cannot_be_grouped_is_told_and_changes_nothing(editor: Editor, document: Document) -> None:
    document.select(("h", "both"))
    editor.actions_by_id["group"].trigger()
    assert "select act too" in editor.message.label.text()
    assert document.undo_stack.count() == 0
    for action in ("ungroup", "unique"):
        editor.actions_by_id[action].trigger()
        assert "Select a subnetwork" in editor.message.label.text()


def test_the_node_is_a_stack_that_tells_what_is_inside(editor: Editor, document: Document) -> None:
    look = grouped(editor).scene.nodes["block"].look
    assert (look.stack, look.caption, look.count, look.ports) == (True, "3 layers inside", "20 parameters", 1)
    assert look.shape == "4 → same"
    assert not editor.scene.nodes["y"].look.stack
    document.undo_stack.undo()
    document.select(("both",))
    editor.actions_by_id["group"].trigger()
    look = editor.scene.nodes["block"].look
    assert (look.ports, look.port_names, look.shape) == (2, ("in_act", "in_x"), "4")
    assert "inputs in_act, in_x" in look.words


def double_click(hand: Hand, where: QPointF) -> None:
    hand.click(where)
    QTest.mouseDClick(hand.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, hand.at(where))


@pytest.mark.parametrize("way", ["double click", "enter", "menu"])
def test_it_opens(editor: Editor, hand: Hand, way: str) -> None:
    grouped(editor)
    if way == "double click":
        double_click(hand, hand.body("block"))
    elif way == "enter":
        hand.key(Qt.Key.Key_Return)
    else:
        menu = build_menu(editor, Hit(node="block"))
        next(action for action in menu.actions() if action.text() == "Open or rename").trigger()
        menu.deleteLater()
    assert editor.scope.path == ("block",)
    check(editor)
    assert set(editor.scene.nodes) == {"in", "h", "act", "both"}
    assert editor.scene.nodes["in"].look.shape == "4"
    assert editor.view.visible_rect().contains(editor.scene.content_rect())
    assert [step.text() for step in editor.subnetworks.breadcrumb.steps] == ["residual"]
    assert editor.subnetworks.breadcrumb.here.text() == "block"
    assert editor.subnetworks.breadcrumb.uses.whole_text() == "template block, used once"


@pytest.mark.parametrize("way", ["escape", "alt up", "back", "step"])
def test_it_is_left_to_where_one_was(editor: Editor, hand: Hand, way: str) -> None:
    grouped(editor)
    editor.zoom_whole()
    editor.view.centre_on(QPointF(500, 50))
    seen = editor.view.visible_rect()
    editor.subnetworks.open("block")
    editor.scope.select(("h",))
    if way == "escape":
        hand.key(Qt.Key.Key_Escape)
        assert editor.scope.path == ("block",)
        assert editor.scope.selection == ()
        hand.key(Qt.Key.Key_Escape)
    elif way == "alt up":
        hand.key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    elif way == "back":
        editor.subnetworks.breadcrumb.back.click()
    else:
        editor.subnetworks.breadcrumb.steps[0].click()
    assert editor.scope.path == ()
    assert editor.document.selection == ("block",)
    check(editor)
    assert editor.view.visible_rect().center().x() == pytest.approx(seen.center().x(), abs=2)
    assert editor.view.visible_rect().width() == pytest.approx(seen.width(), abs=2)
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Escape)
    assert editor.scope.path == ()


def test_what_is_done_inside_changes_every_use_and_can_be_undone(
    editor: Editor, document: Document, hand: Hand
) -> None:
    grouped(editor)
    document.select(("block",))
    editor.duplicate()
    assert document.network.node("block_2").params == {"template": "block"}
    editor.commands.wire("block", "block_2", 0)
    editor.subnetworks.open("block_2")
    assert editor.subnetworks.breadcrumb.uses.whole_text() == "template block, used 2 times"
    before = document.project
    name = editor.commands.insert("tanh", Edge("h", "act"))
    check(editor)
    assert document.undo_stack.undoText() == "insert tanh in block"
    assert document.selection == (f"block_2/{name}",)
    assert {f"block/{name}", f"block_2/{name}"} <= set(document.resolved.order)
    editor.commands.rename("h", "g")
    assert document.undo_stack.undoText() == "rename h to g in block"
    assert document.project.weights["block/g.bias"] is before.weights["block/h.bias"]
    editor.scope.select(("g",))
    editor.copy()
    editor.paste()
    assert "g_2" in editor.scene.nodes
    editor.delete_selection()
    assert "g_2" not in editor.scene.nodes
    document.undo_stack.setIndex(document.undo_stack.index() - 4)
    assert document.project is before
    check(editor)


def test_a_copy_of_itself_is_not_pasted_inside(editor: Editor, document: Document) -> None:
    grouped(editor)
    editor.copy()
    editor.subnetworks.open("block")
    before = document.project
    editor.paste()
    assert "block cannot be put into block" in editor.message.label.text()
    assert document.project is before


def test_a_copy_pasted_elsewhere_brings_its_template(editor: Editor, document: Document) -> None:
    grouped(editor)
    editor.copy()
    document.open(Project("other", Network((Node("x", "input", {"shape": (4,)}),))))
    editor.paste()
    check(editor)
    assert list(document.network.templates) == ["block"]
    document.undo_stack.undo()
    assert document.network.templates == {}


def test_a_use_made_unique_changes_alone(editor: Editor, document: Document) -> None:
    grouped(editor)
    editor.duplicate()
    editor.actions_by_id["unique"].trigger()
    assert document.undo_stack.undoText() == "make block_2 unique"
    assert document.network.node("block_2").params == {"template": "block 2"}
    assert document.network.node("block").params == {"template": "block"}


def test_a_problem_inside_is_told_at_the_subnetwork_and_opened(editor: Editor, document: Document) -> None:
    grouped(editor)
    document.select(())
    wide = replace(document.network.templates["block"])
    nodes = tuple(replace(n, params={"units": 7}) if n.id == "h" else n for n in wide.nodes)
    document.edit_network("units", replace(wide, nodes=nodes, templates=document.network.templates), path=("block",))
    assert editor.scene.nodes["block"].look.state == "problem"
    problem = editor.bubble.problem
    assert problem is not None
    assert problem.node == "block/both"
    assert editor.strip.sentence.whole_text().startswith("needs")
    editor.bubble.open_wanted.emit("block")
    assert editor.scope.path == ("block",)
    assert editor.scene.nodes["both"].look.state == "problem"
    assert editor.bubble.problem is not None
    assert editor.bubble.problem.node == "both"
    editor.subnetworks.leave()
    editor.strip.show_wanted.emit("block/both")
    assert (editor.scope.path, editor.scope.selection) == (("block",), ("both",))
    editor.subnetworks.leave()
    document.select(())
    editor.go_to_problem(1)
    assert (editor.scope.path, editor.scope.selection) == (("block",), ("both",))


def test_a_fix_of_a_problem_inside_is_applied_from_outside(editor: Editor, document: Document) -> None:
    nodes = (
        Node("x", "input", {"shape": (1, 4, 4)}, (0.0, 0.0)), Node("h", "dense", {}, (200.0, 0.0)),
        Node("y", "relu", {}, (400.0, 0.0)),
    )  # fmt: skip
    document.open(Project("flat", Network(nodes, (Edge("x", "h"), Edge("h", "y")))))
    document.select(("h", "y"))
    editor.actions_by_id["group"].trigger()
    assert [problem.node for problem in document.problems] == ["block/h"]
    editor.strip.fix_button.click()
    assert document.undo_stack.undoText() == "insert flatten in block"
    assert document.resolved.problems == ()
    assert editor.scope.path == ()


def test_undoing_what_made_it_leads_out_of_it(editor: Editor, document: Document) -> None:
    grouped(editor)
    editor.subnetworks.open("block")
    editor.subnetworks.group()
    document.undo_stack.undo()
    check(editor)
    assert editor.scope.path == ()
    document.undo_stack.redo()
    editor.subnetworks.open("block")
    document.open(Project("other"))
    check(editor)
    assert editor.scope.path == ()
    assert editor.empty.isVisible()


def test_ungrouping_makes_room(editor: Editor, document: Document) -> None:
    grouped(editor)
    editor.commands.move(["y"], -150.0, 0.0)
    editor.document.select(("block",))
    editor.actions_by_id["ungroup"].trigger()
    boxes = [item.box() for item in editor.scene.nodes.values()]
    assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)


def test_a_deep_path_leaves_out_its_middle(editor: Editor, document: Document) -> None:
    document.select(("h",))
    for _ in range(5):
        editor.actions_by_id["group"].trigger()
    path = ("block_5", "block_4", "block_3", "block_2", "block")
    editor.subnetworks.go(path)
    check(editor)
    crumb = editor.subnetworks.breadcrumb
    assert [step.text() for step in crumb.steps] == ["residual", "…", "block_3", "block_2"]
    crumb.steps[1].click()
    assert editor.scope.path == ("block_5", "block_4")
    assert editor.scope.selection == ("block_3",)
