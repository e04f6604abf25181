"""expand: the network as it runs, with subnetworks replaced by their layers and muted layers bypassed; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from explorer.identity import ByIdentity, differences
from explorer.layers import KINDS, kind_of
from explorer.network import Edge, Network, Node, ports_of
from explorer.params import NodeParam

DEEPEST = 32
MOST_EXPANDED = 100_000
"""More layers than this are not made: templates inside templates can multiply without end."""


@dataclass(frozen=True)
class Expanded:
    """``network`` is flat; an inner layer is called ``block/conv``.

    ``stands_for`` tells, for each subnetwork, each input inside one and each muted layer, whose output it passes on: a
    layer of the flat network, or "" if none; ``passed`` has those nodes, and ``wires`` what is wired into them.
    ``problems`` are (node, sentence), and ``waiting`` the layers that read a subnetwork which has one.
    """

    network: Network
    stands_for: Mapping[str, str] = field(default_factory=dict)
    passed: Mapping[str, Node] = field(default_factory=dict)
    wires: Mapping[str, tuple[Edge, ...]] = field(default_factory=dict)
    problems: tuple[tuple[str, str], ...] = ()
    waiting: frozenset[str] = frozenset()


_BROKEN = "?"
"""In place of the layer whose output comes out of a node: a problem says why there is none."""


_EXPANDING = frozenset(kind.id for kind in KINDS if kind.expands)


_PLAIN: list[tuple[Node, ...]] = []
"""The latest nodes of which all run as they are."""


def _plain(nodes: tuple[Node, ...]) -> bool:
    """Whether none is muted or a subnetwork; of nodes that are nearly the same as the latest, only the others count."""
    fresh = next((differences(known, nodes)[0] for known in _PLAIN), nodes)
    plain = not any(node.muted or node.kind in _EXPANDING for node in fresh)
    if plain:
        _PLAIN[:] = [nodes]
    return plain


def expand(network: Network) -> Expanded:
    """The flat network; the same one if nothing is muted and there are no subnetworks."""
    if _plain(network.nodes):
        return Expanded(network)
    work = _Expansion(network)
    work.take(network, "", ())
    return work.done()


class _Expansion:
    """Gathers the flat nodes and wires; ``passes`` says what each node that is left out passes on."""

    def __init__(self, network: Network) -> None:
        self.outer = network
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.passes: dict[str, str] = {}
        self.passed: dict[str, Node] = {}
        self.wires: dict[str, list[Edge]] = {}
        self.problems: list[tuple[str, str]] = []

    def take(self, network: Network, prefix: str, inside: tuple[str, ...]) -> None:
        """Add the nodes of a network under ``prefix``; ``inside`` are the templates that it lies in."""
        nodes, edges = _named(ByIdentity(network), prefix)
        into: dict[str, list[Edge]] = {}
        for edge in edges:
            into.setdefault(edge.target, []).append(edge)
        for node in nodes:
            kind = kind_of(node.kind)
            if node.muted:
                first = next(iter(into.get(node.id, ())), None)
                self._pass_on(node, first.source if first else "")
            elif kind.expands:
                self._open(node, into.get(node.id, []), inside)
            elif prefix and not kind.ports:
                self.passed[node.id] = node  # what it passes on is set by the use
            else:
                self.nodes.append(node)
        for edge in edges:
            if edge.target in self.passed:
                self.wires.setdefault(edge.target, []).append(edge)
            else:
                self.edges.append(edge)

    def _open(self, node: Node, edges: list[Edge], inside: tuple[str, ...]) -> None:
        name = node.params.get("template", "")
        template = self.outer.templates.get(name)
        self._pass_on(node, _BROKEN)
        sentence = self._why_not(node, template, name, inside)
        if sentence or template is None:
            self.problems.append((node.id, sentence))
            return
        ports = ports_of(self.outer, node)
        wired: dict[int, str] = {}
        for edge in edges:
            if not 0 <= edge.port < len(ports):
                self.problems.append((node.id, f"{node.id} has only {len(ports)} inputs; take out a wire."))
            elif edge.port in wired:
                self.problems.append((node.id, f"{node.id} has two wires into one port; take one out."))
            else:
                wired[edge.port] = edge.source
        for port, inner in enumerate(ports):
            if port not in wired:
                self.problems.append((node.id, f"{node.id} lacks its input {inner}: wire a layer into it."))
            self.passes[f"{node.id}/{inner}"] = wired.get(port, _BROKEN)
        outputs = template.outputs
        if len(outputs) == 1:
            self.passes[node.id] = f"{node.id}/{outputs[0]}"
        else:
            has = f"{len(outputs)} ({', '.join(outputs[:4])})" if outputs else "none"
            self.problems.append((node.id, f"{node.id} needs one output, but has {has} inside: open it and wire them."))
        self.take(template, f"{node.id}/", (*inside, name))

    def _why_not(self, node: Node, template: Network | None, name: str, inside: tuple[str, ...]) -> str:
        if template is None:
            return f"{node.id} stands for the template {name!r}, which the project does not have; choose another."
        if name in inside:
            return f"{node.id} is inside itself: the template {name} uses {name}."
        if len(inside) >= DEEPEST:
            return f"{node.id} is more than {DEEPEST} subnetworks deep."
        if len(self.nodes) + len(self.passed) + len(template.nodes) > MOST_EXPANDED:
            return f"{node.id} makes the network larger than {MOST_EXPANDED:,} layers."
        return ""

    def _pass_on(self, node: Node, source: str) -> None:
        self.passed[node.id] = node
        self.passes[node.id] = source

    def done(self) -> Expanded:
        """The flat network, its wires led past what is left out."""
        edges, waiting = [], set()
        for edge in self.edges:
            source = self._end(edge.source)
            if source == _BROKEN:
                waiting.add(edge.target)
            elif source:
                edges.append(edge if source == edge.source else replace(edge, source=source))
        flat = Network(tuple(self.nodes), tuple(edges))
        ends = {node: end if (end := self._end(node)) != _BROKEN else "" for node in self.passed}
        wires = {node: tuple(sorted(edges, key=lambda edge: edge.port)) for node, edges in self.wires.items()}
        return Expanded(flat, ends, self.passed, wires, tuple(self.problems), frozenset(waiting))

    def _end(self, node: str) -> str:
        """Whose output comes out of a node in the end; "" if none does."""
        seen: dict[str, None] = {}
        while node in self.passed:
            if node in seen:
                node = ""
                break
            seen[node] = None
            node = self.passes.get(node, "")
        self.passes |= dict.fromkeys(seen, node)  # so that a long way is gone once
        return node


@lru_cache(maxsize=8192)  # nodes stay the same objects from edit to edit, so that their shapes need not be found again
def _named(key: ByIdentity[Network], prefix: str) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """The nodes and edges of a network, with ``prefix`` before every name."""
    network = key.value
    if not prefix:
        return network.nodes, network.edges
    nodes = []
    for node in network.nodes:
        params = {
            param.name: prefix + node.params[param.name]
            for param in kind_of(node.kind).params
            if isinstance(param, NodeParam) and node.params.get(param.name)
        }
        nodes.append(replace(node, id=prefix + node.id, params={**node.params, **params}))
    edges = tuple(replace(e, source=prefix + e.source, target=prefix + e.target) for e in network.edges)
    return tuple(nodes), edges
