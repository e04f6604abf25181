"""The gradient check by recomputing what follows a changed weight is the check by its definition, and finds corners."""

from __future__ import annotations

import itertools
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from numpy.testing import assert_allclose
from torch import Tensor

from explorer.compiler import compile_project
from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.network import Edge, Network, Node, set_params
from explorer.objective import Objective
from explorer.project.check import check_project
from explorer.project.examples import load_examples
from explorer.project.goals import goals_of
from explorer.project.model import Data, Project
from explorer.resolve import resolve
from explorer.settings import Settings
from explorer.stepping import compute
from explorer.stepping.check import affordable, all_of, check_weights, error_curve, sample_of
from explorer.stepping.checked import CURVE, Kink
from explorer.stepping.compute import compute_records, passes_of
from explorer.stepping.passes import Batch, Passes
from tests.explorer.networks import networks, projects


class Prepared:
    """A project's objective in float64 on its first examples, opened as for stepping, and its gradients."""

    def __init__(self, project: Project, count: int = 3) -> None:
        resolved, problems = check_project(project)
        assert problems == ()
        examples = load_examples(project, resolved)
        module = compile_project(project, resolved, torch.float64).eval()
        module.opened = True
        self.objective = Objective(module, goals_of(project.settings, resolved))
        rows = np.arange(min(count, len(examples)))
        self.batch = Batch(
            [torch.from_numpy(examples.entering[node][rows]) for node in module.inputs],
            [torch.from_numpy(examples.wanted[node][rows]) for node in module.outputs],
        )
        self.weights = {name: tensor for name, tensor in module.weights().items() if tensor.requires_grad}
        if self.weights and self.total().requires_grad:
            self.total().backward()
        self.gradients = {
            name: (torch.zeros_like(w) if w.grad is None else w.grad).numpy() for name, w in self.weights.items()
        }
        self.passes = Passes(self.objective, self.batch)

    def total(self) -> Tensor:
        return self.objective(self.batch.inputs, self.batch.targets)

    @torch.no_grad()
    def plain(self, name: str, epsilon: float) -> np.ndarray:
        """(2, weights): the definition, a whole pass for each changed weight."""
        flat = self.weights[name].detach().view(-1)
        found = np.empty((2, flat.numel()))
        for place in range(flat.numel()):
            kept = flat[place].item()
            for row, sign in enumerate((1, -1)):
                flat[place] = kept + sign * epsilon
                found[row, place] = self.total().item()
            flat[place] = kept
        return found


def places(array: np.ndarray) -> Tensor:
    return torch.arange(array.size)


@settings(max_examples=60)
@given(projects() | projects(networks(inputs=3, several=True)))
def test_costs_are_those_of_the_definition(project: Project) -> None:
    prepared = Prepared(project)
    for name, gradient in prepared.gradients.items():
        expected = prepared.plain(name, 1e-2)
        found = prepared.passes.costs(name, places(gradient), 1e-2).numpy()
        assert_allclose(found, expected, rtol=1e-12, atol=1e-13, err_msg=name)


@pytest.mark.parametrize(("example", "batch"), [("A2", 10), ("digits-conv", 2)])
def test_all_gradients_of_the_examples_agree_with_autograd(example: str, batch: int) -> None:
    prepared = Prepared(load_example(example), batch)
    checks = check_weights(prepared.passes, prepared.gradients, all_of(prepared.gradients))
    assert sum(len(checked.places) for checked in checks.values()) == sum(w.numel() for w in prepared.weights.values())
    for name, checked in checks.items():
        errors = checked.judged(prepared.gradients[name])
        assert np.nanmax(errors) <= 1e-7, name
        assert np.isnan(errors).sum() == len(checked.kinks) < errors.size / 10


def mixed(*layers: Node, shape: tuple[int, ...], cost: str = "squared_error", **params: object) -> Project:
    """A chain of layers on one input, with random weights and three examples."""
    nodes = (Node("x", "input", {"shape": shape}), *layers)
    network = Network(nodes, tuple(Edge(one.id, two.id) for one, two in pairwise(nodes)))
    numbers = np.random.default_rng(3)
    resolved = resolve(network)
    assert resolved.problems == ()
    weights = {name: numbers.normal(0, 0.5, own) for name, own in resolved.weight_shapes.items()}
    inputs = numbers.normal(size=(3, *shape)).tolist()
    targets = numbers.uniform(size=(3, *(resolved.layers[nodes[-1].id].shape or ()))).tolist()
    return Project(
        "mixed", network, weights, Data("inline", {"inputs": inputs, "targets": targets}), Settings({"cost": cost})
    )


CONV = {"filters": 4, "kernel": (3, 3), "padding": "same"}
CHAINS = {
    "filters into filters": (Node("c", "conv2d", CONV), Node("a", "tanh"), Node("d", "conv2d", CONV | {"filters": 2})),
    "groups": (Node("c", "conv2d", CONV | {"groups": 2}), Node("a", "tanh"), Node("d", "conv2d", CONV | {"groups": 2})),
    "even kernel": (Node("c", "conv2d", CONV | {"kernel": (2, 2)}), Node("d", "conv2d", CONV | {"kernel": (2, 4)})),
    "pools into dense": (
        Node("c", "conv2d", CONV), Node("a", "relu"), Node("p", "max_pool2d"), Node("q", "global_avg_pool2d"),
        Node("f", "flatten"), Node("y", "dense", {"units": 3}),
    ),
    "flat into dense": (Node("c", "conv2d", CONV), Node("f", "flatten"), Node("a", "relu"), Node("y", "dense")),
    "over the batch": (Node("c", "conv2d", CONV), Node("b", "batch_norm"), Node("a", "sigmoid"), Node("f", "flatten")),
    "painting": (Node("c", "conv_transpose2d", CONV | {"padding": "valid"}), Node("f", "flatten"), Node("y", "dense")),
}  # fmt: skip


@pytest.mark.parametrize("layers", CHAINS.values(), ids=CHAINS)
def test_layers_of_pictures(layers: tuple[Node, ...]) -> None:
    prepared = Prepared(mixed(*layers, shape=(2, 4, 4)))
    for name, gradient in prepared.gradients.items():
        found = prepared.passes.costs(name, places(gradient), 1e-3).numpy()
        assert_allclose(found, prepared.plain(name, 1e-3), rtol=1e-12, atol=1e-13, err_msg=name)
        few = torch.tensor(sorted({0, gradient.size // 2, gradient.size - 1}))
        assert_allclose(prepared.passes.costs(name, few, 1e-3).numpy(), found[:, few], rtol=1e-12, atol=1e-13)


def at_the_edge(kind: str, cost: str = "squared_error", **params: object) -> Project:
    """Two inputs into two units, then another layer; the net input of the second unit is 0 but for rounding."""
    project = mixed(Node("h", "dense", {"units": 2}), Node("a", kind), shape=(2,), cost=cost)
    weights = {"h.weight": np.array([[0.5, 0.25], [1.0, -1.0]]), "h.bias": np.array([0.1, 1e-6])}
    data = Data("inline", {"inputs": [[1.0, 1.0]], "targets": [[0.3, 0.7]]})
    return replace(project, weights=weights, data=data)


@pytest.mark.parametrize("kind", ["relu", "leaky_relu", "step"])
def test_a_corner_between_the_two_costs_is_named_and_not_judged(kind: str) -> None:
    (record,) = compute_records(at_the_edge(kind))
    kink = Kink("a", "layer", (1,), 0)
    assert dict(record.checks["h.weight"].kinks) == {2: kink, 3: kink}
    assert dict(record.checks["h.bias"].kinks) == {1: kink}
    assert record.kink(Quantity("relative", "h", "weight", (1, 0))) == kink
    assert record.kink(Quantity("relative", "h", "weight", (0, 0))) is None
    assert record.max_relative_error <= 1e-7


@pytest.mark.parametrize("place", list(itertools.product(range(3), range(2), range(2))))
@pytest.mark.parametrize("flat", ["before", "behind", "pooled"])
def test_a_corner_in_a_map_has_its_own_place(place: tuple[int, int, int], flat: str) -> None:
    """One cell of three maps is 0 but for rounding; behind a Flatten it has a place in a list of all cells."""
    relu, pool = Node("a", "relu"), Node("p", "max_pool2d", {"size": 1})
    between = {"before": (Node("flat", "flatten"), relu), "behind": (relu, Node("flat", "flatten")),
               "pooled": (pool, Node("flat", "flatten"), Node("b", "leaky_relu"), relu)}[flat]  # fmt: skip
    conv = Node("c", "conv2d", CONV | {"filters": 3, "kernel": (1, 1)})
    project = mixed(conv, *between, Node("y", "dense", {"units": 2}), shape=(1, 2, 2))
    inputs = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    unit, row, column = place
    bias = np.array([5.0, 6.0, 7.0])
    bias[unit] = 1e-6 - 0.5 * inputs[0, 0, row, column]
    weights = dict(project.weights) | {"c.weight": np.full((3, 1, 1, 1), 0.5), "c.bias": bias}
    data = Data("inline", {"inputs": inputs.tolist(), "targets": [[0.3, 0.7]]})
    (record,) = compute_records(replace(project, weights=weights, data=data))
    first = next(node.id for node in between if node.kind in ("relu", "leaky_relu"))
    index = place if flat == "behind" else (4 * unit + 2 * row + column,)
    kink = Kink(first, "layer", index, 0)
    assert dict(record.checks["c.bias"].kinks) == {unit: kink}
    assert dict(record.checks["c.weight"].kinks) == {unit: kink}
    assert record.max_relative_error <= 1e-7


def test_another_winner_of_a_pool_is_a_corner() -> None:
    chain = (Node("c", "conv2d", CONV | {"filters": 1, "kernel": (1, 1)}), Node("p", "max_pool2d"))
    project = mixed(*chain, shape=(1, 2, 2))
    inputs = [[[[1.0, 1.00001], [0.2, 0.1]]]]
    data = Data("inline", {"inputs": inputs, "targets": [[[[0.0]]]]})
    weights = {"c.weight": np.full((1, 1, 1, 1), 5e-5), "c.bias": np.array([0.2])}
    (record,) = compute_records(replace(project, weights=weights, data=data))
    kink = record.checks["c.weight"].kinks[0]
    assert (kink.node, kink.corner) == ("p", "layer")
    assert not record.checks["c.bias"].kinks


@pytest.mark.parametrize("pool", ["max_pool2d", "l2_pool2d"])
def test_another_winner_behind_two_convolutions_is_a_corner(pool: str) -> None:
    """The second convolution mixes the maps, so that whole pictures come to the pool."""
    one, two = CONV | {"filters": 1, "kernel": (1, 1)}, CONV | {"filters": 2, "kernel": (1, 1)}
    project = mixed(Node("c", "conv2d", one), Node("d", "conv2d", two), Node("p", pool), shape=(1, 4, 2))
    picture = [[3.0, 3.00001], [0.2, 0.1], [7.0, 1.0], [0.0, 5.0]]
    weights = {
        "c.weight": np.full((1, 1, 1, 1), 5e-5), "c.bias": np.array([0.2]),
        "d.weight": np.full((2, 1, 1, 1), 0.5), "d.bias": np.array([0.1, 0.3]),
    }  # fmt: skip
    data = Data("inline", {"inputs": [[picture]], "targets": [[[[0.0], [0.0]]] * 2]})
    (record,) = compute_records(replace(project, weights=weights, data=data))
    kinks = record.checks["c.weight"].kinks
    assert [(kink.node, kink.corner) for kink in kinks.values()] == ([("p", "layer")] if pool == "max_pool2d" else [])
    assert not record.checks["c.bias"].kinks
    assert record.max_relative_error <= 1e-7


def test_the_first_of_two_corners_is_told() -> None:
    """A net input and an output that are 0 but for rounding: the layer comes before the cost."""
    project = at_the_edge("leaky_relu", "l1")
    (record,) = compute_records(project)
    targets = record.values["a"] + 1e-7
    (record,) = compute_records(
        replace(project, data=Data("inline", {"inputs": [[1.0, 1.0]], "targets": targets.tolist()}))
    )
    kinks = record.checks["h.bias"].kinks
    assert {place: (kink.node, kink.corner) for place, kink in kinks.items()} == {0: ("a", "cost"), 1: ("a", "layer")}


@pytest.mark.parametrize("place", list(itertools.product(range(2), range(3))))
def test_a_corner_in_a_map_of_a_sequence_has_its_place(place: tuple[int, int]) -> None:
    conv = Node("c", "conv1d", {"filters": 2, "kernel": 1})
    project = mixed(conv, Node("a", "relu"), Node("f", "flatten"), shape=(1, 3))
    inputs = np.array([[[1.0, 2.0, 3.0]]])
    unit, cell = place
    bias = np.array([5.0, 6.0])
    bias[unit] = 1e-6 - 0.5 * inputs[0, 0, cell]
    weights = {"c.weight": np.full((2, 1, 1), 0.5), "c.bias": bias}
    data = Data("inline", {"inputs": inputs.tolist(), "targets": [[0.5] * 6]})
    (record,) = compute_records(replace(project, weights=weights, data=data))
    assert dict(record.checks["c.bias"].kinks) == {unit: Kink("a", "layer", place, 0)}


def test_costs_and_penalties_have_corners_too() -> None:
    project = at_the_edge("tanh", "l1")
    exact = compute_records(project)[0].values["a"]
    project = replace(project, data=Data("inline", {"inputs": [[1.0, 1.0]], "targets": (exact + 1e-6).tolist()}))
    (record,) = compute_records(project)
    assert record.checks["h.bias"].kinks[0] == Kink("a", "cost", (0,), 0)
    network = set_params(project.network, "h", {"l1": 0.1})
    weights = dict(project.weights) | {"h.weight": np.array([[1e-6, 0.25], [1.0, -1.0]])}
    settings = Settings({"cost": "squared_error"})
    held = replace(project, network=network, weights=weights, settings=settings)
    assert compute_records(held)[0].checks["h.weight"].kinks == {0: Kink("h", "penalty")}


def test_a_wrong_gradient_is_no_corner() -> None:
    prepared = Prepared(load_example("A2"), 2)
    wrong = {name: array * 1.01 for name, array in prepared.gradients.items()}
    checks = check_weights(prepared.passes, wrong, sample_of(wrong, 50))
    assert not any(checked.kinks for checked in checks.values())
    assert max(float(np.nanmax(checked.judged(wrong[name]))) for name, checked in checks.items()) > 5e-3


def test_a_quick_record_checks_some_and_the_others_can_be_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    project = load_example("A2")
    (whole,) = compute_records(project)
    monkeypatch.setattr(compute, "QUICK_NUMBERS", 4000)
    (quick,) = compute_records(project, quick=True)
    counts = [sum(len(checked.places) for checked in record.checks.values()) for record in (quick, whole)]
    assert 10 < counts[0] < 1000 < counts[1] == 4290
    passes = passes_of(quick)
    joined = quick.with_checks(check_weights(passes, quick.gradients, all_of(quick.gradients)))
    for name, checked in whole.checks.items():
        assert joined.checks[name].whole
        assert_allclose(joined.checks[name].plus, checked.plus, rtol=1e-14)
        few = quick.checks[name]
        assert_allclose(few.spread(few.minus).reshape(-1)[few.places], checked.minus[few.places], rtol=1e-14)
        both = checked.joined(few)
        assert both.places.tolist() == checked.places.tolist()
    assert affordable(passes, quick.gradients, 10**12) == 4290


def test_the_error_is_least_between_rounding_and_truncation() -> None:
    prepared = Prepared(load_example("A1"), 1)
    curve = error_curve(prepared.passes, prepared.gradients, "c.weight", 0)
    errors = dict(curve)
    assert tuple(errors) == CURVE
    best = min(errors, key=errors.__getitem__)
    assert 1e-7 < best < 1e-2
    assert errors[1e-1] > 1e-6 > errors[best] < 1e-9 < errors[1e-12]
    assert errors[1e-4] == pytest.approx(5.6e-10, rel=0.1)  # the worked example's
