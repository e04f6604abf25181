"""Log softmax: the logarithms of softmax's probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import ListActivation
from explorer.arrays import Rearranged
from explorer.equations import Expr, Index, LogSumExp, Product, SoftmaxShare, total
from explorer.kind import Code, Place, Shape

if TYPE_CHECKING:
    from torch import nn


class LogSoftmax(ListActivation):
    """The logarithms of softmax's probabilities, computed without losing digits.

    Formula: a_k = z_k − ln(Σ e^z_j), and dE/dz_k = δ_k − p_k · Σ δ_j with the probabilities p and the errors δ.

    Shapes: a list in, a list of the same length out. No weights.

    When to use it: where a cost reads logarithms of probabilities.

    Source: Goodfellow, Bengio and Courville, Deep learning, 2016, chapter 6.
    """

    id = "log_softmax"
    title = "Log softmax"
    synonyms = ("probability", "classification", "log likelihood", "classes")

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's LogSoftmax over the list."""
        from torch import nn

        return nn.LogSoftmax(dim=1)

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.LogSoftmax over the list."""
        return Code("nn.LogSoftmax(dim=1)")

    def forward(self, at: Place, index: Index) -> Expr:
        """z_k - ln(sum_j e^z_j)."""
        return at.x(index) - LogSumExp(tuple(at.x((j,)) for j in range(at.output[0])))

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """delta_k - softmax_k sum_j delta_j."""
        share = SoftmaxShare(tuple(at.x((j,)) for j in range(at.output[0])), at.x(index))
        deltas = total([at.delta((j,)) for j in range(at.output[0])], "j", at.delta(("j",)))
        return at.delta(index) - Product((share, deltas))

    def matrix_forward(self, at: Place) -> Expr:
        """z - ln(sum e^z)."""
        return at.x() - LogSumExp((at.x(),))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """delta - softmax(z) sum(delta)."""
        summed = Rearranged("sum", (at.delta(),), lambda v: v.sum())
        return at.delta() - Product((SoftmaxShare((at.x(),)), summed))
