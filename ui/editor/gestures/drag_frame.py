"""DragFrame: press the title of a frame to select what is in it, and drag it with all its nodes."""

from __future__ import annotations

from ui.editor.gestures.drag_nodes import DragNodes
from ui.editor.gestures.gesture import Canvas, Pointer


class DragFrame(DragNodes):
    """Moves a frame; a click selects its nodes."""

    def __init__(self, canvas: Canvas, frame_id: str) -> None:
        self._members = canvas.editor_scene().frames.items[frame_id].frame.nodes
        super().__init__(canvas, self._members[0])

    def start(self, pointer: Pointer) -> None:
        chosen = self.canvas.document.selection
        more = tuple(name for name in chosen if name not in self._members) if pointer.adding else ()
        self.canvas.document.select((*more, *self._members))
        super().start(pointer)
        self._click = None
