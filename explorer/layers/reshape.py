"""Reshape: the same numbers in another shape."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.array_params import ShapeParam
from explorer.kind import Code, Fix, Shape, ShapeProblem, show_shape
from explorer.reshaping import Reshaping

if TYPE_CHECKING:
    from torch import nn


class Reshape(Reshaping):
    """Gives each example's numbers another shape, row by row: 64 becomes 1×8×8. One size may be −1: what is left over.

    Formula: z_j = x_i, where j in the output and i in the input have the same place in the order; errors go back the
    same way.

    Shapes: any array in, the shape that you give out; both have as many numbers. No weights.

    When to use it: to make pictures or sequences of lists, as a decoder does between its dense and its convolutional
    layers.

    Source: as in Radford et al., Unsupervised representation learning with deep convolutional generative adversarial
    networks, 2016.
    """

    id = "reshape"
    title = "Reshape"
    icon = "mdi6.image-size-select-large"
    synonyms = ("view", "unflatten", "shape", "resize", "fold")
    params = (ShapeParam("shape", (-1,), "Shape", "The sizes of one example: 1×8×8; one may be −1.", left_over=True),)

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The shape that was given; raises ShapeProblem if it has not as many numbers as came in."""
        count, wanted = math.prod(inputs[0]), params["shape"]
        given = math.prod(size for size in wanted if size != -1)
        if count % given or (-1 not in wanted and count != given):
            raise ShapeProblem(
                f"cannot make {show_shape(wanted)} of {show_shape(inputs[0])}, which has {count:,} numbers.",
                *_fixes(wanted, count),
            )
        return tuple(count // given if size == -1 else size for size in wanted)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Unflatten of the list of all numbers."""
        from torch import nn

        return nn.Sequential(nn.Flatten(), nn.Unflatten(1, self.output_shape(params, inputs)))

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """The tensor's reshape."""
        return Code(call=f"{{0}}.reshape(-1, {', '.join(map(str, self.output_shape(params, inputs)))})")

    def caption(self, params: Mapping[str, Any]) -> str:
        """``1×8×8``."""
        return show_shape(params["shape"])


def _fixes(wanted: Shape, count: int) -> list[Fix]:
    """One size after the other left open, where the others divide the count; else a list."""
    fixes = []
    for place in range(len(wanted)):
        shape = (*wanted[:place], -1, *wanted[place + 1 :])
        rest = math.prod(size for size in shape if size != -1)
        if shape.count(-1) == 1 and count % rest == 0:
            full = tuple(count // rest if size == -1 else size for size in shape)
            fixes.append(Fix(f"Set shape to {show_shape(full)}", set=(("shape", full),)))
    return fixes or [Fix(f"Set shape to {count}", set=(("shape", (count,)),))]
