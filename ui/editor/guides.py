"""Guides: where a box that is moved lines up with others, and the lines that show it. Plain numbers, no items."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from ui.editor.aligning import Box

Line = tuple[float, float, float, float]
"""From x, y to x, y."""

_SHARES = (0.0, 0.5, 1.0)
"""The left (top), the middle, the right (bottom) of a box."""
_SAME = 0.5
_BEYOND = 12.0
"""How far a line goes beyond the boxes that it touches, in pixels."""


class Guides:
    """The edges and middles of the boxes that stay, for a box that moves to line up with: left with left and so on."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._boxes = tuple(boxes)
        self._lines = {
            (axis, share): sorted({box[axis] + share * box[axis + 2] for box in self._boxes})
            for axis in (0, 1)
            for share in _SHARES
        }

    def pull(self, box: Box, axis: int, reach: float) -> float | None:
        """How far along an axis (0 is x) the box is from lining up; None if it is further than ``reach``."""
        found = [
            line - here
            for share in _SHARES
            for here in (box[axis] + share * box[axis + 2],)
            for line in _around(self._lines[axis, share], here)
        ]
        best = min(found, key=abs, default=None)
        return best if best is not None and abs(best) <= reach else None

    def lines(self, box: Box) -> list[Line]:
        """The lines along which the box lines up where it is now."""
        found: list[Line] = []
        for axis in (0, 1):
            for share in _SHARES:
                here = box[axis] + share * box[axis + 2]
                if any(abs(line - here) < _SAME for line in _around(self._lines[axis, share], here)):
                    found.append(self._line(box, axis, share, here))
        return found

    def _line(self, box: Box, axis: int, share: float, here: float) -> Line:
        """As long as the boxes on it, and the moved one, reach."""
        across = 1 - axis
        on = [b for b in self._boxes if abs(b[axis] + share * b[axis + 2] - here) < _SAME] + [box]
        low = min(b[across] for b in on) - _BEYOND
        high = max(b[across] + b[across + 2] for b in on) + _BEYOND
        return (here, low, here, high) if axis == 0 else (low, here, high, here)


def _around(lines: list[float], here: float) -> list[float]:
    """The last line before a place and the first behind it."""
    place = bisect_left(lines, here)
    return lines[max(0, place - 1) : place + 1]
