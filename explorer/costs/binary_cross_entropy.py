"""Binary cross-entropy, on outputs from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.cost import LEAST, CostFunction, at_least, where_it_counts
from explorer.equations import Expr, ln

if TYPE_CHECKING:
    from torch import Tensor


class BinaryCrossEntropy(CostFunction):
    """For yes or no: each output is the probability of yes; the sum over outputs, and the mean of that over examples.

    Formula: E = −Σ (t ln z + (1 − t) ln(1 − z)), with the gradient (1 − t) / (1 − z) − t / z.

    When to use it: for one question, or several whose answers have nothing to do with each other; for one class out
    of many take cross-entropy. End with a sigmoid; targets are 0 or 1, or a probability between. The slope of the
    sigmoid cancels: the error sent back is z − t, however far it is saturated, where the squared error would hardly
    learn. z and 1 − z count as at least 1e−12, so that no cost is infinite: a sure and wrong output costs 27.6, and
    has the gradient 0.

    Source: Nielsen, Neural networks and deep learning, 2015, chapter 3.
    """

    id = "binary_cross_entropy"
    title = "Binary cross-entropy"
    probabilities = True

    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """−Σ (t ln z + (1 − t) ln(1 − z)), for each example."""
        yes, no = output.clamp(min=LEAST).log(), (1 - output).clamp(min=LEAST).log()
        return -(target * yes + (1 - target) * no).flatten(1).sum(1)

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """−(t_k ln z_k + (1 − t_k) ln(1 − z_k))."""
        return -(t[k] * ln(at_least(z[k])) + (1.0 - t[k]) * ln(at_least(1.0 - z[k])))

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """(1 − t_k) / (1 − z_k) − t_k / z_k."""
        no = 1.0 - z[k]
        return where_it_counts(no, (1.0 - t[k]) / no) - where_it_counts(z[k], t[k] / z[k])
