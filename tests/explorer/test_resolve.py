"""resolve: order, shapes, counts and problems, for good networks and for any others."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from itertools import pairwise

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.layers import KINDS
from explorer.memory import show_bytes
from explorer.network import Edge, Network, Node, insert_before
from explorer.resolve import resolve
from tests.explorer.project.networks import networks


def line(*nodes: Node) -> Network:
    """Each node reads the one before it."""
    return Network(nodes, tuple(Edge(a.id, b.id) for a, b in pairwise(nodes)))


def wired(kinds: dict[str, str], *edges: tuple[str, str] | tuple[str, str, int]) -> Network:
    """Layers by id and kind, and wires between them."""
    return Network(tuple(Node(node, kind) for node, kind in kinds.items()), tuple(Edge(*edge) for edge in edges))


X, IMAGE, HUGE = Node("x", "input"), Node("x", "input", {"shape": (1, 8, 8)}), {"units": 10**6}


def test_a_convolutional_network() -> None:
    resolved = resolve(
        line(
            IMAGE,
            Node("conv", "conv2d", {"filters": 4, "padding": "same"}),
            Node("pool", "max_pool2d"),
            Node("flat", "flatten"),
            Node("y", "dense", {"units": 10}),
        )
    )
    assert resolved.problems == ()
    assert [resolved.layers[node].shape for node in resolved.order] == [(1, 8, 8), (4, 8, 8), (4, 4, 4), (64,), (10,)]
    assert resolved.weight_shapes == {
        "conv.weight": (4, 1, 3, 3), "conv.bias": (4,), "y.weight": (10, 64), "y.bias": (10,)
    }  # fmt: skip
    assert resolved.parameters == 4 * 9 + 4 + 640 + 10
    assert (resolved.inputs, resolved.outputs) == (("x",), ("y",))


@pytest.mark.parametrize(
    ("network", "node", "words"),
    [
        (Network(), None, "empty"),
        (line(Node("h", "dense")), "h", "has no input: wire a layer into it"),
        (line(Node("h", "dense")), None, "no input: add an input layer"),
        (line(X, Node("h", "dense", {"units": -1})), "h", "Units must be a whole number from 1"),
        (line(X, Node("h", "dense", {"units": math.nan})), "h", "Units must be"),
        (line(X, Node("h", "dense", {"unit": 1})), "h", "did you mean units?"),
        (line(IMAGE, Node("h", "dense")), "h", "h needs one list of numbers per example; 1×8×8 came in."),
        (line(X, Node("h", "dense", HUGE), Node("k", "dense", HUGE)), "k", "memory"),
        (wired({"x": "input", "h": "relu"}, ("x", "h"), ("q", "h")), "h", "no layer called q"),
        (wired({"x": "input", "h": "relu"}, ("x", "h"), ("x", "h", 3)), "h", "only 1 input port;"),
        (wired({"x": "input", "h": "relu"}, ("x", "h"), ("h", "x")), "x", "no input; the wire from h"),
        (wired({"x": "input", "k": "input", "h": "relu"}, ("x", "h"), ("k", "h")), "h", "two wires"),
        (wired({"h": "relu", "k": "relu"}, ("h", "k"), ("k", "h")), "k", "loop (k → h → k)"),
        (wired({"h": "relu"}, ("h", "h")), "h", "loop (h → h)"),
        (wired({"x": "input", "s": "add"}, ("x", "s")), "s", "lacks its input b"),
        (wired({"x": "input", "s": "add"}, ("x", "s", 10**9)), "s", "lacks its input"),
        (Network((X, X)), "x", "the name of two layers"),
    ],
)  # fmt: skip
def test_problems(network: Network, node: str | None, words: str) -> None:
    started = time.monotonic()
    problems = resolve(network, memory=1 << 33).problems
    assert time.monotonic() - started < 1
    assert any(problem.node == node and words in problem.message for problem in problems), problems


def test_a_fix_can_be_applied() -> None:
    network = line(IMAGE, Node("h", "dense"))
    (problem,) = resolve(network).problems
    fix, *_ = problem.fixes
    assert resolve(insert_before(network, "h", fix.insert)).problems == ()


def test_behind_a_problem_shapes_are_unknown_and_no_more_is_said() -> None:
    resolved = resolve(line(IMAGE, Node("h", "dense"), Node("a", "relu"), Node("k", "dense")))
    assert [problem.node for problem in resolved.problems] == ["h"]
    assert [resolved.layers[node].shape for node in ("h", "a", "k")] == [None, None, None]
    assert resolved.parameters == 0


def test_memory_is_counted_before_anything_is_allocated() -> None:
    network = line(Node("x", "input", {"shape": (1000,)}), Node("h", "dense", {"units": 1000}))
    need = 4 * (1000 + 2 * (1000 * 1000 + 1000))
    assert resolve(network, memory=need).problems == ()
    assert "8.0 MB" in resolve(network, memory=need - 1).problems[0].message


def test_ten_thousand_layers_resolve_in_a_second() -> None:
    nodes = (Node("x", "input"), *(Node(f"n{i}", "relu") for i in range(9_999)))
    started = time.monotonic()
    assert len(resolve(line(*nodes)).order) == 10_000
    assert time.monotonic() - started < 5


@given(network=networks())
def test_any_network_resolves(network: Network) -> None:
    resolved = resolve(network, memory=1 << 33)
    # The same network made anew is no object of which anything is remembered.
    again = Network(tuple(replace(node) for node in network.nodes), network.edges)
    found = resolve(again, memory=1 << 33)
    assert found == replace(resolved, network=found.network)
    assert set(resolved.layers) == {node.id for node in network.nodes}
    place = {node: i for i, node in enumerate(resolved.order)}
    for edge in network.edges:
        if edge.source in place and edge.target in place:
            assert place[edge.source] < place[edge.target]
    if any(layer.shape is None for layer in resolved.layers.values()):
        assert resolved.problems
    for problem in resolved.problems:
        assert problem.node is None or problem.node in network.by_id
        assert problem.message.endswith((".", "?"))


@given(network=networks(), units=st.integers(1, 9), pick=st.integers(0, 99))
def test_an_edit_resolves_as_the_edited_network_made_anew(network: Network, units: int, pick: int) -> None:
    resolve(network)
    nodes = list(network.nodes)
    if nodes:
        place = pick % len(nodes)
        nodes[place] = replace(nodes[place], kind="dense", params={"units": units})
    edited = Network(tuple(nodes), network.edges)
    found = resolve(edited)
    assert found == replace(resolve(Network(tuple(map(replace, nodes)), network.edges)), network=found.network)


@given(network=networks())
def test_what_is_left_out_of_the_order_hangs_on_a_cycle(network: Network) -> None:
    resolved = resolve(network)
    flat = resolved.network
    graph = networkx.DiGraph()
    graph.add_nodes_from(node.id for node in flat.nodes)
    graph.add_edges_from((e.source, e.target) for e in flat.edges if {e.source, e.target} <= set(flat.by_id))
    loops = {node for part in networkx.strongly_connected_components(graph) for node in part if len(part) > 1}
    loops |= set(networkx.nodes_with_selfloops(graph))
    behind = loops.union(*(networkx.descendants(graph, node) for node in loops)) if loops else set()
    assert set(flat.by_id) - set(resolved.order) == behind


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_kind_without_wires_has_a_problem_unless_it_is_an_input(kind: object) -> None:
    problems = resolve(Network((Node("n", kind.id),))).problems_of("n")  # type: ignore[attr-defined]
    assert bool(problems) == (kind.id != "input")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (8.5e9, "8.5 GB"), (4e21, "4,000 EB")]
)
def test_bytes_are_shown_in_units(count: float, shown: str) -> None:
    assert show_bytes(count) == shown
