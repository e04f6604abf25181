"""Negative log-likelihood of classes, on probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.cost import LEAST, DistributionCost, at_least, where_it_counts
from explorer.equations import Expr, ln

if TYPE_CHECKING:
    from torch import Tensor


class LogLikelihood(DistributionCost):
    """For classes, on probabilities: minus the logarithm of the probability of the right class, mean over examples.

    Formula: E = −Σ t ln z, with the gradient −t / z.

    When to use it: for one class out of many, to see the softmax as a layer. The outputs must be probabilities that
    add up to 1, so end with a softmax; the error that it sends back is z − t. Cross-entropy is the same with the
    softmax built in, and keeps its digits where a probability is tiny. Outputs below 1e−12 count as 1e−12, so that
    no cost is infinite; their gradient is 0.

    Source: Nielsen, Neural networks and deep learning, 2015, chapter 3.
    """

    id = "log_likelihood"
    title = "Log-likelihood"

    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """−Σ t ln z, for each example."""
        return -(target * output.clamp(min=LEAST).log()).sum(1)

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """−t_k ln z_k."""
        return -(t[k] * ln(at_least(z[k])))

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """−t_k / z_k."""
        return -where_it_counts(z[k], t[k] / z[k])
