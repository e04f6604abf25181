"""Root mean square error of the outputs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.cost import CostFunction
from explorer.equations import Apply, Choose, Expr, Number

if TYPE_CHECKING:
    from torch import Tensor


class Rms(CostFunction):
    """The root of the mean over the n outputs of (target − output)², and the mean of that over examples.

    Formula: E = √(1/n Σ (t − z)²), with the gradient (z − t) / (n E), 0 where E is 0.

    When to use it: to read the cost as a typical error, in the unit of the outputs. Its gradient has the same
    length, 1/√n, however small the error is, so near the minimum weights swing to and fro: let the learning rate
    become smaller there. The root is taken for each example by itself; of a single output it is |t − z|, as L1.

    Source: Bishop, Pattern recognition and machine learning, 2006, chapter 1.
    """

    id = "rms"
    title = "Root mean square (RMS)"

    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """√(1/n Σ (t − z)²), for each example; torch's norm has the slope 0 at 0."""
        from torch import linalg

        errors = (target - output).flatten(1)
        norms: Tensor = linalg.vector_norm(errors, dim=1)
        return norms / math.sqrt(errors.shape[1])

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """(t_k − z_k)² / n."""
        return (t[k] - z[k]) ** 2 / float(len(z))

    def of_sum(self, summed: Expr) -> Expr:
        """The root of the mean."""
        return Apply("sqrt", (summed,))

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """(z_k − t_k) / (n E); 0 where E is 0."""
        return Choose(cost, (z[k] - t[k]) / (Number(float(len(z))) * cost), Number(0.0))
