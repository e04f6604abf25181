"""Cross-entropy of classes, with the softmax built in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.cost import CostFunction, Shape, class_row_problem
from explorer.equations import Expr, LogSumExp, Ref, SoftmaxShare, total

if TYPE_CHECKING:
    from torch import Tensor


class CrossEntropy(CostFunction):
    """For classes: minus the logarithm of the probability that the network gives to the right class, mean over
    examples.

    Formula: E = −Σ t ln p, with p = softmax(z) and the gradient p − t.

    When to use it: for one class out of many. The outputs are logits, any real numbers; the cost itself turns them
    into probabilities by softmax, so the network must not end in a softmax.

    Source: Bishop, Pattern recognition and machine learning, 2006, chapter 4.
    """

    id = "cross_entropy"
    title = "Cross-entropy"
    classes = True

    def problem(self, output: Shape) -> str | None:
        """Classes need a vector of at least two logits."""
        return class_row_problem(self.title, output, "a dense layer of one unit per class")

    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """−Σ t · ln softmax(z), for each example; targets are probabilities of the classes, mostly one-hot."""
        return -(target * output.log_softmax(1)).sum(1)

    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """−t_k ln softmax_k, written t_k (ln Σ e^z − z_k) so that it never overflows."""
        return t[k] * (LogSumExp(tuple(z)) - z[k])

    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """softmax_k Σ t − t_k."""
        return SoftmaxShare(tuple(z), z[k]) * _sum_of(t) - t[k]


def _sum_of(t: Sequence[Expr]) -> Expr:
    """Σ t, with its short form where the targets are plain operands."""
    first = t[0]
    typical = Ref(replace(first.quantity, index=("j",))) if isinstance(first, Ref) else None
    return total(list(t), "j", typical)
