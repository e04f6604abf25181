"""Grouping: layers become a subnetwork, and a subnetwork becomes its layers; the network computes the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from explorer.kind import Shape
from explorer.layers import kind_of
from explorer.names import free_name
from explorer.network import (
    Edge,
    Frame,
    Network,
    NetworkError,
    Node,
    Position,
    ports_of,
    reached,
    with_names,
)
from explorer.params import NodeParam
from explorer.templates import template_of

_APART = 160.0
_STEP = 80.0


@dataclass(frozen=True)
class Moved:
    """A network after layers moved into a subnetwork or out of one.

    ``names`` has the new name of each that moved, by which its weights and all that lies under it go too; ``fresh``
    are the layers of this network that are there instead.
    """

    network: Network
    names: Mapping[str, str]
    fresh: tuple[str, ...]


def group(
    network: Network, node_ids: Collection[str], shapes: Mapping[str, Shape | None] | None = None, name: str = "block"
) -> Moved:
    """With layers put into a new template, and one subnetwork in their place; raises NetworkError.

    Inputs stay outside. Each layer outside that is read inside becomes an input of the template, of its shape in
    ``shapes``; the one layer that is read outside, or by nothing, is the output.
    """
    chosen = [node for node in network.nodes if node.id in set(node_ids) and not _is_input(node)]
    inside = {node.id for node in chosen}
    _check_group(network, chosen, inside)
    output = _one_output(network, inside)
    block = _free(network, name)
    coming = [edge for edge in network.edges if edge.target in inside and edge.source not in inside]
    sources = list(dict.fromkeys(edge.source for edge in _in_order(network, coming)))
    inputs = _inputs(chosen, sources, shapes or {})
    entries = dict(zip(sources, (node.id for node in inputs), strict=True))
    names = {node.id: f"{block}/{node.id}" for node in chosen}
    template = Network(
        (*inputs, *chosen),
        tuple(
            edge if edge.source in inside else Edge(entries[edge.source], edge.target, edge.port)
            for edge in network.edges
            if edge.target in inside
        ),
        tuple(frame for frame in network.frames if inside.issuperset(frame.nodes)),
        flow=network.flow,
    )
    use = Node(block, "subnetwork", {"template": block}, _middle(chosen))
    nodes = [node for node in network.nodes if node.id not in inside]
    place = next(at for at, node in enumerate(network.nodes) if node.id == output)
    nodes.insert(sum(node.id not in inside for node in network.nodes[:place]), use)
    after = Network(
        tuple(nodes),
        tuple(_outside(edge, inside, block) for edge in network.edges if edge.target not in inside)
        + tuple(Edge(source, block, port) for port, source in enumerate(sources)),
        tuple(_frames_outside(network.frames, inside, block)),
        {**network.templates, block: template},
        network.flow,
    )
    return Moved(_referring(after, names), names, (block,))


def ungroup(network: Network, node_id: str) -> Moved:
    """With the layers of a subnetwork in its place; its template stays. Raises NetworkError."""
    use = network.node(node_id)
    template = network.templates[template_of(network, use)]
    read = network.outgoing[node_id]
    if use.muted:
        raise NetworkError(f"{node_id} is muted: let it run before you take it apart.")
    if read and len(template.outputs) != 1:
        raise NetworkError(f"{node_id} has {len(template.outputs)} outputs inside: open it, and wire them together.")
    sources = {edge.port: edge.source for edge in reversed(network.incoming[node_id])}
    entries = {name: sources.get(port) for port, name in enumerate(ports_of(network, use))}
    inner = [node for node in template.nodes if not _is_input(node)]
    taken, names = {node.id for node in network.nodes} - {node_id}, dict[str, str]()
    for node in inner:
        names[node.id] = free_name(taken, node.id)
        taken.add(names[node.id])
    ends: dict[str, str | None] = {**names, **entries}
    dx, dy = _shift(use, inner)
    copies = [
        replace(with_names(node, names), position=node.position and (node.position[0] + dx, node.position[1] + dy))
        for node in inner
    ]
    last = ends[template.outputs[0]] if read else None
    wires = [
        replace(edge, source=source, target=names[edge.target], via=tuple((x + dx, y + dy) for x, y in edge.via))
        for edge in template.edges
        if edge.target in names and (source := ends.get(edge.source))
    ]
    wires += [replace(edge, source=last, via=()) for edge in read if last and edge.target != node_id]
    place = next(at for at, node in enumerate(network.nodes) if node.id == node_id)
    after = Network(
        (*network.nodes[:place], *copies, *network.nodes[place + 1 :]),
        (*(edge for edge in network.edges if node_id not in (edge.source, edge.target)), *wires),
        tuple(_frames_with(network, node_id, template.frames, names)),
        network.templates,
        network.flow,
    )
    moved = {f"{node_id}/{old}": new for old, new in names.items()}
    return Moved(_referring(after, moved), moved, tuple(names.values()))


def _check_group(network: Network, chosen: list[Node], inside: set[str]) -> None:
    """Raise NetworkError if layers cannot be one subnetwork."""
    if not chosen:
        raise NetworkError("Select the layers to group; inputs stay outside.")
    between = _reached_from(network, inside, True) & _reached_from(network, inside, False)
    if between:
        name = next(node.id for node in network.nodes if node.id in between)
        raise NetworkError(f"Grouped, these layers would be in a loop with {name}: select {name} too.")
    for node in chosen:
        for param in kind_of(node.kind).params:
            owner = node.params.get(param.name) if isinstance(param, NodeParam) else None
            if owner and owner.split("/")[0] not in inside and owner not in inside:
                raise NetworkError(
                    f"{node.id} names {owner} as {param.label.lower()}: select both, or take that setting back first."
                )


def _reached_from(network: Network, inside: set[str], forwards: bool) -> set[str]:
    """The layers outside that follow the chosen ones, or lead to them."""
    wires = [edge for edge in network.edges if (edge.source if forwards else edge.target) in inside]
    near = {edge.target if forwards else edge.source for edge in wires} - inside
    return set().union(*(reached(network, name, forwards) for name in near)) - inside


def _one_output(network: Network, inside: set[str]) -> str:
    """The one layer whose output leaves the group; raises NetworkError if there are several, or none."""
    found = [
        node.id
        for node in network.nodes
        if node.id in inside
        and (not network.outgoing[node.id] or any(edge.target not in inside for edge in network.outgoing[node.id]))
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NetworkError("These layers are in a loop, and a subnetwork needs one output.")
    many = f"{', '.join(found[:4])}{' ...' if len(found) > 4 else ''}"
    raise NetworkError(
        f"These layers have {len(found)} outputs ({many}), and a subnetwork has one: "
        "select what joins them too, or fewer layers."
    )


def _in_order(network: Network, edges: list[Edge]) -> list[Edge]:
    """Wires by the place of the layer that they lead to, then by its port."""
    rank = {node.id: place for place, node in enumerate(network.nodes)}
    return sorted(edges, key=lambda edge: (rank[edge.target], edge.port))


def _inputs(chosen: list[Node], sources: list[str], shapes: Mapping[str, Shape | None]) -> list[Node]:
    """An input per source, left of the chosen layers: ``in`` if it is the only one, else called like its source."""
    places = [node.position for node in chosen if node.position]
    left = min((x for x, _ in places), default=0.0) - _APART
    top = min((y for _, y in places), default=0.0)
    taken = {node.id for node in chosen}
    inputs = []
    for number, source in enumerate(sources):
        wish = "in" if len(sources) == 1 else f"in_{source.rpartition('/')[2]}"[:60]
        name = free_name(taken, wish)
        taken.add(name)
        shape = shapes.get(source)
        inputs.append(
            Node(name, "input", {"shape": shape} if shape else {}, (left, top + _STEP * number) if places else None)
        )
    return inputs


def _outside(edge: Edge, inside: set[str], block: str) -> Edge:
    return replace(edge, source=block, via=()) if edge.source in inside else edge


def _frames_outside(frames: tuple[Frame, ...], inside: set[str], block: str) -> list[Frame]:
    """The frames that stay: one round all of the group goes round the subnetwork, one round part of it lets that go."""
    kept = []
    for frame in frames:
        left = tuple(node for node in frame.nodes if node not in inside)
        if left and inside.issubset(frame.nodes):
            left = (*left, block)
        if left:
            kept.append(frame if left == frame.nodes else replace(frame, nodes=left))
    return kept


def _frames_with(network: Network, node_id: str, inner: tuple[Frame, ...], names: Mapping[str, str]) -> list[Frame]:
    """The frames of a network whose subnetwork is taken apart: those inside it come out, if no frame was round it."""
    frames = []
    framed = False
    for frame in network.frames:
        if node_id in frame.nodes:
            framed = True
            frame = replace(frame, nodes=(*(node for node in frame.nodes if node != node_id), *names.values()))
        if frame.nodes:
            frames.append(frame)
    if framed:
        return frames
    taken = {frame.id for frame in frames}
    for frame in inner:
        nodes = tuple(names[node] for node in frame.nodes if node in names)
        if nodes:
            frames.append(replace(frame, id=free_name(taken, frame.id), nodes=nodes))
            taken.add(frames[-1].id)
    return frames


def _middle(nodes: list[Node]) -> Position | None:
    """Where one node stands for several: the middle of their places."""
    places = [node.position for node in nodes if node.position]
    if not places:
        return None
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)


def _shift(use: Node, inner: list[Node]) -> Position:
    """How far the layers of a template move, so that their middle is where the subnetwork was."""
    middle = _middle(inner)
    if middle is None or use.position is None:
        return (0.0, 0.0)
    return (use.position[0] - middle[0], use.position[1] - middle[1])


def _free(network: Network, wish: str) -> str:
    """A name that neither a layer nor a template has, nor any layer that seems to lie inside such a subnetwork."""
    taken = {name.split("/")[0] for name in network.by_id} | set(network.by_id) | set(network.templates)
    return free_name(taken, wish)


def _referring(network: Network, moved: Mapping[str, str]) -> Network:
    """With the layers that params name called as they are after some moved; no node is renamed itself."""
    return replace(network, nodes=tuple(n if n.id in moved else with_names(n, moved) for n in network.nodes))


def _is_input(node: Node) -> bool:
    return not kind_of(node.kind).ports
