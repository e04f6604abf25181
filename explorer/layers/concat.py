"""Concat: puts inputs one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.arrays import Rearranged
from explorer.equations import Expr, Index
from explorer.kind import Code, Fix, LayerKind, Place, Shape, ShapeProblem, show_shape
from explorer.params import IntParam

if TYPE_CHECKING:
    from torch import nn


class Concat(LayerKind):
    """Puts two or more inputs one after the other along an axis; the other sizes must agree.

    Axis 0 is the first after the batch: the channels of pictures, the numbers of a list. Each input gets its part of
    the errors.

    Formula: z = (a, b, …) along the axis.

    Shapes: arrays that agree in every size but that along the axis, where the sizes add up. No weights.

    When to use it: to go on with what several branches have found, without mixing it yet; U-shaped and dense networks
    join early feature maps with late ones this way.

    Source: Szegedy et al., Going deeper with convolutions, 2015; Huang et al., Densely connected convolutional
    networks, 2017.
    """

    id = "concat"
    title = "Concat"
    category = "Combine"
    icon = "mdi6.call-merge"
    synonyms = ("concatenate", "join", "merge", "stack", "skip connection", "append")
    ports = ("a", "b")
    variadic = True
    params = (
        IntParam("axis", 0, "Axis", "The axis to join along; 0 is the first after the batch.", minimum=0, maximum=3),
    )

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The sizes along the axis added up."""
        axis = params["axis"]
        came = " and ".join(map(show_shape, inputs))
        if any(axis >= len(shape) for shape in inputs):
            raise ShapeProblem(f"joins along axis {axis}, which not every input has; {came} came in.", *_fixes(inputs))
        if not _agree(inputs, axis):
            raise ShapeProblem(
                f"needs inputs that agree in every size but axis {axis}; {came} came in.", *_fixes(inputs)
            )
        return (*inputs[0][:axis], sum(shape[axis] for shape in inputs), *inputs[0][axis + 1 :])

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """None: numbers are only moved."""
        return 0

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch.cat."""
        from explorer.torch_modules import Concat as ConcatModule

        return ConcatModule(params["axis"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """torch.cat."""
        return Code(call=f"torch.cat([{{inputs}}], dim={params['axis'] + 1})")

    def forward(self, at: Place, index: Index) -> Expr:
        """The number of the input that lies at this place."""
        axis = at.params["axis"]
        along = int(index[axis])
        for port, shape in enumerate(at.inputs):
            if along < shape[axis]:
                return at.x((*index[:axis], along, *index[axis + 1 :]), port)
            along -= shape[axis]
        raise IndexError(f"index {index} is outside {at.output}")

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The delta of the same number in the output."""
        axis = at.params["axis"]
        return at.delta((*index[:axis], int(index[axis]) + self._start(at, port), *index[axis + 1 :]))

    def matrix_forward(self, at: Place) -> Expr:
        """The inputs joined."""
        axis = at.params["axis"]
        arrays = tuple(at.x((), port) for port in range(len(at.inputs)))
        return Rearranged("concat", arrays, lambda *parts: np.concatenate(parts, axis))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The part of the delta that belongs to the port."""
        axis, start = at.params["axis"], self._start(at, port)
        places = range(start, start + at.inputs[port][axis])
        return Rearranged("part", (at.delta(),), lambda delta: np.take(delta, places, axis))

    def caption(self, params: Mapping[str, Any]) -> str:
        """``along axis 0``."""
        return f"along axis {params['axis']}"

    @staticmethod
    def _start(at: Place, port: int) -> int:
        axis = at.params["axis"]
        return sum(shape[axis] for shape in at.inputs[:port])


def _agree(inputs: tuple[Shape, ...], axis: int) -> bool:
    """Whether all sizes but that along the axis are the same."""
    return len({(*shape[:axis], *shape[axis + 1 :]) for shape in inputs}) == 1


def _fixes(inputs: tuple[Shape, ...]) -> list[Fix]:
    """The axes along which the inputs can be joined; else the first input that is no list is made one."""
    axes = range(min(map(len, inputs))) if len(set(map(len, inputs))) == 1 else ()
    fitting = [Fix(f"Set axis to {axis}", set=(("axis", axis),)) for axis in axes if _agree(inputs, axis)]
    arrays = [port for port, shape in enumerate(inputs) if len(shape) > 1]
    return fitting or [Fix(f"Insert Flatten at input {port + 1}", "flatten", port=port) for port in arrays[:1]]
