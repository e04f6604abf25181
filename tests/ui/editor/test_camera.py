"""Seeing: wheel, pinch, panning with each button, the minimap, and what is brought into view."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from explorer.network import move
from tests.ui.editor.conftest import Hand, small_network
from ui.editor.editor import Editor

CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier,
)  # fmt: skip


def wheel(
    editor: Editor, at: QPoint, angle: QPoint, held: Qt.KeyboardModifier = NONE, pixels: QPoint | None = None
) -> None:
    """Turn the wheel, or (with pixels) move two fingers."""
    viewport = editor.view.viewport()
    event = QWheelEvent(
        QPointF(at), viewport.mapToGlobal(QPointF(at)), pixels or QPoint(), angle, Qt.MouseButton.NoButton, held,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def origin(editor: Editor) -> QPoint:
    """Where the scene's origin is in the view."""
    return editor.view.mapFromScene(QPointF(0, 0))


def test_the_wheel_pans_and_zooms_about_the_pointer(editor: Editor) -> None:
    editor.zoom_whole()
    before, at = origin(editor), QPoint(300, 200)
    wheel(editor, at, QPoint(0, -120))
    assert origin(editor) - before == QPoint(0, -60)
    wheel(editor, at, QPoint(0, -120), SHIFT)
    assert origin(editor) - before == QPoint(-60, -60)
    under = editor.view.mapToScene(at)
    wheel(editor, at, QPoint(0, 240), CTRL)
    assert editor.view.zoom == pytest.approx(1.25**2)
    assert (editor.view.mapFromScene(under) - at).manhattanLength() <= 2


def test_a_view_that_was_moved_by_hand_keeps_its_middle_when_a_dock_opens(editor: Editor) -> None:
    editor.show_part(0.8, QPointF(123, 45))
    for width in (701, 1000, 655, 1000):
        editor.resize(width, editor.height())
        assert editor.view.centre().x() == pytest.approx(123, abs=2)
    assert editor.view.centre().y() == pytest.approx(45, abs=2)


def test_two_fingers_pan_by_pixels(editor: Editor) -> None:
    before = origin(editor)
    wheel(editor, QPoint(300, 200), QPoint(-24, 16), pixels=QPoint(-12, 7))
    assert origin(editor) - before == QPoint(-12, 7)


def test_a_pinch_on_a_touchpad_zooms_about_the_pointer(editor: Editor) -> None:
    editor.zoom_whole()
    at = QPointF(300, 200)
    under = editor.view.mapToScene(at.toPoint())
    for value in (0.2, 0.25, -0.1):
        event = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, at, at,
            editor.view.viewport().mapToGlobal(at), value, QPointF(),
        )  # fmt: skip
        QApplication.sendEvent(editor.view.viewport(), event)
    assert editor.view.zoom == pytest.approx(1.2 * 1.25 * 0.9)
    assert (editor.view.mapFromScene(under) - at.toPoint()).manhattanLength() <= 3


def test_a_pinch_on_a_touch_screen_zooms(editor: Editor) -> None:
    editor.zoom_whole()
    device, viewport = QTest.createTouchDevice(), editor.view.viewport()
    touch = QTest.touchEvent(viewport, device)
    touch.press(0, QPoint(280, 200), viewport).press(1, QPoint(320, 200), viewport).commit()
    for apart in range(30, 100, 10):
        touch = QTest.touchEvent(viewport, device)
        touch.move(0, QPoint(300 - apart, 200), viewport).move(1, QPoint(300 + apart, 200), viewport).commit()
    touch = QTest.touchEvent(viewport, device)
    touch.release(0, QPoint(210, 200), viewport).release(1, QPoint(390, 200), viewport).commit()
    assert editor.view.zoom > 1.5
    assert editor.document.network == small_network()


@pytest.mark.parametrize("way", ["middle", "space", "hand"])
def test_the_canvas_is_dragged(editor: Editor, hand: Hand, way: str) -> None:
    """Also where a node lies, which stays where it is."""
    if way == "space":
        QTest.keyPress(editor.view, Qt.Key.Key_Space)
    elif way == "hand":
        hand.key(Qt.Key.Key_H)
    button = Qt.MouseButton.MiddleButton if way == "middle" else Qt.MouseButton.LeftButton
    start, before = hand.at(hand.body("h")), origin(editor)
    viewport = editor.view.viewport()
    QTest.mousePress(viewport, button, NONE, start)
    assert viewport.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    QTest.mouseMove(viewport, start + QPoint(31, -17))
    assert origin(editor) - before == QPoint(31, -17)
    hand.key(Qt.Key.Key_Escape)
    assert origin(editor) == before
    QTest.mouseRelease(viewport, button, NONE, start)
    assert editor.document.network == small_network()
    assert editor.scope.selection == ()


def test_the_selected_layers_are_shown(editor: Editor, hand: Hand) -> None:
    editor.scope.select(("h", "loose"))
    hand.key(Qt.Key.Key_F, SHIFT)
    seen, wanted = editor.view.visible_rect(), editor.scene.content_rect(("h", "loose"))
    assert seen.contains(wanted)
    assert (seen.center() - wanted.center()).manhattanLength() < seen.width() / 4
    editor.scope.select(())
    hand.key(Qt.Key.Key_F, SHIFT)
    assert editor.view.visible_rect().contains(editor.scene.content_rect())


def test_what_is_seen_stays_after_an_edit_once_a_person_has_looked_elsewhere(editor: Editor) -> None:
    QTest.mouseClick(editor.minimap, Qt.MouseButton.LeftButton, NONE, QPoint(10, 10))
    seen = editor.view.visible_rect()
    editor.commands.move(("x",), 2000, 0)
    assert editor.view.visible_rect() == seen


def test_the_frame_of_the_minimap_keeps_to_the_hand(editor: Editor) -> None:
    """However far it is dragged: what is mapped stays the same meanwhile."""
    editor.document.edit_network("far", move(editor.document.network, {"loose": (6000.0, 3000.0)}))
    editor.zoom_whole()
    minimap: QWidget = editor.minimap
    scale, corner = editor.minimap._mapping()
    start = ((editor.view.centre() - corner) * scale + QPointF(6, 6)).toPoint()
    QTest.mousePress(minimap, Qt.MouseButton.LeftButton, NONE, start)
    before = editor.view.centre()
    for step in (1, 2, 3):
        QTest.mouseMove(minimap, start + QPoint(12 * step, 8 * step))
        moved = editor.view.centre() - before
        assert moved.x() * scale == pytest.approx(12 * step, abs=1.5)
        assert moved.y() * scale == pytest.approx(8 * step, abs=1.5)
    QTest.mouseRelease(minimap, Qt.MouseButton.LeftButton, NONE, start)
    centre = editor.view.centre()
    QTest.mouseMove(minimap, start)
    assert editor.view.centre() == centre


def test_a_rectangle_comes_into_view_by_the_shortest_way(editor: Editor) -> None:
    editor.zoom_whole()
    seen = editor.view.visible_rect()
    editor.view.reveal(QRectF(seen.right() - 50, seen.center().y(), 100, 40))
    after = editor.view.visible_rect()
    assert after.top() == pytest.approx(seen.top(), abs=1.5)
    assert after.left() - seen.left() == pytest.approx(50 + 32, abs=2)
    editor.view.reveal(QRectF(after.center(), after.center() + QPointF(10, 10)))
    assert editor.view.visible_rect() == after
    huge = after.adjusted(-900, -900, 1500, 900)
    editor.view.reveal(huge)
    assert (editor.view.centre() - huge.center()).manhattanLength() < 4
