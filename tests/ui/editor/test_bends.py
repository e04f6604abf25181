"""Wires through points of a person's own, and wires as curves: where they go, and what dragging does to them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from explorer.network import Edge
from ui.editor.bends import curve, handle_at, is_idle, place_for, through
from ui.editor.editor import Editor

places = st.tuples(st.integers(-500, 500).map(float), st.integers(-500, 500).map(float))


@given(start=places, end=places, via=st.lists(places, max_size=4))
def test_a_bent_way_has_right_angles_and_goes_through_its_points(
    start: tuple[float, float], end: tuple[float, float], via: list[tuple[float, float]]
) -> None:
    points = through(QPointF(*start), QPointF(*end), via)
    assert (points[0], points[-1]) == (QPointF(*start), QPointF(*end))
    for one, two in itertools.pairwise(points):
        assert one.x() == two.x() or one.y() == two.y()
    for x, y in via:
        assert any(abs(point.x() - x) + abs(point.y() - y) < 1e-9 for point in points)


@given(start=places, end=places, via=st.lists(places, max_size=4))
def test_a_curve_goes_through_its_points_and_leaves_level(
    start: tuple[float, float], end: tuple[float, float], via: list[tuple[float, float]]
) -> None:
    points = curve(QPointF(*start), QPointF(*end), via)
    for x, y in (start, *via, end):
        assert any(abs(point.x() - x) + abs(point.y() - y) < 1e-6 for point in points)
    first = points[1] - points[0]
    assert first.x() > 0
    assert abs(first.y()) <= abs(end[1] - start[1]) + 500


def test_a_new_point_goes_between_those_it_lies_between() -> None:
    points = [QPointF(0, 0), QPointF(100, 0), QPointF(100, 100), QPointF(200, 100)]
    via = [(50.0, 0.0), (100.0, 60.0)]
    assert [place_for(points, via, QPointF(*at)) for at in ((10, 3), (97, 20), (150, 104))] == [0, 1, 2]
    assert handle_at(via, QPointF(104, 63)) == 1
    assert handle_at(via, QPointF(75, 0)) is None
    assert is_idle([(50.0, 1.0)], 0, QPointF(0, 0), QPointF(100, 0))
    assert not is_idle([(50.0, 40.0)], 0, QPointF(0, 0), QPointF(100, 0))


@pytest.fixture
def edge(editor: Editor) -> Edge:
    return next(iter(editor.scene.wires))


def middle(editor: Editor, edge: Edge) -> QPoint:
    points = editor.scene.wires[edge].points
    return editor.view.mapFromScene((points[0] + points[1]) / 2)


def drag(editor: Editor, start: QPoint, way: QPoint, release: bool = True) -> None:
    port = editor.view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for part in (3, 2, 1):
        QTest.mouseMove(port, start + way / part)
    if release:
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + way)


def via(editor: Editor, edge: Edge) -> tuple[tuple[float, float], ...]:
    return next(known.via for known in editor.scope.network.edges if known == edge)


def test_dragging_a_wire_bends_it_and_one_undo_takes_it_back(editor: Editor, edge: Edge) -> None:
    before = list(editor.scene.wires[edge].points)
    drag(editor, middle(editor, edge), QPoint(0, 70))
    assert len(via(editor, edge)) == 1
    assert editor.scene.wires[edge].points != before
    assert editor.document.undo_stack.undoText() == f"bend the wire {edge.source} → {edge.target}"
    editor.document.undo_stack.undo()
    assert via(editor, edge) == ()
    assert editor.scene.wires[edge].points == before


def test_a_point_is_dragged_on_and_goes_when_the_wire_is_straight_again(editor: Editor, edge: Edge) -> None:
    start = middle(editor, edge)
    drag(editor, start, QPoint(0, 70))
    (bend,) = via(editor, edge)
    at = editor.view.mapFromScene(QPointF(*bend))
    drag(editor, at, QPoint(0, -130))
    assert len(via(editor, edge)) == 1
    (bend,) = via(editor, edge)
    drag(editor, editor.view.mapFromScene(QPointF(*bend)), start - editor.view.mapFromScene(QPointF(*bend)))
    assert via(editor, edge) == ()


def test_escape_and_a_click_bend_nothing(editor: Editor, edge: Edge) -> None:
    before, count = list(editor.scene.wires[edge].points), editor.document.undo_stack.count()
    drag(editor, middle(editor, edge), QPoint(0, 90), release=False)
    assert editor.scene.wires[edge].points != before
    QTest.keyClick(editor.view, Qt.Key.Key_Escape)
    assert editor.scene.wires[edge].points == before
    QTest.mouseRelease(editor.view.viewport(), Qt.MouseButton.LeftButton)
    QTest.mouseClick(editor.view.viewport(), Qt.MouseButton.LeftButton, pos=middle(editor, edge))
    assert editor.scene.selected_edges == {edge}
    assert editor.document.undo_stack.count() == count


def test_bends_move_with_both_their_nodes_and_go_when_all_is_arranged(editor: Editor, edge: Edge) -> None:
    editor.commands.bend(edge, [(30.0, 200.0)])
    editor.scene.preview_move((edge.source, edge.target), 16, 24)
    assert QPointF(46, 224) in editor.scene.wires[edge].points
    editor.scene.end_preview()
    assert QPointF(30, 200) in editor.scene.wires[edge].points
    editor.commands.move((edge.source, edge.target), 16, 24)
    assert via(editor, edge) == ((46.0, 224.0),)
    editor.commands.move((edge.source,), 8, 0)
    assert via(editor, edge) == ((46.0, 224.0),)
    editor.commands.arrange()
    assert via(editor, edge) == ()


def test_curved_wires_go_through_their_bends_too(editor: Editor, edge: Edge) -> None:
    editor.commands.bend(edge, [(30.0, 200.0)])
    editor.scene.set_curved(True)
    points = editor.scene.wires[edge].points
    assert len(points) > 20
    assert QPointF(30, 200) in points
    where = points[len(points) // 4]
    assert editor.scene.hit(where).edge == edge or editor.scene.hit(where).node is not None
    editor.scene.set_curved(False)
    assert len(editor.scene.wires[edge].points) < 10
