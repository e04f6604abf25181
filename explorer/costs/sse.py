"""Sum of squared errors, over outputs and examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.cost import CostFunction
from explorer.equations import Expr, Number

if TYPE_CHECKING:
    from torch import Tensor


class Sse(CostFunction):
    """The sum over outputs and over examples of (target − output)².

    Formula: E = Σ (t − z)², with the gradient 2 (z − t).

    When to use it: to compare figures with programs that show it. Unlike the other costs it is not divided by the
    number of examples, so it and its gradients grow with the batch: a batch of 10 goes as far in one update as ten
    steps of the mean squared error, and wants a tenth of the learning rate. The figures of an epoch are sums over
    all its examples; those of training and validation can be compared only if both have as many.

    Source: Zell and others, SNNS user manual, 1995.
    """

    id = "sse"
    title = "Sum of squared errors"
    summed = True

    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """Σ (t − z)², for each example."""
        return (target - output).square().flatten(1).sum(1)

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """(t_k − z_k)²."""
        return (t[k] - z[k]) ** 2

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """2 (z_k − t_k)."""
        return Number(2.0) * (z[k] - t[k])
