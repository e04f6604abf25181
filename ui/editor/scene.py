"""The scene: listens to the document, draws the difference between two networks, and never edits anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QGraphicsSceneHelpEvent, QToolTip

from explorer.network import Edge, Flow, Position, reached
from explorer.project.model import Project
from ui import theme
from ui.editor.blocks import HIDDEN, WIRE_STYLES, BlockPainter, block_style, paint_item
from ui.editor.boxes import Boxes, Ways, touching
from ui.editor.frames import Frames
from ui.editor.look import cost_text
from ui.editor.looks import in_order
from ui.editor.node_item import NodeItem
from ui.editor.pictures import Pictures
from ui.editor.places import Places
from ui.editor.routing import NEIGHBOUR
from ui.editor.way import find_way
from ui.editor.wire_item import WireItem
from ui.scope import Scope
from ui.widgets.text import tooltip

_NEAR, _FAR = 40.0, 160.0
_MANY = 500
"""When so many places change, all wires are led anew but those between neighbours."""
_ROOM = 1000.0


@dataclass
class _Moved:
    """The nodes that lie elsewhere or are larger or smaller, and where something was or is now."""

    names: set[str] = field(default_factory=set)
    rects: list[QRectF] = field(default_factory=list)


@dataclass(frozen=True)
class Hit:
    """What lies at a point: a node and perhaps its port (-1: the output), or a wire, or a frame's title, or nothing."""

    node: str | None = None
    port: int | None = None
    edge: Edge | None = None
    frame: str | None = None


class EditorScene(QGraphicsScene):
    """The items of the document's network: ``nodes`` by id, ``wires`` by edge, and where they lie as arrays.

    Near to, Qt draws the items; from far away ``paint_far`` draws the arrays. ``boxes`` and ``ways`` also find what
    lies somewhere: Qt's own index is slow while it changes. ``flow`` is where the network runs to.
    """

    laid_out = Signal()
    """Nodes came, went, moved, or look different."""

    def __init__(self, document: Scope, places: Places, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._places = document, places
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[Edge, WireItem] = {}
        self.boxes: Boxes[str] = Boxes()
        self.ways: Ways[Edge] = Ways()
        self.pictures = Pictures()
        self._blocks = BlockPainter()
        self._others: list[QGraphicsItem] = []
        self.frames = Frames(self, self.boxes)
        self._selected_edges: frozenset[Edge] = frozenset()
        self._lit: frozenset[Edge] = frozenset()
        self._hidden: frozenset[Edge] = frozenset()
        self._bent: dict[Edge, tuple[Position, ...]] = {}
        self._displaced: set[str] = set()
        self._range = QRectF()
        self._curved = False
        self.flow: Flow = "right"
        self._marked: frozenset[str] = frozenset()
        self._touched: frozenset[Edge] = frozenset()
        document.changed.connect(self._on_changed)
        document.opened.connect(self._sync)
        document.selection_changed.connect(self._mark_selection)
        theme.current().changed.connect(self._redraw)
        self._sync()

    @property
    def selected_edges(self) -> frozenset[Edge]:
        """The wires that are selected; wires have no place in the document's selection, which views share."""
        return self._selected_edges

    def select_edges(self, edges: Iterable[Edge]) -> None:
        """Select wires; those that are not there are left out."""
        wanted = frozenset(edge for edge in edges if edge in self.wires)
        if wanted == self._selected_edges:
            return
        changed = wanted ^ self._selected_edges
        self._selected_edges = wanted
        for edge in changed & self.wires.keys():
            self.wires[edge].set_marks(selected=edge in wanted)

    def light_edge(self, edge: Edge, lit: bool) -> None:
        """Draw a wire as one to which something would happen, or as usual."""
        self._lit = self._lit | {edge} if lit else self._lit - {edge}
        if edge in self.wires:
            self.wires[edge].set_marks(hovered=lit)

    def hide_edges(self, edges: Collection[Edge]) -> None:
        """Leave out these wires and no others, as while an end is in someone's hand."""
        hidden = frozenset(edges)
        for edge in (self._hidden ^ hidden) & self.wires.keys():
            self.wires[edge].setVisible(edge not in hidden)
            self.ways.set_style(edge, HIDDEN if edge in hidden else WIRE_STYLES[self.wires[edge].look.state])
        self._hidden = hidden

    def content_rect(self, names: Collection[str] | None = None) -> QRectF:
        """The rectangle round all nodes and frames, or some nodes; null if there are none."""
        return self.boxes.bounds(names) if names is not None else self.boxes.bounds().united(self.frames.bounds())

    def hit(self, where: QPointF) -> Hit:
        """What lies at a point: ports before nodes, nodes before wires."""
        around = QRectF(where.x() - 12, where.y() - 12, 24, 24)
        nodes = [self.nodes[name] for name in self.boxes.within(around)]
        nodes.sort(key=lambda item: item.selected, reverse=True)
        for node in nodes:
            port = node.port_at(where)
            if port is not None:
                return Hit(node.look.id, port)
        for node in nodes:
            if node.box().contains(where):
                return Hit(node.look.id)
        for edge in self.ways.within(around):
            if self.wires[edge].shape().contains(where):
                return Hit(edge=edge)
        return Hit(frame=self.frames.at_title(where))

    def tip(self, where: QPointF) -> str:
        """All that there is to say of what lies at a point, in words; empty where nothing is."""
        hit = self.hit(where)
        if hit.node is not None:
            cost = cost_text(self._document.project, self._document.resolved.layers[hit.node])
            return " · ".join(filter(None, (*self.nodes[hit.node].look.words, cost)))
        if hit.edge is not None:
            return f"{hit.edge.source} → {hit.edge.target}: {self.wires[hit.edge].look.label}"
        if hit.frame is not None:
            return "\n".join(filter(None, self.frames.items[hit.frame].words))
        return ""

    def helpEvent(self, event: QGraphicsSceneHelpEvent) -> None:
        text = self.tip(event.scenePos())
        QToolTip.showText(event.screenPos(), tooltip(text) if text else "", event.widget())
        event.setAccepted(bool(text))

    def addItem(self, item: QGraphicsItem) -> None:
        super().addItem(item)
        if not isinstance(item, NodeItem | WireItem):
            self._others.append(item)

    def removeItem(self, item: QGraphicsItem) -> None:
        super().removeItem(item)
        if item in self._others:
            self._others.remove(item)

    def paint_far(self, painter: QPainter, area: QRectF, zoom: float) -> None:
        """Draw what lies within an area as from far away; the painter draws in coordinates of the scene."""
        others = sorted((item for item in self._others if item.isVisible()), key=lambda item: item.zValue())
        for item in others:
            if item.zValue() < 0:
                paint_item(painter, item)
        lit = self._selected_edges | self._touched | self._lit
        self._blocks.paint_wires(painter, self.ways, lit, area)
        self._blocks.paint_nodes(painter, self.boxes, self._marked, area, zoom, self.pictures.late)
        for item in others:
            if item.zValue() >= 0:
                paint_item(painter, item)

    def paint_map(self, painter: QPainter) -> None:
        """Draw all nodes as plain blocks."""
        self._blocks.paint_map(painter, self.boxes, self._marked)

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show pictures that came out of nodes for one example."""
        self._places.show_values(values)
        self._sync()

    def show_thumbnails(self, shown: bool) -> None:
        """Let nodes have small pictures, or text alone."""
        self._places.show_thumbnails(shown)
        self._sync()

    def home(self, name: str) -> Position:
        """Where a node belongs, whatever a gesture shows meanwhile."""
        return self._places.positions[name]

    def offer_ports(self, fixed: tuple[str, int] | None) -> None:
        """Mark the ports that a wire from ``fixed`` (node and port, -1: output) may end at; None unmarks all."""
        refused: set[str] = set()
        if fixed is not None:
            network = self._document.network
            refused = reached(network, fixed[0], forwards=fixed[1] >= 0)
        for name, item in self.nodes.items():
            fine = fixed is not None and name not in refused
            outputs = fixed is not None and fixed[1] >= 0
            item.offer(frozenset(() if not fine else (-1,) if outputs else range(item.look.ports)))

    def preview_move(self, names: Collection[str], dx: float, dy: float) -> None:
        """Show nodes displaced while they are dragged; ``end_preview`` puts all back to where the network has them."""
        self._displaced.update(names)
        for name in names:
            x, y = self.home(name)
            self.nodes[name].place(x + dx, y + dy)
            self._enter(name)
        wires = self._wires_of(names)
        self._bent = {
            edge: tuple((x + dx, y + dy) for x, y in self.wires[edge].look.via)
            for edge in wires
            if self.wires[edge].look.via and edge.source in names and edge.target in names
        }
        self._route(wires)
        self.frames.follow()
        self.laid_out.emit()

    def preview_bends(self, edge: Edge, via: Sequence[Position] | None) -> None:
        """Show a wire led through points while one is dragged; None shows it as the network has it."""
        self._bent = {} if via is None else {edge: tuple(via)}
        self._route([edge])

    def set_curved(self, curved: bool) -> None:
        """Draw wires as curves, or with right angles."""
        if curved != self._curved:
            self._curved = curved
            self._route(self.wires)
            self.update()

    def end_preview(self) -> None:
        """Show every node where the network has it."""
        self._bent = {}
        self._route(self._concerned(self._place_nodes(())))
        self.frames.follow()
        self.laid_out.emit()

    def _on_changed(self, before: Project, after: Project) -> None:
        self._sync()

    def _sync(self) -> None:
        """Make the items those of the document's network, touching only what differs."""
        document = self._document
        nodes, wires = self._places.take_changes()
        turned = document.network.flow != self.flow
        self.flow = document.network.flow
        self._sync_wires(wires, self._sync_nodes(nodes))
        if turned:
            for item in self.nodes.values():
                item.set_down(self.flow == "down")
            self._route(self.wires)
        self.frames.sync(document.network.frames)
        if not self._range.contains(rect := self.content_rect()):
            # Qt divides this rectangle to find its items, so it should not be much larger than what there is.
            self._range = rect.adjusted(-_ROOM, -_ROOM, rect.width() + _ROOM, rect.height() + _ROOM)
            self.setSceneRect(self._range)
        self._mark_selection(document.selection)

    def _sync_nodes(self, changed: set[str]) -> _Moved:
        """Update the nodes; returns what came, went, moved or changed its size."""
        looks, positions, sizes = self._places.looks, self._places.positions, self._places.sizes
        moved, resized = _Moved(), set()
        for name in changed:
            if name not in looks and name in self.nodes:
                gone = self.nodes.pop(name)
                moved.rects.append(gone.box())
                self.boxes.drop(name)
                self.pictures.forget(gone)
                self.removeItem(gone)
        for name in in_order(changed & looks.keys(), self.nodes, looks):
            look, item = looks[name], self.nodes.get(name)
            if item is None:
                item = self.nodes[name] = NodeItem(look, sizes[name], self.pictures, self.flow == "down")
                item.place(*positions[name])
                self._enter(name)
                self.addItem(item)
                moved.rects.append(item.box())
                continue
            old = item.box()
            if item.show_look(look, sizes[name]):
                moved.rects.append(old)
                resized.add(name)
            else:
                self.boxes.set_style(name, block_style(look))
        return self._place_nodes(resized, moved)

    def _place_nodes(self, resized: Collection[str], moved: _Moved | None = None) -> _Moved:
        """Put the nodes where they belong; returns which moved, added to those that were known to."""
        moved = moved or _Moved()
        positions = self._places.positions
        due = (self._places.take_moved() | self._displaced) & positions.keys() | set(resized)
        self._displaced.clear()
        for name in due:
            item, place = self.nodes[name], positions[name]
            elsewhere = (item.left, item.top) != place
            if not elsewhere and name not in resized:
                continue
            if elsewhere and name not in resized:
                moved.rects.append(item.box())
            item.place(*place)
            self._enter(name)
            moved.names.add(name)
            moved.rects.append(item.box())
        return moved

    def _enter(self, name: str) -> None:
        """Note where a node is shown."""
        item = self.nodes[name]
        width, height = item.size
        self.boxes.put(name, item.left, item.top, item.left + width, item.top + height)
        self.boxes.set_style(name, block_style(item.look))

    def _sync_wires(self, changed: Collection[Edge], moved: _Moved) -> None:
        looks = self._places.wires
        fresh, bent = [], []
        for edge in changed:
            look, item = looks.get(edge), self.wires.get(edge)
            if look is None and item is not None:
                self.ways.drop(edge)
                self.removeItem(self.wires.pop(edge))
            elif look is not None and item is None:
                self.wires[edge] = WireItem(look)
                fresh.append(edge)
            elif look is not None and item is not None:
                if item.look.via != look.via:
                    bent.append(edge)
                item.show_look(look)
                self.ways.set_style(edge, WIRE_STYLES[look.state])
        self._route({*fresh, *bent, *self._concerned(moved)})
        for edge in fresh:
            self.addItem(self.wires[edge])
            self.ways.set_style(edge, WIRE_STYLES[looks[edge].state])
        self.select_edges(self._selected_edges)

    def _concerned(self, moved: _Moved) -> set[Edge]:
        """The wires of what moved, and those that pass near and might go another way now."""
        found = self._wires_of(moved.names)
        long = np.flatnonzero(self.ways.longer_than(NEIGHBOUR))
        if len(moved.rects) <= _MANY:
            long = long[touching(self.ways.corners[long], moved.rects, _NEAR)]
        return found | set(self.ways.keys(long))

    def _wires_of(self, names: Collection[str]) -> set[Edge]:
        """The wires into and out of some nodes."""
        network = self._document.network
        ends = (edges.get(name, ()) for name in names for edges in (network.incoming, network.outgoing))
        return {edge for some in ends for edge in some if edge in self.wires}

    def _route(self, edges: Iterable[Edge]) -> None:
        for edge in edges:
            source, target = self.nodes[edge.source], self.nodes[edge.target]
            start, end = source.output_place(), target.input_place(edge.port)
            via = self._bent.get(edge, self.wires[edge].look.via)
            points = find_way(
                (start, end), (source.box(), target.box()), partial(self._between, start, end, edge),
                flow=self.flow, lane=edge.port, via=via, curved=self._curved)  # fmt: skip
            if self.wires[edge].set_way(points, self._curved, via):
                self.ways.put_way(edge, [(point.x(), point.y()) for point in points])

    def _between(self, start: QPointF, end: QPointF, edge: Edge) -> NDArray[np.float64]:
        """The boxes of the nodes that a wire might have to go round."""
        along, across = (_NEAR, _FAR) if self.flow == "right" else (_FAR, _NEAR)
        near = self.boxes.touching(QRectF(start, end).normalized().adjusted(-along, -across, along, across))
        near[self.boxes.rows((edge.source, edge.target))] = False
        return self.boxes.corners[near]

    def _mark_selection(self, selection: tuple[str, ...]) -> None:
        chosen = frozenset(selection)
        for name in self._marked ^ chosen:
            if name in self.nodes:
                self.nodes[name].set_selected(name in chosen)
        touched: frozenset[Edge] = frozenset(self._wires_of(chosen)) if chosen else frozenset()
        for edge in self._touched ^ touched:
            if edge in self.wires:
                self.wires[edge].set_marks(touched=edge in touched)
        self._marked, self._touched = chosen, touched
        self.laid_out.emit()

    def _redraw(self) -> None:
        self.pictures.clear()
        self.update()
