"""Looks: how all nodes and wires look, made anew after an edit only where something differs from before it."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from explorer.identity import differences
from explorer.inside import child_of
from explorer.network import Edge, Network
from explorer.project.model import Project
from explorer.resolve import Layer, Problem, Resolved
from ui.editor.look import NodeLook, WireLook, blame_of, node_look, plain_look, wire_look, with_values


@dataclass(frozen=True)
class _Basis:
    """What the looks were made from."""

    network: Network = field(default_factory=Network)
    layers: tuple[Layer, ...] = ()
    weights: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    blame: Mapping[str, str] = field(default_factory=dict)
    thumbnails: bool = True


class Looks:
    """``nodes`` by id and ``wires`` by edge; whoever draws them asks what has changed."""

    def __init__(self) -> None:
        self.nodes: dict[str, NodeLook] = {}
        self.wires: dict[Edge, WireLook] = {}
        self._basis = _Basis()
        self._changed: tuple[set[str], dict[Edge, None]] = (set(), {})

    def take_changes(self) -> tuple[set[str], list[Edge]]:
        """The nodes and wires that came, went or look different since this was asked before."""
        (nodes, wires), self._changed = self._changed, (set(), {})
        return nodes, list(wires)

    def take_all_as_changed(self) -> set[str]:
        """Let all nodes be drawn anew, though they look the same; returns their names."""
        self._changed[0].update(self.nodes)
        return set(self.nodes)

    def update(
        self,
        project: Project,
        resolved: Resolved,
        problems: Iterable[Problem],
        values: Mapping[str, Any] | None = None,
        thumbnails: bool = True,
    ) -> set[str]:
        """Show a project; ``values`` are outputs for one example, by node, as far as they are known.

        Returns the nodes that came, went or look different.
        """
        held = (child_of(project.network, problem.node) for problem in problems if problem.node)
        broken = frozenset(name for name in held if name)
        blame = blame_of(resolved, broken)
        before, basis = self._basis, _Basis(
            project.network, resolved.every, project.weights, values or {}, broken, blame, thumbnails
        )  # fmt: skip
        self._basis = basis
        names, known = _touched(before, basis), self.nodes
        nodes = dict(known)
        for name in names - project.network.by_id.keys():
            nodes.pop(name, None)
        for name in in_order(names & project.network.by_id.keys(), nodes, project.network.by_id):
            layer = resolved.layers[name]
            look = node_look(project, layer, broken, blame)
            if name in basis.values:
                look = with_values(look, layer, basis.values[name])
            nodes[name] = look if thumbnails else plain_look(look)
        different = {name for name in names if nodes.get(name) != known.get(name)}
        # One that looks the same stays the same object, so that it is seen at once that it does.
        self.nodes = nodes | {name: known[name] for name in names - different if name in known}
        self._update_wires(before, resolved, names)
        self._changed[0].update(different)
        return different

    def _update_wires(self, before: _Basis, resolved: Resolved, names: Collection[str]) -> None:
        network = self._basis.network
        drawn, cut = differences(before.network.edges, network.edges)
        for edge in cut:
            self.wires.pop(edge, None)
        ends = (edges.get(name, ()) for name in names for edges in (network.incoming, network.outgoing))
        changed = dict.fromkeys((*cut, *drawn))
        for edge in dict.fromkeys((*drawn, *(edge for some in ends for edge in some))):
            look = wire_look(edge, resolved, self.nodes)
            if look != self.wires.get(edge):
                changed[edge] = None
            if look is None:
                self.wires.pop(edge, None)
            else:
                self.wires[edge] = look
        self._changed[1].update(changed)


def in_order(names: Collection[str], known: Container[str], wanted: Iterable[str]) -> Collection[str]:
    """Names in the order in which they are wanted, if it makes a difference: a dict keeps the places of known ones."""
    fresh = [name for name in names if name not in known]
    return names if len(fresh) < 2 else [name for name in wanted if name in names]


def _touched(before: _Basis, after: _Basis) -> set[str]:
    """The nodes that came or went, or whose look may have become another."""
    old, new = before.network, after.network
    if before.thumbnails != after.thumbnails or old.templates != new.templates:
        return {*old.by_id, *new.by_id}
    fresh, gone = differences(old.nodes, new.nodes)
    drawn, cut = differences(old.edges, new.edges)
    names = {node.id for node in (*fresh, *gone)} | {edge.target for edge in (*drawn, *cut)}
    known, seen = differences(before.layers, after.layers)
    names |= {layer.id for layer in (*known, *seen)}
    names |= before.broken ^ after.broken
    names |= _unlike(before.blame, after.blame)
    names |= _unlike(before.values, after.values)
    names |= {name.rpartition(".")[0] for name in _unlike(before.weights, after.weights)}
    return {name for name in names if name in new.by_id or name in old.by_id}


def _unlike(one: Mapping[str, Any], two: Mapping[str, Any]) -> set[str]:
    """The keys that only one of the two has, or for which they have another object."""
    return set() if one is two else {name for name in one.keys() | two.keys() if one.get(name) is not two.get(name)}
