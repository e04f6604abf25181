"""Network: every edit gives a new value, keeps the old one, and never leaves dangling wires."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.names import FreeNames, free_name
from explorer.network import (
    Edge,
    Network,
    NetworkError,
    Node,
    add_node,
    connect,
    free_id,
    insert_before,
    insert_on_edge,
    move,
    paste,
    reaches,
    remove,
    rename,
    set_details,
    set_params,
    why_not_connect,
)
from tests.explorer.project.networks import networks


@pytest.fixture
def chain() -> Network:
    x, h = Node("x", "input", {"shape": (2,)}, (0.0, 0.0)), Node("h", "dense", {"units": 3}, (100.0, 40.0))
    return Network((x, h, Node("a", "relu")), (Edge("x", "h"), Edge("h", "a")))


def test_neighbours_and_outputs(chain: Network) -> None:
    assert chain.incoming["h"] == (Edge("x", "h"),)
    assert chain.outgoing["h"] == (Edge("h", "a"),)
    assert chain.outputs == ("a",)
    assert chain.node("h").params == {"units": 3}
    with pytest.raises(NetworkError, match="no layer called q"):
        chain.node("q")


def test_params_cannot_be_changed_in_place(chain: Network) -> None:
    with pytest.raises(TypeError):
        chain.node("h").params["units"] = 4  # type: ignore[index]


@pytest.mark.parametrize(
    "edit",
    [
        lambda n: add_node(n, Node("new", "tanh")),
        lambda n: remove(n, ["h"]),
        lambda n: remove(n, edges=[Edge("x", "h")]),
        lambda n: set_params(n, "h", {"units": 5}),
        lambda n: set_details(n, "h", colour="#ff0000", note="why"),
        lambda n: move(n, {"a": (1.0, 2.0)}),
        lambda n: rename(n, "h", "hidden"),
        lambda n: connect(n, "x", "a"),
        lambda n: insert_on_edge(n, Edge("x", "h"), Node("d", "dropout")),
        lambda n: insert_before(n, "h", "flatten"),
        lambda n: paste(n, n.nodes, n.edges)[0],
    ],
)
def test_an_edit_makes_another_network_that_shares_what_did_not_change(
    chain: Network, edit: Callable[[Network], Network]
) -> None:
    before = pickle.loads(pickle.dumps(chain))
    after = edit(chain)
    assert after != chain
    assert chain == before
    assert pickle.loads(pickle.dumps(after)) == after
    kept = [node for node in after.nodes if node in chain.nodes]
    assert all(any(node is old for old in chain.nodes) for node in kept)


def test_a_param_at_its_default_is_left_out(chain: Network) -> None:
    assert set_params(chain, "h", {"units": 10}).node("h").params == {}
    assert set_params(chain, "h", {"bias": False}).node("h").params == {"units": 3, "bias": False}


def test_names(chain: Network) -> None:
    renamed = rename(chain, "h", "hidden/1")
    assert renamed.edges == (Edge("x", "hidden/1"), Edge("hidden/1", "a"))
    assert rename(chain, "h", "h") is chain
    for wrong in ("", "1a", "a b", "a.b", "<b>", "a" * 65):
        with pytest.raises(NetworkError, match="name is a letter"):
            rename(chain, "h", wrong)
    with pytest.raises(NetworkError, match="'a{29}…' is not"):
        rename(chain, "h", "a" * 10_000)
    with pytest.raises(NetworkError, match="called a already"):
        rename(chain, "h", "a")
    with pytest.raises(NetworkError, match="called a already"):
        add_node(chain, Node("a", "relu"))
    assert free_id(chain, "b") == "b"
    assert free_id(chain, "h") == "h_2"
    assert free_id(add_node(chain, Node("h_2", "relu")), "h_2") == "h_3"


@pytest.mark.parametrize(
    ("source", "target", "port", "words"),
    [
        ("h", "x", 0, "is an input"),
        ("x", "a", 1, "has 1 input port"),
        ("a", "h", 0, "would close a loop"),
        ("h", "h", 0, "would close a loop"),
        ("x", "h", 0, "already"),
    ],
)
def test_wires_that_cannot_be(chain: Network, source: str, target: str, port: int, words: str) -> None:
    assert words in (why_not_connect(chain, source, target, port) or "")
    with pytest.raises(NetworkError, match=words):
        connect(chain, source, target, port)


def test_a_new_wire_takes_the_place_of_the_old_one(chain: Network) -> None:
    assert connect(chain, "x", "a").edges == (Edge("x", "h"), Edge("x", "a"))


def test_a_variadic_layer_takes_any_port(chain: Network) -> None:
    network = connect(connect(add_node(chain, Node("s", "add")), "x", "s", 0), "a", "s", 5)
    assert [edge.port for edge in network.incoming["s"]] == [0, 5]


def test_a_layer_is_put_into_a_wire(chain: Network) -> None:
    network = insert_before(chain, "h", "flatten")
    assert set(network.edges) == {Edge("x", "flatten"), Edge("flatten", "h"), Edge("h", "a")}
    assert network.node("flatten").position == (50.0, 20.0)
    with pytest.raises(NetworkError, match="Nothing is wired"):
        insert_before(chain, "x", "flatten")


def test_copies_are_wired_among_themselves(chain: Network) -> None:
    network, names = paste(chain, [chain.node("h"), chain.node("a")], chain.edges, (10.0, 10.0))
    assert names == {"h": "h_2", "a": "a_2"}
    assert network.edges == (*chain.edges, Edge("h_2", "a_2"))
    assert network.node("h_2").position == (110.0, 50.0)
    assert network.node("a_2").position is None


@given(network=networks(), data=st.data())
def test_removal_leaves_no_wire_of_what_is_gone(network: Network, data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from([node.id for node in network.nodes]))) if network.nodes else set()
    left = remove(network, gone)
    assert {node.id for node in left.nodes} == {node.id for node in network.nodes} - gone
    assert all(edge.source not in gone and edge.target not in gone for edge in left.edges)


@given(network=networks(), data=st.data())
def test_reaching_is_what_networkx_finds(network: Network, data: st.DataObject) -> None:
    graph = networkx.DiGraph([(edge.source, edge.target) for edge in network.edges])
    graph.add_nodes_from(node.id for node in network.nodes)
    if network.nodes:
        ends = st.sampled_from([node.id for node in network.nodes])
        start, goal = data.draw(ends), data.draw(ends)
        assert reaches(network, start, goal) == networkx.has_path(graph, start, goal)


@given(st.lists(st.sampled_from(["a", "a_2", "a_3", "b_7", "a_2_2", "c" * 64, "c" * 62 + "_2"]), max_size=12))
def test_many_free_names_are_those_found_one_by_one(wishes: list[str]) -> None:
    taken, free = {"a", "a_3"}, FreeNames({"a", "a_3"})
    for wish in wishes:
        name = free_name(taken, wish)
        assert free.take(wish) == name
        assert name not in taken
        taken.add(name)
