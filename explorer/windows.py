"""Window: a small window that slides over the last axes of an array; what convolutions and pools are made of."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.equations import Index
from explorer.kind import Fix, Shape, ShapeProblem, reshape_fix, show_shape

Places = tuple[int, ...]


@dataclass(frozen=True)
class Window:
    """``size`` cells along each axis, ``dilation`` apart; it moves by ``stride`` and begins ``before`` the array."""

    size: Places
    stride: Places
    dilation: Places
    before: Places

    @property
    def reach(self) -> Places:
        """The distance from the first cell to the last, along each axis."""
        return tuple(step * (cells - 1) for step, cells in zip(self.dilation, self.size, strict=True))

    def under(self, place: Places, cell: Places, sizes: Places) -> Places | None:
        """Where a cell of the window at ``place`` lies in an array of these ``sizes``; None outside of it."""
        found = tuple(
            at * stride + here * step - before
            for at, stride, here, step, before in zip(place, self.stride, cell, self.dilation, self.before, strict=True)
        )
        return found if all(0 <= at < size for at, size in zip(found, sizes, strict=True)) else None

    def cells(self, place: Places, sizes: Places) -> Iterator[tuple[Places, Places]]:
        """(cell, where it lies) for every cell of the window at ``place`` that is not outside, row by row."""
        for cell in product(*map(range, self.size)):
            found = self.under(place, cell, sizes)
            if found is not None:
                yield cell, found

    def over(self, found: Places, counts: Places) -> Iterator[tuple[Places, Places]]:
        """(place, cell) of every window, of ``counts`` along each axis, with a cell over this place of the array."""
        along = [list(self._along(axis, at, counts[axis])) for axis, at in enumerate(found)]
        for pairs in product(*along):
            yield tuple(place for place, _ in pairs), tuple(cell for _, cell in pairs)

    def _along(self, axis: int, found: int, count: int) -> Iterator[tuple[int, int]]:
        """(place, cell) of the windows along one axis."""
        for cell in reversed(range(self.size[axis])):
            place, rest = divmod(found + self.before[axis] - cell * self.dilation[axis], self.stride[axis])
            if rest == 0 and 0 <= place < count:
                yield place, cell

    def running(self, place: Index, cells: Index) -> Index:
        """Where a cell of the window at ``place`` lies, with running letters: ``2y+i−1``."""
        return tuple(
            _sum((stride, at), (step, cell), (1, -before))
            for at, stride, cell, step, before in zip(
                place, self.stride, cells, self.dilation, self.before, strict=True
            )
        )

    def running_back(self, found: Index, cells: Index) -> Index:
        """The place of the window that has a cell over ``found``, with running letters: ``(y−i+1)/2``."""
        places = []
        for at, stride, cell, step, before in zip(found, self.stride, cells, self.dilation, self.before, strict=True):
            above = _sum((1, at), (-step, cell), (1, before))
            places.append(above if stride == 1 else f"({above})/{stride}")
        return tuple(places)

    def columns(self, x: NDArray[np.float64], counts: Places) -> NDArray[np.float64]:
        """(channels × cells, places): the numbers of ``x`` (channels, *sizes) under the window, 0 outside."""
        out = np.zeros((x.shape[0], *self.size, *counts))
        for target, source in self._moves(x.shape[1:], counts):
            out[target] = x[source]
        return out.reshape(-1, math.prod(counts))

    def uncolumns(self, columns: NDArray[np.float64], shape: Shape, counts: Places) -> NDArray[np.float64]:
        """The transpose of ``columns``: adds every column's numbers to the places that they come from."""
        stacked = columns.reshape(shape[0], *self.size, *counts)
        back = np.zeros(shape)
        for target, source in self._moves(shape[1:], counts):
            back[source] += stacked[target]
        return back

    def _moves(self, sizes: Places, counts: Places) -> Iterator[tuple[Any, Any]]:
        """(index into the columns, index into the array), each over all channels."""
        for place in product(*map(range, counts)):
            for cell, found in self.cells(place, sizes):
                yield (slice(None), *cell, *place), (slice(None), *found)


def _sum(*terms: tuple[int, int | str]) -> str:
    """Factors times letters or numbers, added up: the numbers come last, and not if they are 0."""
    text = ""
    for factor, letter in terms:
        if isinstance(letter, str):
            text += f"{'-' if factor < 0 else '+' if text else ''}{abs(factor) if abs(factor) != 1 else ''}{letter}"
    number = sum(factor * value for factor, value in terms if isinstance(value, int))
    return f"{text}{number:+d}" if number and text else text or str(number)


def several(value: int | Places) -> Places:
    """A param's value along each axis, of which a single number has one."""
    return value if isinstance(value, tuple) else (value,)


def need_channels(inputs: tuple[Shape, ...], axes: int) -> Shape:
    """The shape (channels, *sizes) of the only input; raises ShapeProblem if it has another number of axes."""
    (shape,) = inputs
    if len(shape) == axes + 1:
        return shape
    need = "pictures, channels×height×width" if axes == 2 else "sequences, channels×length"
    raise ShapeProblem(f"needs {need}; {show_shape(shape)} came in.", *_reshapes(shape, axes))


def _reshapes(shape: Shape, axes: int) -> list[Fix]:
    """The layer that gives an array as many axes as are needed; none where that would be a guess."""
    side = math.isqrt(math.prod(shape))
    if len(shape) == axes:
        wanted: Shape = (1, *shape)
    elif len(shape) == 1 and side * side == shape[0] > 1:
        wanted = (1, side, side)
    elif len(shape) > axes + 1:
        wanted = (*shape[:axes], math.prod(shape[axes:]))
    else:
        return []
    return [reshape_fix(wanted)]
