"""Add: the sum of two or more inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.equations import Expr, Index, Sum
from explorer.kind import Code, LayerKind, Place, Shape, ShapeProblem, show_shape

if TYPE_CHECKING:
    from torch import nn


class Add(LayerKind):
    """Adds two or more inputs of one shape, number by number: what closes a residual block."""

    id = "add"
    title = "Add"
    category = "Combine"
    icon = "mdi6.plus-circle-outline"
    ports = ("a", "b")
    variadic = True

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The one shape of all inputs."""
        if len(set(inputs)) != 1:
            raise ShapeProblem(f"needs inputs of one shape; {' and '.join(map(show_shape, inputs))} came in.")
        return inputs[0]

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """The sum."""
        from explorer.torch_modules import Add as AddModule

        return AddModule()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """a + b."""
        return Code(call=" + ".join(f"{{{port}}}" for port in range(len(inputs))))

    def forward(self, at: Place, index: Index) -> Expr:
        """a_i + b_i."""
        return Sum(tuple(at.x(index, port) for port in range(len(at.inputs))))

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The delta, sent to every input."""
        return at.delta(index)

    def matrix_forward(self, at: Place) -> Expr:
        """a + b."""
        return Sum(tuple(at.x((), port) for port in range(len(at.inputs))))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The delta."""
        return at.delta()

    def caption(self, params: Mapping[str, Any]) -> str:
        """What it does."""
        return "sum of inputs"
