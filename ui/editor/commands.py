"""What a person can do to the network on the canvas: each one edit of the document, with the label that undo shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from explorer.kind import Fix
from explorer.layers import kind_of
from explorer.network import (
    Edge,
    Network,
    Node,
    Position,
    add_node,
    apply_fix,
    connect,
    free_id,
    insert_on_edge,
    move,
    paste,
    reached,
    remove,
    rename,
    why_not_connect,
)
from ui.document import Document, with_network
from ui.editor import clipboard
from ui.editor.layout import COLUMN_GAP, arrange, free_place, snap
from ui.editor.look import plural
from ui.editor.places import Places

Link = tuple[str, int]
"""An end of a wire: a node, and its port (-1 is the output)."""

_USUAL_SIZE = (136.0, 100.0)
_SAME_ROW = 80.0
_PASTE_STEP = 24.0


class Commands:
    """The edits; nodes that were shown without a position of their own keep their place through every one of them."""

    def __init__(self, document: Document, places: Places) -> None:
        self._document, self._places = document, places

    def add(self, kind_id: str, at: Position, after: str | None = None) -> str:
        """Add a layer at a place, or behind a node and wired to it; returns its id."""
        network = self._places.pinned()
        node = Node(free_id(network, kind_id), kind_id)
        wired = after is not None and bool(kind_of(kind_id).ports)
        place = self._behind(after) if wired and after else at
        place = free_place(self._places.positions, self._places.sizes, place)
        network = add_node(network, Node(node.id, kind_id, position=place))
        if wired and after:
            network = connect(network, after, node.id)
        self._edit(f"add {kind_id.replace('_', ' ')}", network, (node.id,))
        return node.id

    def add_linked(self, kind_id: str, at: Position, link: Link) -> str:
        """Add a layer at a place, wired to the end of a wire that was let go there."""
        network = self._places.pinned()
        name = free_id(network, kind_id)
        place = free_place(self._places.positions, self._places.sizes, at)
        network = add_node(network, Node(name, kind_id, position=place))
        near, port = link
        ends = (near, name, 0) if port < 0 else (name, near, port)
        if why_not_connect(network, *ends) is None:
            network = connect(network, *ends)
        self._edit(f"add {kind_id.replace('_', ' ')}", network, (name,))
        return name

    def insert(self, kind_id: str, edge: Edge) -> str:
        """Put a layer into a wire; what lies behind makes room."""
        network = self._places.pinned()
        name = free_id(network, kind_id)
        network = insert_on_edge(network, edge, Node(name, kind_id))
        self._edit(f"insert {kind_id.replace('_', ' ')}", self._make_room(network, edge.source, name), (name,))
        return name

    def drop(self, kind_id: str, at: Position, edge: Edge | None = None) -> str:
        """Add a layer that was dragged here: into a wire, if it takes an input, else its middle at the place."""
        if edge is not None and kind_of(kind_id).ports:
            return self.insert(kind_id, edge)
        return self.add(kind_id, (at[0] - _USUAL_SIZE[0] / 2, at[1] - _USUAL_SIZE[1] / 2))

    def fix(self, node_id: str, fix: Fix) -> None:
        """Apply a fix of a problem; raises NetworkError if the network no longer allows it."""
        before = self._places.pinned()
        after = apply_fix(before, node_id, fix)
        fresh = [name for name in after.by_id if name not in before.by_id]
        for name in fresh:
            after = self._make_room(after, after.incoming[name][0].source, name)
        self._edit(fix.label.lower(), after, self._document.selection)

    def wire(self, source: str, target: str, port: int, instead: Edge | None = None) -> None:
        """Draw a wire, perhaps in place of one that was taken off; raises NetworkError."""
        network = self._document.network
        if instead is not None:
            network = remove(network, edges=[instead])
        self._document.edit_network(f"connect {source} to {target}", connect(network, source, target, port))

    def unwire(self, edge: Edge) -> None:
        """Take one wire out."""
        label = f"disconnect {edge.source} from {edge.target}"
        self._document.edit_network(label, remove(self._document.network, edges=[edge]))

    def delete(self, node_ids: Collection[str], edges: Collection[Edge]) -> None:
        """Take out nodes, with their wires, and wires."""
        if node_ids or edges:
            self._edit(f"delete {_what(node_ids, edges)}", remove(self._places.pinned(), node_ids, edges))

    def move(self, node_ids: Collection[str], dx: float, dy: float, merge: str = "") -> None:
        """Move nodes by pixels, onto the grid."""
        shown = self._places.positions
        places = {name: snap((shown[name][0] + dx, shown[name][1] + dy)) for name in node_ids}
        if any(places[name] != shown[name] for name in places):
            self._document.edit_network(f"move {_what(node_ids)}", move(self._places.pinned(), places), merge)

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selection a little; one nudge after another is taken back at once."""
        chosen = self._document.selection
        if chosen:
            self.move(chosen, dx, dy, merge="nudge " + " ".join(chosen))

    def arrange(self) -> None:
        """Lay all nodes out anew."""
        network = self._document.network
        places = arrange(network, self._places.sizes)
        if any(node.position != places[node.id] for node in network.nodes):
            self._document.edit_network("arrange layers", move(network, places))

    def rename(self, old: str, new: str) -> None:
        """Call a node otherwise, weights and all; raises NetworkError."""
        network = rename(self._places.pinned(), old, new)
        if new != old:
            selection = tuple(new if name == old else name for name in self._document.selection)
            project = with_network(self._document.project, network, renamed=(old, new))
            self._document.edit(f"rename {old} to {new}", project)
            self._document.select(selection)

    def copy(self, node_ids: Collection[str]) -> None:
        """Put nodes on the clipboard; with none nothing is changed there."""
        if node_ids:
            data = QMimeData()
            text = clipboard.to_text(self._places.pinned(), node_ids)
            data.setText(text)
            data.setData(clipboard.MIME, text.encode())
            QGuiApplication.clipboard().setMimeData(data)

    def cut(self, node_ids: Collection[str]) -> None:
        """Put nodes on the clipboard and take them out."""
        if node_ids:
            self.copy(node_ids)
            self._edit(f"cut {_what(node_ids)}", remove(self._places.pinned(), node_ids))

    def paste(self, at: Position | None = None) -> None:
        """Add what is on the clipboard, its upper left corner at a place; raises ClipboardError."""
        self._add_copies("paste", clipboard.from_text(QGuiApplication.clipboard().text()), at)

    def duplicate(self, node_ids: Collection[str]) -> None:
        """Add a copy of nodes and the wires between them, beside them."""
        network = self._places.pinned()
        nodes = tuple(node for node in network.nodes if node.id in node_ids)
        if nodes:
            self._add_copies("duplicate", Network(nodes, network.edges), None)

    def _add_copies(self, verb: str, copied: Network, at: Position | None) -> None:
        offset = self._offset(copied.nodes, at)
        after, names = paste(self._places.pinned(), copied.nodes, copied.edges, offset)
        self._edit(f"{verb} {_what(list(names))}", after, tuple(names.values()))

    def _offset(self, nodes: Iterable[Node], at: Position | None) -> Position:
        """How far copies are moved: to a place, or as many steps aside as it takes to cover no node exactly."""
        places = [node.position for node in nodes if node.position is not None]
        if not places:
            return (0, 0)
        left, top = min(x for x, _ in places), min(y for _, y in places)
        if at is not None:
            return snap((at[0] - left, at[1] - top))
        taken = set(self._places.positions.values())
        step = _PASTE_STEP
        while any((x + step, y + step) in taken for x, y in places):
            step += _PASTE_STEP
        return (step, step)

    def _behind(self, node_id: str) -> Position:
        x, y = self._places.positions[node_id]
        return (x + self._places.sizes[node_id][0] + COLUMN_GAP, y)

    def _make_room(self, network: Network, source: str, name: str) -> Network:
        """The new node behind its source, and whatever stood there in that row moved to the right."""
        shown = self._places.positions
        x, y = snap(self._behind(source))
        following = reached(network, name, forwards=True) - {name}
        row = {n: p for n, p in shown.items() if n in following and abs(p[1] - y) < _SAME_ROW and p[0] >= x - 8}
        places = {name: (x, y)}
        if row:
            shift = x + _USUAL_SIZE[0] + COLUMN_GAP - min(left for left, _ in row.values())
            if shift > 0:
                places |= {n: snap((left + shift, top)) for n, (left, top) in row.items()}
        else:
            places[name] = free_place(shown, self._places.sizes, (x, y))
        return move(network, places)

    def _edit(self, label: str, network: Network, select: tuple[str, ...] | None = None) -> None:
        self._document.edit_network(label, network)
        if select is not None:
            self._document.select(select)


def _what(node_ids: Collection[str], edges: Collection[Edge] = ()) -> str:
    """``h``, ``2 layers``, ``a wire``, ``2 layers and 3 wires``."""
    parts = []
    if node_ids:
        parts.append(next(iter(node_ids)) if len(node_ids) == 1 else plural(len(node_ids), "layer"))
    if edges:
        parts.append("a wire" if len(edges) == 1 else plural(len(edges), "wire"))
    return " and ".join(parts)
