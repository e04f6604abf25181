"""Resolving again: after any edits, what was reused and made anew is what a network without a past gives."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import resolve as module
from explorer.again import again
from explorer.kind import LayerKind
from explorer.layers import KINDS, kind_of
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
from explorer.resolve import Resolved, resolve
from explorer.wiring import topological
from tests.explorer.networks import networks

PICK = st.integers(0, 1000)
KINDS_IN = [kind for kind in KINDS if not kind.from_file]


def anew(network: Network) -> Resolved:
    """The network resolved as if it were the first, from nodes and edges that nothing knows."""
    nodes = tuple(dataclasses.replace(node) for node in network.nodes)
    edges = tuple(dataclasses.replace(edge) for edge in network.edges)
    with patch.object(module, "_LATEST", module.deque(maxlen=4)):
        return resolve(dataclasses.replace(network, nodes=nodes, edges=edges))


def same(one: Resolved, two: Resolved) -> None:
    """Both say the same, in the same order."""
    assert one.order == two.order
    assert list(one.layers.items()) == list(two.layers.items())
    assert one.problems == two.problems
    assert (one.stands_for, one.muted) == (two.stands_for, two.muted)
    assert (one.inputs, one.outputs, one.parameters) == (two.inputs, two.outputs, two.parameters)


def edited(network: Network, what: int, one: int, two: int, port: int) -> Network:
    """The network after one edit of any kind."""
    if not network.nodes:
        return add_node(network, Node("x", "input"))
    node, other = (network.nodes[pick % len(network.nodes)] for pick in (one, two))
    kind: LayerKind = KINDS_IN[two % len(KINDS_IN)]
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


@settings(max_examples=150)
@given(networks(), st.lists(st.tuples(st.integers(0, 11), PICK, PICK, st.integers(0, 2)), min_size=1, max_size=12))
def test_after_any_edits_it_is_what_a_network_without_a_past_gives(
    network: Network, edits: list[tuple[int, int, int, int]]
) -> None:
    resolve(network)
    for edit in edits:
        try:
            network = edited(network, *edit)
        except NetworkError:
            continue
        same(resolve(network), anew(network))


def chain(count: int) -> Network:
    """An input and dense layers of four, one after the other."""
    nodes = (Node("x", "input", {"shape": (4,)}), *(Node(f"d{n}", "dense", {"units": 4}) for n in range(count)))
    return Network(nodes, tuple(Edge(one.id, two.id) for one, two in pairwise(nodes)))


@pytest.mark.parametrize(
    ("edit", "made"),
    [
        (lambda n: move(n, {"d7": (1, 1)}), set()),
        (lambda n: set_params(n, "d7", {"units": 5}), {"d7", "d8"}),
        (lambda n: set_params(n, "d7", {"bias": False}), {"d7"}),
        (lambda n: add_node(n, Node("new", "relu")), {"new"}),
        (lambda n: remove(n, ["d19"]), set()),
        (lambda n: remove(n, edges=[Edge("d16", "d17")]), {"d17", "d18", "d19"}),
        (lambda n: insert_on_edge(n, Edge("d7", "d8"), Node("new", "relu")), {"new", "d8"}),
    ],
)
def test_only_what_an_edit_reaches_is_made_anew(edit: object, made: set[str]) -> None:
    network = chain(20)
    before = resolve(network)
    after = resolve(edit(network))  # type: ignore[operator]
    assert {name for name, layer in after.layers.items() if layer is not before.layers.get(name)} == made


def test_networks_with_little_in_common_are_not_compared() -> None:
    known = module._known(chain(20), None)[0]
    assert (
        again(known, chain(20), lambda node, layers: module._layer(known.network, node, layers, None), topological)
        is None
    )


def test_a_chain_of_twenty_thousand_is_no_recursion() -> None:
    network = chain(20_000)
    assert resolve(network).parameters == 20_000 * 20
    kinds = {kind_of(node.kind).id for node in network.nodes}
    assert kinds == {"input", "dense"}
