"""Multiply: the product of two or more inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.equations import Expr, Index, Product
from explorer.kind import Code, LayerKind, Place, Shape, one_shape

if TYPE_CHECKING:
    from torch import nn


class Multiply(LayerKind):
    """Multiplies two or more inputs of one shape, number by number: a gate that lets the other inputs through, or not.

    Each input gets the error times the product of the others.

    Formula: z_i = a_i · b_i · …, over all inputs.

    Shapes: inputs of one shape, which goes out too. No weights.

    When to use it: for gates and attention made by hand: a sigmoid of one branch scales the other.

    Source: Hochreiter and Schmidhuber, Long short-term memory, 1997, for gates; Srivastava et al., Highway networks,
    2015.
    """

    id = "multiply"
    title = "Multiply"
    category = "Combine"
    icon = "mdi6.close-circle-outline"
    synonyms = ("product", "gate", "hadamard", "times", "elementwise", "mask", "merge")
    ports = ("a", "b")
    variadic = True

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The one shape of all inputs."""
        return one_shape(inputs)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """The product."""
        from explorer.torch_modules import Multiply as MultiplyModule

        return MultiplyModule()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """a * b."""
        return Code(call=" * ".join(f"{{{port}}}" for port in range(len(inputs))))

    def forward(self, at: Place, index: Index) -> Expr:
        """a_i b_i."""
        return Product(tuple(at.x(index, port) for port in range(len(at.inputs))))

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The delta times the other inputs."""
        others = (at.x(index, other) for other in range(len(at.inputs)) if other != port)
        return Product((at.delta(index), *others))

    def matrix_forward(self, at: Place) -> Expr:
        """a b, number by number."""
        return self.forward(at, ())

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """delta times the other inputs, number by number."""
        return self.backward(at, port, ())

    def caption(self, params: Mapping[str, Any]) -> str:
        """What it does."""
        return "product of inputs"
