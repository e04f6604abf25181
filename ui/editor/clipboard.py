"""Layers on the clipboard: written as JSON, and read back with every check, since anything may lie there."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from explorer.layers import KIND_IDS, kind_of
from explorer.network import NODE_ID, Edge, Network, Node
from explorer.params import ParamError

MIME = "application/x-nn-explorer-layers+json"
LARGEST = 4_000_000
MOST_NODES = 5_000
_FORMAT = "nn-explorer-layers"


class ClipboardError(ValueError):
    """What lies on the clipboard cannot be pasted; its text is one sentence for a person."""


def to_text(network: Network, node_ids: Collection[str]) -> str:
    """The chosen nodes, and the wires between them, as JSON."""
    nodes = [node for node in network.nodes if node.id in node_ids]
    edges = [edge for edge in network.edges if edge.source in node_ids and edge.target in node_ids]
    return json.dumps(
        {
            "format": _FORMAT,
            "nodes": [_node_to_json(node) for node in nodes],
            "edges": [[edge.source, edge.target, edge.port] for edge in edges],
        }
    )


def from_text(text: str) -> tuple[list[Node], list[Edge]]:
    """Nodes and wires from JSON; raises ClipboardError for anything that is not layers."""
    if len(text) > LARGEST:
        raise ClipboardError("What is on the clipboard is too large to be layers.")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ClipboardError("There are no layers on the clipboard.") from None
    if not isinstance(data, dict) or data.get("format") != _FORMAT:
        raise ClipboardError("There are no layers on the clipboard.")
    rows = data.get("nodes")
    if not isinstance(rows, list) or len(rows) > MOST_NODES:
        raise ClipboardError(f"The clipboard must hold a list of at most {MOST_NODES:,} layers.")
    nodes = [_node_from_json(row) for row in rows]
    names = {node.id for node in nodes}
    if len(names) != len(nodes):
        raise ClipboardError("Two layers on the clipboard have one name.")
    edges = data.get("edges", [])
    if not isinstance(edges, list):
        raise ClipboardError("The wires on the clipboard must be a list.")
    return nodes, [_edge_from_json(row, names) for row in edges]


def _node_to_json(node: Node) -> dict[str, Any]:
    row: dict[str, Any] = {"id": node.id, "kind": node.kind, "params": dict(node.params)}
    if node.position is not None:
        row["position"] = list(node.position)
    return row | {key: value for key, value in (("colour", node.colour), ("note", node.note)) if value}


def _node_from_json(row: Any) -> Node:
    if not isinstance(row, dict):
        raise ClipboardError("A layer on the clipboard must be an object.")
    name, kind = row.get("id"), row.get("kind")
    if not isinstance(name, str) or not NODE_ID.fullmatch(name):
        raise ClipboardError(f"{str(name)[:40]!r} on the clipboard is not a layer's name.")
    if kind not in KIND_IDS:
        raise ClipboardError(f"{name} on the clipboard is of an unknown kind, {str(kind)[:40]!r}.")
    texts = [row.get(key, "") for key in ("colour", "note")]
    if not all(isinstance(text, str) for text in texts):
        raise ClipboardError(f"Colour and note of {name} on the clipboard must be texts.")
    return Node(name, kind, _params(name, kind, row.get("params", {})), _position(name, row), *texts)


def _params(name: str, kind: str, given: Any) -> dict[str, Any]:
    """The params that differ from their defaults; one that the kind does not take is refused by its own sentence."""
    if not isinstance(given, dict):
        raise ClipboardError(f"The settings of {name} on the clipboard must be an object.")
    known = {param.name: param for param in kind_of(kind).params}
    checked = {}
    for key, value in given.items():
        if key not in known:
            raise ClipboardError(f"{name} on the clipboard has an unknown setting, {key[:40]!r}.")
        try:
            checked[key] = known[key].check(value)
        except ParamError as error:
            raise ClipboardError(f"{name} on the clipboard: {error}") from None
    return {key: value for key, value in checked.items() if value != known[key].default}


def _position(name: str, row: dict[str, Any]) -> tuple[float, float] | None:
    place = row.get("position")
    if place is None:
        return None
    good = isinstance(place, list) and len(place) == 2 and all(_coordinate(number) for number in place)
    if not good:
        raise ClipboardError(f"The position of {name} on the clipboard must be two numbers.")
    return float(place[0]), float(place[1])


def _coordinate(number: Any) -> bool:
    return isinstance(number, (int, float)) and not isinstance(number, bool) and -1e5 <= number <= 1e5


def _edge_from_json(row: Any, names: set[str]) -> Edge:
    good = isinstance(row, list) and len(row) == 3 and isinstance(row[2], int) and not isinstance(row[2], bool)
    if not good or not isinstance(row[0], str) or not isinstance(row[1], str) or not 0 <= row[2] < MOST_NODES:
        raise ClipboardError("A wire on the clipboard must be [from, to, port].")
    if row[0] not in names or row[1] not in names:
        raise ClipboardError("A wire on the clipboard leads to a layer that is not there.")
    return Edge(*row)
