"""Layers of a graph, few crossings, and straight wires: the method of Sugiyama, with places by Brandes and Köpf.

Sources: K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system structures, 1981;
E. R. Gansner et al., A technique for drawing directed graphs, 1993 (medians, and crossings); U. Brandes, B. Köpf, Fast
and simple horizontal coordinate assignment, 2001. Plain numbers and names, no items.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ui.editor.straighten import straightened

_SWEEPS, _MOST_SWEPT = 12, 24_000
"""How often layers are ordered anew, less often where more blocks than this would be moved in all."""
_MOST_BENDS = 10_000
"""So many places may long wires take in the layers between their ends; in a denser graph they take none."""
_THIN = 10.0
"""Half the room across that a long wire takes in a layer that it passes."""


@dataclass(frozen=True)
class Block:
    """What is laid out: its length along the flow, and how far it reaches across it before and behind its port line."""

    along: float
    before: float
    after: float


Wire = tuple[str, str, int]
"""From a block to a block, and its rank among the wires into that, which is the order of the ports."""


@dataclass
class Layers:
    """The blocks of each layer in order, and where the port line of each block lies across the flow, from 0."""

    blocks: list[list[str]]
    across: dict[str, float] = field(default_factory=dict)
    cut: list[tuple[int, int]] = field(default_factory=list)
    """For each layer: from how many blocks before it wires run into it or beyond, and how many wires."""


def layered(blocks: Mapping[str, Block], wires: Sequence[Wire], gap: float) -> Layers:
    """Lay out a graph, which may have loops; blocks of one layer keep ``gap`` pixels across."""
    forward = _without_loops(list(blocks), wires)
    depth = _depths(list(blocks), forward)
    graph = _Graph(blocks, forward, depth)
    graph.uncross()
    across = straightened(graph.layers, graph.before, graph.reach, gap)
    low = min((across[name] - blocks[name].before for name in blocks), default=0.0)
    shown = [[name for name in layer if isinstance(name, str)] for layer in graph.layers]
    return Layers(shown, {name: across[name] - low for name in blocks}, _cut(forward, depth, len(shown)))


def _without_loops(names: list[str], wires: Sequence[Wire]) -> list[Wire]:
    """The wires, those turned round that lead back to where a walk along the others came from; none to itself."""
    after: dict[str, list[str]] = {name: [] for name in names}
    for source, target, _ in wires:
        after[source].append(target)
    into = {target for source, target, _ in wires if source != target}
    open_, done, back = set[str](), set[str](), set[tuple[str, str]]()
    for start in sorted(names, key=lambda name: name in into):
        if start in done:
            continue
        todo = [(start, iter(after[start]))]
        open_.add(start)
        while todo:
            name, rest = todo[-1]
            step = next((n for n in rest if n not in done), None)
            if step is None:
                todo.pop()
                open_.discard(name)
                done.add(name)
            elif step in open_:
                back.add((name, step))
            else:
                open_.add(step)
                todo.append((step, iter(after[step])))
    turned = [(t, s, rank) if (s, t) in back else (s, t, rank) for s, t, rank in wires if s != t]
    return list(dict.fromkeys(turned))


def _depths(names: list[str], wires: list[Wire]) -> dict[str, int]:
    """The layer of each node: behind all that it reads; one that reads nothing stands right before its readers."""
    after: dict[str, list[str]] = {name: [] for name in names}
    waiting = dict.fromkeys(names, 0)
    for source, target, _ in wires:
        after[source].append(target)
        waiting[target] += 1
    roots = [name for name in names if not waiting[name]]
    order, depth = list(roots), dict.fromkeys(names, 0)
    for name in order:
        for reader in after[name]:
            depth[reader] = max(depth[reader], depth[name] + 1)
            waiting[reader] -= 1
            if not waiting[reader]:
                order.append(reader)
    for name in roots:
        if after[name]:
            depth[name] = min(depth[reader] for reader in after[name]) - 1
    return depth


def _cut(wires: list[Wire], depth: Mapping[str, int], count: int) -> list[tuple[int, int]]:
    """For each layer: how many blocks, and how many wires, reach into it from before it."""
    last = dict[str, int]()
    for source, target, _ in wires:
        last[source] = max(last.get(source, 0), depth[target])
    blocks = _reaching([(depth[source], end) for source, end in last.items()], count)
    return list(zip(blocks, _reaching([(depth[s], depth[t]) for s, t, _ in wires], count), strict=True))


def _reaching(spans: list[tuple[int, int]], count: int) -> list[int]:
    """For each layer: how many spans begin before it and end in it or behind."""
    change = [0] * (count + 2)
    for first, last in spans:
        change[first + 1] += 1
        change[last + 1] -= 1
    return list(itertools.accumulate(change[: count + 1]))


class _Graph:
    """The layers with the bends of long wires as blocks of their own, called ``(wire, layer)``."""

    def __init__(self, blocks: Mapping[str, Block], wires: list[Wire], depth: Mapping[str, int]) -> None:
        self.layers: list[list[object]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
        self.reach: dict[object, tuple[float, float]] = {n: (b.before, b.after) for n, b in blocks.items()}
        self.before: dict[object, list[tuple[object, int]]] = {name: [] for name in blocks}
        """What each block reads in the layer before, and at which rank."""
        self.after: dict[object, list[object]] = {name: [] for name in blocks}
        for name in blocks:
            self.layers[depth[name]].append(name)
        bends = sum(depth[t] - depth[s] - 1 for s, t, _ in wires)
        for number, (source, target, rank) in enumerate(wires):
            if depth[target] - depth[source] == 1:
                self._join(source, target, rank)
            elif bends <= _MOST_BENDS:
                self._bend(number, source, target, rank, depth)

    def uncross(self) -> None:
        """Order each layer so that few wires cross, sweeping to and fro by the medians of the neighbours' places."""
        self._walk()
        best, fewest = [list(layer) for layer in self.layers], self._crossings()
        size = len(self.before)
        for sweep in range(max(2, min(_SWEEPS, _MOST_SWEPT // max(1, size)))):
            if not fewest:
                break
            self._sweep(forth=sweep % 2 == 0)
            count = self._crossings()
            if count < fewest:
                best, fewest = [list(layer) for layer in self.layers], count
        self.layers = best

    def _bend(self, number: int, source: str, target: str, rank: int, depth: Mapping[str, int]) -> None:
        here: object = source
        for layer in range(depth[source] + 1, depth[target]):
            bend = (number, layer)
            self.reach[bend] = (_THIN, _THIN)
            self.before[bend], self.after[bend] = [], []
            self.layers[layer].append(bend)
            self._join(here, bend, 0)
            here = bend
        self._join(here, target, rank)

    def _join(self, source: object, target: object, rank: int) -> None:
        self.before[target].append((source, rank))
        self.after[source].append(target)

    def _walk(self) -> None:
        """A first order: as a walk from the first blocks finds them, so that what belongs together stays together."""
        met: dict[object, int] = {}
        todo = [name for layer in reversed(self.layers) for name in reversed(layer) if not self.before[name]]
        while todo:
            name = todo.pop()
            if name not in met:
                met[name] = len(met)
                ranked = sorted(self.after[name], key=lambda reader: self._rank(reader, name))
                todo += reversed(ranked)
        for layer in self.layers:
            layer.sort(key=lambda name: met.get(name, 0))

    def _rank(self, reader: object, source: object) -> int:
        return next(rank for name, rank in self.before[reader] if name == source)

    def _sweep(self, forth: bool) -> None:
        place = {name: float(row) for layer in self.layers for row, name in enumerate(layer)}
        for layer in self.layers if forth else reversed(self.layers):
            wish = {}
            for name in layer:
                near = [place[n] for n, _ in self.before[name]] if forth else self._places_of_readers(name, place)
                wish[name] = _median(near) if near else place[name]
            layer.sort(key=wish.__getitem__)
            for row, name in enumerate(layer):
                place[name] = float(row)

    def _places_of_readers(self, name: object, place: Mapping[object, float]) -> list[float]:
        """Where the ports lie that a block is wired to, the ports of one block one below the other."""
        found = []
        for reader in self.after[name]:
            ports = self.before[reader]
            found += [place[reader] + rank / (1 + len(ports)) for source, rank in ports if source == name]
        return found

    def _crossings(self) -> int:
        """How many pairs of wires between neighbouring layers cross."""
        count = 0
        for above, layer in itertools.pairwise(self.layers):
            ends: list[tuple[int, tuple[int, int]]] = []
            row = {name: place for place, name in enumerate(above)}
            for place, name in enumerate(layer):
                ends += [(row[source], (place, rank)) for source, rank in self.before[name]]
            ends.sort()
            seen: list[tuple[int, int]] = []
            for _, end in ends:
                count += len(seen) - bisect_right(seen, end)
                insort(seen, end)
        return count


def _median(values: list[float]) -> float:
    """The middle value; of an even number, the mean of the middle two."""
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
