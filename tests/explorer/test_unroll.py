"""Unrolling over time: one layer per time step computes what the one layer did."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from explorer.compiler import CompiledNetwork, compile_network
from explorer.network import Edge, Network, NetworkError, Node
from explorer.resolve import resolve
from explorer.unroll import MOST_STEPS, can_unroll, unroll

KINDS = ("rnn", "lstm", "gru")


def rolled(kind: str, shape: tuple[int, int], state: bool = False, **params: Any) -> Network:
    """A recurrent layer ``h``, which may begin with what dense makes of the sequence, and something that reads it."""
    nodes = [Node("x", "input", {"shape": shape}, (0.0, 0.0))]
    edges = [Edge("x", "h")]
    if state:
        units = params.get("units", 10) * (2 if kind == "lstm" else 1)
        nodes += [Node("flat", "flatten"), Node("start", "dense", {"units": units})]
        edges += [Edge("x", "flat"), Edge("flat", "start"), Edge("start", "h", 1)]
    nodes += [Node("h", kind, params, (200.0, 0.0)), Node("y", "tanh", position=(400.0, 0.0))]
    return Network(tuple(nodes), (*edges, Edge("h", "y")))


def answer(network: Network, weights: dict[str, np.ndarray], x: torch.Tensor) -> tuple[np.ndarray, CompiledNetwork]:
    module = compile_network(resolve(network), torch.float64)
    module.load(weights)
    result = module(x)
    assert isinstance(result, torch.Tensor)
    (result * torch.arange(result.numel(), dtype=torch.float64).reshape(result.shape)).sum().backward()
    return result.detach().numpy(), module


@settings(max_examples=30)
@given(
    kind=st.sampled_from(KINDS),
    shape=st.tuples(st.integers(2, 5), st.integers(1, 3)),
    units=st.integers(1, 3),
    sequence=st.booleans(),
    state=st.booleans(),
    bias=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_it_computes_the_same_with_the_same_weights(
    kind: str, shape: tuple[int, int], units: int, sequence: bool, state: bool, bias: bool, seed: int
) -> None:
    before = rolled(kind, shape, state, units=units, sequence=sequence, bias=bias)
    after = unroll(before, "h", shape[0])
    resolved = resolve(after)
    assert resolved.problems == ()
    assert resolved.weight_shapes == resolve(before).weight_shapes
    numbers = np.random.default_rng(seed)
    weights = {name: numbers.normal(size=size) for name, size in resolved.weight_shapes.items()}
    x = torch.from_numpy(numbers.normal(size=(3, *shape)))
    (expected, one), (found, many) = answer(before, weights, x), answer(after, weights, x)
    assert_allclose(found, expected, rtol=1e-12, atol=1e-14)
    for name, weight in one.weights().items():
        assert_allclose(many.weights()[name].grad, weight.grad, rtol=1e-10, atol=1e-12)


def test_an_lstm_that_puts_out_its_cells_does_so_at_the_end() -> None:
    before = rolled("lstm", (3, 2), units=2, with_cell=True)
    after = unroll(before, "h", 3)
    assert resolve(after).layers["y"].shape == (4,)
    numbers = np.random.default_rng(1)
    weights = {name: numbers.normal(size=size) for name, size in resolve(before).weight_shapes.items()}
    x = torch.from_numpy(numbers.normal(size=(2, 3, 2)))
    assert_allclose(answer(after, weights, x)[0], answer(before, weights, x)[0], rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_layer_per_step_in_a_frame_and_all_share_the_weights_of_the_first(kind: str) -> None:
    before = rolled(kind, (4, 2), units=3, freeze=True)
    after = unroll(before, "h", 4)
    steps = [node for node in after.nodes if node.kind == kind]
    assert [node.id for node in steps] == ["h", "h_2", "h_3", "h_4"]
    assert [node.params.get("share", "") for node in steps] == ["", "h", "h", "h"]
    assert [bool(node.params.get("freeze")) for node in steps] == [True, False, False, False]
    assert {node: layer.owner for node, layer in resolve(after).layers.items() if layer.owner} == {
        "h_2": "h", "h_3": "h", "h_4": "h",
    }  # fmt: skip
    (frame,) = after.frames
    assert frame.title == "h over time"
    assert {*(node.id for node in steps), "h_x1", "h_x4"} <= set(frame.nodes)
    assert "y" not in frame.nodes


def test_the_steps_stand_side_by_side_and_what_lies_behind_makes_room() -> None:
    after = unroll(rolled("rnn", (3, 2)), "h", 3)
    columns = [after.node(name).position[0] for name in ("h_x1", "h", "h_2", "h_3", "y")]  # type: ignore[index]
    assert columns == sorted(set(columns))
    places = [node.position for node in after.nodes]
    assert len(set(places)) == len(places)


def test_steps_of_a_layer_that_shares_weights_share_them_too() -> None:
    before = rolled("gru", (2, 2))
    twins = Network((*before.nodes, Node("twin", "gru", {"share": "h"})), (*before.edges, Edge("x", "twin")))
    after = unroll(twins, "twin", 2)
    assert {after.node(name).params["share"] for name in ("twin", "twin_2")} == {"h"}
    assert resolve(after).problems == ()


@pytest.mark.parametrize(
    ("network", "node", "steps", "words"),
    [
        (rolled("rnn", (3, 2)), "y", 3, "only recurrent layers"),
        (rolled("rnn", (1, 2)), "h", 1, "nothing to unroll"),
        (rolled("rnn", (500, 2)), "h", 500, f"at most {MOST_STEPS}"),
        (Network((Node("h", "rnn"),)), "h", 3, "no input yet"),
        (rolled("rnn", (3, 2)), "z", 3, "no layer called z"),
    ],
)
def test_what_cannot_be_unrolled_is_told(network: Network, node: str, steps: int, words: str) -> None:
    with pytest.raises(NetworkError, match=words):
        unroll(network, node, steps)


def test_only_recurrent_layers_can_be_unrolled() -> None:
    assert [kind for kind in (*KINDS, "dense", "self_attention") if can_unroll(Node("n", kind))] == list(KINDS)
