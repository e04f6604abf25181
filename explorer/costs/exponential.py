"""The exponential cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.cost import CostFunction
from explorer.equations import Expr, Number, exp

if TYPE_CHECKING:
    from torch import Tensor


class Exponential(CostFunction):
    """e to the sum over outputs of (target − output)², and the mean of that over examples.

    E = τ exp(1/τ Σ (t − z)²) with τ = 1, so a perfect output costs 1. For small errors it is about 1 plus the mean
    squared error; large errors cost far more, and their gradients grow as fast, so that single examples lead the way.
    Use it where outputs are squeezed (sigmoid, tanh) and no error may stay large: an error of 10 in one output is
    e¹⁰⁰, which float32 cannot hold, and the run then halts with an infinite cost.
    """

    id = "exponential"
    title = "Exponential"

    def torch_cost(self, output: Tensor, target: Tensor) -> Tensor:
        """exp(Σ (t − z)²), mean over the batch."""
        return (target - output).square().flatten(1).sum(1).exp().mean()

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """(t_k − z_k)²."""
        return (t[k] - z[k]) ** 2

    def of_sum(self, summed: Expr) -> Expr:
        """e to the sum."""
        return exp(summed)

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """2 (z_k − t_k) E."""
        return Number(2.0) * (z[k] - t[k]) * cost
