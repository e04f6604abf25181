"""Boxes: rectangles of many things as one array, so that those within an area, or all, are found and drawn at once."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

Key = TypeVar("Key", bound=Hashable)

_FIRST = 64


class Boxes(Generic[Key]):
    """A rectangle (left, top, right, bottom) in pixels of the scene, and a style, a small number, for each key."""

    def __init__(self) -> None:
        self._rows: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._corners = np.empty((_FIRST, 4))
        self._styles = np.empty(_FIRST, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def corners(self) -> NDArray[np.float64]:
        """All rectangles, one a row: a view that is good until the next change."""
        return self._corners[: len(self._keys)]

    @property
    def styles(self) -> NDArray[np.int64]:
        """The styles, in the rows of ``corners``."""
        return self._styles[: len(self._keys)]

    def put(self, key: Key, left: float, top: float, right: float, bottom: float) -> None:
        """Add a rectangle, of style 0, or give a known key another one."""
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = len(self._keys)
            self._keys.append(key)
            if row == len(self._corners):
                self._grow()
            self._styles[row] = 0
        self._corners[row] = (left, top, right, bottom)

    def set_style(self, key: Key, style: int) -> None:
        """Give a known key a style."""
        self._styles[self._rows[key]] = style

    def drop(self, key: Key) -> None:
        """Take a key out, if it is there; the last row takes its place."""
        row = self._rows.pop(key, None)
        if row is None:
            return
        last = self._keys.pop()
        if row < len(self._keys):
            self._keys[row] = last
            self._rows[last] = row
            self._move(len(self._keys), row)

    def within(self, area: QRectF) -> list[Key]:
        """The keys whose rectangles touch an area."""
        return [self._keys[row] for row in np.flatnonzero(self.touching(area))]

    def touching(self, area: QRectF) -> NDArray[np.bool_]:
        """Which rows touch an area."""
        c = self.corners
        return (
            (c[:, 0] <= area.right()) & (c[:, 2] >= area.left()) & (c[:, 1] <= area.bottom()) & (c[:, 3] >= area.top())
        )

    def keys(self, rows: NDArray[np.intp]) -> list[Key]:
        """The keys of some rows."""
        return [self._keys[row] for row in rows]

    def rows(self, keys: Collection[Key]) -> NDArray[np.intp]:
        """The rows of those keys that are there."""
        return np.asarray([self._rows[key] for key in keys if key in self._rows], dtype=np.intp)

    def bounds(self, keys: Collection[Key] | None = None) -> QRectF:
        """The rectangle round all, or some; null if there are none."""
        corners = self.corners if keys is None else self._corners[self.rows(keys)]
        if not len(corners):
            return QRectF()
        left, top = corners[:, :2].min(axis=0)
        right, bottom = corners[:, 2:].max(axis=0)
        return QRectF(left, top, right - left, bottom - top)

    def _move(self, row: int, to: int) -> None:
        self._corners[to] = self._corners[row]
        self._styles[to] = self._styles[row]

    def _grow(self) -> None:
        self._corners = np.concatenate([self._corners, np.empty_like(self._corners)])
        self._styles = np.concatenate([self._styles, np.empty_like(self._styles)])


class Ways(Boxes[Key]):
    """The same for lines of level and upright stretches: each stretch (x, y, x, y) is kept beside the rectangle."""

    def __init__(self) -> None:
        super().__init__()
        self._stretches = np.zeros((_FIRST, 5, 4))
        self._counts = np.zeros(_FIRST, dtype=np.int64)

    def put_way(self, key: Key, points: list[tuple[float, float]], margin: float) -> None:
        """Add a line through points, or give a known key another one; its rectangle is that much larger all round."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self.put(key, min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)
        count, row = len(points) - 1, self._rows[key]
        if count > self._stretches.shape[1]:
            longer = np.zeros((len(self._stretches), count, 4))
            longer[:, : self._stretches.shape[1]] = self._stretches
            self._stretches = longer
        for number in range(count):
            self._stretches[row, number] = (*points[number], *points[number + 1])
        self._counts[row] = count

    def stretches(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> NDArray[np.float64]:
        """All stretches (x, y, x, y) of some rows, or of those that a mask of all rows has."""
        chosen = self._stretches[: len(self)][rows]
        counts = self._counts[: len(self)][rows]
        return chosen[np.arange(chosen.shape[1]) < counts[:, None]]

    def _move(self, row: int, to: int) -> None:
        super()._move(row, to)
        self._stretches[to] = self._stretches[row]
        self._counts[to] = self._counts[row]

    def _grow(self) -> None:
        super()._grow()
        self._stretches = np.concatenate([self._stretches, np.zeros_like(self._stretches)])
        self._counts = np.concatenate([self._counts, np.zeros_like(self._counts)])
