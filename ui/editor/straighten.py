"""Where blocks lie across the flow so that wires run straight: four alignments, of which the best is taken.

Source: U. Brandes, B. Köpf, Fast and simple horizontal coordinate assignment, 2001. Blocks may differ in size.
"""

from __future__ import annotations

import itertools
from bisect import bisect
from collections.abc import Hashable, Mapping, Sequence
from math import inf

PORT = 32.0
"""Pixels across from one port of a block to the next."""
_WEIGHTS = (3, 1, 4)
"""How much it counts that a wire runs straight from block to block, to or from a bend, and from bend to bend."""
_ROUNDS = 24

Layer = Sequence[Hashable]
Before = Mapping[Hashable, Sequence[tuple[Hashable, int]]]


def straightened(
    layers: Sequence[Layer], before: Before, reach: Mapping[Hashable, tuple[float, float]], gap: float
) -> dict[Hashable, float]:
    """The place of each block's port line; blocks of a layer keep their order, and ``gap`` pixels between them.

    ``before`` tells what each block reads in the layer before it, ``reach`` how far it reaches before and behind its
    line. Bends of long wires are told from blocks by being tuples: their wires come first.
    """
    best: dict[Hashable, float] = {}
    least = inf
    for down, right in itertools.product((True, False), repeat=2):
        places = _aligned(layers, before, reach, gap, down, right)
        steps = _steps(places, before)
        unrest = steps + (max(places.values()) - min(places.values()) if places else 0.0)
        if unrest < least:
            best, least = places, unrest
        if not steps:
            break
    return best


def _steps(place: Mapping[Hashable, float], before: Before) -> float:
    """How far wires go across the flow, by their weights."""
    return sum(
        abs(place[name] + rank * PORT - place[source]) * _weight(source, name)
        for name, sources in before.items()
        for source, rank in sources
    )


def _aligned(
    layers: Sequence[Layer],
    before: Before,
    reach: Mapping[Hashable, tuple[float, float]],
    gap: float,
    down: bool,
    right: bool,
) -> dict[Hashable, float]:
    """One of the four: blocks in line with the layer before (``down``) or behind, pushed to the right or the left."""
    near = _neighbours(layers, before, down)
    rows = [list(layer) if right else list(reversed(layer)) for layer in (layers if down else reversed(layers))]
    sign = 1 if right else -1
    sides = reach if right else {name: (after, front) for name, (front, after) in reach.items()}
    root = _lines(rows, near)
    room = _Room(rows, root, sides, gap)
    line = room.pushed()
    room.relax(line, _pulls(before, root, sign))
    return {name: sign * line[first] for name, first in root.items()}


def _neighbours(layers: Sequence[Layer], before: Before, down: bool) -> dict[Hashable, list[Hashable]]:
    """What each block is wired to in the layer that it is aligned with."""
    near: dict[Hashable, list[Hashable]] = {name: [] for layer in layers for name in layer}
    for name, sources in before.items():
        for source, _ in sorted(sources, key=lambda pair: pair[1]):
            if down:
                near[name].append(source)
            else:
                near[source].append(name)
    return near


def _lines(rows: Sequence[Layer], near: Mapping[Hashable, list[Hashable]]) -> dict[Hashable, Hashable]:
    """For each block, the first one of those that lie in one line with it, through the layers.

    Stretches of long wires are drawn first; what would cross one of them, or a line that is there, is left out.
    """
    root = {name: name for row in rows for name in row}
    for above, row in itertools.pairwise(rows):
        place = {name: number for number, name in enumerate(above)}
        taken: list[tuple[int, int]] = []  # places in this row and above it of what is in line, sorted by both
        for first in (True, False):
            for number, name in enumerate(row):
                if root[name] != name:
                    continue
                for wanted in _middle(sorted(near[name], key=place.__getitem__)):
                    if first != (_is_bend(name) and _is_bend(wanted)):
                        continue
                    there = place[wanted]
                    at = bisect(taken, (number, there))
                    if (not at or taken[at - 1][1] < there) and (at == len(taken) or there < taken[at][1]):
                        taken.insert(at, (number, there))
                        root[name] = root[wanted]
                        break
    return root


def _middle(near: list[Hashable]) -> list[Hashable]:
    """The one or two in the middle."""
    return near[(len(near) - 1) // 2 : len(near) // 2 + 1]


def _pulls(
    before: Before, root: Mapping[Hashable, Hashable], sign: int
) -> dict[Hashable, list[tuple[Hashable, float]]]:
    """For each line, where its wires would have it: as far from each line that it is wired to, once for each wire."""
    pulls: dict[Hashable, list[tuple[Hashable, float]]] = {name: [] for name in root.values()}
    for name, sources in before.items():
        for source, rank in sources:
            one, two = root[source], root[name]
            if one != two:
                pulls[one] += [(two, sign * rank * PORT)] * _weight(source, name)
                pulls[two] += [(one, -sign * rank * PORT)] * _weight(source, name)
    return pulls


class _Room:
    """The lines, and how far apart each must lie from those that come before and behind it in some layer."""

    def __init__(
        self,
        rows: Sequence[Layer],
        root: Mapping[Hashable, Hashable],
        reach: Mapping[Hashable, tuple[float, float]],
        gap: float,
    ) -> None:
        self._behind: dict[Hashable, dict[Hashable, float]] = {name: {} for name in root.values()}
        self._before: dict[Hashable, dict[Hashable, float]] = {name: {} for name in root.values()}
        for row in rows:
            for one, two in itertools.pairwise(row):
                first, second = root[one], root[two]
                apart = max(reach[one][1] + gap + reach[two][0], self._behind[first].get(second, 0.0))
                self._behind[first][second] = self._before[second][first] = apart
        self._order = self._sorted()

    def pushed(self) -> dict[Hashable, float]:
        """Every line as far to the low end as the others allow."""
        line: dict[Hashable, float] = {}
        for name in self._order:
            line[name] = max((line[n] + apart for n, apart in self._before[name].items()), default=0.0)
        return line

    def relax(self, line: dict[Hashable, float], pulls: Mapping[Hashable, list[tuple[Hashable, float]]]) -> None:
        """Move lines, one by one, to the middle of where their wires would have them, as far as there is room."""
        for number in range(_ROUNDS):
            moved = False
            for name in self._order if number % 2 else reversed(self._order):
                if not pulls[name]:
                    continue
                wishes = sorted(line[other] + offset for other, offset in pulls[name])
                wish = wishes[len(wishes) // 2]
                low = max((line[n] + apart for n, apart in self._before[name].items()), default=-inf)
                high = min((line[n] - apart for n, apart in self._behind[name].items()), default=inf)
                there = max(low, min(high, wish))
                moved = moved or there != line[name]
                line[name] = there
            if not moved:
                break

    def _sorted(self) -> list[Hashable]:
        """The lines, each behind all that lie before it in some layer: lines never cross, so there is such an order."""
        waiting = {name: len(others) for name, others in self._before.items()}
        order = [name for name, count in waiting.items() if not count]
        for name in order:
            for other in self._behind[name]:
                waiting[other] -= 1
                if not waiting[other]:
                    order.append(other)
        return order


def _weight(source: Hashable, target: Hashable) -> int:
    return _WEIGHTS[_is_bend(source) + _is_bend(target)]


def _is_bend(name: Hashable) -> bool:
    return isinstance(name, tuple)
