"""Quartic: a cost that the program does not have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.cost import CostFunction
from explorer.equations import Expr, Number

if TYPE_CHECKING:
    from torch import Tensor


class Quartic(CostFunction):
    """The sum over outputs of (target − output)⁴, and the mean of that over examples.

    Formula: E = Σ (t − z)⁴, with the gradient 4 (z − t)³.

    When to use it: to see that a cost is one file.

    Source: a test.
    """

    id = "quartic"
    title = "Quartic error"

    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """Σ (t − z)⁴, for each example."""
        return ((target - output) ** 4).flatten(1).sum(1)

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """(t_k − z_k)⁴."""
        return (t[k] - z[k]) ** 4

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """4 (z_k − t_k)³."""
        return Number(4.0) * (z[k] - t[k]) ** 3
