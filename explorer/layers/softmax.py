"""Softmax: turns a list of numbers into probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import ListActivation
from explorer.arrays import Rearranged
from explorer.equations import Expr, Index, Product, SoftmaxShare, total
from explorer.kind import Code, Place, Shape

if TYPE_CHECKING:
    from torch import nn


class Softmax(ListActivation):
    """Turns a list of numbers into probabilities that add up to 1.

    The cross entropy cost applies its own softmax, so do not put this layer before it.

    Formula: a_k = e^z_k / Σ e^z_j, and dE/dz_k = a_k · (δ_k − Σ δ_j · a_j) with the errors δ of the probabilities.

    Shapes: a list in, a list of the same length out. No weights.

    When to use it: as the last layer of a classifier, before a cost of probabilities such as the log likelihood.

    Source: Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990.
    """

    id = "softmax"
    title = "Softmax"
    synonyms = ("probability", "classification", "normalised exponential", "multinomial", "classes")
    output_range = (0.0, 1.0)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Softmax over the list."""
        from torch import nn

        return nn.Softmax(dim=1)

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.Softmax over the list."""
        return Code("nn.Softmax(dim=1)")

    def forward(self, at: Place, index: Index) -> Expr:
        """e^z_k / sum_j e^z_j."""
        return SoftmaxShare(tuple(at.x((j,)) for j in range(at.output[0])), at.x(index))

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """a_k (delta_k - sum_j delta_j a_j)."""
        mixed = total(
            [Product((at.delta((j,)), at.y((j,)))) for j in range(at.output[0])],
            "j",
            Product((at.delta(("j",)), at.y(("j",)))),
        )
        return Product((at.y(index), at.delta(index) - mixed))

    def matrix_forward(self, at: Place) -> Expr:
        """softmax(z)."""
        return SoftmaxShare((at.x(),))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """a * (delta - (a . delta))."""
        inner = Rearranged("sum", (Product((at.delta(), at.y())),), lambda v: v.sum())
        return Product((at.y(), at.delta() - inner))
