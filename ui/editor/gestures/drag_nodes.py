"""DragNodes: press a node to select it, and drag it with all that is selected, also into a wire or off its wires."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from explorer.network import Edge, Position, ports_of
from explorer.rewire import detach
from ui.editor.aligning import numbers
from ui.editor.gestures.gesture import Canvas, Gesture, Pointer
from ui.editor.gestures.lit_wire import LitWire, wire_under
from ui.editor.gestures.mark import Mark
from ui.editor.gestures.shake import Shake
from ui.editor.guides import Guides
from ui.editor.layout import snap
from ui.editor.screen import FAR

_SLACK = 3
_REACH = 6.0
"""Pixels of the view within which a node is pulled into line with others."""


class DragNodes(Gesture):
    """Moves the selected nodes; nothing is edited before the button is released.

    They come to lie in line with their neighbours or on the grid; freely while Ctrl is held. With Alt, or when they are
    shaken, they come off their wires, which join up. A node without wires can be let go on a wire, to go into it. Let
    go inside a frame, nodes belong to it; outside, no longer.
    """

    def __init__(self, canvas: Canvas, node: str) -> None:
        super().__init__(canvas)
        self._node = node
        self._before = canvas.document.selection
        self._pressed: Pointer | None = None
        self._dragged = self._off = False
        self._click: tuple[str, ...] | None = None
        """What a click selects, where pressing the button has not selected it already."""
        self._names: tuple[str, ...] = ()
        self._box = QRectF()
        self._guides = Guides(())
        self._shake = Shake()
        self._lit = LitWire(self.scene)
        self._lines = Mark(self.scene)
        self._joined = Mark(self.scene, width=2, dashed=True)

    def start(self, pointer: Pointer) -> None:
        self._pressed = pointer
        document = self.canvas.document
        self.scene.select_edges(())
        chosen = document.selection
        if self._node not in chosen:
            document.select((*chosen, self._node) if pointer.adding else (self._node,))
        else:
            # A click on one of several takes it out, or selects it alone, but only once it is clear that it is no drag.
            self._click = tuple(name for name in chosen if name != self._node) if pointer.adding else (self._node,)

    def move(self, pointer: Pointer) -> None:
        if self._pressed is None:
            return
        if not self._dragged:
            if (pointer.view - self._pressed.view).manhattanLength() <= _SLACK:
                return
            self._begin_drag()
        if not self._off and (pointer.alt or self._shake.felt(pointer.view.x(), pointer.time)):
            self._come_off()
        step = self._step(pointer)
        self.scene.preview_move(self._names, *step)
        moved = self._box.translated(*step)
        self._show_lines(moved, pointer)
        self._lit.light(self._wire_below(moved, pointer.scene))
        self.scene.frames.light(self.scene.frames.home_for(self._names, pointer.scene) or None)

    def end(self, pointer: Pointer) -> None:
        if self._dragged:
            step, into = self._step(pointer), self._lit.edge
            frame = self.scene.frames.home_for(self._names, pointer.scene)
            self._take_away()
            self.canvas.commands.carry(self._names, *step, off=self._off, into=into, frame=frame)
            if into is not None:
                self.canvas.reveal(self.scene.content_rect(self._names))
        elif self._click is not None:
            self.canvas.document.select(self._click)

    def cancel(self) -> None:
        if self._dragged:
            self._take_away()
        self.canvas.document.select(self._before)

    def _begin_drag(self) -> None:
        self._dragged = True
        self._names = self.canvas.document.selection
        self._box = self.scene.content_rect(self._names)
        if self.canvas.zoom >= FAR:  # further out, nodes are blocks, too small to be lined up by eye
            moved, seen = set(self._names), self.canvas.visible_rect()
            near = [name for name in self.scene.boxes.within(seen) if name not in moved]
            self._guides = Guides(numbers(self.scene.nodes[name].box()) for name in near)

    def _come_off(self) -> None:
        """Show the nodes without their wires, and how these join up."""
        self._off = True
        network = self.canvas.document.network
        after = set(detach(network, self._names).edges)
        self.scene.hide_edges(set(network.edges) - after)
        path = QPainterPath()
        for edge in after - set(network.edges):
            target = self.scene.nodes[edge.target]
            path.moveTo(self.scene.nodes[edge.source].output_place())
            path.lineTo(target.input_place(edge.port))
        self._joined.show(path)

    def _step(self, pointer: Pointer) -> Position:
        """How far to move: the pressed node to the grid, or all together into line with what is near."""
        if self._pressed is None:
            return 0.0, 0.0
        way = pointer.scene - self._pressed.scene
        if pointer.ctrl:
            return float(round(way.x())), float(round(way.y()))
        x, y = self.scene.home(self._node)
        goal = snap((x + way.x(), y + way.y())) if self.canvas.snapping else (round(x + way.x()), round(y + way.y()))
        usual = (goal[0] - x, goal[1] - y)
        free = numbers(self._box.translated(way))
        pulls = [self._guides.pull(free, axis, _REACH / self.canvas.zoom) for axis in (0, 1)]
        moves = (way.x(), way.y())
        steps = [usual[axis] if pull is None else round(moves[axis] + pull, 3) for axis, pull in enumerate(pulls)]
        return steps[0], steps[1]

    def _show_lines(self, moved: QRectF, pointer: Pointer) -> None:
        lines = [] if pointer.ctrl else self._guides.lines(numbers(moved))
        if not lines:
            self._lines.hide()
            return
        path = QPainterPath()
        for x, y, other_x, other_y in lines:
            path.moveTo(x, y)
            path.lineTo(other_x, other_y)
        self._lines.show(path)

    def _wire_below(self, moved: QRectF, where: QPointF) -> Edge | None:
        """The wire that the node would go into: of one node without wires, the one under its box."""
        if len(self._names) != 1:
            return None
        network, name = self.canvas.document.network, self._names[0]
        wired = bool(network.incoming[name] or network.outgoing[name])
        if (wired and not self._off) or not ports_of(network, network.node(name)):
            return None
        return wire_under(self.scene, moved, where, name)

    def _take_away(self) -> None:
        """Show everything as the network has it."""
        self._lit.light(None)
        self.scene.frames.light(None)
        self._lines.hide()
        self._joined.hide()
        self.scene.hide_edges(())
        self.scene.end_preview()
