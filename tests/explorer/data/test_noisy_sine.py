"""The noisy sine: its distribution, and the published plateau of the best line's L1 cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy.optimize import linprog

from explorer.costs import cost_of
from explorer.data import source_of
from explorer.params import check_params
from explorer.source import DataProblem, Dataset

SINE = source_of("noisy_sine")
PLATEAU = 0.408
"""The L1 cost at which one weight and one bias settle, as the course that the example comes from publishes it."""


def load(**given: Any) -> Dataset:
    checked, problems = check_params(SINE.params, given)
    assert problems == []
    return SINE.load(checked)


def test_points_lie_round_the_sine() -> None:
    data = load()
    x, off = data.inputs[:, 0], (data.targets - np.sin(data.inputs))[:, 0]
    assert len(data) == 1000
    assert -3.0 <= x.min() < -2.95
    assert 2.95 < x.max() <= 3.0
    assert -0.5 <= off.min() < -0.48
    assert 0.48 < off.max() <= 0.5
    assert abs(np.corrcoef(x, off)[0, 1]) < 0.1


def test_no_noise_is_the_sine_and_more_points_begin_with_the_same_ones() -> None:
    few, many = load(count=5, noise=0.0, low=0.0, high=1.0), load(count=9, noise=0.0, low=0.0, high=1.0)
    np.testing.assert_array_equal(few.targets, np.sin(few.inputs))
    np.testing.assert_array_equal(few.inputs, many.inputs[:5])


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, -2.0)])
def test_an_empty_range_is_a_sentence(low: float, high: float) -> None:
    with pytest.raises(DataProblem, match="smallest must be below"):
        load(low=low, high=high)


def best_line(data: Dataset) -> float:
    """The least mean |y − w x − b|, exactly, as a linear program over w, b and the errors."""
    x, y, n = data.inputs, data.targets[:, 0], len(data)
    line, error = np.hstack([x, np.ones_like(x)]), np.eye(n)
    found = linprog(
        np.r_[0.0, 0.0, np.full(n, 1.0 / n)],
        A_ub=np.block([[line, -error], [-line, -error]]),
        b_ub=np.r_[y, -y],
        bounds=[(None, None)] * 2 + [(0, None)] * n,
    )
    assert found.success
    return float(found.fun)


def descend(data: Dataset, weight: float, bias: float) -> list[float]:
    """The L1 cost over 500 full-batch iterations of gradient descent at learning rate 0.01."""
    x, y = torch.from_numpy(data.inputs), torch.from_numpy(data.targets)
    line = torch.tensor([weight, bias], dtype=torch.float64, requires_grad=True)
    costs = []
    for _ in range(500):
        value = cost_of("l1").torch_cost(x * line[0] + line[1], y)
        (slope,) = torch.autograd.grad(value, line)
        with torch.no_grad():
            line -= 0.01 * slope
        costs.append(value.item())
    return costs


def test_published_figure_the_best_lines_l1_cost_is_the_plateau() -> None:
    plateaus = [best_line(load(seed=seed)) for seed in range(5)]
    assert np.mean(plateaus) == pytest.approx(PLATEAU, abs=0.01)


def test_published_figure_descent_falls_from_about_1_to_the_plateau() -> None:
    costs = descend(load(), weight=-0.25, bias=0.0)
    assert costs[0] == pytest.approx(1.01, abs=0.05)
    assert costs[-1] == pytest.approx(best_line(load()), abs=0.002)
    assert costs[-1] == pytest.approx(PLATEAU, abs=0.015)
