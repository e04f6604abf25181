"""Input: where the examples enter the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.array_params import ShapeParam
from explorer.equations import Expr, Index
from explorer.kind import Code, LayerKind, Place, Shape

if TYPE_CHECKING:
    from torch import nn


class Input(LayerKind):
    """Where the examples enter the network: one array per example, of the shape that you give here.

    Data of another shape with as many numbers is rearranged to it, so 1×8×8 pictures can enter as 64 numbers.

    Formula: a = the example, as the data source gives it.

    Shapes: nothing comes in; the shape that you give goes out. No weights.

    When to use it: once in every network; with several, each takes a part of the data.

    Source: Bishop, Pattern recognition and machine learning, 2006, chapter 5.
    """

    id = "input"
    title = "Input"
    category = "Core"
    icon = "mdi6.location-enter"
    synonyms = ("data", "examples", "source", "features", "placeholder")
    params = (ShapeParam("shape", (1,), "Shape", "The sizes of one example, without the batch: 64, or 1×8×8."),)
    ports = ()

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The shape that was given."""
        return tuple(params["shape"])

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """None: numbers only enter."""
        return 0

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """Passes the examples on."""
        from torch import nn

        return nn.Identity()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """The examples themselves, which stand for its input."""
        return Code(call="{0}")

    def forward(self, at: Place, index: Index) -> Expr:
        """The example's own number: an input has no formula but itself."""
        return at.y(index)

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """Nothing lies before an input."""
        raise IndexError("an input has no port")

    def matrix_forward(self, at: Place) -> Expr:
        """The example itself."""
        return at.y()

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """Nothing lies before an input."""
        raise IndexError("an input has no port")
