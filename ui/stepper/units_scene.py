"""The diagram of units: circles, edges with their weights, biases, errors, and the targets."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from explorer.equations import Quantity
from explorer.printing import show_plain
from explorer.stepping.paths import Path
from ui.stepper.columns import Column, Columns, left_out, shown_units
from ui.stepper.diagram_items import (
    GIVEN,
    BlockItem,
    EdgeItem,
    LabelItem,
    State,
    UnitItem,
    leading_to,
    text_item,
)
from ui.stepper.highlight import Highlight, along, highlight
from ui.stepper.session import StepSession
from ui.stepper.whatif import was

PITCHES = (194.0, 210.0)
"""How far apart columns are: with few units in every layer, and with many."""
ROOMY_UNITS = 3
ROOMY = (34.0, 180.0)
COMPACT = (25.0, 68.0)
"""(radius, distance of rows) with few units in every layer, and with many."""
BLOCK_WIDTH, BLOCK_PITCH = 124.0, 150.0
MARGIN = 18.0
CIRCLE_CHARACTERS = 7
"""So many can be read in a circle among many."""


LEVEL_PLACES = (0.5, 0.42, 0.58, 0.35, 0.65)
SLANTED_PLACES = (0.34, 0.3, 0.38, 0.42, 0.62, 0.58, 0.66, 0.7, 0.46, 0.54, 0.5)
"""Where on its edge a label may be, as shares of the edge, the best first."""


@dataclass(frozen=True)
class EdgeLabel:
    """A label to be placed on the line of an edge."""

    dense: str
    unit: int
    other: int
    line: QLineF
    state: State


class UnitsPicture:
    """Draws the current step of a session into a scene. It is made anew for every step: some hundred items."""

    def __init__(self, scene: QGraphicsScene, session: StepSession, columns: Columns, path: Path | None = None) -> None:
        self._scene, self._session, self._columns, self._path = scene, session, columns, path
        self._roomy = columns.largest <= ROOMY_UNITS
        self._radius, self._pitch = ROOMY if self._roomy else COMPACT
        self._places: dict[tuple[str, int], QPointF] = {}
        self._blocks: dict[str, QPointF] = {}
        self.highlight = Highlight()

    def draw(self) -> None:
        """Everything, for the current step."""
        step, trace = self._session.step, self._session.trace
        if step is None or trace is None:
            return
        self.highlight = (
            highlight(trace.rules, self._columns, step)
            if self._path is None
            else along(trace.rules, self._columns, self._path)
        )
        self._place_all()
        labels = self._draw_edges()
        for column in self._columns.columns:
            if column.units:
                self._draw_units(column)
            else:
                self._draw_block(column)
        self._label_edges(labels)
        self._scene.setSceneRect(self._scene.itemsBoundingRect().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN))

    # Places

    def _place_all(self) -> None:
        by_depth: dict[int, list[Column]] = {}
        for column in self._columns.columns:
            by_depth.setdefault(column.depth, []).append(column)
        for depth, columns in by_depth.items():
            tops = -sum(self._height(column) for column in columns) / 2
            for column in columns:
                self._place(column, self._across(depth), tops)
                tops += self._height(column)

    def _across(self, depth: int) -> float:
        """Where a depth's columns are: blocks side by side stand closer than units, whose edges need room."""
        pitch = PITCHES[0 if self._roomy else 1]
        with_units = {column.depth for column in self._columns.columns if column.units}
        return sum(pitch if place in with_units else BLOCK_PITCH for place in range(1, depth + 1))

    def _height(self, column: Column) -> float:
        return max(1, len(self._rows(column))) * self._pitch if column.units else 100.0

    def _place(self, column: Column, x: float, top: float) -> None:
        if not column.units:
            self._blocks[column.key] = QPointF(x, top + 50)
            return
        rows = self._rows(column)
        for row, unit in enumerate(rows):
            at = QPointF(x, top + (row + 0.5) * self._pitch)
            if unit is None:
                few = f"⋮  {left_out(rows, row):,} more"
                self._scene.addItem(text_item(few, at, "text3"))
            else:
                self._places[column.key, unit] = at
        self._scene.addItem(text_item(column.title, QPointF(x, top + 0.5 * self._pitch - self._heading()), weight=500))

    def _heading(self) -> float:
        return 110.0 if self._roomy else self._radius + 42

    def _rows(self, column: Column) -> list[int | None]:
        found = self.highlight
        step = {unit for key, unit in found.units if key == column.key}
        error = {unit for key, unit in found.error_units if key == column.key}
        return shown_units(column.count, step if 0 < len(step) <= 3 else error if len(error) <= 3 else ())

    # Edges

    def _draw_edges(self) -> list[EdgeLabel]:
        """The lines; returns the labels that they should have."""
        labels: list[EdgeLabel] = []
        for link in self._columns.links:
            source, target = self._columns.by_key(link.source), self._columns.by_key(link.target)
            if not (link.dense and target.units):
                self._draw_wire(source, target)
                continue
            for unit in self._shown(target):
                for other in self._shown(source) if source.units else (-1,):
                    state = self._edge_state(link.dense, unit, other)
                    line = self._line(source, other, target, unit)
                    self._scene.addItem(EdgeItem(line.p1(), line.p2(), state))
                    if other >= 0 and (self._roomy or state != "idle"):
                        labels.append(EdgeLabel(link.dense, unit, other, line, state))
        return labels

    def _shown(self, column: Column) -> list[int]:
        return [unit for key, unit in self._places if key == column.key]

    def _edge_state(self, dense: str, unit: int, other: int) -> State:
        if other < 0:
            return "step" if dense in self.highlight.blocks else "idle"
        key = (dense, unit, other)
        return "step" if key in self.highlight.edges else "error" if key in self.highlight.error_edges else "idle"

    def _line(self, source: Column, other: int, target: Column, unit: int) -> QLineF:
        end = self._places[target.key, unit]
        if other < 0:
            start = self._blocks[source.key] + QPointF(BLOCK_WIDTH / 2, 0)
            return _shortened(QLineF(start, end), 0, self._radius)
        return _shortened(QLineF(self._places[source.key, other], end), self._radius, self._radius)

    def _draw_wire(self, source: Column, target: Column) -> None:
        """A plain wire between layers without weights on it."""
        end = self._blocks.get(target.key)
        starts = [self._places[source.key, unit] for unit in self._shown(source)] if source.units else []
        if end is None:
            return
        tip = end - QPointF(BLOCK_WIDTH / 2, 0)
        if not starts:
            self._scene.addItem(EdgeItem(self._blocks[source.key] + QPointF(BLOCK_WIDTH / 2, 0), tip, "idle"))
        for start in starts:
            line = _shortened(QLineF(start, tip), self._radius, 0)
            self._scene.addItem(EdgeItem(line.p1(), line.p2(), "idle"))

    def _label_edges(self, labels: list[EdgeLabel]) -> None:
        """Labels where there is room for them, those of the step first."""
        taken = [
            item.mapRectToScene(item.boundingRect())
            for item in self._scene.items()
            if isinstance(item, (LabelItem, UnitItem))
        ]
        for label in sorted(labels, key=lambda label: _RANK[label.state]):
            q = Quantity("weight", self._owner(label.dense), "weight", (label.unit, label.other))
            updated = replace(q, role="updated")
            item = LabelItem(self._session.name(q), self._number(self._latest(q, updated)), label.state)
            item.setData(GIVEN, q)
            box = self._free_place(item, label.line, taken)
            if box is None:
                continue
            taken.append(box)
            self._scene.addItem(leading_to(item, replace(q, role="gradient"), self._tip(q)))

    def _free_place(self, item: LabelItem, line: QLineF, taken: list[QRectF]) -> QRectF | None:
        """Put a label on its line where it covers nothing.

        If it would everywhere: where it covers least in a small network, whose labels are all shown, else None.
        """
        level = abs(line.dy()) < 4
        covered: list[tuple[float, float]] = []
        for share in LEVEL_PLACES if level else SLANTED_PLACES:
            item.setPos(line.pointAt(share))
            box = item.mapRectToScene(item.boundingRect())
            common = [box.intersected(other) for other in taken if box.intersects(other)]
            if not common:
                return box
            covered.append((sum(part.width() * part.height() for part in common), share))
        if not self._roomy:
            return None
        item.setPos(line.pointAt(min(covered)[1]))
        return item.mapRectToScene(item.boundingRect())

    def _owner(self, node: str) -> str:
        """The layer whose weights a layer uses."""
        trace = self._session.trace
        return trace.rules.owner(node) if trace is not None else node

    def _latest(self, weight: Quantity, updated: Quantity) -> Quantity:
        """The weight, or what the update made of it once that step is done."""
        trace = self._session.trace
        done = trace is not None and trace.find(updated) is not None and self._session.computed(updated)
        return updated if done else weight

    def _number(self, q: Quantity) -> str:
        """A number, after the one without what is tried out if that is another."""
        old = was(self._session, q)
        return f"{old} → {self._session.short(q)}" if old else self._session.short(q)

    # Units and blocks

    def _draw_units(self, column: Column) -> None:
        for unit in self._shown(column):
            at = self._places[column.key, unit]
            key = (column.key, unit)
            found = self.highlight
            state: State = "step" if key in found.units else "error" if key in found.error_units else "idle"
            q = self._known(column, unit)
            value = self._in_circle(q) if self._session.computed(q) else "–"
            old = was(self._session, q) if self._session.computed(q) else ""
            item = UnitItem(self._radius, self._unit_name(column, unit, q), value, state, old)
            item.setPos(at)
            self._scene.addItem(leading_to(item, q, self._tip(q)))
            self._draw_bias(column, unit, at)
            self._draw_delta(column, unit, at, state)
            self._draw_target(column, unit, at)

    def _in_circle(self, q: Quantity) -> str:
        """A number in few enough characters to be read in a circle; the tooltip has every digit."""
        value = self._session.short(q)
        if self._roomy or len(value) <= CIRCLE_CHARACTERS or self._session.hides(q):
            return value
        return show_plain(self._session.figures.value(q, self._session.mode), digits=3)

    def _known(self, column: Column, unit: int) -> Quantity:
        """The unit's output; its net input as long as that is all that is known."""
        out = Quantity("value", column.out, index=(unit,), example=self._session.example)
        net = Quantity("value", column.net, index=(unit,), example=self._session.example)
        return net if not self._session.computed(out) and self._session.computed(net) else out

    def _unit_name(self, column: Column, unit: int, q: Quantity) -> str:
        if self._session.style == "layers" or (q.node == column.net != column.out and self._session.computed(q)):
            return self._session.name(q)
        return self._session.notation.unit(column.out, (unit,))

    def _draw_bias(self, column: Column, unit: int, at: QPointF) -> None:
        trace = self._session.trace
        marked = (column.net, unit) in self.highlight.biases
        owner = self._owner(column.net)
        if trace is None or "bias" not in trace.rules.resolved.layers[owner].weights:
            return
        if not (self._roomy or marked):
            return
        q, updated = (Quantity(role, owner, "bias", (unit,)) for role in ("weight", "updated"))
        item = LabelItem(
            self._session.name(q), self._number(self._latest(q, updated)), "step" if marked else "idle", True
        )
        item.setData(GIVEN, q)
        below = self._radius + (28 if self._roomy else 9)
        item.setPos(at + QPointF(0, below))
        state: State = "step" if marked else "idle"
        self._scene.addItem(EdgeItem(at + QPointF(0, self._radius), at + QPointF(0, below - 10), state))
        self._scene.addItem(leading_to(item, replace(q, role="gradient"), self._tip(q)))

    def _draw_delta(self, column: Column, unit: int, at: QPointF, state: State) -> None:
        q = Quantity("delta", column.net, index=(unit,), example=self._session.example)
        trace = self._session.trace
        if trace is None or trace.find(q) is None or not self._session.computed(q):
            return
        if not self._roomy and state == "idle":
            return
        own = self._session.step is not None and self._session.step.quantity == q
        shown: State = "step" if own else "error"
        item = LabelItem(self._session.name(q), self._number(q), shown, True, "surf")
        item.setPos(at - QPointF(0, self._radius + (22 if self._roomy else 9)))
        self._scene.addItem(leading_to(item, q, self._tip(q)))

    def _draw_target(self, column: Column, unit: int, at: QPointF) -> None:
        trace = self._session.trace
        if trace is None or column.out not in trace.rules.goals:
            return
        q = Quantity("target", column.out, index=(unit,), example=self._session.example)
        target = self._number(q)
        names = trace.record.class_names
        text = f"{names[unit]}, target {target}" if len(names) == column.count else f"target {target}"
        if self._roomy:
            item = text_item(text, at + QPointF(0, self._radius + 54))
            item.setData(GIVEN, q)
            self._scene.addItem(item)
        else:
            item = text_item(text, at)
            item.setData(GIVEN, q)
            item.setPos(at + QPointF(self._radius + 8, -item.boundingRect().height() / 2))
            self._scene.addItem(item)

    def _draw_block(self, column: Column) -> None:
        step = self._session.step
        here = column.key in self.highlight.blocks
        detail = ""
        if here and step is not None and step.quantity.node == column.key:
            detail = f"{self._session.name(step.quantity)} = {self._session.short(step.quantity)}"
        item = BlockItem(BLOCK_WIDTH, column.title, column.caption, detail, "step" if here else "idle")
        item.setPos(self._blocks[column.key])
        item.setToolTip(f"{column.title}: {column.caption}")
        self._scene.addItem(item)

    def _tip(self, q: Quantity) -> str:
        if not self._session.computed(q):
            return f"{self._session.name(q)}: not computed yet"
        return f"{self._session.name(q)} = {self._session.figures.exact_digits(q)}"


_RANK: dict[State, int] = {"step": 0, "error": 1, "idle": 2}


def _shortened(line: QLineF, at_start: float, at_end: float) -> QLineF:
    """The line without its first and last pixels, which lie inside circles."""
    length = max(line.length(), math.ulp(1.0))
    return QLineF(line.pointAt(at_start / length), line.pointAt(1 - at_end / length))
