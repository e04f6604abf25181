"""The arrays of the current layer as heat maps, with the numbers in the cells where they are few."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from explorer.equations import Quantity
from explorer.kind import MASK, Shape, show_shape
from explorer.printing import show_plain
from explorer.resolve import Layer
from explorer.stepping.numbers import stored
from explorer.stepping.questions import meaning
from explorer.stepping.record import Record
from explorer.stepping.trace import Step, Trace
from ui import theme
from ui.stepper.finding import Finding
from ui.stepper.overview_map import OverviewMap, overview, told, too_large
from ui.stepper.session import StepSession
from ui.widgets.containers import empty
from ui.widgets.text import TextLabel

MOST_NUMBERS = (16, 8)
"""Numbers are written into the cells of an array with at most so many rows and columns."""
CELL = (58, 24)
CHARACTER = 7
"""Pixels that a digit in a cell is wide."""
MOST_ASKED = 4096
"""Of larger arrays it is worked out which elements are known, not asked about each."""
AT_ONCE = 200_000
"""Of a layer with larger arrays than this the maps are made beside the window."""
MAP_WIDTH, MAP_HEIGHT, LARGEST_CELL = 420, 320, 20


@dataclass(frozen=True)
class Tensor:
    """An array (2-D) of one role, NaN where it is not computed yet; ``current`` is the marked cell."""

    title: str
    values: NDArray[np.float64]
    current: tuple[int, int] | None = None
    quantity: Quantity | None = None
    shape: Shape = ()
    """The array's own shape; ``quantity`` is it, without an index."""
    places: NDArray[np.int64] | None = None
    """Where in the array, flat, the number of each cell is, or -1; None if they are all there in order."""

    def at(self, row: int, column: int) -> Quantity | None:
        """The quantity in a cell; None outside, or if the array is none of the trace's."""
        if self.quantity is None or not (0 <= row < self.values.shape[0] and 0 <= column < self.values.shape[1]):
            return None
        flat = row * self.values.shape[1] + column if self.places is None else int(self.places[row, column])
        if flat < 0:
            return None
        place = np.unravel_index(flat, self.shape)
        return replace(self.quantity, index=tuple(int(i) for i in place))


class Maps:
    """The maps of large arrays whose numbers are all known: they are kept as long as the record is the same."""

    def __init__(self) -> None:
        self._kept: tuple[Record | None, dict[Quantity, tuple[OverviewMap, str]]] = None, {}

    def of(self, record: Record, q: Quantity, values: NDArray[np.float64], whole: bool) -> tuple[OverviewMap, str]:
        """The map of an array, and what it leaves out."""
        own, kept = self._kept
        if own is not record:
            kept = {}
            self._kept = record, kept
        if whole and q in kept:
            return kept[q]
        found = overview(values)
        answer = found, told(values, found.block)
        if whole:
            kept[q] = answer
        return answer


def node_of(session: StepSession) -> str:
    """The node that the current step is about; empty if there is no step."""
    if session.step is None or session.trace is None:
        return ""
    return session.step.quantity.node or session.trace.rules.output


def numbers_of(session: StepSession) -> int:
    """How many numbers the largest array of that node has, or of what enters it."""
    if session.trace is None or not node_of(session):
        return 0
    layer, trace = session.trace.rules.resolved.layers[node_of(session)], session.trace
    shapes = [*layer.weights.values(), *trace.rules.inner_shapes(layer.id).values(), layer.shape or ()]
    shapes += [shape for shape in layer.inputs if shape is not None]
    return max(map(math.prod, shapes))


def tensors_of(session: StepSession, maps: Maps | None = None) -> list[Tensor]:
    """The arrays of the node that the current step is about, as far as they are computed."""
    step, trace = session.step, session.trace
    if step is None or trace is None:
        return []
    kept = Maps() if maps is None else maps
    made = partial(_tensor, session, kept, trace, step)  # as they are now: another record may come meanwhile
    node = step.quantity.node or trace.rules.output
    layer, record, found = trace.rules.resolved.layers[node], trace.record, list[Tensor | None]()
    at = session.example
    for source in dict.fromkeys(layer.sources):
        found.append(made(Quantity("value", source, example=at), record.values[source][at], f"output of {source}"))
    common = layer.kind.over_batch
    inside = [
        Quantity("inner", node, part, example=0 if part in common else at) for part in trace.rules.inner_shapes(node)
    ]
    if not inside:
        found += _weights(made, trace.record, layer)
    for q in inside:
        title = f"{meaning(trace.rules, q)} {session.name(q)}"
        found.append(made(q, record.inner[f"{node}.{q.part}"][q.example], title))
    if f"{node}.{MASK}" in record.inner:
        mask = Quantity("inner", node, MASK, example=at)
        found.append(made(mask, record.inner[f"{node}.{MASK}"][at], f"mask of {node}: 1 kept, 0 dropped"))
    found.append(made(Quantity("value", node, example=at), record.values[node][at], f"output of {node}"))
    found.append(made(Quantity("delta", node, example=at), record.deltas[node][at], f"error at {node}"))
    for q in reversed(inside):
        back, array = replace(q, role="inner_delta"), record.inner_deltas[f"{node}.{q.part}"][q.example]
        found.append(made(back, array, f"error at the {meaning(trace.rules, q)}"))
    if inside:
        found += _weights(made, trace.record, layer)
    return [tensor for tensor in found if tensor is not None]


def _weights(made: Callable[..., Tensor | None], record: Record, layer: Layer) -> list[Tensor | None]:
    """A layer's weights, and what the steps make of them."""
    found = list[Tensor | None]()
    for part in layer.weights:
        name = f"{layer.id}.{part}"
        for role, arrays in (("weight", record.weights), ("gradient", record.gradients), ("updated", record.updated)):
            title = {"weight": name, "gradient": f"gradient of {name}", "updated": f"new {name}"}[role]
            if name in arrays:  # frozen weights have no gradient
                found.append(made(Quantity(role, layer.id, part), arrays[name], title))
    return found


def _tensor(
    session: StepSession, maps: Maps, trace: Trace, step: Step, q: Quantity, array: NDArray[np.float64], title: str
) -> Tensor | None:
    """The array as a table with the current step's cell marked; None while nothing of it is computed."""
    if array.size == 0:
        return None
    first = replace(q, index=(0,) * array.ndim)
    last = replace(q, index=tuple(size - 1 for size in array.shape))
    if q.role == "delta" and trace.find(last) is None:
        return None
    if not (session.computed(first) or session.computed(last)):  # errors over time begin at the last step
        return None
    columns = array.shape[-1] if array.ndim > 1 else array.size
    values = array.reshape(-1, columns)
    whole = session.computed(first) and session.computed(last)
    if not whole:
        known = _known(session, first, array.shape)
        values = np.where(np.reshape(known, values.shape), values, np.nan)
    own = (step.quantity.role, step.quantity.node, step.quantity.part) == (q.role, q.node, q.part)
    flat = int(np.ravel_multi_index(tuple(int(i) for i in step.quantity.index), array.shape)) if own else 0
    current = divmod(flat, columns) if own else None
    title = f"{title}   {show_shape(array.shape)}{_change(session, q, array)}"
    if not too_large(values):
        return Tensor(title, values, current, q, array.shape)
    found, left_out = maps.of(trace.record, q, values, whole)
    current = found.cell_of(flat, (values.shape[0], columns)) if own else None
    title = f"{title}: {left_out}"
    return Tensor(title, found.values, current, q, array.shape, found.places)


def _change(session: StepSession, q: Quantity, array: NDArray[np.float64]) -> str:
    """While something is tried out: by how much it changes the array."""
    before = session.before
    if before is None:
        return ""
    old = np.asarray(stored(before.trace.record, q))
    if old.shape != array.shape:
        return ""
    most = float(np.max(np.abs(array - old), initial=0.0))
    return f", changed by up to {show_plain(most, digits=4)}" if most else ", unchanged"


def _known(session: StepSession, first: Quantity, shape: tuple[int, ...]) -> list[bool] | NDArray[np.bool_]:
    """Which elements of an array that is being computed are known, in C order."""
    count = math.prod(shape)
    begin = session.trace.find(first) if session.trace is not None else None
    if count <= MOST_ASKED or begin is None:
        return [session.computed(replace(first, index=place)) for place in np.ndindex(*shape)]
    # Asking about each would take too long; along an axis the steps of neighbours are always as far from each other.
    numbers: NDArray[np.int64] = np.full(shape, begin, np.int64)
    for axis, size in enumerate(shape):
        second = replace(first, index=tuple(int(other == axis) for other in range(len(shape))))
        apart = session.trace.find(second) if session.trace is not None and size > 1 else begin
        steps = np.arange(size) * ((apart if apart is not None else begin) - begin)
        numbers += steps.reshape([size if other == axis else 1 for other in range(len(shape))])
    hidden = session.step is not None and session.hides(session.step.quantity)
    return numbers.reshape(-1) <= session.number - hidden


class TensorsView(QWidget):
    """A column of heat maps; those of very large arrays are made beside the window."""

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._maps = session, Maps()
        self._finding, self._node = Finding(self), ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 16, 16)
        self._column.setSpacing(4)

    def refresh(self) -> None:
        """Show the arrays of the current step's layer; what is shown of it stays while large ones are looked at."""
        count, node = numbers_of(self._session), node_of(self._session)
        if count <= AT_ONCE:
            self._finding.forget()
            self._show(tensors_of(self._session, self._maps))
            return
        if node != self._node:
            self._clear(node)
            self._column.addWidget(TextLabel(f"Looking at {count:,} numbers…", "caption", wrap=True))
            self._column.addStretch(1)
        self._finding.ask(lambda: tensors_of(self._session, self._maps), self._show)

    def _clear(self, node: str) -> None:
        empty(self._column)
        self._node = node

    def _show(self, tensors: list[Tensor]) -> None:
        self._clear(node_of(self._session))
        for tensor in tensors:
            self._column.addWidget(TextLabel(tensor.title, "caption", wrap=True))
            table = HeatTable(tensor)
            table.picked.connect(self._session.go_to)
            self._column.addWidget(table, 0, Qt.AlignmentFlag.AlignLeft)
            self._column.addSpacing(10)
        self._column.addStretch(1)


class HeatTable(QWidget):
    """One array: signed numbers on the diverging map, with the largest magnitude at its ends.

    ``room`` is the width in pixels that it may take.
    """

    picked = Signal(object)
    """The quantity in a cell that was clicked."""

    def __init__(self, tensor: Tensor, room: float = math.inf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tensor = tensor
        rows, columns = tensor.values.shape
        few = rows <= MOST_NUMBERS[0] and columns <= MOST_NUMBERS[1]
        widest = max((len(_told(value)) for value in tensor.values.flat), default=0) if few else 0
        width = max(CELL[0], widest * CHARACTER + 8)
        self._numbered = few and columns * width <= room
        side = max(1.0, min(LARGEST_CELL, min(room, MAP_WIDTH) / columns, MAP_HEIGHT / rows))
        self._cell = (width, CELL[1]) if self._numbered else (side, side)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tensor.title)
        if tensor.quantity is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        rows, columns = self.tensor.values.shape
        return QSize(round(columns * self._cell[0]) + 2, round(rows * self._cell[1]) + 2)

    def colours(self) -> NDArray[np.uint8]:
        """The cells' colours, (rows, columns, 4) uint8 RGBA."""
        values = self.tensor.values
        largest = float(np.max(np.abs(values[np.isfinite(values)]), initial=0.0)) or 1.0
        places = (np.clip(np.nan_to_num(values / largest), -1, 1) * 127.5 + 127.5).astype(np.int64)
        return theme.diverging()[places]

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = np.ascontiguousarray(self.colours())
        rows, columns = self.tensor.values.shape
        picture = QImage(colours.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
        with QPainter(self) as painter:
            painter.drawImage(QRectF(1, 1, columns * self._cell[0], rows * self._cell[1]), picture)
            if self._numbered:
                self._paint_numbers(painter, colours)
            if self.tensor.current is not None:
                painter.setPen(QPen(theme.current().tokens.color("acc"), 2))
                painter.drawRect(self._box(*self.tensor.current))

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            row, column = self._cell_at(event.pos())
            rows, columns = self.tensor.values.shape
            if 0 <= row < rows and 0 <= column < columns:
                value = show_plain(float(self.tensor.values[row, column]), digits=17)
                cell = self.tensor.at(row, column) if self.tensor.places is not None else None
                where = ", ".join(map(str, cell.index)) if cell is not None else f"{row}, {column}"
                QToolTip.showText(event.globalPos(), f"[{where}] = {value}", self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        found = self.tensor.at(*self._cell_at(event.position().toPoint()))
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self.picked.emit(found)

    def _cell_at(self, where: QPoint) -> tuple[int, int]:
        """(row, column) of a point; those of a point outside may be too large or negative."""
        return int((where.y() - 1) // self._cell[1]), int((where.x() - 1) // self._cell[0])

    def _paint_numbers(self, painter: QPainter, colours: NDArray[np.uint8]) -> None:
        painter.setFont(theme.mono_font(11))
        for (row, column), value in np.ndenumerate(self.tensor.values):
            colour = colours[row, column]
            painter.setPen(theme.ink_on(QColor(int(colour[0]), int(colour[1]), int(colour[2]))))
            painter.drawText(self._box(row, column), Qt.AlignmentFlag.AlignCenter, _told(value))

    def _box(self, row: int, column: int) -> QRectF:
        return QRectF(1 + column * self._cell[0], 1 + row * self._cell[1], *self._cell)


def _told(value: float) -> str:
    """A number as it stands in a cell."""
    return "–" if np.isnan(value) else show_plain(float(value), digits=4)
