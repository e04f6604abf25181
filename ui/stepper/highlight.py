"""Highlights: which units and edges a step computes with, and which carry its error back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from explorer.equations import Quantity, operands
from explorer.stepping.paths import Path
from explorer.stepping.rules import Rules
from explorer.stepping.trace import Step
from ui.stepper.columns import Column, Columns

MOST_MARKED = 1000
"""Of a layer with more units, only so many are marked: the others are not drawn, but for the last."""
UnitKey = tuple[str, int]
"""(column, unit)."""
EdgeKey = tuple[str, int, int]
"""(dense node, unit, input), as the weight's index."""


@dataclass
class Highlight:
    """``units`` and ``edges`` belong to the step itself, the others carry its error; ``biases`` are (node, unit)."""

    units: set[UnitKey] = field(default_factory=set)
    edges: set[EdgeKey] = field(default_factory=set)
    biases: set[UnitKey] = field(default_factory=set)
    blocks: set[str] = field(default_factory=set)
    error_units: set[UnitKey] = field(default_factory=set)
    error_edges: set[EdgeKey] = field(default_factory=set)


def highlight(rules: Rules, columns: Columns, step: Step) -> Highlight:
    """What a step computes, what it computes that from, and the paths of its error."""
    found = Highlight()
    marker = _Marker(rules, columns, found)
    marker.mark(step.quantity)
    for need in step.needs:
        marker.operand(need)
    found.error_units -= found.units
    found.error_edges -= found.edges
    return found


def along(rules: Rules, columns: Columns, path: Path) -> Highlight:
    """The units and edges that one path leads through, from the quantity to the cost."""
    found = Highlight()
    marker = _Marker(rules, columns, found)
    start = path.through[0]
    if start.role in ("gradient", "use"):
        marker.operand(replace(start, role="gradient"))
    for q in path.through:
        marker.place(q)
    for factor in path.factors:
        for q in operands(factor):
            if q.role == "weight":
                marker.operand(q)
            elif q.role == "value" and not rules.resolved.layers[q.node].sources:
                marker.place(q)
    return found


class _Marker:
    """Marks quantities in a Highlight."""

    def __init__(self, rules: Rules, columns: Columns, found: Highlight) -> None:
        self._rules, self._columns, self._found = rules, columns, found

    def mark(self, q: Quantity) -> None:
        """The quantity that the step computes."""
        if q.role in ("use", "gradient", "plus", "minus", "numeric", "relative", "unlimited", "updated", "state"):
            self._weight(q)
            if q.role in ("use", "gradient") and q.index:
                self._error_of(q.label or q.node, int(q.index[0]))
        elif q.role == "term":
            self._unit(q.node, int(q.index[0]))
            self._found.edges.add((q.label, int(q.index[-1]), int(q.index[0])))
            self._error_unit(q.label, int(q.index[-1]))
        elif q.role in ("local_sum", "example_cost", "output_cost", "cost"):
            for output in (q.node,) if q.node else self._rules.goals:
                self._all_units(output)
        elif q.role in ("penalty", "length"):
            self._found.blocks.add(q.node)
        elif q.node:
            self._element(q)
            if q.role == "delta" and len(q.index) == 1:
                self._error_of(q.node, int(q.index[0]))

    def operand(self, q: Quantity) -> None:
        """A quantity that the step computes with."""
        if q.role in ("value", "target", "local", "slope"):
            self._element(q)
        elif q.role in ("weight", "use", "gradient", "plus", "minus", "numeric", "unlimited"):
            self._weight(q, ends=False)
        elif q.role == "term":
            self._found.error_edges.add((q.label, int(q.index[-1]), int(q.index[0])))
            self._error_unit(q.label, int(q.index[-1]))
        elif q.role == "delta" and len(q.index) == 1:
            self._error_unit(q.node, int(q.index[0]))

    def place(self, q: Quantity) -> None:
        """Where a quantity is, whatever its role."""
        if q.role in ("gradient", "use"):
            self._weight(q)
        elif q.role == "term":
            self.place(Quantity("delta", q.node, index=q.index[:-1], example=q.example))
        elif q.node:
            self._element(q)

    def _element(self, q: Quantity) -> None:
        if len(q.index) == 1 and _is_units(self._columns.of(q.node)):
            self._unit(q.node, int(q.index[0]))
        else:
            self._found.blocks.add(q.node)

    def _unit(self, node: str, unit: int) -> None:
        column = self._columns.of(node)
        if column is not None:
            self._found.units.add((column.key, unit))

    def _error_unit(self, node: str, unit: int) -> None:
        column = self._columns.of(node)
        if column is not None:
            self._found.error_units.add((column.key, unit))

    def _all_units(self, node: str) -> None:
        column = self._columns.of(node)
        if column is None or not column.units:
            self._found.blocks.add(node)
            return
        self._found.units.update((column.key, unit) for unit in _seen(column.count))

    def _weight(self, q: Quantity, ends: bool = True) -> None:
        """A weight's edge (or bias), and the units at its ends, in every layer that uses it, or in the one it is of."""
        for node in (q.label,) if q.role == "use" else self._rules.users(q.node):
            self._used(q, node, ends)

    def _used(self, q: Quantity, node: str, ends: bool) -> None:
        layer = self._rules.resolved.layers[node]
        if not layer.has_units or not q.index:
            self._found.blocks.add(node)
            return
        unit = int(q.index[0])
        if ends:
            self._unit(node, unit)
        if q.part == "bias":
            self._found.biases.add((node, unit))
        elif len(q.index) == 2:
            self._found.edges.add((node, unit, int(q.index[1])))
            source = self._columns.of(layer.sources[0])
            if ends and source is not None and source.units:
                self._found.units.add((source.key, int(q.index[1])))

    def _error_of(self, node: str, unit: int) -> None:
        """The edges from a unit to the dense layers that read it: its error comes back on them."""
        column = self._columns.of(node)
        for reader in self._columns.readers(column) if column is not None else ():
            target = self._columns.of(reader)
            for other in _seen(target.count if target is not None else 0):
                self._found.error_edges.add((reader, other, unit))
                self._error_unit(reader, other)


def _seen(count: int) -> Iterable[int]:
    """The units of a layer that may be drawn: of very many the first, and the last."""
    return range(count) if count <= MOST_MARKED else (*range(MOST_MARKED), count - 1)


def _is_units(column: Column | None) -> bool:
    return column is not None and column.units
