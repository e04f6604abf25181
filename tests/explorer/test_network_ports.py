"""Network: ports that are free, what is reached, and fixes applied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.kind import Fix
from explorer.network import (
    Edge,
    Network,
    NetworkError,
    Node,
    apply_fix,
    connect,
    followers,
    port_count,
    reached,
)
from tests.explorer.networks import networks


@pytest.fixture
def branching() -> Network:
    """x into a and b; a into the sum."""
    nodes = (Node("x", "input"), Node("a", "relu"), Node("b", "dense"), Node("both", "add"))
    return Network(nodes, (Edge("x", "a"), Edge("x", "b"), Edge("a", "both")))


def test_a_variadic_layer_has_a_free_port_behind_the_last(branching: Network) -> None:
    assert [port_count(branching, name) for name in ("x", "a", "both")] == [0, 1, 2]
    wired = connect(branching, "b", "both", 1)
    assert port_count(wired, "both") == 3
    gap = connect(branching, "b", "both", 3)
    assert port_count(gap, "both") == 5


def test_what_is_reached(branching: Network) -> None:
    assert reached(branching, "x") == {"x", "a", "b", "both"}
    assert reached(branching, "both", forwards=False) == {"both", "a", "x"}
    assert reached(branching, "b") == {"b"}


def test_a_fix_inserts_or_sets(branching: Network) -> None:
    inserted = apply_fix(branching, "b", Fix("Insert Flatten", insert="flatten"))
    assert {Edge("x", "flatten"), Edge("flatten", "b")} <= set(inserted.edges)
    assert Edge("x", "b") not in inserted.edges
    changed = apply_fix(branching, "b", Fix("Set units to 3", set=(("units", 3),)))
    assert changed.by_id["b"].params == {"units": 3}
    assert changed.edges == branching.edges


def test_a_fix_appends_to_an_output() -> None:
    placed = Network(
        (Node("x", "input", {"shape": (2,)}, (10.0, 20.0)), Node("sigmoid", "dense")), (Edge("x", "sigmoid"),)
    )
    longer = apply_fix(placed, "sigmoid", Fix("Add Sigmoid", append="sigmoid"))
    assert longer.outputs == ("sigmoid_2",)
    assert longer.edges == (*placed.edges, Edge("sigmoid", "sigmoid_2"))
    assert longer.by_id["sigmoid_2"].position is None
    assert apply_fix(placed, "x", Fix("Add Tanh", append="tanh")).by_id["tanh"].position == (210.0, 20.0)


def test_a_fix_whose_wire_is_gone_says_so(branching: Network) -> None:
    with pytest.raises(NetworkError, match="Nothing is wired into x yet"):
        apply_fix(branching, "x", Fix("Insert Flatten", insert="flatten"))


@given(networks(), st.data())
def test_followers_are_those_of_all_that_is_reached(network: Network, data: st.DataObject) -> None:
    names = sorted(network.by_id)
    start = data.draw(st.sampled_from(names))
    among = data.draw(st.sets(st.sampled_from(names)))
    assert followers(network, start, among) == (reached(network, start) - {start}) & among
