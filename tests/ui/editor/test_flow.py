"""A network that runs down: ports on top and at the bottom, and everything that follows from it."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from explorer.network import Edge, Network
from explorer.project.format import dumps_project, loads_project
from explorer.project.model import Project
from tests.ui.editor.conftest import Hand, check_scene, small_network, undone
from ui.editor.bends import curve
from ui.editor.editor import Editor
from ui.editor.routing import boxes_of, no_boxes
from ui.editor.way import find_way, mirror


@pytest.fixture
def down(editor: Editor, hand: Hand) -> Editor:
    """The small network, arranged from top to bottom."""
    editor.arrange("down")
    editor.zoom_whole()
    editor.view.centre_on(editor.scene.content_rect().center())
    return editor


def test_arranging_down_is_one_edit_and_is_kept_in_the_file(editor: Editor) -> None:
    editor.arrange("down")
    network = editor.scope.network
    assert network.flow == "down"
    assert loads_project(dumps_project(Project(network=network), ".json").decode()).network == network
    undone(editor, "arrange layers")
    editor.arrange("right")
    assert editor.scope.network.flow == "right"
    check_scene(editor)


def test_ports_are_on_top_and_at_the_bottom(down: Editor) -> None:
    check_scene(down)
    for item in down.scene.nodes.values():
        box = item.box()
        assert item.output_place() == QPointF(box.center().x(), box.bottom())
        inputs = [item.input_place(port) for port in range(item.look.ports)]
        assert all(place.y() == box.top() for place in inputs)
        assert all(two.x() - one.x() >= 20 for one, two in itertools.pairwise(inputs))
        assert [item.port_at(place) for place in inputs] == list(range(len(inputs)))
        assert item.port_at(item.output_place()) == -1
    points = down.scene.wires[Edge("x", "h")].points
    assert [point.x() for point in points] == [points[0].x()] * len(points)


def test_wires_are_drawn_and_offered(down: Editor, hand: Hand) -> None:
    hand.drag(hand.output("h"), hand.input("loose"))
    assert Edge("h", "loose") in down.scope.network.edges
    free = hand.output("both") + QPointF(60, 60)
    hand.drag(hand.output("both"), free)
    QTest.keyClicks(down.adding.popup.search, "softmax")
    QTest.keyClick(down.adding.popup.search, Qt.Key.Key_Return)
    assert Edge("both", "softmax") in down.scope.network.edges
    assert (hand.input("softmax") - free).manhattanLength() < 90
    check_scene(down)


def test_what_is_inserted_makes_room_below(down: Editor, hand: Hand) -> None:
    hand.drag(hand.body("loose"), (hand.output("h") + hand.input("act")) / 2)
    assert Edge("h", "loose") in down.scope.network.edges
    tops = [down.scene.nodes[name].box().top() for name in ("x", "h", "loose", "act", "both")]
    assert tops == sorted(tops)
    boxes = [item.box() for item in down.scene.nodes.values()]
    assert not any(one.intersects(two) for one in boxes for two in boxes if one is not two)
    down.scope.select(("both",))
    down.add_kind("softmax")
    assert down.scene.nodes["softmax"].box().top() > down.scene.nodes["both"].box().bottom()


def test_keys_walk_up_into_the_source_and_down_to_the_reader(down: Editor, hand: Hand) -> None:
    down.scope.select(("h",))
    found = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up):
        hand.key(key)
        found += down.scope.selection
    assert found == ["act", "both", "act", "h", "x"]


def test_layers_without_a_place_are_laid_out_down(editor: Editor) -> None:
    nodes = tuple(type(node)(node.id, node.kind, node.params) for node in small_network().nodes)
    editor.document.open(Project(network=Network(nodes, small_network().edges, flow="down")))
    check_scene(editor)
    tops = [editor.scene.nodes[name].box().top() for name in ("x", "h", "act", "both")]
    assert tops == sorted(set(tops))


def test_opening_another_network_turns_the_ports_back(down: Editor) -> None:
    down.document.open(Project(network=small_network()))
    check_scene(down)
    assert all(item.output_place().x() == item.box().right() for item in down.scene.nodes.values())


def test_ways_down_are_ways_to_the_right_mirrored() -> None:
    start, end = QPointF(0, 0), QPointF(300, 40)
    boxes = (QRectF(-100, -60, 100, 100), QRectF(300, -20, 100, 100))
    between = boxes_of([QRectF(120, -50, 60, 120)])
    right = find_way((start, end), boxes, lambda: between, lane=1)
    down = find_way(
        (mirror(start), mirror(end)), (QRectF(-60, -100, 100, 100), QRectF(-20, 300, 100, 100)),
        lambda: boxes_of([QRectF(-50, 120, 120, 60)]), lane=1, flow="down",
    )  # fmt: skip
    assert down == [mirror(point) for point in right]
    assert find_way((start, end), boxes, no_boxes, curved=True) == curve(start, end)
