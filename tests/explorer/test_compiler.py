"""The compiled network computes what its layers compute, one after the other."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from explorer.compiler import compile_network, compile_project
from explorer.network import Edge, Network, Node
from explorer.project.check import check_project
from explorer.project.examples import load_examples
from explorer.project.model import Project
from explorer.resolve import resolve
from explorer.settings import Settings
from tests.explorer.networks import networks, projects
from tests.explorer.references import reference


def chain(*layers: tuple[str, str, dict[str, object]]) -> Network:
    """Layers one after the other."""
    nodes = tuple(Node(*layer) for layer in layers)
    return Network(nodes, tuple(Edge(a.id, b.id) for a, b in itertools.pairwise(nodes)))


WIDE = chain(("x", "input", {"shape": (400,)}), ("h", "dense", {"units": 300}), ("o", "sigmoid", {}))


@settings(max_examples=40)
@given(projects() | projects(networks(inputs=3, several=True)))
def test_values_are_those_of_the_layers_by_hand(project: Project) -> None:
    resolved, problems = check_project(project)
    assert problems == ()
    examples = load_examples(project, resolved)
    module = compile_project(project, resolved, torch.float64).eval()
    expected = reference(project, examples, range(len(examples)), project.weights, training=False)
    inputs = [torch.from_numpy(examples.entering[node]) for node in module.inputs]
    with torch.no_grad():
        found, outputs = module.values(*inputs), module(*inputs)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    assert found.keys() == expected.values.keys()
    for node, value in found.items():
        assert tuple(value.shape[1:]) == resolved.layers[node].shape
        assert_allclose(value.numpy(), expected.values[node], rtol=1e-12, atol=1e-14)
    for node, output in zip(resolved.outputs, outputs, strict=True):
        assert_array_equal(output.numpy(), found[node].numpy())


@settings(max_examples=40)
@given(projects())
def test_weights_are_known_by_node_and_name_and_come_back_as_given(project: Project) -> None:
    resolved = resolve(project.network)
    module = compile_project(project, resolved, torch.float64)
    arrays = module.weight_arrays()
    assert {name: array.shape for name, array in arrays.items()} == resolved.weight_shapes
    assert sum(weight.numel() for weight in module.weights().values()) == resolved.parameters
    for name, array in arrays.items():
        assert_array_equal(array, project.weights[name])


def test_a_layer_may_read_another_twice() -> None:
    nodes = (Node("x", "input", {"shape": (2,)}), Node("t", "tanh"), Node("s", "add"))
    network = Network(nodes, (Edge("x", "t"), Edge("t", "s", 0), Edge("t", "s", 1)))
    module = compile_network(resolve(network))
    x = torch.tensor([[0.5, -1.0]])
    assert_allclose(module(x).numpy(), 2 * np.tanh(x.numpy()), rtol=1e-6)


@pytest.mark.parametrize("kind", ["identity", "dropout", "flatten"])
def test_layers_that_pass_numbers_on_have_values_of_their_own(kind: str) -> None:
    """Else a delta of one would be counted for the other too."""
    network = chain(("x", "input", {"shape": (2,)}), ("p", kind, {}), ("t", "tanh", {}))
    values = compile_network(resolve(network)).eval().values(torch.zeros(1, 2))
    assert values["x"] is not values["p"]


@given(networks(), st.integers(0, 2**31 - 1))
@settings(max_examples=15)
def test_the_same_seed_gives_the_same_weights_and_leaves_torchs_own_alone(network: Network, seed: int) -> None:
    project = Project(network=network, settings=Settings({"seed": seed}))
    torch.manual_seed(7)
    state = torch.random.get_rng_state()
    one, other = (compile_project(project, resolve(network)).weight_arrays() for _ in range(2))
    assert torch.equal(state, torch.random.get_rng_state())
    for name, array in one.items():
        assert_array_equal(array, other[name])


def test_another_seed_gives_other_weights() -> None:
    one, other = (
        compile_project(Project(network=WIDE, settings=Settings({"seed": seed})), resolve(WIDE)).weight_arrays()
        for seed in (1, 2)
    )
    assert np.all(one["h.weight"] != other["h.weight"])


def test_a_network_with_a_problem_is_not_compiled() -> None:
    with pytest.raises(ValueError, match="has no input"):
        compile_network(resolve(Network((Node("h", "dense"),))))


def test_shared_running_means_stay_shared_in_another_precision() -> None:
    nodes = (Node("x", "input", {"shape": (2,)}), Node("n", "batch_norm"), Node("m", "batch_norm", {"share": "n"}))
    network = compile_network(resolve(Network(nodes, (Edge("x", "n"), Edge("n", "m")))), torch.float64)
    one, other = (module for _, _, module in network.plan[1:])
    network(torch.randn(8, 2, dtype=torch.float64))
    assert one.get_buffer("running_mean") is other.get_buffer("running_mean")
    assert one.get_buffer("running_mean").abs().sum() > 0
