"""The wires of a network: what is wrong with them, and the order in which layers run along them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import filterfalse
from operator import attrgetter

from explorer.kind import LayerKind
from explorer.layers import kind_of
from explorer.network import Edge, Network


def wiring_problems(network: Network, looping: Sequence[str]) -> list[tuple[str | None, str]]:
    """Dangling edges, two edges into one port, ports that a kind does not have, two nodes of one name, and a loop.

    Each is a node, if there is one, and a sentence; ``looping`` are the nodes that have no place in the order.
    """
    problems: list[tuple[str | None, str]] = []
    taken: dict[tuple[str, int], Edge] = {}
    seen = set()
    for node in network.nodes:
        if node.id in seen:
            problems.append((node.id, f"{node.id} is the name of two layers; rename one."))
        seen.add(node.id)
    for edge in network.edges:
        missing = [end for end in (edge.source, edge.target) if end not in network.by_id]
        if missing:
            there = edge.target if edge.target in network.by_id else edge.source
            where = there if there in network.by_id else None
            problems.append(
                (where, f"The wire {edge.source} → {edge.target} dangles: there is no layer called {missing[0]}.")
            )
            continue
        kind = kind_of(network.by_id[edge.target].kind)
        if edge.port < 0 or (edge.port >= len(kind.ports) and not kind.variadic):
            has = "no input" if not kind.ports else f"only {len(kind.ports)} input port{'s' * (len(kind.ports) > 1)}"
            problems.append(
                (edge.target, f"{edge.target} has {has}; the wire from {edge.source} goes to port {edge.port}.")
            )
            continue
        other = taken.setdefault((edge.target, edge.port), edge)
        if other is not edge:
            message = f"{edge.target} has two wires into one port, from {other.source} and {edge.source}; take one out."
            problems.append((edge.target, message))
    if looping:
        cycle = _one_cycle(network, looping)
        path = " → ".join((*cycle, cycle[0]))
        problems.append((cycle[0], f"{cycle[0]} is on a loop ({path}); take out one of its wires."))
    return problems


def topological(network: Network) -> tuple[str, ...]:
    """Kahn's order, stable in the order of the nodes; nodes on or behind a cycle are left out."""
    known, outgoing = network.by_id, network.outgoing
    dangling = len(outgoing) > len(known)
    edges = [edge for edge in network.edges if edge.source in known] if dangling else network.edges
    waiting = dict(Counter(map(attrgetter("target"), edges)))
    order = list(filterfalse(waiting.__contains__, known))
    for name in order:  # it grows meanwhile
        for edge in outgoing[name]:
            target = edge.target
            if waiting[target] != 1:
                waiting[target] -= 1
            elif target in known:
                order.append(target)
    return tuple(order)


def missing_port(kind: LayerKind, edges: Sequence[Edge]) -> str | None:
    """The sentence for ports that nothing is wired into; None if all are."""
    wired = {edge.port for edge in edges}
    count = max(len(kind.ports) - kind.optional_ports, 1 + max(wired, default=-1))
    missing = next((port for port in range(count) if port not in wired), None)
    if missing is None or not kind.ports:
        return None
    if len(kind.ports) - kind.optional_ports == 1 and missing == 0:
        return "{node} has no input: wire a layer into it."
    if kind.variadic and not wired:
        return "{node} needs two or more inputs: wire layers into it."
    name = kind.ports[missing] if missing < len(kind.ports) else str(missing + 1)
    return "{node} lacks its input " + name + ": wire a layer into it."


def _one_cycle(network: Network, looping: Sequence[str]) -> tuple[str, ...]:
    """The nodes of one cycle, in order."""
    inside = set(looping)
    path, seen = [looping[0]], {looping[0]: 0}
    while True:
        before = next(e.source for e in network.incoming[path[-1]] if e.source in inside)
        if before in seen:
            return tuple(reversed(path[seen[before] :]))
        seen[before] = len(path)
        path.append(before)
