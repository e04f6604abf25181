"""Add: the sum of two or more inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.equations import Expr, Index, Sum
from explorer.kind import Code, LayerKind, Place, Shape, one_shape

if TYPE_CHECKING:
    from torch import nn


class Add(LayerKind):
    """Adds two or more inputs of one shape, number by number: what closes a residual block.

    Every input gets the error as it is, so that it reaches early layers undamped.

    Formula: z_i = a_i + b_i + …, over all inputs.

    Shapes: inputs of one shape, which goes out too. No weights.

    When to use it: for skip connections round one or two layers, which make deep networks trainable.

    Source: He et al., Deep residual learning for image recognition, 2016.
    """

    id = "add"
    title = "Add"
    category = "Combine"
    icon = "mdi6.plus-circle-outline"
    synonyms = ("skip connection", "residual", "shortcut", "plus", "merge", "elementwise")
    ports = ("a", "b")
    variadic = True

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The one shape of all inputs."""
        return one_shape(inputs)

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
