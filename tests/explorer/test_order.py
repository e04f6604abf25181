"""The order after an edit is the one that is found from the beginning, and the usual edits do not need that."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from explorer.network import Edge, Network, NetworkError, Node, add_node, connect, insert_on_edge, remove, rename
from explorer.order import order_again
from explorer.rewire import splice
from explorer.wiring import topological
from tests.explorer.networks import networks


@given(networks(), st.data())
def test_it_is_the_order_of_a_network_without_a_past(network: Network, data: st.DataObject) -> None:
    nodes = data.draw(st.permutations(network.nodes))
    edges = data.draw(st.permutations(network.edges))
    network = dataclasses.replace(network, nodes=tuple(nodes), edges=tuple(edges))
    for number in range(4):
        before, order = network, topological(network)
        assume(len(order) == len(network.nodes))
        name = data.draw(st.sampled_from(sorted(network.by_id)))
        edge = data.draw(st.sampled_from(network.edges))
        new = Node(f"new{number}", "relu")
        try:
            network = data.draw(
                st.sampled_from([
                    lambda n, new=new: add_node(n, new),
                    lambda n, new=new, edge=edge: splice(add_node(n, new), edge, new.id),
                    lambda n, new=new, edge=edge: insert_on_edge(n, edge, new),
                    lambda n, name=name, number=number: rename(n, name, f"other{number}"),
                    lambda n, name=name, new=new: connect(add_node(n, new), name, new.id),
                    lambda n, name=name: remove(n, [name]),
                ])
            )(network)  # fmt: skip
        except NetworkError:
            continue
        found = order_again(order, before, network)
        assert found is None or found == topological(network)
        assume(network.edges)


def chain() -> Network:
    """Ten layers, one after the other."""
    nodes = (Node("x", "input"), *(Node(f"d{n}", "dense") for n in range(9)))
    return Network(nodes, tuple(Edge(one.id, two.id) for one, two in pairwise(nodes)))


@pytest.mark.parametrize(
    "edit",
    [
        lambda n: add_node(n, Node("new", "relu")),
        lambda n: splice(add_node(n, Node("new", "relu")), Edge("d3", "d4"), "new"),
        lambda n: splice(add_node(n, Node("new", "relu")), Edge("d7", "d8"), "new"),
        lambda n: rename(n, "d3", "other"),
        lambda n: rename(n, "x", "other"),
    ],
)
def test_the_usual_edits_of_a_chain_are_known(edit: object) -> None:
    before = chain()
    after = edit(before)  # type: ignore[operator]
    assert order_again(topological(before), before, after) == topological(after)
