"""Network, Node and Edge: frozen values; every edit is a function that returns a new Network."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import compress
from operator import attrgetter, not_
from types import MappingProxyType
from typing import Any, Literal

from explorer.index import Names, Wires
from explorer.kind import Fix
from explorer.layers import KINDS, kind_of
from explorer.names import FreeNames, free_name
from explorer.params import NodeParam, shorten

Position = tuple[float, float]
Flow = Literal["right", "down"]
_source, _target = attrgetter("source"), attrgetter("target")
_APART = 200.0
"""How far right of a node one is put that is appended to it, in the editor's pixels."""

MOST_SURPLUS = 64  # ports that a subnetwork shows beyond those that it has
NODE_ID = re.compile(r"[^\W\d][\w/-]{0,63}")
NODE_ID_RULE = "a letter, then up to 63 letters, digits, _, - or /"


class NetworkError(ValueError):
    """An edit that cannot be done; its text is one sentence for a person."""


@dataclass(frozen=True)
class Node:
    """One layer: its id (the name that people see), its kind, and the params that differ from the defaults."""

    id: str
    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    position: Position | None = None
    colour: str = ""
    note: str = ""
    muted: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __reduce__(self) -> tuple[Any, ...]:
        return (Node, (self.id, self.kind, dict(self.params), self.position, self.colour, self.note, self.muted))


@dataclass(frozen=True)
class Edge:
    """A wire from a node's output to an input port of another; it is drawn through the points ``via``."""

    source: str
    target: str
    port: int = 0
    via: tuple[Position, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        # Kept, because what is drawn of wires is looked up by them.
        object.__setattr__(self, "_hash", hash((self.source, self.target, self.port)))

    def __hash__(self) -> int:
        return self._hash  # type: ignore[attr-defined, no-any-return]

    def __reduce__(self) -> tuple[Any, ...]:  # another process hashes texts otherwise
        return (Edge, (self.source, self.target, self.port, self.via))


@dataclass(frozen=True)
class Frame:
    """A titled frame drawn round some nodes; it is as large as they need."""

    id: str
    nodes: tuple[str, ...]
    title: str = ""
    note: str = ""
    colour: str = ""


_NAMES, _INTO, _OUT_OF = Names[Node](), Wires[Edge]("target"), Wires[Edge]("source")


@dataclass(frozen=True)
class Network:
    """Nodes and edges, in the order in which they were added. It may hold problems; ``resolve`` tells them.

    ``templates`` are networks by name that subnetwork nodes stand for. Only the outermost network has them. ``flow``
    says where it is drawn to run to.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    frames: tuple[Frame, ...] = ()
    templates: Mapping[str, Network] = field(default_factory=dict)
    flow: Flow = "right"

    def __post_init__(self) -> None:
        object.__setattr__(self, "templates", MappingProxyType(dict(self.templates)))

    def __reduce__(self) -> tuple[Any, ...]:
        return (Network, (self.nodes, self.edges, self.frames, dict(self.templates), self.flow))

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """The nodes by their ids."""
        return _NAMES.of(self.nodes)

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges into each node, by port."""
        return _INTO.of(self.edges, self.nodes, self.by_id)

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges out of each node."""
        return _OUT_OF.of(self.edges, self.nodes, self.by_id)

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """The nodes that nothing reads."""
        names = self.by_id
        return tuple(compress(names, map(not_, map(self.outgoing.__getitem__, names))))

    def node(self, node_id: str) -> Node:
        """The node with this id; raises NetworkError if there is none."""
        try:
            return self.by_id[node_id]
        except KeyError:
            raise NetworkError(f"There is no layer called {node_id}.") from None


def free_id(network: Network, wish: str) -> str:
    """``wish`` if no node has it, else the first of wish_2, wish_3 ... that is free."""
    return free_name(network.by_id, wish)


def add_node(network: Network, node: Node) -> Network:
    """With one more node; raises NetworkError if its id is taken or not a name."""
    _check_id(network, node.id)
    return replace(network, nodes=(*network.nodes, node))


def remove(network: Network, node_ids: Collection[str] = (), edges: Collection[Edge] = ()) -> Network:
    """Without these nodes, their edges, and these edges."""
    gone, cut = set(node_ids), set(edges)
    for name in gone:
        cut.update(network.incoming.get(name, ()), network.outgoing.get(name, ()))
    return replace(
        network,
        nodes=tuple([node for node in network.nodes if node.id not in gone]) if gone else network.nodes,
        edges=tuple([edge for edge in network.edges if edge not in cut]) if cut else network.edges,
        frames=_without(network.frames, gone),
    )


def set_params(network: Network, node_id: str, params: Mapping[str, Any]) -> Network:
    """With some params of a node changed; one that equals its default is left out."""
    node = network.node(node_id)
    defaults = {param.name: param.default for param in kind_of(node.kind).params}
    merged = {**node.params, **params}
    kept = {name: value for name, value in merged.items() if name not in defaults or value != defaults[name]}
    return _replace_node(network, node_id, replace(node, params=kept))


def set_details(network: Network, node_id: str, *, colour: str | None = None, note: str | None = None) -> Network:
    """With another colour or note of a node."""
    node = network.node(node_id)
    return _replace_node(
        network,
        node_id,
        replace(node, colour=node.colour if colour is None else colour, note=node.note if note is None else note),
    )


def move(network: Network, positions: Mapping[str, Position]) -> Network:
    """With nodes at other positions."""
    return replace(
        network, nodes=tuple([replace(n, position=positions[n.id]) if n.id in positions else n for n in network.nodes])
    )


def rename(network: Network, old: str, new: str) -> Network:
    """With a node called otherwise; raises NetworkError if the new id is taken or not a name."""
    if new == old:
        return network
    _check_id(network, new)
    names = {old: new}
    touched = {*network.incoming.get(old, ()), *network.outgoing.get(old, ())}
    return replace(
        network,
        nodes=tuple([with_names(n, names) if n.id == old or _names_others(n) else n for n in network.nodes]),
        edges=tuple(
            [
                replace(e, source=names.get(e.source, e.source), target=names.get(e.target, e.target))
                if e in touched
                else e
                for e in network.edges
            ]
        ),
        frames=tuple(
            replace(frame, nodes=tuple(names.get(n, n) for n in frame.nodes)) if old in frame.nodes else frame
            for frame in network.frames
        ),
    )


def why_not_connect(network: Network, source: str, target: str, port: int = 0) -> str | None:
    """Why a wire cannot be drawn, as a sentence; None if it can."""
    ports = len(ports_of(network, network.node(target)))
    if ports == 0:
        return f"{target} is an input: nothing can be wired into it."
    if port >= ports and not kind_of(network.node(target).kind).variadic:
        return f"{target} has {ports} input port{'s' if ports > 1 else ''}."
    if source == target or reaches(network, target, source):
        return f"A wire from {source} to {target} would close a loop."
    if Edge(source, target, port) in network.edges:
        return f"{source} is wired to this port of {target} already."
    return None


def connect(network: Network, source: str, target: str, port: int = 0) -> Network:
    """With a wire, in place of the one that the port had; raises NetworkError if it cannot be."""
    problem = why_not_connect(network, source, target, port)
    if problem:
        raise NetworkError(problem)
    kept = tuple(edge for edge in network.edges if (edge.target, edge.port) != (target, port))
    return replace(network, edges=(*kept, Edge(source, target, port)))


def insert_on_edge(network: Network, edge: Edge, node: Node) -> Network:
    """With a node put into a wire: source -> node -> target."""
    with_node = add_node(remove(network, edges=[edge]), node)
    return replace(
        with_node, edges=(*with_node.edges, Edge(edge.source, node.id), Edge(node.id, edge.target, edge.port))
    )


def insert_before(
    network: Network, node_id: str, kind: str, params: Mapping[str, Any] | None = None, port: int = 0
) -> Network:
    """With a layer of ``kind`` put into the wire to a port of a node: how a fix is applied."""
    edge = next((edge for edge in network.incoming[node_id] if edge.port == port), None)
    if edge is None:
        raise NetworkError(f"Nothing is wired into {node_id} yet.")
    ends = (network.node(edge.source).position, network.node(node_id).position)
    position = None
    if ends[0] and ends[1]:
        position = ((ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2)
    return insert_on_edge(network, edge, Node(free_id(network, kind), kind, params or {}, position))


def append(network: Network, node_id: str, kind: str, params: Mapping[str, Any] | None = None) -> Network:
    """With a layer of ``kind`` that reads a node which nothing has read."""
    position = network.node(node_id).position
    right = (position[0] + _APART, position[1]) if position else None
    node = Node(free_id(network, kind), kind, params or {}, right)
    return replace(add_node(network, node), edges=(*network.edges, Edge(node_id, node.id)))


def apply_fix(network: Network, node_id: str, fix: Fix) -> Network:
    """With a fix of a problem of this node applied; raises NetworkError if it no longer can be."""
    node_id = fix.node or node_id
    if fix.insert:
        network = insert_before(network, node_id, fix.insert, dict(fix.params), fix.port)
    if fix.append:
        network = append(network, node_id, fix.append, dict(fix.params))
    return set_params(network, node_id, dict(fix.set)) if fix.set else network


def ports_of(network: Network, node: Node) -> tuple[str, ...]:
    """The names of a node's input ports: its kind's, or for a subnetwork the inputs of its template."""
    kind = kind_of(node.kind)
    if not kind.expands:
        return kind.ports
    template = network.templates.get(node.params.get("template", ""))
    return tuple(inner.id for inner in template.nodes if not kind_of(inner.kind).ports) if template else ()


def port_count(network: Network, node_id: str) -> int:
    """How many input ports a node shows: a variadic one has a free one; wires to what a subnetwork lost are shown."""
    kind = kind_of(network.node(node_id).kind)
    last = max((edge.port for edge in network.incoming[node_id]), default=-1)
    if kind.variadic:
        return max(len(kind.ports), 2 + last)
    ports = len(ports_of(network, network.node(node_id)))
    return max(ports, min(1 + last, ports + MOST_SURPLUS)) if kind.expands else ports


def paste(
    network: Network, nodes: Iterable[Node], edges: Iterable[Edge], offset: Position = (0, 0)
) -> tuple[Network, dict[str, str]]:
    """With copies of ``nodes`` and the ``edges`` between them; returns it and the new id of each old one.

    A copy that shares the weights of a layer that is copied with it shares the copy's.
    """
    given = tuple(nodes)
    free = FreeNames(network.by_id)
    names = {node.id: free.take(node.id) for node in given}
    copies = [replace(with_names(node, names), position=_shifted(node.position, offset)) for node in given]
    inner = [
        Edge(names[e.source], names[e.target], e.port, tuple((x + offset[0], y + offset[1]) for x, y in e.via))
        for e in edges
        if e.source in names and e.target in names
    ]
    return replace(network, nodes=(*network.nodes, *copies), edges=(*network.edges, *inner)), names


def new_name(name: str, names: Mapping[str, str]) -> str:
    """What a layer is called after those in ``names`` were renamed; one inside a subnetwork goes with it."""
    parts = name.split("/")
    heads = ("/".join(parts[:count]) for count in range(len(parts), 0, -1))
    head = next((head for head in heads if head in names), None)
    return name if head is None else names[head] + name[len(head) :]


def with_names(node: Node, names: Mapping[str, str]) -> Node:
    """A node under its new name, if it has one, with the layers that its params name under theirs."""
    named = {name: node.params.get(name) for name in _naming(node.kind)}
    params = {name: new_name(value, names) for name, value in named.items() if isinstance(value, str)}
    if node.id not in names and all(node.params[name] == value for name, value in params.items()):
        return node
    return replace(node, id=names.get(node.id, node.id), params={**node.params, **params})


@cache
def _naming(kind_id: str) -> tuple[str, ...]:
    """The params of a kind that name other layers."""
    return tuple(param.name for param in kind_of(kind_id).params if isinstance(param, NodeParam))


_NAMING = frozenset(param.name for kind in KINDS for param in kind.params if isinstance(param, NodeParam))


def _names_others(node: Node) -> bool:
    """Whether a node's params may name other layers."""
    return not _NAMING.isdisjoint(node.params)


def reached(network: Network, start: str, forwards: bool = True) -> set[str]:
    """A node and all that follow it along the wires, or against them."""
    seen, todo = {start}, [start]
    edges, end = (network.outgoing, _target) if forwards else (network.incoming, _source)
    while todo:
        for name in map(end, edges.get(todo.pop(), ())):
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen


def followers(network: Network, start: str, among: Collection[str]) -> set[str]:
    """Those of some nodes that follow another along the wires; it looks no further than to where it has found all."""
    missing, seen, todo = set(among) - {start}, {start}, [start]
    found = set()
    while todo and missing:
        for name in map(_target, network.outgoing.get(todo.pop(), ())):
            if name not in seen:
                seen.add(name)
                todo.append(name)
                if name in missing:
                    missing.discard(name)
                    found.add(name)
    return found


def reaches(network: Network, start: str, goal: str) -> bool:
    """Whether following wires from ``start`` leads to ``goal``."""
    return start == goal or goal in followers(network, start, (goal,))


def _shifted(position: Position | None, offset: Position) -> Position | None:
    return (position[0] + offset[0], position[1] + offset[1]) if position else None


def _without(frames: tuple[Frame, ...], gone: Container[str]) -> tuple[Frame, ...]:
    """The frames without these nodes; a frame round nothing goes too."""
    if not frames:
        return frames
    left = (replace(frame, nodes=tuple(node for node in frame.nodes if node not in gone)) for frame in frames)
    return tuple(frame for frame in left if frame.nodes)


def _replace_node(network: Network, node_id: str, node: Node) -> Network:
    return replace(network, nodes=tuple([node if old.id == node_id else old for old in network.nodes]))


def _check_id(network: Network, node_id: str) -> None:
    if not NODE_ID.fullmatch(node_id):
        raise NetworkError(f"A layer's name is {NODE_ID_RULE}; {shorten(node_id)!r} is not.")
    if node_id in network.by_id:
        raise NetworkError(f"There is a layer called {node_id} already.")
