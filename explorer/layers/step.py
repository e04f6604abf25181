"""Step: fires or does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.activation import Activation
from explorer.equations import Choose, Expr, Number
from explorer.kind import Code, Shape

if TYPE_CHECKING:
    from torch import nn


class Step(Activation):
    """Fires or does not: 1 where the net input is 0 or more, else 0, as in the perceptron.

    Formula: a = 1 if z ≥ 0, else 0; its slope counts as 0 everywhere.

    Shapes: any array in, the same out. No weights.

    When to use it: to see how logic gates and perceptrons work. Gradient descent cannot train the layers before it,
    since no error goes back.

    Source: McCulloch and Pitts, A logical calculus of the ideas immanent in nervous activity, 1943; Rosenblatt, The
    perceptron, 1958.
    """

    id = "step"
    title = "Step"
    icon = "mdi6.stairs"
    synonyms = ("heaviside", "threshold", "binary", "perceptron")
    output_range = (0.0, 1.0)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """A module with torch's zero gradient everywhere."""
        from explorer.torch_modules import Heaviside

        return Heaviside()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """Made of functions whose gradient torch takes as 0."""
        return Code(call="(torch.sign({0}) + 1).clamp(max=1)")

    def value(self, z: Expr, params: Mapping[str, Any]) -> Expr:
        """1 where z >= 0, else 0."""
        return Choose(z, Number(1.0), Number(0.0), or_equal=True)

    def slope(self, z: Expr, a: Expr, params: Mapping[str, Any]) -> Expr:
        """0 everywhere."""
        return Number(0.0)
