"""BendWire: press a wire to select it, and drag it where it shall go; a point of it that is dragged moves."""

from __future__ import annotations

from explorer.network import Edge, NetworkError, Position
from ui.editor.bends import handle_at, is_idle, place_for
from ui.editor.gestures.gesture import Canvas, Gesture, Pointer
from ui.editor.layout import snap
from ui.editor.way import mirror

_SLACK = 3


class BendWire(Gesture):
    """Leads a wire through one more point, or another; one dragged onto the straight line goes away."""

    def __init__(self, canvas: Canvas, edge: Edge) -> None:
        super().__init__(canvas)
        self._edge = edge
        self._pressed: Pointer | None = None
        self._via: list[Position] = []
        self._place: int | None = None

    def start(self, pointer: Pointer) -> None:
        self._pressed = pointer
        scene = self.scene
        if pointer.adding:
            scene.select_edges(scene.selected_edges ^ {self._edge})
        else:
            self.canvas.document.select(())
            scene.select_edges({self._edge})

    def move(self, pointer: Pointer) -> None:
        if self._pressed is None or self._edge not in self.scene.wires:
            return
        if self._place is None:
            if (pointer.view - self._pressed.view).manhattanLength() <= _SLACK:
                return
            self._take_hold(self._pressed)
        if self._place is not None:
            at = (pointer.scene.x(), pointer.scene.y())
            self._via[self._place] = snap(at) if self.canvas.snapping and not pointer.ctrl else at
            self.scene.preview_bends(self._edge, self._via)

    def end(self, pointer: Pointer) -> None:
        if self._place is None or self._edge not in self.scene.wires:
            return
        wire = self.scene.wires[self._edge]
        first, last, via = wire.points[0], wire.points[-1], self._via
        if self.scene.flow == "down":
            first, last, via = mirror(first), mirror(last), [(y, x) for x, y in via]
        if is_idle(via, self._place, first, last):
            del self._via[self._place]
        self.scene.preview_bends(self._edge, None)
        try:
            self.canvas.commands.bend(self._edge, self._via)
        except NetworkError as error:
            self.canvas.show_note(str(error), pointer.scene)

    def cancel(self) -> None:
        if self._edge in self.scene.wires:
            self.scene.preview_bends(self._edge, None)

    def _take_hold(self, pressed: Pointer) -> None:
        """The point under the pointer, or a new one in the right place."""
        wire = self.scene.wires[self._edge]
        self._via = list(wire.look.via)
        self._place = handle_at(self._via, pressed.scene)
        if self._place is None:
            self._place = place_for(wire.points, self._via, pressed.scene)
            self._via.insert(self._place, (pressed.scene.x(), pressed.scene.y()))
