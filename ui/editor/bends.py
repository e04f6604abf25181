"""Ways that a person has a say in: wires through points of their own, and wires as curves."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from PySide6.QtCore import QPointF

from explorer.network import Position
from ui.editor.routing import CORNER, Points

HANDLE = 4.0
"""The radius of the dot at a bend, in pixels."""
_REACH = 9.0
_OUT = 16.0
_STEPS = 20
_LEAST_PULL, _MOST_PULL = 24.0, 160.0


def through(start: QPointF, end: QPointF, via: Sequence[Position]) -> Points:
    """Corners from an output port through points to an input port, level at both ends and at each point."""
    points = [start]
    for x, y in via:
        turn = x if len(points) > 1 or x >= start.x() + _OUT else start.x() + _OUT
        points += [QPointF(turn, points[-1].y()), QPointF(turn, y), QPointF(x, y)]
    last = points[-1]
    turn = (last.x() + end.x()) / 2 if end.x() - last.x() >= 2 * _OUT else end.x() - _OUT
    points += [QPointF(turn, last.y()), QPointF(turn, end.y()), end]
    return [point for place, point in enumerate(points) if not place or point != points[place - 1]]


def curve(start: QPointF, end: QPointF, via: Sequence[Position] = ()) -> Points:
    """Points along a smooth curve from an output port through points to an input port, level at both ends.

    Cubic Bézier pieces; at a point between, the curve heads from the one before to the one after (Catmull and Rom).
    """
    knots = [start, *(QPointF(x, y) for x, y in via), end]
    reach = min(_MOST_PULL, max(_LEAST_PULL, abs(end.x() - start.x()) / 2, abs(end.y() - start.y()) / 4))
    ways = [(after - before) / 6 for before, after in zip(knots, knots[2:], strict=False)]
    ways = [QPointF(reach, 0), *ways, QPointF(reach, 0)]
    points = [start]
    for (one, two), (out, into) in zip(itertools.pairwise(knots), itertools.pairwise(ways), strict=True):
        points += _piece(one, one + out, two - into, two)
    return points


def _piece(p0: QPointF, p1: QPointF, p2: QPointF, p3: QPointF) -> Points:
    """Points along one Bézier piece, without the first."""
    found = []
    for step in range(1, _STEPS + 1):
        t = step / _STEPS
        s = 1 - t
        found.append(p0 * (s * s * s) + p1 * (3 * s * s * t) + p2 * (3 * s * t * t) + p3 * (t * t * t))
    return found


def handle_at(via: Sequence[Position], where: QPointF) -> int | None:
    """Which of the points of a wire lies under the pointer."""
    near = [(abs(x - where.x()) + abs(y - where.y()), place) for place, (x, y) in enumerate(via)]
    distance, place = min(near, default=(_REACH + 1, -1))
    return place if distance <= _REACH else None


def place_for(points: Points, via: Sequence[Position], where: QPointF) -> int:
    """Where among the points of a wire a new one at ``where`` belongs, by its order along the way ``points``."""
    mine = _along(points, where)
    return sum(_along(points, QPointF(x, y)) < mine for x, y in via)


def _along(points: Points, where: QPointF) -> float:
    """How far along the way its nearest point to ``where`` lies."""
    best, best_place, run = float("inf"), 0.0, 0.0
    for one, two in itertools.pairwise(points):
        stretch = two - one
        size = QPointF.dotProduct(stretch, stretch)
        share = 0.0 if size == 0 else min(1.0, max(0.0, QPointF.dotProduct(where - one, stretch) / size))
        gap = where - (one + stretch * share)
        distance = QPointF.dotProduct(gap, gap)
        if distance < best:
            best, best_place = distance, run + share * size**0.5
        run += size**0.5
    return best_place


def is_idle(via: Sequence[Position], place: int, start: QPointF, end: QPointF) -> bool:
    """Whether a point lies on the straight line between its neighbours, so that it changes nothing."""
    x, y = via[place]
    before = via[place - 1] if place else (start.x(), start.y())
    after = via[place + 1] if place + 1 < len(via) else (end.x(), end.y())
    if not before[0] <= x <= after[0]:
        return False
    width = after[0] - before[0] or 1.0
    level = before[1] + (after[1] - before[1]) * (x - before[0]) / width
    return abs(level - y) <= CORNER
