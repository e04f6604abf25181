"""The contract that every cost function keeps."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from explorer.cost import CostFunction
from explorer.costs import COSTS, cost_of
from explorer.equations import Quantity, Ref, total
from tests.explorer.entries import check_entry, check_ids

each_cost = pytest.mark.parametrize("entry", COSTS, ids=lambda entry: entry.id)
SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)
LOGITS = st.floats(-30.0, 30.0)


def outputs(entry: CostFunction, shape: tuple[int, ...], data: st.DataObject) -> tuple[torch.Tensor, torch.Tensor]:
    """Outputs and targets of a batch, float64; targets are shares of classes where the cost wants them."""
    size, batch = math.prod(shape), data.draw(st.integers(1, 3), label="batch")
    wanted = st.floats(0.0, 1.0) if entry.classes else LOGITS
    z = data.draw(st.lists(LOGITS, min_size=batch * size, max_size=batch * size), label="z")
    t = data.draw(st.lists(wanted, min_size=batch * size, max_size=batch * size), label="t")
    return tuple(torch.tensor(values, dtype=torch.float64).reshape(batch, *shape) for values in (z, t))


def operands(z: torch.Tensor, t: torch.Tensor) -> tuple[list[Ref], list[Ref], dict[Quantity, float]]:
    """The operands of one example's trees, and their values."""
    outs = [Quantity("value", "out", index=(k,)) for k in range(z.numel())]
    targets = [Quantity("target", "out", index=(k,)) for k in range(z.numel())]
    known = dict(zip([*outs, *targets], [*z.flatten().tolist(), *t.flatten().tolist()], strict=True))
    return [Ref(q) for q in outs], [Ref(q) for q in targets], known


@each_cost
@given(data=st.data())
def test_trees_agree_with_torch_and_autograd(entry: CostFunction, data: st.DataObject) -> None:
    shape = data.draw(SHAPES, label="shape")
    assume(entry.problem(shape) is None)
    z, t = outputs(entry, shape, data)
    expected = entry.torch_cost(z.requires_grad_(), t)
    expected.backward()
    assert expected.shape == ()

    costs = []
    for outs, targets, slopes in zip(z.detach(), t, z.grad * len(z), strict=True):
        refs, wanted, known = operands(outs, targets)
        locals_ = [entry.local(refs, wanted, k) for k in range(len(refs))]
        costs.append(entry.of_sum(total(locals_)).evaluate(known.__getitem__))
        gradient = [entry.gradient(refs, wanted, k).evaluate(known.__getitem__) for k in range(len(refs))]
        assert_allclose(gradient, slopes.flatten(), rtol=1e-10, atol=1e-13)
    assert_allclose(math.fsum(costs) / len(costs), expected.item(), rtol=1e-10, atol=1e-13)


@each_cost
def test_some_shape_fits_and_a_misfit_is_one_sentence(entry: CostFunction) -> None:
    problems = [entry.problem(shape) for shape in ((1,), (2,), (10,), (1, 8, 8))]
    assert None in problems
    assert all(problem.endswith(".") and "\n" not in problem for problem in problems if problem is not None)


@each_cost
def test_cost_is_known_by_its_file_name_and_explained(entry: CostFunction) -> None:
    check_entry(entry, cost_of)


def test_ids_are_unique_and_an_unknown_one_is_a_key_error() -> None:
    check_ids(COSTS, cost_of)
