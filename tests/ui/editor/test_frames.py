"""Frames on the canvas: they follow their nodes, are dragged by their titles, and take in what is dropped."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from explorer.annotate import find_frame
from explorer.network import NetworkError
from ui import theme
from ui.editor.editor import Editor
from ui.editor.frame_item import TITLE, frame_rect


@pytest.fixture
def framed(editor: Editor) -> str:
    """The id of a frame round the first two nodes."""
    frame = editor.commands.frame(list(editor.scene.nodes)[:2])
    editor.fit()
    return frame


def members(editor: Editor, frame: str) -> tuple[str, ...]:
    return find_frame(editor.scope.network, frame).nodes


def drag(editor: Editor, start: QPointF, end: QPointF, release: bool = True) -> None:
    port, view = editor.view.viewport(), editor.view
    here, there = view.mapFromScene(start), view.mapFromScene(end)
    QTest.mousePress(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, here)
    for part in (4, 2, 1):
        QTest.mouseMove(port, here + (there - here) / part)
    if release:
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, there)


def test_a_frame_goes_round_its_nodes_wherever_they_go(editor: Editor, framed: str) -> None:
    item, names = editor.scene.frames.items[framed], members(editor, framed)
    assert item.rect() == frame_rect(editor.scene.content_rect(names), False)
    editor.commands.move(names[:1], -160, 80)
    assert item.rect() == frame_rect(editor.scene.content_rect(names), False)
    editor.scene.preview_move(names[:1], -16, 8)
    assert item.rect() == frame_rect(editor.scene.content_rect(names), False)
    editor.scene.end_preview()
    assert editor.scene.content_rect().contains(item.rect())
    editor.document.undo_stack.undo()
    editor.document.undo_stack.undo()
    assert editor.scene.frames.items == {}


def test_its_title_selects_and_drags_all_of_it_as_one_edit(editor: Editor, framed: str) -> None:
    names = members(editor, framed)
    title = editor.scene.frames.items[framed].title_band().topLeft() + QPointF(30, TITLE / 2)
    QTest.mouseClick(editor.view.viewport(), Qt.MouseButton.LeftButton, pos=editor.view.mapFromScene(title))
    assert set(editor.scope.selection) == set(names)
    count = editor.document.undo_stack.count()
    start = {name: editor.scene.home(name) for name in names}
    drag(editor, title, title + QPointF(0, 64))
    assert all(editor.scene.home(name)[1] > start[name][1] + 32 for name in names)
    assert members(editor, framed) == names
    assert editor.document.undo_stack.count() == count + 1
    editor.document.undo_stack.undo()
    assert {name: editor.scene.home(name) for name in names} == start


def test_a_node_dropped_inside_belongs_to_it_and_one_dragged_out_does_not(editor: Editor, framed: str) -> None:
    other = next(name for name in editor.scene.nodes if name not in members(editor, framed))
    item = editor.scene.frames.items[framed]
    node = editor.scene.nodes[other]
    grip = node.box().topLeft() + QPointF(node.size[0] - 16, 14)
    inside = QPointF(item.rect().center().x(), item.rect().bottom() - 8)
    drag(editor, grip, inside, release=False)
    assert item.lit
    QTest.mouseRelease(
        editor.view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        editor.view.mapFromScene(inside),
    )
    assert not item.lit
    assert other in members(editor, framed)
    assert editor.document.undo_stack.undoText() == f"put {other} into a frame"
    grip = node.box().topLeft() + QPointF(node.size[0] - 16, 14)
    drag(editor, grip, item.rect().bottomLeft() + QPointF(60, 300))
    assert other not in members(editor, framed)
    assert editor.document.undo_stack.undoText() == f"take {other} out of a frame"


def test_moving_a_member_within_its_frame_changes_no_membership(editor: Editor, framed: str) -> None:
    names = members(editor, framed)
    node = editor.scene.nodes[names[1]]
    grip = node.box().topLeft() + QPointF(node.size[0] - 16, 14)
    assert editor.scene.frames.home_for((names[1],), node.box().center()) in (None, "")
    assert editor.scene.frames.home_for(names, QPointF(9999, 9999)) is None
    drag(editor, grip, grip, release=True)
    assert members(editor, framed) == names


def test_titles_are_plain_text_and_elided(editor: Editor, framed: str) -> None:
    long = "<b>" + "ж" * 10_000 + "\u202e\n"
    editor.commands.set_frame(framed, title=long, note="x" * 5_000)
    item = editor.scene.frames.items[framed]
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    for zoom in (0.05, 0.5, 1.0, 3.0):
        with QPainter(image) as painter:
            painter.scale(zoom, zoom)
            item.paint_plain(painter)
    assert editor.scene.tip(item.title_band().center()).startswith("<b>ж")


def test_far_out_a_title_can_still_be_read(editor: Editor, framed: str) -> None:
    editor.commands.set_frame(framed, title="encoder", colour="teal")
    tokens = theme.current().tokens
    images = []
    for title in ("encoder", ""):
        editor.commands.set_frame(framed, title=title)
        image = QImage(400, 200, QImage.Format.Format_RGB32)
        image.fill(tokens.color("canvas"))
        with QPainter(image) as painter:
            painter.scale(0.3, 0.3)
            painter.translate(-editor.scene.content_rect().topLeft())
            editor.scene.paint_far(painter, editor.scene.content_rect(), 0.3)
        images.append(image)
    assert images[0] != images[1]


def test_a_frame_of_nothing_is_refused(editor: Editor) -> None:
    with pytest.raises(NetworkError, match="Select the layers"):
        editor.commands.frame([])
    assert editor.scene.frames.at_title(QPointF(0, 0)) is None
