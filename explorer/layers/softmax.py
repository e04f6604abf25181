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
    """Turns a list of numbers into probabilities that add up to 1: a_k = e^z_k / sum of e^z_j.

    The cross entropy cost applies its own softmax, so do not put this layer before it.
    """

    id = "softmax"
    title = "Softmax"
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
