"""Squared error, also called the quadratic cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.cost import CostFunction
from explorer.equations import Expr, Number

if TYPE_CHECKING:
    from torch import Tensor


class SquaredError(CostFunction):
    """Half the sum over outputs of (target − output)², and the mean of that over examples; also called the quadratic
    cost.

    Formula: E = ½ Σ (t − z)², with the gradient z − t.

    When to use it: for numbers, as in regression, and where a textbook does. The ½ makes its derivative simply
    output − target. For classes cross-entropy learns faster.

    Source: Bishop, Pattern recognition and machine learning, 2006, chapter 5.
    """

    id = "squared_error"
    title = "Squared error"

    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """½ Σ (t − z)², for each example."""
        return 0.5 * (target - output).square().flatten(1).sum(1)

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """(t_k − z_k)²."""
        return (t[k] - z[k]) ** 2

    def of_sum(self, summed: Expr) -> Expr:
        """½ of the sum."""
        return Number(0.5) * summed

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """z_k − t_k."""
        return z[k] - t[k]
