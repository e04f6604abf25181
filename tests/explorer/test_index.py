"""The index of nodes and wires: after any edits, it is what one made for that network alone would be."""

from __future__ import annotations

from itertools import pairwise
from unittest.mock import patch

from hypothesis import given, settings

from explorer import index
from explorer.index import Names, Wires
from explorer.network import Edge, Network, Node, add_node, remove, rename, set_params
from explorer.rewire import splice
from tests.explorer.edits import EDITS, after_each
from tests.explorer.networks import networks


def same(network: Network) -> None:
    """What the network knows is what nobody knew before."""
    alone: Names[Node] = Names()
    assert list(network.by_id.items()) == list(alone.of(network.nodes).items())
    for end, known in (("target", network.incoming), ("source", network.outgoing)):
        wires: Wires[Edge] = Wires(end)  # type: ignore[arg-type]
        assert known == wires.of(network.edges, network.nodes, network.by_id)
        assert known.keys() >= network.by_id.keys()


@settings(max_examples=200)
@given(networks(), EDITS)
def test_after_any_edits_it_is_as_if_made_for_this_network_alone(
    network: Network, edits: list[tuple[int, int, int, int]]
) -> None:
    with patch.object(index, "_MANY", 0):  # as a large network is treated
        same(network)
        for after in after_each(network, edits):
            same(after)


def chain(count: int) -> Network:
    """An input and dense layers, one after the other."""
    nodes = (Node("x", "input", {"shape": (4,)}), *(Node(f"d{n}", "dense", {"units": 4}) for n in range(count)))
    return Network(nodes, tuple(Edge(one.id, two.id) for one, two in pairwise(nodes)))


def test_of_a_long_chain_only_what_an_edit_touches_is_entered() -> None:
    network = chain(200)
    same(network)
    fork = Network((*network.nodes, Node("y", "relu")), (*network.edges, Edge("d7", "y")))
    edits = [
        fork,
        remove(fork, edges=[Edge("d7", "d8")]),
        remove(fork, ["d8"]),
        remove(fork, ["y"]),
        splice(add_node(fork, Node("new", "relu")), Edge("d50", "d51"), "new"),
        add_node(fork, Node("new", "relu")),
        set_params(fork, "d9", {"units": 5}),
        rename(fork, "d9", "other"),
    ]
    for after in edits:
        same(after)
        found = Wires[Edge]("source")
        found.of(fork.edges, fork.nodes, fork.by_id)
        found._afresh = lambda wires, nodes: {}  # type: ignore[method-assign]
        assert found.of(after.edges, after.nodes, after.by_id) == after.outgoing
