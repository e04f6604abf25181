"""Dropout: silences units at random while training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.equations import Expr, Index, Number
from explorer.kind import MASK, Code, LayerKind, Place, Shape
from explorer.params import FloatParam

if TYPE_CHECKING:
    from torch import nn


class Dropout(LayerKind):
    """While training, sets each number to 0 with chance p, and divides the others by 1 − p.

    When the network is used, validated or stepped through it passes every number on unchanged; an iteration of a
    training run that is gone back to is stepped through with the m that were drawn for it.

    Formula: z_i = x_i · m_i / (1 − p) with m_i = 0 by chance p, else 1; errors go back by the same factors.

    Shapes: any array in, the same out. No weights.

    When to use it: against overfitting, after large dense layers; p = 0.5 there, 0.1 to 0.2 after convolutions.

    Source: Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, 2014.
    """

    id = "dropout"
    by_example = False
    title = "Dropout"
    category = "Core"
    icon = "mdi6.water-opacity"
    synonyms = ("regularisation", "regularization", "overfitting", "noise", "random")
    rearranges = True
    symbols: ClassVar[Mapping[str, str]] = {MASK: "m"}
    meanings: ClassVar[Mapping[str, str]] = {MASK: "1 kept, 0 dropped"}
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
        """The input as when the network is used, or times m / (1 − p) where m was drawn."""
        return self._through(at, at.x(index), index)

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The delta, by the same factors."""
        return self._through(at, at.delta(index), index)

    def matrix_forward(self, at: Place) -> Expr:
        """The input, number by number as ``forward``."""
        return self._through(at, at.x(), ())

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The delta, by the same factors."""
        return self._through(at, at.delta(), ())

    def _through(self, at: Place, number: Expr, index: Index) -> Expr:
        if not at.drawn:
            return number
        return number * at.inner(MASK, index) / (Number(1.0) - Number(at.params["p"]))

    def caption(self, params: Mapping[str, Any]) -> str:
        """``p 0.5``."""
        return f"p {params['p']:g}"
