"""Polynomial: the powers of the input, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.arrays import Part, Rearranged
from explorer.equations import Expr, Index, Number, Product, Sum, total
from explorer.kind import Code, LayerKind, Place, Shape
from explorer.params import IntParam

if TYPE_CHECKING:
    from torch import nn


class Polynomial(LayerKind):
    """Puts the powers of the input side by side: x, x², x³ … up to a degree. First come all x, then all x², and so on.

    A dense layer after it fits a polynomial. High powers are large outside of −1 to 1: scale the inputs, or take a
    small learning rate.

    Formula: z = (x, x², …, x^d), and dE/dx = δ_1 + 2x δ_2 + … + d x^(d−1) δ_d with the errors δ of the powers.

    Shapes: any array in; its first axis gets d times as long. No weights.

    When to use it: for regression with curves by a network that is otherwise linear.

    Source: Gergonne, The application of the method of least squares to the interpolation of sequences, 1815.
    """

    id = "polynomial"
    title = "Polynomial"
    category = "Core"
    icon = "mdi6.exponent"
    synonyms = ("power", "square", "cubic", "features", "regression", "degree", "basis")
    params = (IntParam("degree", 3, "Degree", "The highest power.", maximum=64),)

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The shape of the input, degree times as long along its first axis."""
        (shape,) = inputs
        return (params["degree"] * shape[0], *shape[1:])

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """The powers, concatenated."""
        from explorer.torch_modules import Powers

        return Powers(params["degree"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """The powers, concatenated."""
        return Code(call=f"torch.cat([{{0}} ** power for power in range(1, {params['degree'] + 1})], dim=1)")

    def forward(self, at: Place, index: Index) -> Expr:
        """x_i to the power that lies at this place."""
        if isinstance(index[0], str):
            return _symbol(f"x_{{{_below('c' if index[1:] else 'i', index)}}}^{{k}}")
        power, place = divmod(index[0], at.inputs[0][0])
        return _power(at.x((place, *index[1:])), power + 1)

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """delta_1 + 2 x delta_2 + 3 x^2 delta_3 ..., the deltas of the powers of this number."""
        if isinstance(index[0], str):
            x, delta = f"x_{{{_below(index[0], index)}}}", rf"\delta_{{{_below(f'(k-1)n+{index[0]}', index)}}}"
            return Sum((), ("k", Product((_symbol("k"), _symbol(f"{x}^{{k-1}}"), _symbol(delta)))))
        first, *rest = (int(i) for i in index)
        count = at.inputs[0][0]
        return _slopes(at, at.x(index), [at.delta((first + k * count, *rest)) for k in range(at.params["degree"])])

    def matrix_forward(self, at: Place) -> Expr:
        """The powers, one after the other."""
        powers = tuple(_power(at.x(), power) for power in range(1, at.params["degree"] + 1))
        return Rearranged("concat", powers, lambda *parts: np.concatenate(parts))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The deltas of each power times its slope."""
        return _slopes(at, at.x(), [_part(at, power) for power in range(at.params["degree"])])

    def caption(self, params: Mapping[str, Any]) -> str:
        """``up to x³``."""
        return f"up to degree {params['degree']}"


def _below(first: str, index: Index) -> str:
    """The indices of a number with another first one."""
    return ",".join(map(str, (first, *index[1:])))


def _symbol(tex: str) -> Expr:
    """What stands in the formula of any power k."""
    return Part(tex, Number(0.0), lambda value: value)


def _power(x: Expr, exponent: int) -> Expr:
    return x if exponent == 1 else x ** float(exponent)


def _slopes(at: Place, x: Expr, deltas: Sequence[Expr]) -> Expr:
    """The delta of x, plus 2x times that of x^2, and so on."""
    further = [Number(float(power)) * _power(x, power - 1) * delta for power, delta in enumerate(deltas, 1)]
    return total([deltas[0], *further[1:]])


def _part(at: Place, power: int) -> Expr:
    """The deltas of one power, from 0."""
    count = at.inputs[0][0]
    return Part(rf"\delta_{{{power + 1}}}", at.delta(), lambda delta: delta[power * count : (power + 1) * count])
