"""Edits of how a network is drawn and which layers rest: frames, bends of wires, muted layers. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from explorer.layers import kind_of
from explorer.network import Edge, Flow, Frame, Network, NetworkError, Position


def set_muted(network: Network, node_ids: Collection[str], muted: bool) -> Network:
    """With layers muted, that is bypassed, or not; raises NetworkError for an input, which nothing can stand in for."""
    chosen = set(node_ids)
    for node in network.nodes:
        if node.id in chosen and muted and not kind_of(node.kind).ports and not kind_of(node.kind).expands:
            raise NetworkError(f"{node.id} is an input: muted, it would leave the layers behind it without numbers.")
    changed = {node.id for node in network.nodes if node.id in chosen and node.muted != muted}
    if not changed:
        return network
    nodes = tuple(replace(node, muted=muted) if node.id in changed else node for node in network.nodes)
    return replace(network, nodes=nodes)


def set_flow(network: Network, flow: Flow) -> Network:
    """With a network drawn to run to the right or down."""
    return network if flow == network.flow else replace(network, flow=flow)


def bend(network: Network, edge: Edge, via: Iterable[Position]) -> Network:
    """With a wire drawn through these points; raises NetworkError if there is no such wire."""
    points = tuple((float(x), float(y)) for x, y in via)
    if edge not in network.edges:
        raise NetworkError(f"There is no wire from {edge.source} to {edge.target}.")
    return replace(network, edges=tuple(replace(e, via=points) if e == edge else e for e in network.edges))


def shift_bends(network: Network, node_ids: Collection[str], dx: float, dy: float) -> Network:
    """With the bends moved of wires both of whose ends are among these nodes, as when these are moved."""
    chosen = set(node_ids)
    if not any(edge.via and edge.source in chosen and edge.target in chosen for edge in network.edges):
        return network
    edges = tuple(
        replace(e, via=tuple((x + dx, y + dy) for x, y in e.via)) if {e.source, e.target} <= chosen else e
        for e in network.edges
    )
    return replace(network, edges=edges)


def straighten(network: Network, edges: Collection[Edge] | None = None) -> Network:
    """Without the bends of some wires, or of all."""
    chosen = set(network.edges if edges is None else edges)
    if not any(edge.via and edge in chosen for edge in network.edges):
        return network
    return replace(network, edges=tuple(replace(e, via=()) if e.via and e in chosen else e for e in network.edges))


def frame_nodes(network: Network, node_ids: Collection[str], title: str = "Frame") -> tuple[Network, str]:
    """With a new frame round nodes, taken out of the frames that they were in; and its id."""
    chosen = tuple(node.id for node in network.nodes if node.id in set(node_ids))
    if not chosen:
        raise NetworkError("Select the layers that the frame goes round.")
    taken = {frame.id for frame in network.frames}
    number = next(n for n in range(1, len(taken) + 2) if f"frame{n}" not in taken)
    left = take_out(network, chosen)
    return replace(left, frames=(*left.frames, Frame(f"frame{number}", chosen, title))), f"frame{number}"


def put_in(network: Network, frame_id: str, node_ids: Collection[str]) -> Network:
    """With nodes moved into a frame."""
    frame = find_frame(network, frame_id)
    kept = {*frame.nodes, *node_ids}
    wanted = tuple(node.id for node in network.nodes if node.id in kept)
    if wanted == frame.nodes:
        return network
    others = set(wanted)
    frames = []
    for other in network.frames:
        if other.id == frame_id:
            frames.append(replace(other, nodes=wanted))
            continue
        left = tuple(node for node in other.nodes if node not in others)
        if left:
            frames.append(other if left == other.nodes else replace(other, nodes=left))
    return replace(network, frames=tuple(frames))


def take_out(network: Network, node_ids: Collection[str]) -> Network:
    """With nodes in no frame; a frame round nothing goes."""
    gone = set(node_ids)
    if not any(gone.intersection(frame.nodes) for frame in network.frames):
        return network
    left = (replace(f, nodes=tuple(node for node in f.nodes if node not in gone)) for f in network.frames)
    return replace(network, frames=tuple(frame for frame in left if frame.nodes))


def set_frame(
    network: Network, frame_id: str, *, title: str | None = None, note: str | None = None, colour: str | None = None
) -> Network:
    """With another title, note or colour of a frame."""
    frame = find_frame(network, frame_id)
    changed = replace(
        frame,
        title=frame.title if title is None else title,
        note=frame.note if note is None else note,
        colour=frame.colour if colour is None else colour,
    )
    if changed == frame:
        return network
    return replace(network, frames=tuple(changed if f.id == frame_id else f for f in network.frames))


def remove_frame(network: Network, frame_id: str) -> Network:
    """Without a frame; its nodes stay."""
    find_frame(network, frame_id)
    return replace(network, frames=tuple(frame for frame in network.frames if frame.id != frame_id))


def find_frame(network: Network, frame_id: str) -> Frame:
    """The frame with this id; raises NetworkError if there is none."""
    for frame in network.frames:
        if frame.id == frame_id:
            return frame
    raise NetworkError("There is no such frame any more.")
