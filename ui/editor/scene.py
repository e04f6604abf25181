"""The scene: listens to the document, draws the difference between two networks, and never edits anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtWidgets import QGraphicsScene

from explorer.network import Edge, Position, reached
from explorer.project.model import Project
from ui import theme
from ui.document import Document
from ui.editor.look import NodeLook, WireLook, wire_looks
from ui.editor.node_item import NodeItem
from ui.editor.places import Places
from ui.editor.routing import route
from ui.editor.wire_item import WireItem

_NEAR = 40.0
_HUGE = 200_000.0


@dataclass(frozen=True)
class Hit:
    """What lies at a point: a node and perhaps its port (-1: the output), or a wire, or nothing."""

    node: str | None = None
    port: int | None = None
    edge: Edge | None = None


class EditorScene(QGraphicsScene):
    """The items of the document's network: ``nodes`` by id, ``wires`` by edge."""

    laid_out = Signal()
    """Nodes came, went, moved, or look different."""

    def __init__(self, document: Document, places: Places, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._places = document, places
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[Edge, WireItem] = {}
        self._selected_edges: frozenset[Edge] = frozenset()
        self.setSceneRect(QRectF(-_HUGE, -_HUGE, 2 * _HUGE, 2 * _HUGE))
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

    def content_rect(self, names: Collection[str] | None = None) -> QRectF:
        """The rectangle round all nodes, or some; null if there are none."""
        rect = QRectF()
        for name, item in self.nodes.items():
            if names is None or name in names:
                rect = rect.united(item.box())
        return rect

    def hit(self, where: QPointF) -> Hit:
        """What lies at a point: ports before nodes, nodes before wires."""
        around = self.items(QRectF(where.x() - 12, where.y() - 12, 24, 24))
        nodes = [item for item in around if isinstance(item, NodeItem)]
        for node in nodes:
            port = node.port_at(where)
            if port is not None:
                return Hit(node.look.id, port)
        for node in nodes:
            if node.box().contains(where):
                return Hit(node.look.id)
        for wire in around:
            if isinstance(wire, WireItem) and wire.shape().contains(where):
                return Hit(edge=wire.look.edge)
        return Hit()

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show pictures that came out of nodes for one example."""
        self._places.show_values(values)
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
        for name in names:
            x, y = self.home(name)
            self.nodes[name].setPos(x + dx, y + dy)
        moved = set(names)
        self._route(edge for edge in self.wires if edge.source in moved or edge.target in moved)
        self.laid_out.emit()

    def end_preview(self) -> None:
        """Show every node where the network has it."""
        self._route(self._near(self._place_nodes(())))
        self.laid_out.emit()

    def _on_changed(self, before: Project, after: Project) -> None:
        self._sync()

    def _sync(self) -> None:
        """Make the items those of the document's network, touching only what differs."""
        document = self._document
        looks = self._places.looks
        dirty = self._sync_nodes(looks)
        self._sync_wires(wire_looks(document.network, document.resolved, looks), dirty)
        self._mark_selection(document.selection)
        self.laid_out.emit()

    def _sync_nodes(self, looks: dict[str, NodeLook]) -> list[QRectF]:
        """Update the nodes; returns the rectangles where something came, went, moved or changed its size."""
        dirty = []
        for name in self.nodes.keys() - looks.keys():
            gone = self.nodes.pop(name)
            dirty.append(gone.box())
            self.removeItem(gone)
        resized = set()
        for name, look in looks.items():
            item = self.nodes.get(name)
            if item is None:
                self.nodes[name] = NodeItem(look)
                self.addItem(self.nodes[name])
                resized.add(name)
            elif item.look != look:
                old = item.box()
                if item.show_look(look):
                    dirty.append(old)
                    resized.add(name)
        return dirty + self._place_nodes(resized)

    def _place_nodes(self, resized: Collection[str]) -> list[QRectF]:
        """Put the nodes where they belong; returns the rectangles that this concerns."""
        dirty = []
        for name, place in self._places.positions.items():
            item = self.nodes[name]
            if (item.x(), item.y()) != place:
                if name not in resized:
                    dirty.append(item.box())
                item.setPos(*place)
                dirty.append(item.box())
            elif name in resized:
                dirty.append(item.box())
        return dirty

    def _sync_wires(self, looks: dict[Edge, WireLook], dirty: list[QRectF]) -> None:
        for edge in self.wires.keys() - looks.keys():
            self.removeItem(self.wires.pop(edge))
        fresh = []
        for edge, look in looks.items():
            item = self.wires.get(edge)
            if item is None:
                self.wires[edge] = item = WireItem(look)
                self.addItem(item)
                fresh.append(edge)
            else:
                item.show_look(look)
        self._route({*fresh, *self._near(dirty)})
        self.select_edges(self._selected_edges)

    def _near(self, dirty: list[QRectF]) -> set[Edge]:
        """The wires that pass near what changed."""
        found = set()
        for rect in dirty:
            around = rect.adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR)
            for item in self.items(around, Qt.ItemSelectionMode.IntersectsItemBoundingRect):
                if isinstance(item, WireItem):
                    found.add(item.look.edge)
        return found & self.wires.keys()

    def _route(self, edges: Iterable[Edge]) -> None:
        for edge in edges:
            source, target = self.nodes[edge.source], self.nodes[edge.target]
            start, end = source.output_place(), target.input_place(edge.port)
            boxes = [item.box() for item in self._between(start, end) if item not in (source, target)]
            self.wires[edge].set_way(route(start, end, boxes, source.box(), target.box(), edge.port))

    def _between(self, start: QPointF, end: QPointF) -> list[NodeItem]:
        """The nodes that a wire might have to go round."""
        if 0 < end.x() - start.x() < 100 and abs(end.y() - start.y()) < 1:
            return []
        area = QRectF(start, end).normalized().adjusted(-_NEAR, -160, _NEAR, 160)
        return [item for item in self.items(area) if isinstance(item, NodeItem) and item.box().intersects(area)]

    def _mark_selection(self, selection: tuple[str, ...]) -> None:
        chosen = set(selection)
        for name, node in self.nodes.items():
            node.set_selected(name in chosen)
        for edge, wire in self.wires.items():
            wire.set_marks(touched=edge.source in chosen or edge.target in chosen)
        self.laid_out.emit()

    def _redraw(self) -> None:
        for item in (*self.nodes.values(), *self.wires.values()):
            item.update()
        self.update()
