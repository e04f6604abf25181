"""Places: the indices of an array by number and back, without ever listing them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from explorer.equations import Index


class Places:
    """The indices of an array of a shape, in C order; ``source_first`` goes down a matrix's columns, as w1, w2 ... do.

    With ``kept``, places flat in C order, it has only these.
    """

    def __init__(
        self, shape: tuple[int, ...], source_first: bool = False, kept: NDArray[np.int64] | None = None
    ) -> None:
        self._shape = shape[::-1] if source_first else shape
        self._back = source_first
        if kept is not None and source_first:
            kept = np.sort(kept % shape[1] * shape[0] + kept // shape[1])
        self._kept = kept
        self.count = math.prod(shape) if kept is None else len(kept)

    def __call__(self, number: int) -> tuple[int, ...]:
        """The index of a place."""
        flat = number if self._kept is None else int(self._kept[number])
        index = []
        for size in reversed(self._shape):
            flat, inside = divmod(flat, size)
            index.append(inside)
        return tuple(index) if self._back else tuple(reversed(index))

    def number(self, index: Index) -> int | None:
        """The place of an index; None if there is none, as of running letters."""
        if len(index) != len(self._shape):
            return None
        flat = 0
        for inside, size in zip(reversed(index) if self._back else index, self._shape, strict=True):
            if isinstance(inside, str) or not 0 <= inside < size:
                return None
            flat = flat * size + int(inside)
        if self._kept is None:
            return flat
        found = int(np.searchsorted(self._kept, flat))
        return found if found < len(self._kept) and self._kept[found] == flat else None


def each_place(
    shape: tuple[int, ...], fixed: Mapping[int, int | str] = MappingProxyType({})
) -> Iterator[tuple[int, ...]]:
    """The indices of an array of a shape, in C order; those that have a given number on the ``fixed`` axes."""
    if not shape:
        yield ()
        return
    first: Sequence[int] = range(shape[0])
    if 0 in fixed:
        first = [number for number in (fixed[0],) if not isinstance(number, str) and number in first]
    inside = {axis - 1: number for axis, number in fixed.items() if axis}
    for number in first:
        for rest in each_place(shape[1:], inside):
            yield (number, *rest)
