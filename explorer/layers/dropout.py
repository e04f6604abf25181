"""Dropout: silences units at random while training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.equations import Expr, Index
from explorer.kind import Code, LayerKind, Place, Shape
from explorer.params import FloatParam

if TYPE_CHECKING:
    from torch import nn


class Dropout(LayerKind):
    """While training, sets each number to 0 with chance p, and divides the others by 1 - p.

    When the network is used, validated or stepped through it passes every number on unchanged.
    """

    id = "dropout"
    by_example = False
    title = "Dropout"
    category = "Core"
    icon = "mdi6.water-opacity"
    rearranges = True
    params = (
        FloatParam(
            "p", 0.5, "Chance p", "The chance that a number is dropped.", minimum=0.0, maximum=1.0, below_maximum=True
        ),
    )

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The shape of the input."""
        return inputs[0]

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Dropout."""
        from torch import nn

        return nn.Dropout(params["p"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.Dropout."""
        return Code(f"nn.Dropout({params['p']})")

    def forward(self, at: Place, index: Index) -> Expr:
        """The input, as when the network is used."""
        return at.x(index)

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The delta, as when the network is used."""
        return at.delta(index)

    def matrix_forward(self, at: Place) -> Expr:
        """The input."""
        return at.x()

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The delta."""
        return at.delta()

    def caption(self, params: Mapping[str, Any]) -> str:
        """``p 0.5``."""
        return f"p {params['p']:g}"
