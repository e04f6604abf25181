"""DragNodes: press a node to select it, and drag it with all that is selected."""

from __future__ import annotations

from ui.editor.gestures.gesture import Canvas, Gesture, Pointer
from ui.editor.layout import snap

_SLACK = 3


class DragNodes(Gesture):
    """Moves the selected nodes on the grid; nothing is edited before the button is released."""

    def __init__(self, canvas: Canvas, node: str) -> None:
        super().__init__(canvas)
        self._node = node
        self._before = canvas.document.selection
        self._pressed: Pointer | None = None
        self._dragged = False
        self._narrow = False

    def start(self, pointer: Pointer) -> None:
        self._pressed = pointer
        document = self.canvas.document
        self.scene.select_edges(())
        chosen = document.selection
        if pointer.adding:
            kept = tuple(name for name in chosen if name != self._node)
            document.select(kept if self._node in chosen else (*chosen, self._node))
        elif self._node not in chosen:
            document.select((self._node,))
        else:
            # A click on one of several selects it alone, but only once it is clear that it is no drag.
            self._narrow = True

    def move(self, pointer: Pointer) -> None:
        if self._pressed is None:
            return
        if not self._dragged and (pointer.view - self._pressed.view).manhattanLength() <= _SLACK:
            return
        self._dragged = True
        self.scene.preview_move(self.canvas.document.selection, *self._step(pointer))

    def end(self, pointer: Pointer) -> None:
        if self._dragged:
            step = self._step(pointer)
            self.scene.end_preview()
            self.canvas.commands.move(self.canvas.document.selection, *step)
        elif self._narrow:
            self.canvas.document.select((self._node,))

    def cancel(self) -> None:
        if self._dragged:
            self.scene.end_preview()
        self.canvas.document.select(self._before)

    def _step(self, pointer: Pointer) -> tuple[float, float]:
        """How far to move, such that the pressed node comes to lie on the grid."""
        if self._pressed is None:
            return 0.0, 0.0
        way = pointer.scene - self._pressed.scene
        x, y = self.scene.home(self._node)
        goal = snap((x + way.x(), y + way.y()))
        return goal[0] - x, goal[1] - y
