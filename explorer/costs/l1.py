"""L1: the absolute error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.cost import CostFunction
from explorer.equations import Apply, Expr

if TYPE_CHECKING:
    from torch import Tensor


class L1(CostFunction):
    """The sum over outputs of the absolute difference |target − output|, and the mean of that over examples.

    Formula: E = Σ |t − z|; each output's gradient is −1, 0 or 1.

    When to use it: for numbers with outliers: examples that lie far off pull no more than others, where a squared
    error would follow them.

    Source: Bishop, Pattern recognition and machine learning, 2006, chapter 1.
    """

    id = "l1"
    title = "L1 (absolute error)"
    kinked = True

    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """Σ |t − z|, for each example."""
        return (target - output).abs().flatten(1).sum(1)

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """|t_k − z_k|."""
        return Apply("abs", (t[k] - z[k],))

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """The sign of z_k − t_k; 0 where they are equal, as in torch."""
        return Apply("sign", (z[k] - t[k],))
