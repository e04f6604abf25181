"""Large networks: what is drawn far out and near to, and that arrays and items agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from explorer.network import Edge, Network, Node
from explorer.project.model import Project
from tests.ui.editor.conftest import Hand
from ui import theme
from ui.document import Document
from ui.editor.boxes import Boxes, Ways
from ui.editor.editor import Editor

RECT = st.tuples(*[st.integers(-50, 50)] * 2, *[st.integers(0, 30)] * 2).map(lambda r: QRectF(*map(float, r)))


def grabbed(editor: Editor) -> QImage:
    """What the canvas shows."""
    return editor.view.viewport().grab().toImage()


def colour_at(editor: Editor, where: QPointF) -> str:
    """The colour of the canvas at a point of the scene."""
    return grabbed(editor).pixelColor(editor.view.mapFromScene(where)).name().upper()


@given(st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), RECT)), max_size=200), RECT)
def test_boxes_are_what_a_dict_of_rectangles_would_be(changes: list[tuple[int, QRectF | None]], area: QRectF) -> None:
    boxes: Boxes[int] = Boxes()
    known: dict[int, QRectF] = {}
    for key, rect in changes:
        if rect is None:
            boxes.drop(key)
            known.pop(key, None)
        else:
            boxes.put(key, rect.left(), rect.top(), rect.right(), rect.bottom())
            boxes.set_style(key, key)
            known[key] = rect
    assert len(boxes) == len(known)
    closed = area.adjusted(-0.5, -0.5, 0.5, 0.5)
    assert set(boxes.within(area)) == {
        key for key, r in known.items() if r.adjusted(-0.1, -0.1, 0.1, 0.1).intersects(closed)
    }
    rows = np.arange(len(boxes))
    assert boxes.keys(rows) == boxes.styles.tolist()
    if known:
        assert boxes.bounds().left() == min(r.left() for r in known.values())
        assert boxes.bounds(list(known)[:1]).bottom() == next(iter(known.values())).bottom()
    else:
        assert boxes.bounds().isNull()


def test_ways_keep_every_stretch() -> None:
    ways: Ways[str] = Ways()
    for number in range(100):
        ways.put_way(f"w{number}", [(0, number), (10, number), (10, number + 5)])
    ways.put_way("long", [(float(x), 0.0) for x in range(12)])
    ways.drop("w0")
    assert len(ways.stretches(ways.rows(["w7"]))) == 2
    assert ways.stretches(ways.rows(["w7"])).tolist() == [[0, 7, 10, 7], [10, 7, 10, 12]]
    assert len(ways.stretches(ways.rows(["long"]))) == 11
    assert len(ways.stretches(ways.touching(QRectF(-1e3, -1e3, 1e4, 1e4)))) == 99 * 2 + 11
    ways.put_way("long", [(0, 0), (5, 0)])
    assert ways.stretches(ways.rows(["long"])).tolist() == [[0, 0, 5, 0]]


def test_far_out_nodes_are_blocks_of_their_category(editor: Editor) -> None:
    tokens = theme.current().tokens
    editor.view.zoom_to(0.2)
    corner = {name: item.pos() + QPointF(15, 15) for name, item in editor.scene.nodes.items()}
    assert colour_at(editor, corner["h"]) == tokens.blocks[0].upper()
    assert colour_at(editor, corner["act"]) not in (tokens.blocks[0].upper(), tokens.canvas.upper())
    assert colour_at(editor, corner["loose"]) == tokens.prob.upper()
    editor.document.select(("h",))
    assert colour_at(editor, corner["h"]) == tokens.accfill.upper()


def test_far_out_a_dragged_node_leaves_nothing_behind(editor: Editor, hand: Hand) -> None:
    editor.view.zoom_to(0.3)
    before = editor.scene.nodes["h"].pos() + QPointF(15, 15)
    hand.press(before)
    hand.move(before + QPointF(0, 200))
    hand.move(before + QPointF(0, 400))
    canvas = theme.current().tokens.canvas.upper()
    assert colour_at(editor, before) == canvas
    assert colour_at(editor, before + QPointF(0, 400)) != canvas
    hand.release(before + QPointF(0, 400))
    assert editor.document.network.by_id["h"].position == (200, 400)


@pytest.mark.parametrize("zoom", [0.2, 1.0])
def test_a_wire_in_hand_is_not_drawn_where_it_was(editor: Editor, hand: Hand, zoom: float) -> None:
    editor.view.zoom_to(zoom)
    start, end = editor.scene.wires[next(e for e in editor.scene.wires if e.target == "h")].points
    middle = start + (end - start) * 0.75
    canvas = theme.current().tokens.canvas.upper()
    assert colour_at(editor, middle) != canvas
    hand.press(end)
    hand.move(end + QPointF(0, 300))
    assert colour_at(editor, middle) == canvas
    editor.view.cancel_gesture()
    assert colour_at(editor, middle) != canvas


def test_in_a_hurry_old_pictures_serve_and_rest_makes_them_sharp(editor: Editor, qtbot: object) -> None:
    view, pictures = editor.view, editor.scene.pictures
    sharp = grabbed(editor)
    assert not pictures.behind
    pictures.begin(-1.0)
    pictures.clear()
    view.hurry()
    view.zoom_to(1.3)
    for _ in range(2):
        grabbed(editor)
    view.zoom_to(1.0)
    view.editor_scene().pictures.begin(None)
    qtbot.waitUntil(lambda: not view.hurried)  # type: ignore[attr-defined]
    assert grabbed(editor) == sharp


def test_pictures_beyond_the_limit_are_forgotten(editor: Editor) -> None:
    pictures = editor.scene.pictures
    pictures.most_bytes = 1
    grabbed(editor)
    seen = len(pictures)
    assert seen == 5
    editor.view.pan(-100_000, 0)
    grabbed(editor)
    editor.view.pan(100_000, 0)
    editor.view.centre_on(editor.scene.nodes["loose"].box().center() + QPointF(-300, 300))
    grabbed(editor)
    assert 0 < len(pictures) <= seen


def test_a_network_too_large_for_the_smallest_zoom_can_be_seen_whole(editor: Editor) -> None:
    editor.commands.move({"loose"}, 0, 60_000)
    editor.fit()
    assert editor.view.visible_rect().contains(editor.scene.content_rect())
    assert editor.view.zoom < 0.1


def test_tips_tell_what_is_cut(editor: Editor, hand: Hand) -> None:
    hit = editor.scene.tip(hand.body("h"))
    assert "Dense" in hit
    assert "4" in hit
    wire = next(iter(editor.scene.wires.values()))
    assert editor.scene.tip((wire.points[0] + wire.points[-1]) / 2).startswith("x → h")
    assert editor.scene.tip(QPointF(-900, -900)) == ""


def test_a_node_tells_its_memory_and_cost_for_an_example(qtbot: QtBot) -> None:
    nodes = (Node("x", "input", {"shape": (1, 8, 8)}), Node("c", "conv2d", {"filters": 8, "padding": "same"}),
             Node("loose", "dense"))  # fmt: skip
    editor = Editor(Document(Project(network=Network(nodes, (Edge("x", "c"),)))))
    qtbot.addWidget(editor)
    tip = editor.scene.tip(editor.scene.nodes["c"].box().center())
    # 8·8·8 numbers of 4 bytes; 3·3 products and the bias for each of them.
    assert "80 parameters" in tip
    assert tip.endswith(f"2.0 kB of values, {8 * 8 * 8 * 9:,} MAC per example")
    assert "MAC" not in editor.scene.tip(editor.scene.nodes["loose"].box().center())
