"""Aligning and distributing: new places for some nodes, from their boxes alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QRectF

from explorer.network import Position

Side = Literal["left", "centre", "right", "top", "middle", "bottom"]
Box = tuple[float, float, float, float]
"""Left, top, width and height in pixels."""

_SHARES: dict[str, tuple[int, float]] = {
    "left": (0, 0.0), "centre": (0, 0.5), "right": (0, 1.0), "top": (1, 0.0), "middle": (1, 0.5), "bottom": (1, 1.0),
}  # fmt: skip
"""For each side: the axis (0 is x), and which share of a box's extent along it comes to lie in line."""


def numbers(box: QRectF) -> Box:
    """The box of a rectangle."""
    return box.x(), box.y(), box.width(), box.height()


def aligned(boxes: Mapping[str, Box], side: Side) -> dict[str, Position]:
    """Places at which this side of every box is in line with that of the rectangle round them all."""
    if not boxes:
        return {}
    axis, share = _SHARES[side]
    low = min(box[axis] for box in boxes.values())
    high = max(box[axis] + box[axis + 2] for box in boxes.values())
    line = low + share * (high - low)
    return {name: _at(box, axis, line - share * box[axis + 2]) for name, box in boxes.items()}


def distributed(boxes: Mapping[str, Box], axis: int) -> dict[str, Position]:
    """Places with the same gap between each box and the next along an axis (0 is x); the outer two stay."""
    order = sorted(boxes, key=lambda name: boxes[name][axis] + boxes[name][axis + 2] / 2)
    if len(order) < 3:
        return {name: box[:2] for name, box in boxes.items()}
    begin = boxes[order[0]][axis]
    end = boxes[order[-1]][axis] + boxes[order[-1]][axis + 2]
    gap = (end - begin - sum(box[axis + 2] for box in boxes.values())) / (len(order) - 1)
    places, here = {}, begin
    for name in order:
        places[name] = _at(boxes[name], axis, here)
        here += boxes[name][axis + 2] + gap
    places[order[-1]] = boxes[order[-1]][:2]
    return places


def _at(box: Box, axis: int, value: float) -> Position:
    return (float(round(value)), box[1]) if axis == 0 else (box[0], float(round(value)))
