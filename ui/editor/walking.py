"""Walking: which node an arrow key leads to, along the wires or, where there is none, to the nearest that way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from explorer.network import Network
from ui.editor.aligning import Box

Direction = Literal["left", "right", "up", "down"]

_WAYS: dict[str, tuple[int, int]] = {"left": (0, -1), "right": (0, 1), "up": (1, -1), "down": (1, 1)}
"""For each direction: the axis (0 is x), and whether it goes up or down along it."""
_ASIDE = 2.0
"""How much worse a pixel aside is than one straight on."""


def step(
    network: Network, boxes: Mapping[str, Box], here: str, direction: Direction, came_from: str = ""
) -> str | None:
    """The node that one comes to from ``here``; None if nothing lies that way.

    Left leads into a source, right to a reader, back to ``came_from`` where there are several; up and down lead to
    what shares a source or a reader, else to what lies nearest. In a network that runs down it is the other way round.
    """
    back, on = ("left", "right") if network.flow == "right" else ("up", "down")
    if direction in (back, on):
        ends = [e.source for e in network.incoming[here]] if direction == back else []
        ends += [e.target for e in network.outgoing[here]] if direction == on else []
        wired = [name for name in ends if name in boxes and name != here]
        if came_from in wired:
            return came_from
        if wired:
            across = 1 if network.flow == "right" else 0
            return min(wired, key=lambda name: abs(_middle(boxes[name], across) - _middle(boxes[here], across)))
        return nearest(boxes, here, direction, boxes)
    siblings = {e.target for source in network.incoming[here] for e in network.outgoing[source.source]}
    siblings |= {e.source for reader in network.outgoing[here] for e in network.incoming[reader.target]}
    return nearest(boxes, here, direction, siblings & boxes.keys()) or nearest(boxes, here, direction, boxes)


def nearest(boxes: Mapping[str, Box], here: str, direction: Direction, among: Iterable[str]) -> str | None:
    """The node that lies nearest in a direction, straight on rather than aside; None if nothing lies that way."""
    axis, sign = _WAYS[direction]
    start = boxes[here]
    found: list[tuple[float, str]] = []
    for name in among:
        on = sign * (_middle(boxes[name], axis) - _middle(start, axis))
        aside = abs(_middle(boxes[name], 1 - axis) - _middle(start, 1 - axis))
        if name != here and on > 0 and aside <= _ASIDE * on:
            found.append((on + _ASIDE * aside, name))
    return min(found)[1] if found else None


def nearest_to(boxes: Mapping[str, Box], x: float, y: float) -> str | None:
    """The node whose middle lies nearest to a point: where walking begins."""
    return min(
        boxes, key=lambda name: abs(_middle(boxes[name], 0) - x) + abs(_middle(boxes[name], 1) - y), default=None
    )


def _middle(box: Box, axis: int) -> float:
    return box[axis] + box[axis + 2] / 2
