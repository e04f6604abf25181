"""Mean squared error: the squared error without its ½."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.cost import CostFunction
from explorer.equations import Expr, Number

if TYPE_CHECKING:
    from torch import Tensor


class Mse(CostFunction):
    """The sum over outputs of (target − output)², and the mean of that over examples.

    Formula: E = Σ (t − z)², with the gradient 2 (z − t).

    When to use it: for numbers, as in regression. It is the squared error without its ½; with half the learning
    rate it trains alike.

    Source: Goodfellow, Bengio and Courville, Deep learning, 2016, chapter 5.
    """

    id = "mse"
    title = "Mean squared error"

    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """Σ (t − z)², for each example."""
        return (target - output).square().flatten(1).sum(1)

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """(t_k − z_k)²."""
        return (t[k] - z[k]) ** 2

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """2 (z_k − t_k)."""
        return Number(2.0) * (z[k] - t[k])
