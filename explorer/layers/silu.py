"""SiLU: z times its sigmoid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import Activation
from explorer.equations import Expr, exp
from explorer.kind import Code, Shape

if TYPE_CHECKING:
    from torch import nn


class Silu(Activation):
    """Multiplies z by its sigmoid: smooth, and close to ReLU far from 0.

    Formula: a = z · s with s = 1 / (1 + e^−z), and the slope s + z · s · (1 − s).

    Shapes: any array in, the same out. No weights.

    When to use it: instead of ReLU in deep convolutional networks.

    Source: Elfwing, Uchibe and Doya, Sigmoid-weighted linear units, 2018; Ramachandran, Zoph and Le, Searching for
    activation functions, 2017.
    """

    id = "silu"
    title = "SiLU"
    icon = "mdi6.chart-line-variant"
    synonyms = ("swish", "smooth", "rectifier")

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's SiLU."""
        from torch import nn

        return nn.SiLU()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.SiLU."""
        return Code("nn.SiLU()")

    def value(self, z: Expr, params: Mapping[str, Any]) -> Expr:
        """z / (1 + e^-z)."""
        return z / (1 + exp(-z))

    def slope(self, z: Expr, a: Expr, params: Mapping[str, Any]) -> Expr:
        """s + z s (1 - s), where s is the sigmoid of z."""
        return 1 / (1 + exp(-z)) + z * (1 / (1 + exp(-z))) * (1 - 1 / (1 + exp(-z)))
