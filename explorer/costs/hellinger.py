"""Hellinger distance of the outputs from the targets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.cost import LEAST, DistributionCost, at_least, where_it_counts
from explorer.equations import Apply, Expr, Number

if TYPE_CHECKING:
    from torch import Tensor

TINY = 1e-100
"""A distance of two lists of float64 is larger than this, or 0."""


class Hellinger(DistributionCost):
    """For distributions: how far apart two lists of probabilities are, from 0 where they agree to 1, mean over
    examples.

    Formula: E = 1/√2 √(Σ (√z − √t)²), with the gradient (1 − √(t / z)) / (4 E), 0 where E is 0.

    When to use it: where targets are shares, and a distance is wanted that is the same both ways and never
    infinite, as the KL divergence is not. Outputs and targets must be probabilities that add up to 1, so end with a
    softmax. Some lists of costs leave the outer root out, and so do not show a distance. Outputs below 1e−12 count
    as 1e−12, and have the gradient 0.

    Source: Le Cam and Yang, Asymptotics in statistics, 2000, chapter 3.
    """

    id = "hellinger"
    title = "Hellinger distance"

    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """√(½ Σ (√z − √t)²), for each example; torch's norm has the slope 0 at 0."""
        from torch import linalg

        norms: Tensor = linalg.vector_norm(output.clamp(min=LEAST).sqrt() - target.sqrt(), dim=1)
        return norms / math.sqrt(2)

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """(√z_k − √t_k)²."""
        return (_root(at_least(z[k])) - _root(t[k])) ** 2

    def of_sum(self, summed: Expr) -> Expr:
        """1/√2 of the root of the sum."""
        return _root(summed) / Number(math.sqrt(2))

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """(1 − √(t_k / z_k)) / (4 H); 0 where H is 0, as then t_k is z_k."""
        distance = Apply("max", (cost, Number(TINY)))
        return where_it_counts(z[k], (1.0 - _root(t[k] / z[k])) / (Number(4.0) * distance))


def _root(x: Expr) -> Expr:
    return Apply("sqrt", (x,))
