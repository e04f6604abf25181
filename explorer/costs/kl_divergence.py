"""Kullback-Leibler divergence of the outputs from the targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.cost import LEAST, DistributionCost, at_least, where_it_counts
from explorer.equations import Choose, Expr, Number, ln

if TYPE_CHECKING:
    from torch import Tensor


class KlDivergence(DistributionCost):
    """For distributions: how much the outputs differ from the targets (Kullback and Leibler), mean over examples; 0
    where they agree.

    Formula: E = Σ t ln(t / z), with the gradient −t / z; a target of 0 adds nothing.

    When to use it: where targets are shares, not classes. Outputs and targets must be probabilities that add up to
    1, so end with a softmax. Its gradients are those of the log-likelihood, from which it differs by Σ t ln t,
    which no weight changes: with one right class both are the same number. Outputs below 1e−12 count as 1e−12, so
    that no cost is infinite; their gradient is 0.

    Source: Kullback and Leibler, On information and sufficiency, 1951.
    """

    id = "kl_divergence"
    title = "KL divergence"

    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """Σ (t ln t − t ln z), for each example; 0 ln 0 is 0."""
        return (target.xlogy(target) - target * output.clamp(min=LEAST).log()).sum(1)

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """t_k ln(t_k / z_k), 0 for a target of 0."""
        return Choose(t[k], t[k] * ln(t[k] / at_least(z[k])), Number(0.0))

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """−t_k / z_k."""
        return -where_it_counts(z[k], t[k] / z[k])
