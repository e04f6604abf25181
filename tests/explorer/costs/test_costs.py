"""The contract that every cost function keeps."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from torch.nn import functional

from explorer.cost import CostFunction
from explorer.costs import COSTS, cost_of
from explorer.equations import Quantity, Ref, total
from tests.explorer.entries import check_entry, check_help_parts, check_ids

each_cost = pytest.mark.parametrize("entry", COSTS, ids=lambda entry: entry.id)
SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)
COST = Quantity("cost")

REFERENCES = {
    "squared_error": lambda z, t: functional.mse_loss(z, t, reduction="sum") / (2 * len(z)),
    "mse": lambda z, t: functional.mse_loss(z, t, reduction="sum") / len(z),
    "sse": lambda z, t: functional.mse_loss(z, t, reduction="sum"),
    "rms": lambda z, t: by_example(lambda z, t: np.sqrt(np.mean((z - t) ** 2)), z, t),
    "l1": lambda z, t: functional.l1_loss(z, t, reduction="sum") / len(z),
    "cross_entropy": lambda z, t: functional.cross_entropy(z, t),
    "binary_cross_entropy": lambda z, t: functional.binary_cross_entropy(z, t, reduction="sum") / len(z),
    "log_likelihood": lambda z, t: by_example(lambda z, t: -np.sum(t * np.log(z)), z, t),
    "exponential": lambda z, t: by_example(lambda z, t: np.exp(np.linalg.norm(z - t) ** 2), z, t),
    # 1 - H^2 is the Bhattacharyya coefficient of two distributions.
    "hellinger": lambda z, t: by_example(lambda z, t: math.sqrt(max(0.0, 1 - np.sum(np.sqrt(z * t)))), z, t),
    "kl_divergence": lambda z, t: functional.kl_div(z.log(), t, reduction="batchmean"),
}
"""Each cost written another way, by torch.nn.functional or numpy."""


def by_example(cost, z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """The mean over the examples of a cost of one, in numpy."""
    return torch.tensor(np.mean([cost(a, b) for a, b in zip(z.numpy(), t.numpy(), strict=True)]))


def numbers(entry: CostFunction) -> tuple[st.SearchStrategy[float], st.SearchStrategy[float]]:
    """What outputs and targets may be."""
    if entry.probabilities:
        return st.floats(0.0, 1.0), st.floats(0.0, 1.0)
    most = 3.0 if entry.id == "exponential" else 30.0
    return st.floats(-most, most), st.floats(0.0, 1.0) if entry.classes else st.floats(-most, most)


def squarable(value: float) -> float:
    """0 for what has a square that is less than any float64."""
    return value if abs(value) > 1e-100 else 0.0


def outputs(entry: CostFunction, shape: tuple[int, ...], data: st.DataObject) -> tuple[torch.Tensor, torch.Tensor]:
    """Outputs and targets of a batch, float64; targets are shares of classes where the cost wants them."""
    size, batch = math.prod(shape), data.draw(st.integers(1, 3), label="batch")
    drawn = [
        data.draw(st.lists(kind.map(squarable), min_size=batch * size, max_size=batch * size), label=name)
        for kind, name in zip(numbers(entry), "zt", strict=True)
    ]
    return tuple(torch.tensor(values, dtype=torch.float64).reshape(batch, *shape) for values in drawn)


def operands(z: torch.Tensor, t: torch.Tensor) -> tuple[list[Ref], list[Ref], dict[Quantity, float]]:
    """The operands of one example's trees, and their values."""
    outs = [Quantity("value", "out", index=(k,)) for k in range(z.numel())]
    targets = [Quantity("target", "out", index=(k,)) for k in range(z.numel())]
    known = dict(zip([*outs, *targets], [*z.flatten().tolist(), *t.flatten().tolist()], strict=True))
    return [Ref(q) for q in outs], [Ref(q) for q in targets], known


def by_trees(entry: CostFunction, z: torch.Tensor, t: torch.Tensor) -> tuple[float, torch.Tensor]:
    """The cost of a batch and its gradient, from the equations."""
    costs, gradients = [], []
    for outs, targets in zip(z.detach(), t, strict=True):
        refs, wanted, known = operands(outs, targets)
        known[COST] = entry.of_sum(total([entry.local(refs, wanted, k) for k in range(len(refs))])).evaluate(
            known.__getitem__
        )
        costs.append(known[COST])
        gradients.append(
            [entry.gradient(refs, wanted, k, Ref(COST)).evaluate(known.__getitem__) for k in range(len(refs))]
        )
    share = 1.0 if entry.summed else 1.0 / len(z)
    return sum(costs) * share, torch.tensor(gradients, dtype=torch.float64).reshape(z.shape) * share


@each_cost
@given(data=st.data())
def test_trees_agree_with_torch_and_autograd(entry: CostFunction, data: st.DataObject) -> None:
    shape = data.draw(SHAPES, label="shape")
    assume(entry.problem(shape) is None)
    z, t = outputs(entry, shape, data)
    expected = entry.torch_cost(z.requires_grad_(), t)
    expected.backward()
    assert expected.shape == ()
    cost, gradient = by_trees(entry, z, t)
    assert_allclose(cost, expected.item(), rtol=1e-10, atol=1e-13)
    assert_allclose(gradient, z.grad, rtol=1e-10, atol=1e-13)


def test_every_cost_has_a_reference() -> None:
    assert [entry.id for entry in COSTS if entry.id not in REFERENCES] == []


@pytest.mark.parametrize("entry", [entry for entry in COSTS if entry.id in REFERENCES], ids=lambda entry: entry.id)
@given(data=st.data())
def test_cost_is_what_its_field_calls_so(entry: CostFunction, data: st.DataObject) -> None:
    shape = (data.draw(st.integers(2, 5), label="classes"),)
    z, t = outputs(entry, shape, data)
    if entry.probabilities:
        z = z * 0.98 + 0.01
        if entry.classes:
            z = z / z.sum(1, keepdim=True)
    if entry.classes:
        t = (t + 1e-3) / (t + 1e-3).sum(1, keepdim=True)
    # The root in the Hellinger distance of nearly equal distributions keeps half of the digits.
    tolerance = 1e-7 if entry.id == "hellinger" else 1e-12
    expected = REFERENCES[entry.id](z, t).item()
    assert entry.torch_cost(z, t).item() == pytest.approx(expected, rel=1e-10, abs=tolerance)


@each_cost
@given(seed=st.integers(0, 2**32 - 1))
def test_gradients_pass_gradcheck(entry: CostFunction, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    z, t = (torch.rand(3, 4, dtype=torch.float64, generator=generator) * 0.8 + 0.1 for _ in "zt")
    assume(bool(((z - t).abs() > 1e-3).all()))  # kinks
    assert torch.autograd.gradcheck(lambda z: entry.torch_cost(z, t), [z.requires_grad_()])


@each_cost
def test_edges_are_the_same_in_torch_and_in_the_trees(entry: CostFunction) -> None:
    edges = torch.tensor([0.0, 1.0, 1e-15, 1 - 1e-15, 0.5, -0.25, 1.5], dtype=torch.float64)
    for z, t in ((edges, edges), (edges, torch.zeros(7)), (edges, torch.ones(7)), (edges, edges.flip(0).clamp(0, 1))):
        z, t = z[None].clone().requires_grad_(), t[None].double()
        if entry.probabilities:
            t = t.clamp(0, 1)
        expected = entry.torch_cost(z, t)
        expected.backward()
        cost, gradient = by_trees(entry, z, t)
        assert math.isfinite(cost)
        assert_allclose(cost, expected.item(), rtol=1e-10, atol=1e-13)
        assert_allclose(gradient, z.grad, rtol=1e-10, atol=1e-13)


@each_cost
@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_outputs_that_are_not_finite_give_a_cost_that_is_not(entry: CostFunction, broken: float) -> None:
    z = torch.tensor([[broken, 0.25]], dtype=torch.float64)
    t = torch.tensor([[0.5, 0.5]], dtype=torch.float64)
    assert not math.isfinite(entry.torch_cost(z, t).item())
    assert not math.isfinite(by_trees(entry, z, t)[0])


@each_cost
def test_float32_sends_back_finite_gradients_from_saturated_outputs(entry: CostFunction) -> None:
    nets = torch.tensor([[200.0, -200.0, 0.0]], requires_grad=True)
    z = nets.softmax(1) if entry.classes and entry.probabilities else nets.sigmoid()
    cost = entry.torch_cost(z, torch.tensor([[0.0, 1.0, 0.0]]))
    cost.backward()
    assert math.isfinite(cost.item())
    assert bool(nets.grad.isfinite().all())


@each_cost
def test_costs_of_batches_pool_into_that_of_all(entry: CostFunction) -> None:
    generator = torch.Generator().manual_seed(3)
    z, t = (torch.rand(7, 3, dtype=torch.float64, generator=generator) for _ in "zt")
    parts = [(entry.torch_cost(z[a:b], t[a:b]).item(), b - a) for a, b in ((0, 3), (3, 6), (6, 7))]
    assert entry.pooled(parts) == pytest.approx(entry.torch_cost(z, t).item(), rel=1e-12)


@each_cost
def test_some_shape_fits_and_a_misfit_is_one_sentence(entry: CostFunction) -> None:
    problems = [entry.problem(shape) for shape in ((1,), (2,), (10,), (1, 8, 8))]
    assert None in problems
    assert all(problem.endswith(".") and "\n" not in problem for problem in problems if problem is not None)


@each_cost
def test_targets_that_are_no_probabilities_are_told(entry: CostFunction) -> None:
    good = np.array([[0.0, 1.0], [0.25, 0.75]])
    assert entry.target_problem(good) is None
    assert entry.target_problem(good.reshape(2, 1, 2)) is None
    for bad, words in ((np.array([[0.5, 0.5], [5.0, 0.0]]), "has 5:"), (np.array([[-0.5, 1.0]]), "has −0.5:")):
        sentence = entry.target_problem(bad)
        assert (sentence is None) != entry.probabilities
        assert sentence is None or (entry.title in sentence and words in sentence and sentence.endswith("."))
    uneven = entry.target_problem(np.array([[0.5, 0.5], [0.5, 0.9]]))
    assert (uneven is not None) == (entry.probabilities and entry.classes)
    assert uneven is None or "those of example 1 make 1.4" in uneven


@each_cost
def test_cost_is_known_by_its_file_name_and_explained(entry: CostFunction) -> None:
    check_entry(entry, cost_of)
    check_help_parts(entry)
    assert not entry.probabilities or entry.problem((2,)) is None


def test_ids_are_unique_and_an_unknown_one_is_a_key_error() -> None:
    check_ids(COSTS, cost_of)
