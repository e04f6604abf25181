"""Convolution: the base of kinds that slide filters over an array; Filters: which weight joins which two numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from explorer.array_params import PairParam
from explorer.arrays import MatMul, Rearranged, Transposed
from explorer.equations import Expr, Index, Sum, total
from explorer.kind import Code, Fix, LayerKind, Place, Shape, ShapeProblem, show_shape
from explorer.params import BoolParam, IntParam
from explorer.windows import Places, Window, need_channels, several

if TYPE_CHECKING:
    from torch import nn

Joint = tuple[tuple[int, ...], tuple[int, ...]]

FILTERS = IntParam("filters", 8, "Filters", "How many filters, and so feature maps, the layer has.", maximum=10**6)
BIAS = BoolParam("bias", True, "Bias", "Whether each filter has a bias weight.")
KERNEL = PairParam("kernel", (3, 3), "Kernel", "Height and width of each filter.")
STRIDES = PairParam("stride", (1, 1), "Stride", "Steps between neighbouring places of the filter.")
DILATIONS = PairParam(
    "dilation", (1, 1), "Dilation", "Distance between neighbouring cells of the filter.", advanced=True
)
GROUPS = IntParam("groups", 1, "Groups", "Parts that the channels are split into.", maximum=10**6, advanced=True)


@dataclass(frozen=True)
class Filters:
    """Filters between ``maps`` (count, *places), a number for each place, and the ``picture`` (channels, *sizes).

    A weight (map, channel of the group, *cell) joins a number of the maps with one of the picture.
    """

    window: Window
    groups: int
    maps: Shape
    picture: Shape

    @property
    def channels(self) -> int:
        """The channels of the picture in each group."""
        return self.picture[0] // self.groups

    def first_channel(self, number: int) -> int:
        """The first channel that a map is joined with."""
        return number // (self.maps[0] // self.groups) * self.channels

    def inside(self, channel: int | str) -> int | str:
        """The place of a channel of the picture in its group."""
        return channel if isinstance(channel, str) else channel % self.channels

    def running_channel(self, number: int | str, letter: str) -> str:
        """The channel of the picture that a letter for one of its group is for a map: ``c+2``; the map may run too."""
        first = 0 if isinstance(number, str) else self.first_channel(number)
        return f"{letter}+{first}" if first else letter

    def of_map(self, index: Index) -> Iterator[Joint]:
        """(weight, number of the picture) of all that a number of the maps is joined with."""
        number, *place = (int(i) for i in index)
        first = self.first_channel(number)
        for channel in range(self.channels):
            for cell, found in self.window.cells(tuple(place), self.picture[1:]):
                yield (number, channel, *cell), (first + channel, *found)

    def of_picture(self, index: Index) -> Iterator[Joint]:
        """(weight, number of the maps) of all that a number of the picture is joined with."""
        channel, *found = (int(i) for i in index)
        group, inside = divmod(channel, self.channels)
        each = self.maps[0] // self.groups
        for number in range(group * each, (group + 1) * each):
            for place, cell in self.window.over(tuple(found), self.maps[1:]):
                yield (number, inside, *cell), (number, *place)

    def of_weight(self, index: Index) -> Iterator[Joint]:
        """(number of the maps, number of the picture) of every two that a weight joins."""
        number, channel, *cell = (int(i) for i in index)
        for place in product(*map(range, self.maps[1:])):
            found = self.window.under(place, tuple(cell), self.picture[1:])
            if found is not None:
                yield (number, *place), (self.first_channel(number) + channel, *found)

    def rows(self, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """(maps, all channels × cells): each map's weights at the channels that it is joined with, 0 elsewhere."""
        wide = np.zeros((weight.shape[0], self.picture[0], *weight.shape[2:]))
        for number, own in enumerate(weight):
            first = self.first_channel(number)
            wide[number, first : first + self.channels] = own
        return wide.reshape(weight.shape[0], -1)


class Convolution(LayerKind):
    """A kind whose filters slide over a picture and give maps; ``transposed``, they go from maps to a picture.

    Weights are weight (maps, channels of the picture / groups, *kernel), and bias (filters,).
    """

    category: ClassVar[str] = "Convolution"
    axes: ClassVar[int] = 2
    """1 for sequences, 2 for pictures."""
    torch_name: ClassVar[str]
    """The class of torch.nn."""
    transposed: ClassVar[bool] = False
    size_param: ClassVar[str] = "filters"

    def sizes(self, params: Mapping[str, Any], shape: Shape) -> Places:
        """The sizes of the output along the axes; raises ShapeProblem if the filter does not fit."""
        window = self.window(params)
        if params["padding"] == "same":
            if set(window.stride) != {1}:
                raise ShapeProblem(
                    f"can keep the size (padding same) only with a stride of 1, not {show_shape(window.stride)}.",
                    Fix("Set stride to 1", set=(("stride", self._each(1)),)),
                    Fix("Set padding to valid", set=(("padding", "valid"),)),
                )
            return shape[1:]
        padded = [size + 2 * before for size, before in zip(shape[1:], window.before, strict=True)]
        if any(size <= reach for size, reach in zip(padded, window.reach, strict=True)):
            largest = self._each(*padded)
            raise ShapeProblem(
                f"has a {show_shape(window.size)} kernel, larger than its {show_shape(shape)} input.",
                Fix("Set padding to same", set=(("padding", "same"), ("stride", self._each(1)))),
                Fix(
                    f"Set kernel to {show_shape(several(largest))}",
                    set=(("kernel", largest), ("dilation", self._each(1))),
                ),
            )
        free = zip(padded, window.reach, window.stride, strict=True)
        return tuple((size - reach - 1) // stride + 1 for size, reach, stride in free)

    def before(self, params: Mapping[str, Any], reach: Places) -> Places:
        """How far the filter begins outside the picture, along each axis."""
        if params["padding"] == "same":
            return tuple(distance // 2 for distance in reach)
        return (0 if params["padding"] == "valid" else int(params["padding"]),) * self.axes

    def window(self, params: Mapping[str, Any]) -> Window:
        """The window that a filter is."""
        kernel, stride, dilation = (several(params[name]) for name in ("kernel", "stride", "dilation"))
        still = Window(kernel, stride, dilation, (0,) * self.axes)
        return replace(still, before=self.before(params, still.reach))

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """(filters, *sizes)."""
        shape = need_channels(inputs, self.axes)
        groups, filters = params["groups"], params["filters"]
        if shape[0] % groups or filters % groups:
            raise ShapeProblem(
                f"has {groups} groups, which must divide its {shape[0]} input channels and its {filters} filters.",
                Fix("Set groups to 1", set=(("groups", 1),)),
            )
        return (filters, *self.sizes(params, shape))

    def weight_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """weight and bias."""
        maps, picture = self._sides((inputs[0][0],), (params["filters"],))
        kernel = several(params["kernel"])
        shapes: dict[str, Shape] = {"weight": (*maps, picture[0] // params["groups"], *kernel)}
        return shapes | ({"bias": (params["filters"],)} if params["bias"] else {})

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """The cells of a filter at each place of each map."""
        maps, picture = self._sides(inputs[0], output)
        return math.prod(maps) * math.prod(several(params["kernel"])) * int(picture[0] // params["groups"])

    def uneven(self, params: Mapping[str, Any]) -> bool:
        """Whether padding same takes a zero more at the end than at the beginning."""
        return (
            not self.transposed
            and params["padding"] == "same"
            and any(reach % 2 for reach in self.window(params).reach)
        )

    def torch_options(self, params: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
        """What torch's layer takes after channels, filters and kernel: (value, torch's default) by name."""
        one, padding = self._each(1), params["padding"]
        return {
            "stride": (params["stride"], one),
            "padding": (0 if padding == "valid" else padding, 0),
            "dilation": (params["dilation"], one),
            "groups": (params["groups"], 1),
            "bias": (params["bias"], True),
        }

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's layer."""
        from torch import nn

        from explorer import torch_modules

        options = {name: value for name, (value, _) in self.torch_options(params).items()}
        layer = (
            getattr(torch_modules, f"Same{self.torch_name}") if self.uneven(params) else getattr(nn, self.torch_name)
        )
        made: nn.Module = layer(inputs[0][0], params["filters"], params["kernel"], **options)
        return made

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """torch's layer."""
        given = (inputs[0][0], params["filters"], params["kernel"])
        return Code.of(f"nn.{self.torch_name}", *given, **self.torch_options(params))

    def forward(self, at: Place, index: Index) -> Expr:
        """z_fyx = b_f + sum over channels and cells of w_fcij x_c,y+i,x+j; cells in the padding are 0 and left out."""
        terms: list[Expr] = [at.w("bias", index[:1])] if at.params["bias"] else []
        lead, filters, cells = len(terms), self._filters(at), _CELLS[self.axes]
        below = ",".join(map(str, ("c", *cells)))
        f, *place = index
        if self.transposed:
            over = ("c", *filters.window.running_back(tuple(place), cells))
            typical = at.w("weight", ("c", filters.inside(f), *cells)) * at.x(over)
        else:
            over = (filters.running_channel(f, "c"), *filters.window.running(tuple(place), cells))
            typical = at.w("weight", (f, "c", *cells)) * at.x(over)
        if isinstance(f, str):
            return Sum(tuple(terms), (below, typical), lead)
        joints = filters.of_picture(index) if self.transposed else filters.of_map(index)
        terms += [at.w("weight", weight) * at.x(other) for weight, other in joints]
        return total(terms, below, typical, lead)

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """The sum over every filter and place that touches this number, of delta w."""
        filters, cells = self._filters(at), _CELLS[self.axes]
        c, *place = index
        f = "g" if c == "f" else "f"
        below = ",".join(map(str, (f, *cells)))
        if self.transposed:
            over = (filters.running_channel(c, f), *filters.window.running(tuple(place), cells))
            typical = at.delta(over) * at.w("weight", (c, f, *cells))
        else:
            over = (f, *filters.window.running_back(tuple(place), cells))
            typical = at.delta(over) * at.w("weight", (f, filters.inside(c), *cells))
        if isinstance(c, str):
            return Sum((), (below, typical))
        joints = filters.of_map(index) if self.transposed else filters.of_picture(index)
        return total([at.delta(other) * at.w("weight", weight) for weight, other in joints], below, typical)

    def weight_gradient(self, at: Place, name: str, index: Index) -> Expr:
        """dE/dw_fcij = sum over places of delta_fyx x_c,y+i,x+j, and dE/db_f = sum of delta_f."""
        places = _PLACES[self.axes]
        below = ",".join(map(str, places))
        if name == "bias":
            (f,) = index
            everywhere = product(*map(range, at.output[1:]))
            return total([at.delta((f, *place)) for place in everywhere], below, at.delta((f, *places)))
        filters = self._filters(at)
        number, channel, *cell = (int(i) for i in index)
        over = filters.window.running(places, tuple(cell))
        joints = [((number, *places), (filters.first_channel(number) + channel, *over)), *filters.of_weight(index)]
        if self.transposed:
            typical, *terms = [at.delta(of_picture) * at.x(of_map) for of_map, of_picture in joints]
        else:
            typical, *terms = [at.delta(of_map) * at.x(of_picture) for of_map, of_picture in joints]
        return total(terms, below, typical)

    def matrix_forward(self, at: Place) -> Expr:
        """Z = W cols(x) + b, where cols lists the numbers under the filter at each place; transposed, the way back."""
        product_ = self._spread(at, at.x()) if self.transposed else self._gathered(at, at.x())
        bias = Rearranged("column", (at.w("bias"),), lambda b: b.reshape(-1, *(1,) * self.axes))
        return Sum((product_, bias)) if at.params["bias"] else product_

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """cols transposed of (W transposed times delta); transposed, W cols(delta)."""
        return self._gathered(at, at.delta()) if self.transposed else self._spread(at, at.delta())

    def caption(self, params: Mapping[str, Any]) -> str:
        """``3×3 · same · 32``."""
        return f"{show_shape(several(params['kernel']))} · {params['padding']} · {params['filters']}"

    def _each(self, *values: int) -> int | Places:
        """A param's value: a number for one axis, a pair for two."""
        return values[0] if self.axes == 1 else (values * 2)[:2]

    def _sides(self, inputs: Shape, output: Shape) -> tuple[Shape, Shape]:
        """(maps, picture)."""
        return (inputs, output) if self.transposed else (output, inputs)

    def _filters(self, at: Place) -> Filters:
        return Filters(self.window(at.params), at.params["groups"], *self._sides(at.inputs[0], at.output))

    def _gathered(self, at: Place, picture: Expr) -> Expr:
        """The maps of a picture: W cols(picture)."""
        filters = self._filters(at)
        columns = Rearranged("cols", (picture,), lambda x: filters.window.columns(x, filters.maps[1:]))
        return Rearranged("maps", (MatMul(_wide(at, filters), columns),), lambda z: z.reshape(filters.maps))

    def _spread(self, at: Place, maps: Expr) -> Expr:
        """The picture of maps: uncols(W transposed times maps), the transpose of ``_gathered``."""
        filters = self._filters(at)
        rows = Rearranged("rows", (maps,), lambda z: z.reshape(z.shape[0], -1))
        back = MatMul(Transposed(_wide(at, filters)), rows)
        return Rearranged("uncols", (back,), lambda v: filters.window.uncolumns(v, filters.picture, filters.maps[1:]))


_PLACES: dict[int, Index] = {1: ("j",), 2: ("y", "x")}
_CELLS: dict[int, Index] = {1: ("k",), 2: ("i", "j")}


def _wide(at: Place, filters: Filters) -> Expr:
    return Rearranged("rows", (at.w("weight"),), filters.rows)
