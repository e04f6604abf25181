"""Slice: a part of an array along one axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.arrays import Rearranged
from explorer.equations import Expr, Index, Number
from explorer.kind import Code, Fix, LayerKind, Place, Shape, ShapeProblem, show_shape
from explorer.params import LARGEST_INT, IntParam
from explorer.windows import Window

if TYPE_CHECKING:
    from torch import nn


class Slice(LayerKind):
    """Takes a part of each example along one axis: from a start to a stop, which is not included, by a step.

    Places count from 0, and negative ones from the end. Errors go back to the part; all else gets 0.

    Formula: z_j = x_(start + step · j) along the axis; the other axes stay.

    Shapes: any array in; along the axis (stop − start) / step numbers are left, rounded up. No weights.

    When to use it: to send parts of the input different ways, to take the last step of a sequence, some channels of a
    picture, or every second number.

    Source: NumPy, basic slicing.
    """

    id = "slice"
    title = "Slice"
    category = "Shape"
    icon = "mdi6.content-cut"
    synonyms = ("part", "crop", "split", "select", "narrow", "index", "last step")
    params = (
        IntParam(
            "axis", 0, "Axis", "The axis to take a part along; 0 is the first after the batch.", minimum=0, maximum=3
        ),
        IntParam("start", 0, "Start", "Where the part begins; −1 is the last place.", minimum=-LARGEST_INT),
        IntParam("stop", 0, "Stop", "Where the part ends, not included; 0 is the end.", minimum=-LARGEST_INT),
        IntParam("step", 1, "Step", "Every how manieth number is taken."),
    )

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The shape of the part; raises ShapeProblem if it is empty or the axis is not there."""
        (shape,), axis = inputs, params["axis"]
        if axis >= len(shape):
            last = len(shape) - 1
            raise ShapeProblem(
                f"takes a part along axis {axis}; its {show_shape(shape)} input has axes 0 to {last}.",
                Fix(f"Set axis to {last}", set=(("axis", last),)),
            )
        count = len(_places(params, shape))
        if count == 0:
            raise ShapeProblem(
                f"takes nothing: no places from {_span(params)} along axis {axis} of {show_shape(shape)}.",
                Fix("Take all of it", set=(("start", 0), ("stop", 0))),
            )
        return (*shape[:axis], count, *shape[axis + 1 :])

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """None: numbers are only moved."""
        return 0

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """Torch's slicing."""
        from explorer.torch_modules import Slice as SliceModule

        return SliceModule(params["axis"], _slice(params))

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """Torch's slicing."""
        part = _slice(params)
        words = [str(part.start or ""), "" if part.stop is None else str(part.stop)]
        words += [str(part.step)] if part.step != 1 else []
        return Code(call=f"{{0}}[{':, ' * (params['axis'] + 1)}{':'.join(words)}]")

    def forward(self, at: Place, index: Index) -> Expr:
        """The number of the input that lies at this place of the part."""
        axis, places = at.params["axis"], _places(at.params, at.inputs[0])
        along = index[axis]
        if isinstance(along, str):  # one cell that moves by the step
            (running,) = Window((1,), (places.step,), (1,), (-places.start,)).running((along,), (0,))
            return at.x((*index[:axis], running, *index[axis + 1 :]))
        return at.x((*index[:axis], places[along], *index[axis + 1 :]))

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The delta of the same number, or 0 if it is not in the part."""
        axis, places = at.params["axis"], _places(at.params, at.inputs[0])
        along = int(index[axis])
        if along not in places:
            return Number(0.0)
        return at.delta((*index[:axis], places.index(along), *index[axis + 1 :]))

    def matrix_forward(self, at: Place) -> Expr:
        """The part."""
        axis, places = at.params["axis"], _places(at.params, at.inputs[0])
        return Rearranged("part", (at.x(),), lambda x: np.take(x, places, axis))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The delta among zeros."""
        (shape,), axis = at.inputs, at.params["axis"]

        def filled(delta: np.ndarray) -> np.ndarray:
            back = np.zeros(shape)
            back[(slice(None),) * axis + (_places(at.params, shape),)] = delta
            return back

        return Rearranged("unpart", (at.delta(),), filled)

    def caption(self, params: Mapping[str, Any]) -> str:
        """``2 to 8 of axis 0``."""
        step = f" by {params['step']}" if params["step"] != 1 else ""
        return f"{_span(params)}{step} of axis {params['axis']}".replace("-", "−")


def _slice(params: Mapping[str, Any]) -> slice:
    return slice(params["start"], params["stop"] or None, params["step"])


def _places(params: Mapping[str, Any], shape: Shape) -> range:
    """The places along the axis that are taken."""
    return range(*_slice(params).indices(shape[params["axis"]]))


def _span(params: Mapping[str, Any]) -> str:
    return f"{params['start']} to {params['stop'] or 'the end'}"
