"""Boxes: rectangles of many things as one array, so that those within an area, or all, are found and drawn at once."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

Key = TypeVar("Key", bound=Hashable)

MARGIN = 12.0
"""How far what is drawn of a line reaches from its way at most."""
_FIRST = 64


class Boxes(Generic[Key]):
    """A rectangle (left, top, right, bottom) in pixels of the scene, and a style, a small number, for each key.

    What is put waits until something is asked, and then goes into the arrays at once.
    """

    def __init__(self) -> None:
        self._rows: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._corners = np.empty((_FIRST, 4))
        self._styles = np.zeros(_FIRST, dtype=np.int64)
        self._placed: dict[Key, tuple[float, float, float, float]] = {}
        self._styled: dict[Key, int] = {}
        self._whole: QRectF | None = None
        """The rectangle round all, if it is known."""

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def corners(self) -> NDArray[np.float64]:
        """All rectangles, one a row: a view that is good until the next change."""
        self._take_up()
        return self._corners[: len(self._keys)]

    @property
    def styles(self) -> NDArray[np.int64]:
        """The styles, in the rows of ``corners``."""
        self._take_up()
        return self._styles[: len(self._keys)]

    def put(self, key: Key, left: float, top: float, right: float, bottom: float) -> None:
        """Add a rectangle, of style 0, or give a known key another one."""
        if key not in self._rows:
            self._rows[key] = len(self._keys)
            self._keys.append(key)
            self._styled[key] = 0
        self._placed[key] = (left, top, right, bottom)

    def set_style(self, key: Key, style: int) -> None:
        """Give a known key a style."""
        self._styled[key] = style

    def drop(self, key: Key) -> None:
        """Take a key out, if it is there; the last row takes its place."""
        self._take_up()
        row = self._rows.pop(key, None)
        if row is None:
            return
        self._whole = None
        last = self._keys.pop()
        if row < len(self._keys):
            self._keys[row] = last
            self._rows[last] = row
            self._move(len(self._keys), row)

    def within(self, area: QRectF) -> list[Key]:
        """The keys whose rectangles touch an area."""
        return self.keys(np.flatnonzero(self.touching(area)))

    def touching(self, area: QRectF) -> NDArray[np.bool_]:
        """Which rows touch an area."""
        left, top, right, bottom = self.corners.T
        return (left <= area.right()) & (right >= area.left()) & (top <= area.bottom()) & (bottom >= area.top())

    def keys(self, rows: NDArray[np.intp]) -> list[Key]:
        """The keys of some rows."""
        return [self._keys[row] for row in rows.tolist()]

    def rows(self, keys: Collection[Key]) -> NDArray[np.intp]:
        """The rows of those keys that are there."""
        return np.asarray([self._rows[key] for key in keys if key in self._rows], dtype=np.intp)

    def bounds(self, keys: Collection[Key] | None = None) -> QRectF:
        """The rectangle round all, or some; null if there are none."""
        if keys is not None:
            return _round(self.corners[self.rows(keys)])
        self._take_up()
        if self._whole is None:
            self._whole = _round(self.corners)
        return QRectF(self._whole)

    def _take_up(self) -> None:
        """Bring what was put into the arrays."""
        if len(self._keys) > len(self._corners):
            self._grow(max(len(self._keys), 2 * len(self._corners)) - len(self._corners))
        if self._placed:
            self._corners[self.rows(self._placed)] = list(self._placed.values())
            self._placed.clear()
            self._whole = None
        if self._styled:
            self._styles[self.rows(self._styled)] = list(self._styled.values())
            self._styled.clear()

    def _move(self, row: int, to: int) -> None:
        self._corners[to] = self._corners[row]
        self._styles[to] = self._styles[row]

    def _grow(self, more: int) -> None:
        self._corners = np.concatenate([self._corners, np.empty((more, 4))])
        self._styles = np.concatenate([self._styles, np.zeros(more, dtype=np.int64)])


def touching(corners: NDArray[np.float64], rects: Sequence[QRectF], margin: float) -> NDArray[np.bool_]:
    """Which of some rectangles (left, top, right, bottom; one a row) come as near as a margin to one of others."""
    left, top, right, bottom = corners.T[:, :, None]
    low = np.array([(rect.left() - margin, rect.top() - margin) for rect in rects]).reshape(-1, 2).T
    high = np.array([(rect.right() + margin, rect.bottom() + margin) for rect in rects]).reshape(-1, 2).T
    near = (left <= high[0]) & (right >= low[0]) & (top <= high[1]) & (bottom >= low[1])
    return np.asarray(near.any(axis=1))


def _round(corners: NDArray[np.float64]) -> QRectF:
    """The rectangle round some; null if there are none."""
    if not len(corners):
        return QRectF()
    (left, top), (right, bottom) = corners.min(axis=0)[:2], corners.max(axis=0)[2:]
    return QRectF(left, top, right - left, bottom - top)


class Ways(Boxes[Key]):
    """The same for lines: each stretch (x, y, x, y) is kept beside the rectangle, which has a margin all round."""

    def __init__(self) -> None:
        super().__init__()
        self._stretches = np.zeros((_FIRST, 1, 4))
        self._counts = np.zeros(_FIRST, dtype=np.int64)
        self._led: dict[Key, list[tuple[float, float]]] = {}

    def put_way(self, key: Key, points: list[tuple[float, float]]) -> None:
        """Add a line through points, or give a known key another one."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self.put(key, min(xs) - MARGIN, min(ys) - MARGIN, max(xs) + MARGIN, max(ys) + MARGIN)
        self._led[key] = points

    def longer_than(self, length: float) -> NDArray[np.bool_]:
        """Which rows are more than one level or upright line of this length."""
        across, down = (self.corners[:, 2:] - self.corners[:, :2]).T - 2 * MARGIN
        return (across > length) | (down > length) | ((across > 1) & (down > 1))

    def stretches(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> NDArray[np.float64]:
        """All stretches (x, y, x, y) of some rows, or of those that a mask of all rows has."""
        self._take_up()
        chosen = self._stretches[: len(self)][rows]
        counts = self._counts[: len(self)][rows]
        return chosen[np.arange(chosen.shape[1]) < counts[:, None]]

    def _take_up(self) -> None:
        super()._take_up()
        if not self._led:
            return
        most = max(len(points) for points in self._led.values()) - 1
        if most > self._stretches.shape[1]:
            more = np.zeros((len(self._stretches), most - self._stretches.shape[1], 4))
            self._stretches = np.concatenate([self._stretches, more], axis=1)
        by_count: dict[int, list[Key]] = {}
        for key, points in self._led.items():
            by_count.setdefault(len(points) - 1, []).append(key)
        for count, keys in by_count.items():
            corners, rows = np.asarray([self._led[key] for key in keys]), self.rows(keys)
            self._stretches[rows, :count] = np.concatenate([corners[:, :-1], corners[:, 1:]], axis=2)
            self._counts[rows] = count
        self._led.clear()

    def _move(self, row: int, to: int) -> None:
        super()._move(row, to)
        self._stretches[to] = self._stretches[row]
        self._counts[to] = self._counts[row]

    def _grow(self, more: int) -> None:
        super()._grow(more)
        self._stretches = np.concatenate([self._stretches, np.zeros((more, *self._stretches.shape[1:]))])
        self._counts = np.concatenate([self._counts, np.zeros(more, dtype=np.int64)])
