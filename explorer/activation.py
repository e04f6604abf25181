"""Activation: the base of kinds that apply one function to each number, z -> f(z); ListActivation: to a list."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from explorer.equations import Expr, Index, Product
from explorer.kind import LayerKind, Place, Shape, one_list


class Activation(LayerKind):
    """A kind that applies one function to each number; the shape stays."""

    category: ClassVar[str] = "Activation"
    icon: ClassVar[str] = "mdi6.chart-line-variant"
    activation: ClassVar[bool] = True
    elementwise: ClassVar[bool] = True

    @abstractmethod
    def value(self, z: Expr, params: Mapping[str, Any]) -> Expr:
        """f(z)."""

    @abstractmethod
    def slope(self, z: Expr, a: Expr, params: Mapping[str, Any]) -> Expr:
        """df/dz, written with the net input ``z`` or the output ``a``, whichever textbooks use."""

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The shape of the input."""
        return inputs[0]

    def forward(self, at: Place, index: Index) -> Expr:
        """f(z_i)."""
        return self.value(at.x(index), at.params)

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """delta_i f'(z_i)."""
        return Product((at.delta(index), self.slope(at.x(index), at.y(index), at.params)))

    def matrix_forward(self, at: Place) -> Expr:
        """f of every element."""
        return self.value(at.x(), at.params)

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """delta times f'(z), element by element."""
        return Product((at.delta(), self.slope(at.x(), at.y(), at.params)))


class ListActivation(LayerKind):
    """A kind that turns a list of net inputs z into a list a of the same length; each a_k depends on every z_j."""

    category: ClassVar[str] = "Activation"
    icon: ClassVar[str] = "mdi6.chart-bar"
    activation: ClassVar[bool] = True

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The shape of the input, a list."""
        return one_list(inputs)
