"""Edits of wires and of parts: put into a wire, taken off so that the rest joins up, wired in a row, copied."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace

from explorer.network import Edge, Network, NetworkError, Position, connect, paste, port_count, ports_of, remove
from explorer.templates import adopt, needed


def free_port(network: Network, node_id: str) -> int:
    """The first input port that nothing is wired to; 0 if every one is wired."""
    wired = {edge.port for edge in network.incoming[node_id]}
    return next((port for port in range(port_count(network, node_id)) if port not in wired), 0)


def why_not_splice(network: Network, edge: Edge, node_id: str) -> str | None:
    """Why a layer cannot be put into a wire, as a sentence; None if it can."""
    if not ports_of(network, network.node(node_id)):
        return f"{node_id} is an input: nothing can be wired into it."
    if network.incoming[node_id] or network.outgoing[node_id]:
        return f"{node_id} is wired already; pull it off its wires first."
    return None


def splice(network: Network, edge: Edge, node_id: str) -> Network:
    """With a layer that has no wires put into one: source -> layer -> target; raises NetworkError if it cannot be."""
    problem = why_not_splice(network, edge, node_id)
    if problem:
        raise NetworkError(problem)
    known = next((wire for wire in network.incoming.get(edge.target, ()) if wire == edge), None)
    place = None if known is None else list(map(id, network.edges)).index(id(known))
    if place is None:
        raise NetworkError(f"There is no wire from {edge.source} to {edge.target}.")
    before, after = network.edges[:place], network.edges[place + 1 :]
    return replace(network, edges=(*before, Edge(edge.source, node_id), Edge(node_id, edge.target, edge.port), *after))


def detach(network: Network, node_ids: Collection[str]) -> Network:
    """With these nodes off their wires, apart from those among themselves; the rest joins up.

    What read one of them then reads what came into it by its first wired port, if anything did.
    """
    taken = set(node_ids)
    edges = []
    for edge in network.edges:
        if (edge.source in taken) == (edge.target in taken):
            edges.append(edge)
        elif edge.source in taken:
            feeder = _feeder(network, edge.source, taken)
            if feeder is not None:
                edges.append(Edge(feeder, edge.target, edge.port))
    return replace(network, edges=tuple(edges))


def remove_and_join(network: Network, node_ids: Collection[str]) -> Network:
    """Without these nodes, where what read them reads what fed them."""
    return remove(detach(network, node_ids), node_ids)


def unwire(network: Network, node_ids: Collection[str]) -> Network:
    """Without the wires into and out of these nodes, and those between them."""
    gone = set(node_ids)
    return replace(network, edges=tuple(e for e in network.edges if e.source not in gone and e.target not in gone))


def connect_in_order(network: Network, node_ids: Sequence[str]) -> Network:
    """With each of these nodes wired to the next one's free port; raises NetworkError if one cannot be."""
    for source, target in itertools.pairwise(node_ids):
        if all(edge.source != source for edge in network.incoming[target]):
            network = connect(network, source, target, free_port(network, target))
    return network


def part(network: Network, node_ids: Collection[str]) -> Network:
    """These nodes alone, with the wires between them, the frames that hold no others, and the templates they need."""
    chosen = set(node_ids)
    nodes = tuple(node for node in network.nodes if node.id in chosen)
    return Network(
        nodes,
        tuple(edge for edge in network.edges if edge.source in chosen and edge.target in chosen),
        tuple(frame for frame in network.frames if chosen.issuperset(frame.nodes)),
        {name: network.templates[name] for name in needed(network.templates, nodes)},
    )


def add_part(network: Network, copied: Network, offset: Position = (0, 0)) -> tuple[Network, dict[str, str]]:
    """With copies of another network's nodes, wires, frames and templates; returns it and the new id of each node."""
    host, nodes = adopt(network, copied.nodes, copied.templates)
    after, names = paste(host, nodes, copied.edges, offset)
    taken = {frame.id for frame in network.frames}
    frames = list(network.frames)
    for frame in copied.frames:
        number = next(n for n in range(1, len(taken) + 2) if f"frame{n}" not in taken)
        taken.add(f"frame{number}")
        frames.append(replace(frame, id=f"frame{number}", nodes=tuple(names[node] for node in frame.nodes)))
    return replace(after, frames=tuple(frames)), names


def _feeder(network: Network, node_id: str, taken: Collection[str]) -> str | None:
    """The node outside ``taken`` that the first wires lead back to; None if they end, or run in a loop."""
    seen: set[str] = set()
    name = node_id
    while name in taken:
        edges = network.incoming[name]
        if name in seen or not edges:
            return None
        seen.add(name)
        name = edges[0].source
    return name
