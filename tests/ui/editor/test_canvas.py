"""The canvas around the network: zoom, pan, menu, arrangement, minimap, the empty state, and large networks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from explorer.network import Edge, Network, Node, connect
from explorer.project.model import Project
from tests.ui.editor.conftest import Hand, check_scene, small_network, undone
from ui.document import Document
from ui.editor.editor import Editor

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_a_network_without_positions_opens_clean(editor: Editor, hand: Hand) -> None:
    loose = Network(tuple(Node(n.id, n.kind, n.params) for n in small_network().nodes), small_network().edges)
    editor.document.open(Project(network=loose))
    check_scene(editor)
    assert not editor.document.dirty
    boxes = [item.box() for item in editor.scene.nodes.values()]
    assert not any(one.intersects(two) for one in boxes for two in boxes if one is not two)
    places = {name: item.pos() for name, item in editor.scene.nodes.items()}
    hand.drag(hand.body("x"), hand.body("x") + QPointF(0, 80))
    for name, place in places.items():
        assert editor.scene.nodes[name].pos() == place + QPointF(0, 80 if name == "x" else 0)
    editor.document.undo_stack.undo()
    assert editor.document.network == loose
    assert {name: item.pos() for name, item in editor.scene.nodes.items()} == places


def test_zoom_and_pan(editor: Editor, hand: Hand) -> None:
    hand.key(Qt.Key.Key_Plus)
    assert editor.view.zoom == pytest.approx(1.25)
    for _ in range(20):
        editor.zoom_out()
    assert editor.view.zoom == pytest.approx(0.1)
    hand.key(Qt.Key.Key_F)
    assert editor.view.visible_rect().contains(editor.scene.content_rect())
    assert editor.zoom_bar.percent.text() == f"{round(editor.view.zoom * 100)} %"
    before = editor.view.mapFromScene(QPointF(0, 0))
    hand.drag(QPointF(420, 320), QPointF(460, 350), Qt.MouseButton.MiddleButton)
    moved = editor.view.mapFromScene(QPointF(0, 0)) - before
    assert moved.manhattanLength() > 0
    assert editor.document.network == small_network()


def test_space_pans_and_a_tap_is_told(editor: Editor, hand: Hand, document: Document) -> None:
    taps: list[int] = []
    editor.view.space_tapped.connect(lambda: taps.append(1))
    hand.key(Qt.Key.Key_Space)
    assert taps == [1]
    before = editor.view.mapFromScene(QPointF(0, 0))
    QTest.keyPress(editor.view, Qt.Key.Key_Space)
    hand.press(hand.body("h"))
    QTest.mouseMove(editor.view.viewport(), hand.at(hand.body("h")) + QPoint(30, 20))
    hand.release(hand.body("h"))
    QTest.keyRelease(editor.view, Qt.Key.Key_Space)
    assert taps == [1]
    assert editor.view.mapFromScene(QPointF(0, 0)) != before
    assert document.selection == ()


def test_the_menu_offers_what_fits(editor: Editor) -> None:
    from ui.editor.menus import build_menu
    from ui.editor.scene import Hit

    for hit, expected in (
        (Hit(node="h"), "Rename"),
        (Hit(edge=Edge("x", "h")), "Insert layer…"),
        (Hit(), "Add layer…"),
    ):
        menu = build_menu(editor, hit)
        assert expected in [action.text() for action in menu.actions()]
        menu.deleteLater()


def test_arrange_is_one_edit(editor: Editor) -> None:
    editor.arrange()
    undone(editor, "arrange layers")


def test_an_empty_network_teaches(editor: Editor) -> None:
    editor.document.open(Project())
    assert editor.empty.isVisible()
    assert not editor.minimap.isVisible()
    editor.empty.acted.emit()
    assert [node.kind for node in editor.document.network.nodes] == ["input"]
    assert not editor.empty.isVisible()


def test_an_empty_network_names_the_key_that_adds_a_layer_now(editor: Editor) -> None:
    assert "press Tab" in editor.empty.sentence.text()
    editor.actions_by_id["add"].setShortcuts([QKeySequence("Ctrl+J")])
    assert "press Ctrl+J" in editor.empty.sentence.text()
    editor.actions_by_id["add"].setShortcuts([])
    assert "double-click" in editor.empty.sentence.text()


def test_what_is_wider_than_the_view_is_revealed_without_moving_up_or_down(editor: Editor) -> None:
    seen = editor.view.visible_rect()
    editor.view.reveal(seen.adjusted(-50, 100, 50, -100))
    assert editor.view.visible_rect().top() == pytest.approx(seen.top(), abs=1)


def test_the_minimap_moves_what_is_seen(editor: Editor) -> None:
    before = editor.view.centre()
    QTest.mouseClick(editor.minimap, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(8, 8))
    assert editor.view.centre() != before


def test_an_edit_of_500_nodes_redraws_only_what_differs(editor: Editor) -> None:
    nodes = [Node("n0", "input", {"shape": (4,)}, (0.0, 0.0))]
    nodes += [Node(f"n{i}", "relu", {}, (160.0 * (i % 25), 160.0 * (i // 25))) for i in range(1, 500)]
    edges = tuple(Edge(f"n{i}", f"n{i + 1}") for i in range(499))
    editor.document.open(Project(network=Network(tuple(nodes), edges)))
    items = dict(editor.scene.nodes)
    wires = dict(editor.scene.wires)
    routed: list[Edge] = []
    original = editor.scene._route
    editor.scene._route = lambda edges: original(edge for edge in edges if routed.append(edge) is None)  # type: ignore[method-assign]
    editor.commands.move(("n30",), 0, 8)
    assert editor.scene.nodes == items
    assert editor.scene.wires == wires
    assert 0 < len(routed) < 40
    editor.document.edit_network("connect", connect(editor.document.network, "n0", "n499"))
    check_scene(editor)


def test_the_buttons_over_the_canvas_never_lie_on_each_other(editor: Editor) -> None:
    for width in (1000, 560, 520, 500):
        editor.resize(width, 600)
        tools, zoom = editor.tools, editor.zoom_bar
        assert not tools.geometry().intersects(zoom.geometry())
        assert tools.add.accessibleName() == "Add layer"
    assert tools.add.text() == tools.arrange.text() == ""
    editor.resize(1000, 600)
    assert (tools.add.text(), tools.arrange.text()) == ("Add layer", "Arrange")
