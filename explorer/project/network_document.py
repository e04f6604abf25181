"""The network's part of project.json: layers, wires, frames and templates, read and written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from explorer.layers import KIND_IDS, kind_of
from explorer.network import NODE_ID, NODE_ID_RULE, Edge, Frame, Network, Node, Position
from explorer.params import Param, ParamError, unknown_key
from explorer.project.errors import ProjectError
from explorer.project.schema import FARTHEST, MOST_EDGES, MOST_FRAMES, NetworkFile, TemplateFile, within

LONGEST_KEY = 100
"""Characters of a key that a message compares with those that are known."""
LONGEST_TEMPLATE = 64
MOST_BENDS = 1_000


def read_network(file: NetworkFile) -> Network:
    """The network of a checked envelope; raises ProjectError."""
    for name in file.templates:
        if not name or len(name) > LONGEST_TEMPLATE or not name.isprintable():
            raise ProjectError(
                f"network.templates: a name is a text of at most {LONGEST_TEMPLATE} characters; {name[:70]!a} is not."
            )
    templates = {name: _read(given, f"network.templates.{name}") for name, given in file.templates.items()}
    outer = _read(file, "network")
    return replace(outer, templates=templates)


def network_document(network: Network) -> dict[str, Any]:
    """The JSON value of a network."""
    document: dict[str, Any] = {
        "nodes": [_node_document(node) for node in network.nodes],
        "edges": [_edge_document(edge) for edge in network.edges],
    }
    if network.frames:
        document["frames"] = [_frame_document(frame) for frame in network.frames]
    if network.flow != "right":
        document["flow"] = network.flow
    if network.templates:
        document["templates"] = {name: network_document(inner) for name, inner in network.templates.items()}
    return document


def _read(file: TemplateFile, where: str) -> Network:
    nodes: list[Node] = []
    for place, given in enumerate(file.nodes):
        at = f"{where}.nodes[{place}]"
        if not NODE_ID.fullmatch(given.id):
            raise ProjectError(f"{at}.id: a layer's name is {NODE_ID_RULE}; {given.id[:70]!a} is not.")
        require_known(given.kind, KIND_IDS, f"{at}.kind")
        params = read_params(kind_of(given.kind).params, given.params, f"{at}.params")
        position = (given.position[0], given.position[1]) if given.position else None
        nodes.append(Node(given.id, given.kind, params, position, given.colour, given.note, given.muted))
    name, count = Counter(node.id for node in nodes).most_common(1)[0] if nodes else ("", 0)
    if count > 1:
        raise ProjectError(f"{where}.nodes: {name} is the name of {count} layers; rename all but one.")
    edges = tuple(_read_edge(edge, f"{where}.edges[{place}]") for place, edge in enumerate(file.edges))
    return Network(tuple(nodes), edges, _read_frames(file, nodes, where), flow=file.flow)


def _read_frames(file: TemplateFile, nodes: list[Node], where: str) -> tuple[Frame, ...]:
    """The frames, without layers that do not exist."""
    known = {node.id for node in nodes}
    ids = [frame.id for frame in file.frames]
    if len(set(ids)) != len(ids):
        raise ProjectError(f"{where}.frames: two frames have the same id; change one.")
    frames = []
    for given in file.frames:
        inside = tuple(dict.fromkeys(node for node in given.nodes if node in known))
        if inside:
            frames.append(Frame(given.id, inside, given.title, given.note, given.colour))
    return tuple(frames[:MOST_FRAMES])


def _read_edge(given: list[Any], where: str) -> Edge:
    ends, port = given[:2], given[2] if len(given) >= 3 else 0
    texts = len(ends) == 2 and all(isinstance(end, str) and NODE_ID.fullmatch(end) for end in ends)
    whole = isinstance(port, int) and not isinstance(port, bool) and 0 <= port < MOST_EDGES
    via = _read_bends(given[3]) if len(given) == 4 else ()
    if not texts or not whole or len(given) > 4 or via is None:
        raise ProjectError(
            f"{where} must be [from, to] or [from, to, input port]: two names of layers, "
            "and a whole number of 0 or more; a list of points [x, y] that the wire goes through may follow."
        )
    return Edge(ends[0], ends[1], port, via)


def _read_bends(given: Any) -> tuple[Position, ...] | None:
    """The points that a wire goes through; None if they are none."""
    if not isinstance(given, list) or len(given) > MOST_BENDS:
        return None
    points = []
    for point in given:
        if not isinstance(point, list) or len(point) != 2 or not all(_is_coordinate(number) for number in point):
            return None
        points.append((float(point[0]), float(point[1])))
    return tuple(points)


def _is_coordinate(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= FARTHEST


def _node_document(node: Node) -> dict[str, Any]:
    """A node with the keys that it needs."""
    optional: tuple[tuple[str, Any, Callable[[Any], Any]], ...] = (
        ("params", node.params, dict),
        ("position", node.position, list),
        ("colour", node.colour, str),
        ("note", node.note, str),
        ("muted", node.muted, bool),
    )
    return {"id": node.id, "kind": node.kind} | {key: form(value) for key, value, form in optional if value}


def _edge_document(edge: Edge) -> list[Any]:
    if edge.via:
        return [edge.source, edge.target, edge.port, [list(point) for point in edge.via]]
    return [edge.source, edge.target, *([edge.port] if edge.port else [])]


def _frame_document(frame: Frame) -> dict[str, Any]:
    texts = {"title": frame.title, "note": frame.note, "colour": frame.colour}
    return {"id": frame.id, "nodes": list(frame.nodes)} | {key: text for key, text in texts.items() if text}


def read_params(params: Sequence[Param], given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The given values in their canonical form; one that does not fit stays as it is."""
    known = {param.name: param for param in params}
    found = {}
    for name, value in given.items():
        require_known(name, known, where)
        try:
            found[name] = known[name].check(value)
        except ParamError:
            found[name] = value
    return found


def require_known(name: str, known: Any, where: str) -> None:
    """Raise ProjectError with the nearest name unless ``name`` is known."""
    if name not in known:
        raise ProjectError(within(where, unknown_key(name[:LONGEST_KEY], known)))
