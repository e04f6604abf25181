"""Resolving again: after any edits, what was reused and made anew is what a network without a past gives."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given, settings

from explorer import index
from explorer import resolve as module
from explorer.again import Latest, again
from explorer.layers import kind_of
from explorer.network import Edge, Network, Node, add_node, insert_on_edge, move, remove, set_params
from explorer.resolve import Resolved, resolve
from explorer.wiring import topological
from tests.explorer.edits import EDITS, after_each
from tests.explorer.networks import networks


def anew(network: Network) -> Resolved:
    """The network resolved as if it were the first, from nodes and edges that nothing knows."""
    nodes = tuple(dataclasses.replace(node) for node in network.nodes)
    edges = tuple(dataclasses.replace(edge) for edge in network.edges)
    with patch.object(module, "_PICTURED", Latest(1)):
        return resolve(dataclasses.replace(network, nodes=nodes, edges=edges))


def same(one: Resolved, two: Resolved) -> None:
    """Both say the same, in the same order."""
    assert one.order == two.order
    assert list(one.layers.items()) == list(two.layers.items())
    assert one.problems == two.problems
    assert (one.stands_for, one.muted) == (two.stands_for, two.muted)
    assert (one.inputs, one.outputs, one.parameters) == (two.inputs, two.outputs, two.parameters)


@settings(max_examples=150)
@given(networks(), EDITS)
def test_after_any_edits_it_is_what_a_network_without_a_past_gives(
    network: Network, edits: list[tuple[int, int, int, int]]
) -> None:
    with patch.object(index, "_MANY", 0):  # as a large network is treated
        resolve(network)
        for after in after_each(network, edits):
            same(resolve(after), anew(after))


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


def test_what_undo_leads_back_to_is_what_the_next_edit_begins_with() -> None:
    network = chain(20)
    before = resolve(network)
    resolve(remove(network, edges=[Edge("d7", "d8")]))
    assert resolve(network) is before
    after = resolve(set_params(network, "d3", {"bias": False}))
    assert [name for name, layer in after.layers.items() if layer is not before.layers[name]] == ["d3"]


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
