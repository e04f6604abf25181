"""expand: subnetworks become their layers, muted layers are led past, and nothing that a file can say breaks it."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.annotate import set_muted
from explorer.compiler import compile_network
from explorer.expand import MOST_EXPANDED, expand
from explorer.network import Edge, Network, Node
from explorer.resolve import resolve

X = Node("x", "input", {"shape": (3,)})
BLOCK = Network(
    (Node("in", "input", {"shape": (3,)}), Node("h", "dense", {"units": 3}), Node("a", "tanh"), Node("o", "add")),
    (Edge("in", "h"), Edge("h", "a"), Edge("a", "o"), Edge("in", "o", 1)),
)


def use(name: str, template: str = "block") -> Node:
    return Node(name, "subnetwork", {"template": template})


def flat(*edges: tuple[str, str] | tuple[str, str, int]) -> list[tuple[str, str, int]]:
    return [(edge[0], edge[1], edge[2] if len(edge) > 2 else 0) for edge in edges]


def wires(network: Network) -> list[tuple[str, str, int]]:
    return [(edge.source, edge.target, edge.port) for edge in network.edges]


def test_a_network_without_either_stays_the_same_object() -> None:
    assert expand(BLOCK).network is BLOCK


def test_a_subnetwork_becomes_its_layers_under_its_name() -> None:
    outer = Network((X, use("b"), Node("r", "relu")), (Edge("x", "b"), Edge("b", "r")), templates={"block": BLOCK})
    found = expand(outer)
    assert [node.id for node in found.network.nodes] == ["x", "b/h", "b/a", "b/o", "r"]
    assert sorted(wires(found.network)) == sorted(
        flat(("x", "b/h"), ("b/h", "b/a"), ("b/a", "b/o"), ("x", "b/o", 1), ("b/o", "r"))
    )
    assert found.stands_for == {"b": "b/o", "b/in": "x"}
    resolved = resolve(outer)
    assert resolved.problems == ()
    assert (resolved.layers["b"].shape, resolved.layers["b"].parameters) == ((3,), 12)
    assert resolved.layers["b"].inputs == ((3,),)
    assert resolved.layers["b/in"].shape == (3,)
    assert (resolved.parameters, resolved.outputs, resolved.inputs) == (12, ("r",), ("x",))
    assert list(resolved.weight_shapes) == ["b/h.weight", "b/h.bias"]


def test_each_use_has_weights_of_its_own_and_its_own_shapes() -> None:
    nested = Network((Node("in", "input", {"shape": (1,)}), use("p"), use("q")), (Edge("in", "p"), Edge("p", "q")))
    outer = Network((X, use("n", "two")), (Edge("x", "n"),), templates={"block": BLOCK, "two": nested})
    resolved = resolve(outer)
    assert resolved.problems == ()
    assert resolved.parameters == 24
    assert resolved.layers["n"].shape == (3,)
    assert resolved.layers["n/q"].parameters == 12
    assert resolved.stands_for["n"] == "n/q/o"


def test_layers_inside_that_share_weights_share_those_of_their_own_use() -> None:
    block = Network(
        (BLOCK.nodes[0], BLOCK.nodes[1], Node("k", "dense", {"units": 3, "share": "h"})),
        (Edge("in", "h"), Edge("h", "k")),
    )
    outer = Network((X, use("p"), use("q")), (Edge("x", "p"), Edge("p", "q")), templates={"block": block})
    resolved = resolve(outer)
    assert resolved.problems == ()
    assert [resolved.layers[name].owner for name in ("p/k", "q/k")] == ["p/h", "q/h"]
    assert resolved.parameters == 24
    module = compile_network(resolved, torch.float64)
    assert list(module.weights()) == ["p/h.weight", "p/h.bias", "q/h.weight", "q/h.bias"]
    weights = module.weights()
    x = torch.randn(4, 3, dtype=torch.float64)
    y = x
    for block_id in ("p", "p", "q", "q"):
        y = y @ weights[f"{block_id}/h.weight"].T + weights[f"{block_id}/h.bias"]
    torch.testing.assert_close(module(x), y)


@pytest.mark.parametrize(
    ("outer", "node", "words"),
    [
        (Network((X, use("b", "gone")), (Edge("x", "b"),)), "b", "does not have"),
        (Network((X, use("b")), templates={"block": BLOCK}), "b", "lacks its input in"),
        (Network((X, use("b")), (Edge("x", "b"), Edge("x", "b", 1)), templates={"block": BLOCK}), "b", "only 1 input"),
        (Network((X, use("b")), (Edge("x", "b"),), templates={"block": Network((use("c"),))}), "b/c", "inside itself"),
        (Network((X, use("b")), (Edge("x", "b"),), templates={"block": Network(BLOCK.nodes)}), "b", "has 4"),
        (Network((X, use("b")), (Edge("b", "b"),), templates={"block": BLOCK}), "b/a", "on a loop"),
        (
            Network(
                (X, use("b")), (Edge("x", "b"),), templates={"block": Network((BLOCK.nodes[0], Node("d", "dense")))}
            ),
            "b",
            "has 2",
        ),
    ],
)
def test_what_cannot_be_expanded_is_told_at_its_node(outer: Network, node: str, words: str) -> None:
    problems = resolve(outer).problems
    assert any(problem.node == node and words in problem.message for problem in problems), problems


def test_templates_that_multiply_without_end_stop_at_a_limit() -> None:
    templates = {
        f"t{level}": Network(
            (Node("in", "input"), *(use(f"u{i}", f"t{level + 1}") for i in range(10))),
            (Edge("in", "u0"), *(Edge(f"u{i}", f"u{i + 1}") for i in range(9))),
        )
        for level in range(9)
    }
    outer = Network((X, use("b", "t0")), (Edge("x", "b"),))
    for innermost in (BLOCK, Network((BLOCK.nodes[0],))):
        found = expand(replace(outer, templates=templates | {"t9": innermost}))
        assert len(found.network.nodes) <= MOST_EXPANDED + 10
        assert any("larger than" in sentence for _, sentence in found.problems)


def test_templates_are_not_opened_deeper_than_a_limit() -> None:
    templates = {
        f"t{level}": Network((BLOCK.nodes[0], use("u", f"t{level + 1}")), (Edge("in", "u"),)) for level in range(2000)
    }
    found = expand(Network((X, use("b", "t0")), (Edge("x", "b"),), templates=templates))
    assert [sentence.endswith("subnetworks deep.") for _, sentence in found.problems] == [True]


def test_a_muted_layer_is_led_past_and_keeps_its_weights_resting() -> None:
    chain = Network((X, *BLOCK.nodes[1:3], Node("k", "dense")), (Edge("x", "h"), Edge("h", "a"), Edge("a", "k")))
    resolved = resolve(set_muted(chain, ["h", "a"], True))
    assert resolved.problems == ()
    assert wires(resolved.network) == [("x", "k", 0)]
    assert resolved.stands_for == {"h": "x", "a": "x"}
    assert (resolved.layers["a"].shape, resolved.layers["a"].inputs) == ((3,), ((3,),))
    assert resolved.resting("h")
    assert not resolved.resting("k")
    last = resolve(set_muted(chain, ["k"], True))
    assert last.outputs == ("a",)


def test_muted_layers_in_a_loop_or_without_a_wire_pass_on_nothing() -> None:
    loop = Network((Node("p", "relu", muted=True), Node("q", "relu", muted=True), Node("r", "relu")), ())
    wired = Network(loop.nodes, (Edge("p", "q"), Edge("q", "p"), Edge("q", "r")))
    for network in (loop, wired):
        resolved = resolve(network)
        assert resolved.layers["p"].shape is None
        assert any(problem.node == "r" and "no input" in problem.message for problem in resolved.problems)


@given(muted=st.sets(st.sampled_from(["h", "a", "o", "r"])), inside=st.booleans())
def test_muting_the_same_layers_inside_or_outside_gives_the_same_network(muted: set[str], inside: bool) -> None:
    chosen = muted - {"r"}
    block = Network(tuple(Node(n.id, n.kind, n.params, muted=n.id in chosen) for n in BLOCK.nodes), BLOCK.edges)
    outer = Network(
        (X, use("b"), Node("r", "relu", muted="r" in muted)),
        (Edge("x", "b"), Edge("b", "r")),
        templates={"block": block},
    )
    nodes = {"x", *(f"b/{n}" for n in ("h", "a", "o") if n not in chosen), *({"r"} - muted)}
    resolved = resolve(outer)
    assert {node.id for node in resolved.network.nodes} == nodes
    if "o" in chosen:  # an addition that is bypassed passes on its first input
        assert all(problem.node is not None for problem in resolved.problems)
    else:
        assert resolved.problems == ()


@pytest.mark.parametrize(
    ("template", "wires", "words"),
    [
        ({}, (Edge("x", "b"),), "does not have"),
        ({"block": BLOCK}, (), "lacks its input in"),
        ({"block": Network(BLOCK.nodes[:2])}, (Edge("x", "b"),), "has 2 (in, h) inside"),
        ({"block": Network()}, (Edge("x", "b"),), "has none inside"),
    ],
)
def test_what_reads_a_broken_subnetwork_waits_for_it(
    template: dict[str, Network], wires: tuple[Edge, ...], words: str
) -> None:
    outer = Network((X, use("b"), Node("r", "relu"), Node("s", "add")), templates=template,
                    edges=(*wires, Edge("b", "r"), Edge("r", "s"), Edge("b", "s", 1)))  # fmt: skip
    resolved = resolve(outer)
    told = {problem.node: problem.message for problem in resolved.problems}
    assert words in told.pop("b")
    assert "b/h" not in told or wires
    assert not told.keys() & {"r", "s"}
    assert [resolved.layers[name].shape for name in ("b", "r", "s")] == [None] * 3


def test_a_thousand_uses_resolve_in_seconds() -> None:
    """What is told of each subnetwork is not looked for among the layers of all."""
    uses = tuple(use(f"b{number}") for number in range(1_000))
    chain = (Edge("x", "b0"), *(Edge(a.id, b.id) for a, b in pairwise(uses)))
    outer = Network((X, *uses), chain, templates={"block": BLOCK})
    started = time.monotonic()
    resolved = resolve(outer)
    assert time.monotonic() - started < 5
    assert resolved.layers["b999"].parameters == 12
    assert resolved.parameters == 12_000
