"""Which gesture a press of the mouse begins, by what lies under it, the button, and the keys that are held."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ui.editor.gestures.area import Band, Lasso
from ui.editor.gestures.bend_wire import BendWire
from ui.editor.gestures.drag_frame import DragFrame
from ui.editor.gestures.drag_nodes import DragNodes
from ui.editor.gestures.draw_wire import DrawWire
from ui.editor.gestures.gesture import Canvas, Gesture, Pointer
from ui.editor.gestures.pan import Pan


def gesture_for(canvas: Canvas, button: Qt.MouseButton, pointer: Pointer, space: bool) -> Gesture | None:
    """The gesture, or None where a press does all at once; ``space``: the left button moves the canvas too."""
    left = button == Qt.MouseButton.LeftButton
    if button == Qt.MouseButton.MiddleButton or (left and (space or canvas.tool == "hand")):
        return Pan(canvas)
    if not left:
        return None
    hit = canvas.editor_scene().hit(pointer.scene)
    if hit.node is not None:
        return DragNodes(canvas, hit.node) if hit.port is None else DrawWire(canvas, hit.node, hit.port)
    if hit.edge is not None:
        return BendWire(canvas, hit.edge)
    if hit.frame is not None:
        return DragFrame(canvas, hit.frame)
    by_hand = canvas.tool == "lasso" or (pointer.shift and pointer.ctrl)
    return Lasso(canvas) if by_hand else Band(canvas)
