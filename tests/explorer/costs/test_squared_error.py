"""The squared error, on the worked example's published figures, and its relatives."""

from __future__ import annotations

import pytest
import torch
from numpy.testing import assert_allclose

from explorer.costs import cost_of
from explorer.equations import Expr, Number, total

Z, T = (0.593353109033, 0.735303261929), (0.0, 1.0)


def numbers(values: tuple[float, ...]) -> list[Expr]:
    return [Number(value) for value in values]


def test_worked_example() -> None:
    entry, z, t = cost_of("squared_error"), numbers(Z), numbers(T)
    local = [entry.local(z, t, k) for k in range(2)]
    found = [tree.evaluate(lambda quantity: None) for tree in (*local, total(local), entry.of_sum(total(local)))]
    assert_allclose(found, [0.352067911999, 0.070064363145, 0.422132275144, 0.211066137572], atol=2e-12)


def test_gradient_is_written_output_minus_target() -> None:
    z, t = numbers(Z), numbers(T)
    assert cost_of("squared_error").gradient(z, t, 1, Number(0.0)) == z[1] - t[1]


def test_mse_is_twice_the_squared_error_and_l1_sums_over_outputs() -> None:
    z, t = torch.tensor([[1.0, 2.0], [3.0, 5.0]]), torch.zeros(2, 2)
    assert cost_of("squared_error").torch_cost(z, t).item() == 0.25 * (1 + 4 + 9 + 25)
    assert cost_of("mse").torch_cost(z, t).item() == 0.5 * (1 + 4 + 9 + 25)
    assert cost_of("l1").torch_cost(z, t).item() == 0.5 * (1 + 2 + 3 + 5)


@pytest.mark.parametrize("name", ["squared_error", "mse", "l1"])
def test_any_output_shape_fits(name: str) -> None:
    assert cost_of(name).problem((1,)) is None
    assert cost_of(name).problem((3, 8, 8)) is None
