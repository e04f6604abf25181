"""Columns: how a network is laid out as a diagram of units: layers of circles, and blocks for all that has no units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from explorer.kind import show_shape
from explorer.stepping.notation import Notation
from explorer.stepping.rules import Rules

MOST_UNITS = 7
FIRST_UNITS = 4


@dataclass(frozen=True)
class Column:
    """One layer of units (its net input and its activation), or one block.

    ``net`` is the node whose output is the net input, ``out`` the one whose output the next layers read.
    """

    key: str
    net: str
    out: str
    count: int
    units: bool
    depth: int
    letter: str
    title: str
    caption: str


@dataclass(frozen=True)
class Link:
    """A wire between columns; ``dense`` names the node whose weights are on its edges."""

    source: str
    target: str
    dense: str = ""


class Columns:
    """The columns of a network, and the links between them."""

    def __init__(self, rules: Rules, notation: Notation) -> None:
        self._rules = rules
        self._by_node: dict[str, Column] = {}
        self.columns: list[Column] = []
        for node in rules.resolved.order:
            self._place(node, notation)
        self.links = list(self._links())

    def of(self, node: str) -> Column | None:
        """The column that shows a node."""
        return self._by_node.get(node)

    def by_key(self, key: str) -> Column:
        """A column by its key; raises KeyError if there is none."""
        return self._by_node[key]

    def readers(self, column: Column) -> list[str]:
        """The dense nodes that read a column's output."""
        return [link.dense for link in self.links if link.source == column.key and link.dense]

    @property
    def largest(self) -> int:
        """The largest number of units in a column."""
        return max((column.count for column in self.columns if column.units), default=1)

    def _place(self, node: str, notation: Notation) -> None:
        layer = self._rules.resolved.layers[node]
        units = notation.units.get(node)
        before = self._by_node.get(layer.sources[0]) if layer.sources else None
        if units is not None and units.part == "out" and layer.sources and before is not None and before.units:
            merged = Column(
                before.key, before.net, node, before.count, True, before.depth, before.letter, before.title,
                before.caption,
            )  # fmt: skip
            self.columns[self.columns.index(before)] = merged
            self._by_node.update({before.net: merged, before.key: merged, node: merged})
            return
        depth = 1 + max((self._by_node[source].depth for source in layer.sources), default=-1)
        is_units = units is not None
        column = Column(
            node, node, node, (layer.shape or (0,))[0] if is_units else 0, is_units, depth,
            units.letter if units is not None else "", self._title(node, notation),
            f"{layer.kind.title}, {show_shape(layer.shape)}",
        )  # fmt: skip
        self.columns.append(column)
        self._by_node[node] = column

    def _title(self, node: str, notation: Notation) -> str:
        """``input a``, ``hidden b``, ``output c``; ``layer 2`` in the notation of layers."""
        units = notation.units.get(node)
        if units is None:
            return node
        if notation.style == "layers":
            return f"layer {units.number}"
        if not self._rules.resolved.layers[node].sources:
            return f"input {units.letter}"
        is_output = any(
            notation.units[end].letter == units.letter for end in self._rules.goals if end in notation.units
        )
        return f"{'output' if is_output else 'hidden'} {units.letter}"

    def _links(self) -> Iterable[Link]:
        for edge in self._rules.resolved.network.edges:
            source, target = self._by_node.get(edge.source), self._by_node.get(edge.target)
            if source is None or target is None or source.key == target.key:
                continue
            dense = self._rules.resolved.layers[edge.target].has_units
            yield Link(source.key, target.key, edge.target if dense else "")


def shown_units(count: int, wanted: Iterable[int]) -> list[int | None]:
    """The units of a layer that are drawn, in order, with None for those left out between them.

    The first ones, the last, and the wanted ones if they are few.
    """
    if count <= MOST_UNITS:
        return list(range(count))
    few = sorted(set(wanted))
    shown = set(range(FIRST_UNITS)) | {count - 1}
    for unit in few[:2]:
        if unit not in shown:
            shown.add(unit)
            shown.discard(max(u for u in shown if u not in few and u != count - 1))
    rows: list[int | None] = []
    for unit in sorted(shown):
        if rows and rows[-1] is not None and unit > rows[-1] + 1:
            rows.append(None)
        rows.append(unit)
    return rows


def left_out(rows: list[int | None], place: int) -> int:
    """How many units the gap at ``place`` stands for."""
    before, after = rows[place - 1], rows[place + 1]
    return (after or 0) - (before or 0) - 1
