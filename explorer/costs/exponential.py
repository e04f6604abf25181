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

    Formula: E = τ exp(1/τ Σ (t − z)²) with τ = 1, and the gradient 2 (z − t) E.

    When to use it: where outputs are squeezed (sigmoid, tanh) and no error may stay large. A perfect output costs
    1, small errors cost about as much more as the mean squared error says, and large ones far more, with gradients
    that grow as fast. An error of 10 in one output is e to the 100, which float32 cannot hold: the run then halts
    with an infinite cost.

    Source: A list of cost functions used in neural networks, Cross Validated (stats.stackexchange.com), 2015.
    """

    id = "exponential"
    title = "Exponential"

    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """exp(Σ (t − z)²), for each example."""
        return (target - output).square().flatten(1).sum(1).exp()

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """(t_k − z_k)²."""
        return (t[k] - z[k]) ** 2

    def of_sum(self, summed: Expr) -> Expr:
        """e to the sum."""
        return exp(summed)

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """2 (z_k − t_k) E."""
        return Number(2.0) * (z[k] - t[k]) * cost
