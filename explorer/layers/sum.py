"""Sum: adds up each example's numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.arrays import Rearranged
from explorer.equations import Expr, Index, total
from explorer.kind import Code, LayerKind, Place, Shape

if TYPE_CHECKING:
    from torch import nn


class Sum(LayerKind):
    """Adds up all numbers of an example, and gives one: units summed without weights.

    Every number gets the error as it is.

    Formula: z = Σ x_i over all numbers of the example.

    Shapes: any array in, a list of one number out. No weights.

    When to use it: for a network whose output is the sum of its units, or to add up shares.

    Source: Bishop, Pattern recognition and machine learning, 2006, chapter 3.
    """

    id = "sum"
    title = "Sum"
    category = "Combine"
    icon = "mdi6.sigma"
    synonyms = ("total", "reduce", "aggregate", "add up", "sigma")

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """One number."""
        return (1,)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """The sum of each example."""
        from explorer.torch_modules import SumUp

        return SumUp()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """The sum of each example."""
        return Code(call="{0}.flatten(1).sum(1, keepdim=True)")

    def forward(self, at: Place, index: Index) -> Expr:
        """x_1 + x_2 + ..."""
        terms: list[Expr] = [at.x(place) for place in product(*map(range, at.inputs[0]))]
        letters = ("i", "j", "k", "l", "m")[: len(at.inputs[0])]
        return total(terms, ",".join(letters), at.x(letters))

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The delta, sent to every number."""
        return at.delta((0,))

    def matrix_forward(self, at: Place) -> Expr:
        """The sum over the array."""
        return Rearranged("sum", (at.x(),), lambda x: np.array([math.fsum(x.ravel())]))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The delta, spread over the array."""
        shape = at.inputs[0]
        return Rearranged("spread", (at.delta(),), lambda delta: np.full(shape, delta[0]))
