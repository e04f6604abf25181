"""The way of a wire: right angles round the nodes in between, as points, and as a path with rounded corners."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

CORNER = 8.0
_OUT, _IN = 16.0, 20.0
NEIGHBOUR = 100.0
_BACK = 24.0
_CLEAR = 32.0
_LANE = 8.0
"""How far wires lie apart that run beside each other."""
_LONGER, _MOST_LANES = 320.0, 7
_LABEL_HIGH = 40.0
"""How long an upright stretch is at least that a label stands on."""
_TRIES = 6
_BELOW_BONUS = 1.6

Points = list[QPointF]
Boxes = NDArray[np.float64]
"""Rectangles to go round, one a row: left, top, right, bottom; there may be hundreds near a long way."""


def route(start: QPointF, end: QPointF, boxes: Boxes, source: QRectF, target: QRectF, lane: int = 0) -> Points:
    """Corners from an output port to an input port; ``boxes`` are the nodes to go round, without its own two.

    Wires of different ``lane`` (the port) lie side by side where they would run along each other.
    """
    if end.x() - start.x() >= _OUT:
        direct = _direct(start, end, boxes, lane)
        return direct or _round(start, end, boxes)
    return _back(start, end, boxes, source, target, lane * CORNER)


def boxes_of(rects: Sequence[QRectF]) -> Boxes:
    """Rectangles as an array."""
    return np.asarray([(box.left(), box.top(), box.right(), box.bottom()) for box in rects]).reshape(-1, 4)


def no_boxes() -> Boxes:
    """Nothing to go round."""
    return boxes_of([])


def beside(start: QPointF, end: QPointF) -> Points | None:
    """The way between ports that face each other with no room for a node in between; None if they do not."""
    across = end.x() - start.x()
    return [start, end] if _OUT <= across < NEIGHBOUR and abs(end.y() - start.y()) < 1 else None


def rounded(points: Points) -> QPainterPath:
    """The path through ``points`` with corners of 8 pixels, less where a side is short."""
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _length(before, corner) / 2, _length(corner, after) / 2)
        path.lineTo(_towards(corner, before, radius))
        path.quadTo(corner, _towards(corner, after, radius))
    path.lineTo(points[-1])
    return path


def label_place(points: Points, width: float = 0.0) -> tuple[QPointF, bool]:
    """The middle of the longest level stretch, or of the longest upright one if a label is wider than that.

    Also tells whether there is room for it.
    """
    level, upright = _longest(points, level=True), _longest(points, level=False)
    if _length(*level) >= width or _length(*upright) < _LABEL_HIGH:
        return (level[0] + level[1]) / 2, _length(*level) >= width
    return (upright[0] + upright[1]) / 2, True


def _longest(points: Points, level: bool) -> tuple[QPointF, QPointF]:
    stretches = [(one, two) for one, two in itertools.pairwise(points) if (abs(one.y() - two.y()) < 1) == level]
    return max(stretches or [(points[0], points[0])], key=lambda pair: _length(*pair))


def length(points: Points) -> float:
    """The length of the way in pixels."""
    return sum(_length(one, two) for one, two in itertools.pairwise(points))


def _direct(start: QPointF, end: QPointF, boxes: Boxes, lane: int) -> Points | None:
    """A straight line, or one step up or down at a place where nothing is in the way.

    Into ports one below the other, wires that come up turn the later the lower the port, wires that come down the
    earlier: so they do not cross.
    """
    if abs(start.y() - end.y()) < 1:
        level = [start, end]
        return None if blocked(level, boxes) else level
    aside = lane * _LANE if end.y() < start.y() else -lane * _LANE
    room = (end.x() - start.x()) / 2 - CORNER
    aside = max(-room, min(room, aside))
    for turn in ((start.x() + end.x()) / 2 + aside, start.x() + _OUT, end.x() - _IN + min(0.0, aside)):
        way = [start, QPointF(turn, start.y()), QPointF(turn, end.y()), end]
        if start.x() < turn < end.x() and not blocked(way, boxes):
            return way
    return None


def _round(start: QPointF, end: QPointF, boxes: Boxes) -> Points:
    """Below or above what is in the way, whichever is nearer."""
    left, right = start.x() + _OUT, max(start.x() + _OUT, end.x() - _IN)
    ways = []
    for sign in (1, -1):
        level = _clear_level(max(start.y(), end.y()) if sign > 0 else min(start.y(), end.y()), left, right, boxes, sign)
        level = _nested(level, left, right, boxes, sign)
        way = [
            start,
            QPointF(left, start.y()),
            QPointF(left, level),
            QPointF(right, level),
            QPointF(right, end.y()),
            end,
        ]
        ways.append(way)
    below, above = ways
    upward = end.y() < start.y() - 1
    return above if upward or length(above) * _BELOW_BONUS < length(below) else below


def _nested(level: float, left: float, right: float, boxes: Boxes, sign: int) -> float:
    """A level somewhat further out for a longer way, so that ways round the same nodes do not lie on each other."""
    further = level + sign * _LANE * min(_MOST_LANES, int((right - left) // _LONGER))
    return level if blocked([QPointF(left, further), QPointF(right, further)], boxes) else further


def _back(start: QPointF, end: QPointF, boxes: Boxes, source: QRectF, target: QRectF, aside: float) -> Points:
    """To a node that lies at the left: between the rows if there is room, else below both."""
    right, left = start.x() + _OUT - 2, end.x() - _BACK - aside
    boxes = np.concatenate([boxes, boxes_of([source, target])])
    if target.top() - source.bottom() >= 2 * CORNER:
        level = _clear_level(source.bottom(), left, right, boxes, 1, below_limit=target.top())
        if level > target.top() - CORNER:
            level = (source.bottom() + target.top()) / 2
    elif source.top() - target.bottom() >= 2 * CORNER:
        level = (source.top() + target.bottom()) / 2
    else:
        level = _clear_level(max(source.bottom(), target.bottom()), left, right, boxes, 1)
    level -= aside
    if blocked([QPointF(right, level), QPointF(left, level)], boxes):
        level = _clear_level(max(source.bottom(), target.bottom()), left, right, boxes, 1)
    return [start, QPointF(right, start.y()), QPointF(right, level), QPointF(left, level), QPointF(left, end.y()), end]


def _clear_level(
    begin: float, left: float, right: float, boxes: Boxes, sign: int, below_limit: float | None = None
) -> float:
    """The nearest height, going down (sign 1) or up, at which nothing lies between ``left`` and ``right``."""
    level = begin
    across = boxes[(boxes[:, 2] > left) & (boxes[:, 0] < right)]
    for _ in range(_TRIES):
        hit = across[(across[:, 1] - CORNER < level) & (level < across[:, 3] + CORNER)]
        if not len(hit):
            break
        level = float(hit[:, 3].max()) + CORNER if sign > 0 else float(hit[:, 1].min()) - CORNER
    else:
        return level
    if below_limit is not None and level < below_limit:
        return (level - CORNER + below_limit) / 2
    return level + sign * (_CLEAR - CORNER)


def blocked(points: Points, boxes: Boxes) -> bool:
    """Whether a stretch of the way crosses a box."""
    if not len(boxes):
        return False
    left, top, right, bottom = boxes.T
    return any(
        bool(np.any((left < max(a.x(), b.x()) + 1) & (right > min(a.x(), b.x()) - 1)
                    & (top < max(a.y(), b.y()) + 1) & (bottom > min(a.y(), b.y()) - 1)))
        for a, b in itertools.pairwise(points)
    )  # fmt: skip


def _length(one: QPointF, two: QPointF) -> float:
    return abs(one.x() - two.x()) + abs(one.y() - two.y())


def _towards(start: QPointF, goal: QPointF, distance: float) -> QPointF:
    whole = _length(start, goal)
    return start if whole == 0 else start + (goal - start) * (distance / whole)


def around(end: QPointF) -> QRectF:
    """The box that stands for a node at a loose end of a wire."""
    return QRectF(end.x() - 8, end.y() - 8, 16, 16)
