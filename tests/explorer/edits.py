"""Random edits of any network, good and bad, by numbers that hypothesis draws."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from hypothesis import strategies as st

from explorer.kind import LayerKind
from explorer.layers import KINDS
from explorer.network import (
    Edge,
    Network,
    NetworkError,
    Node,
    add_node,
    connect,
    insert_on_edge,
    move,
    remove,
    rename,
    set_params,
)

_PICK = st.integers(0, 1000)
EDITS = st.lists(st.tuples(st.integers(0, 11), _PICK, _PICK, st.integers(0, 2)), min_size=1, max_size=12)
"""What to do, with which two nodes, and at which port."""
_KINDS = [kind for kind in KINDS if not kind.from_file]


def after_each(network: Network, edits: list[tuple[int, int, int, int]]) -> Iterator[Network]:
    """The network after each of the edits that can be done, one upon the other."""
    for edit in edits:
        try:
            network = edited(network, *edit)
        except NetworkError:
            continue
        yield network


def edited(network: Network, what: int, one: int, two: int, port: int) -> Network:
    """The network after one edit of any kind; raises NetworkError if it cannot be done."""
    if not network.nodes:
        return add_node(network, Node("x", "input"))
    node, other = (network.nodes[pick % len(network.nodes)] for pick in (one, two))
    kind: LayerKind = _KINDS[two % len(_KINDS)]
    edge = network.edges[one % len(network.edges)] if network.edges else None
    free = f"free_{one}_{two}_{len(network.nodes)}"
    match what:
        case 0:
            return connect(network, node.id, other.id, port)
        case 1:
            return remove(network, [node.id])
        case 2:
            return remove(network, edges=[edge] if edge else [])
        case 3:
            return add_node(network, Node(free, kind.id))
        case 4:
            return insert_on_edge(network, edge, Node(free, kind.id)) if edge else network
        case 5:
            return rename(network, node.id, free)
        case 6:
            return move(network, {node.id: (one, two)})
        case 7:
            return set_params(network, node.id, {"units": 1 + two % 3} if node.kind == "dense" else {})
        case 8:  # any wire at all, good or bad
            return dataclasses.replace(network, edges=(*network.edges, Edge(node.id, other.id, port)))
        case 9:
            swapped = tuple(reversed(network.nodes))
            return dataclasses.replace(network, nodes=swapped, edges=tuple(reversed(network.edges)))
        case 10:
            muted = dataclasses.replace(node, muted=not node.muted)
            return dataclasses.replace(network, nodes=tuple(muted if n is node else n for n in network.nodes))
        case _:  # nodes go, and their wires stay
            return dataclasses.replace(network, nodes=tuple(n for n in network.nodes if n is not node))
