"""The quantities panel: the current one, what it needs, what it feeds, all of its stage; and a search over all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QHideEvent, QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from explorer.equations import Quantity, operands
from explorer.stepping.explain import written_out
from explorer.stepping.feeds import feeds
from explorer.stepping.seek import seek
from explorer.stepping.trace import Trace
from ui import theme
from ui.stepper.old_number import paint_old
from ui.stepper.session import StepSession
from ui.stepper.waiting import WaitingStack
from ui.stepper.whatif import was
from ui.widgets.buttons import IconButton
from ui.widgets.search import SearchField
from ui.widgets.text import TextLabel

MOST_NEEDS, MOST_FOUND, MOST_ALIKE = 24, 300, 400
LOOKED_THROUGH = 20_000
"""So many names are compared with a search, or it would take longer than a person waits."""
_CHECKS = {"plus", "minus", "numeric", "relative"}
Index = QModelIndex | QPersistentModelIndex
_ALL = {
    "value": "All outputs",
    "inner": "All inside layers",
    "inner_delta": "All errors inside layers",
    "local": "All local errors",
    "delta": "All errors",
    "slope": "All slopes",
    "term": "All errors sent back",
    "use": "Through single layers",
    "gradient": "All gradients",
    "unlimited": "All before max norm",
    "length": "All lengths",
    "output_cost": "Errors of single outputs",
    "penalty": "All penalties",
    "updated": "All new weights",
    "state": "All states",
    "overall": "The step of all weights",
    "plus": "The check",
    "minus": "The check",
    "numeric": "The check",
    "relative": "The check",
}


@dataclass(frozen=True)
class Row:
    """A heading (a text), or a quantity; ``current`` marks the current step's."""

    heading: str = ""
    quantity: Quantity | None = None
    current: bool = False


class QuantitiesModel(QAbstractListModel):
    """The rows of the current step: a few, then a run of steps that are looked up when they are seen."""

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: list[Row] = []
        self._run: list[int] = []
        self._trace: Trace | None = None
        self.search = ""

    def restart(self) -> None:
        """Show the rows of the current step, or what the search finds."""
        self.beginResetModel()
        self._trace, step = self._session.trace, self._session.step
        self._rows, self._run = [], []
        if self._trace is not None and step is not None:
            if self.search:
                self._run = list(islice(self._found(self._trace), MOST_FOUND))
                few = f" in the first {LOOKED_THROUGH:,} names" if len(self._trace) > LOOKED_THROUGH else ""
                self._rows = [Row("Found" if self._run else f"Nothing found{few}")]
            else:
                self._rows = list(self._around(self._trace))
        self.endResetModel()

    def row(self, number: int) -> Row:
        """One row."""
        if number < len(self._rows):
            return self._rows[number]
        if self._trace is None:
            return Row()
        step = self._trace[self._run[number - len(self._rows)]]
        return Row(quantity=step.quantity, current=step.number == self._session.number)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows) + len(self._run)

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row(index.row())
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if row.quantity else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index.row())
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.heading if row.quantity is None else " ".join(self.texts(row.quantity))
        if role == Qt.ItemDataRole.ToolTipRole and row.quantity is not None:
            return self._tip(row.quantity)
        return None

    def texts(self, q: Quantity) -> tuple[str, str]:
        """(name, number) of a quantity."""
        return self._session.name(q), self._session.text(q)

    def old(self, q: Quantity) -> str:
        """The number without what is tried out, if it is another."""
        return was(self._session, q)

    def short(self, q: Quantity) -> str:
        """The number in few characters, where it stands beside the old one."""
        return self._session.short(q)

    def ahead(self, q: Quantity) -> bool:
        """Whether a later step computes the quantity."""
        return not self._session.computed(q)

    def slipped(self, q: Quantity) -> bool:
        """Whether the textbook slips at a quantity."""
        return self._session.figures.textbook.slip(q) in ("own", "use")

    def _tip(self, q: Quantity) -> str:
        session = self._session
        if session.hides(q):
            return session.name(q)
        notes = "\n".join(session.figures.textbook.notes(q))
        old = f", was {self.old(q)}" if self.old(q) else ""
        return f"{session.name(q)} = {session.figures.exact_digits(q)}{old}" + (f"\n{notes}" if notes else "")

    def _around(self, trace: Trace) -> Iterator[Row]:
        """Current, needs, feeds, and the heading of the run of all alike."""
        step = trace[self._session.number]
        yield Row("Current")
        yield Row(quantity=step.quantity, current=True)
        longer = written_out(trace.rules, step.quantity)
        needs = operands(longer) if longer is not None else step.needs
        if needs:
            yield Row("Needs")
            yield from (Row(quantity=need) for need in needs[:MOST_NEEDS])
            if len(needs) > MOST_NEEDS:
                yield Row(f"and {len(needs) - MOST_NEEDS:,} more")
        fed = [q for q in feeds(trace.rules, step.quantity) if trace.find(q) is not None]
        if fed:
            yield Row("Feeds")
            yield from (Row(quantity=q) for q in fed)
        self._run, count = _alike(trace, step.number)
        if self._run:
            heading = _ALL.get(step.quantity.role, "This stage")
            nearby = f"{heading.removeprefix('All ').capitalize()} nearby, of {count:,}"
            yield Row(heading if count <= MOST_ALIKE else nearby)

    def _found(self, trace: Trace) -> Iterator[int]:
        """The steps at the place that is told, then those whose name holds the search, however it is written."""
        told = seek(trace, self._session.notation, self.search)
        yield from told
        wanted = _folded(self.search)
        for number in range(min(len(trace), LOOKED_THROUGH)):
            section, inside = trace.locate(number)
            if wanted in _folded(self._session.name(section.make(inside))) and number not in told:
                yield number


FINDING = (
    "Find a quantity by its name, w5 or net b1, or by its place: conv[2,1,6], or conv channel 3 row 2 column 7, "
    "counted from 1. Enter goes to the first."
)
LEAST_WIDTH = 184
"""Room for a short name and a number of eleven figures."""


class QuantitiesPanel(QWidget):
    """The right of the stepper."""

    asked = Signal(object, QPoint)
    """A quantity that was double-clicked, to try another number for, and where on the screen."""

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(LEAST_WIDTH)
        self.model = QuantitiesModel(session, self)
        self.view = _List()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Painter(self.model, self.view))
        self.search = SearchField("Find a quantity", tip=FINDING)
        self.search.hide()
        self.search_button = IconButton("magnify", "Find a quantity", side=28)
        self._lay_out()
        self.search_button.clicked.connect(self.toggle_search)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._go_to_first)
        self.view.clicked.connect(self._go)
        self.view.activated.connect(self._go)
        self.view.doubleClicked.connect(self._ask_number)
        for signal in (session.trace_changed, session.step_changed, session.shown_changed, theme.current().changed):
            signal.connect(self.refresh)

    def refresh(self) -> None:
        """Show what goes with the current step."""
        if self.isVisible():
            self.model.restart()
            if not self.model.search:
                self.view.scrollToTop()

    def toggle_search(self) -> None:
        """Show the search field, or put it away."""
        shown = self.search.isHidden()
        self.search.setVisible(shown)
        if shown:
            self.search.setFocus()
        else:
            self.search.clear()

    def ask(self) -> None:
        """Show the search field and wait for a name."""
        if self.search.isHidden():
            self.toggle_search()
        self.search.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._session.set_visible(self, True)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._session.set_visible(self, False)

    def _search(self, text: str) -> None:
        self.model.search = text.strip()
        self.model.restart()

    def _go(self, index: QModelIndex) -> None:
        row = self.model.row(index.row())
        if row.quantity is not None and not row.current:
            self._session.go_to(row.quantity)

    def _ask_number(self, index: QModelIndex) -> None:
        quantity = self.model.row(index.row()).quantity
        if quantity is not None:
            box = self.view.visualRect(index)
            self.asked.emit(quantity, self.view.viewport().mapToGlobal(box.topLeft()))

    def _go_to_first(self) -> None:
        if self.model.search and self.model.rowCount() > 1:
            quantity = self.model.row(1).quantity
            self.search.clear()
            self.search.hide()
            if quantity is not None:
                self._session.go_to(quantity)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 8, 2)
        head.addWidget(TextLabel("Quantities", "heading"), 1)
        head.addWidget(self.search_button)
        field = QHBoxLayout()
        field.setContentsMargins(16, 0, 16, 4)
        field.addWidget(self.search)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(field)
        column.addWidget(self.view, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(WaitingStack(self._session, body, quiet=True))


class _List(QListView):
    """A list whose rows are 24 high, without scroll bar below."""

    def __init__(self) -> None:
        super().__init__()
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Quantities")
        self.setMouseTracking(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            event.ignore()  # these are the first and the last step
        else:
            super().keyPressEvent(event)


class _Painter(QStyledItemDelegate):
    """Names at the left, numbers at the right; negative ones in their colour, slips with a mark."""

    def __init__(self, model: QuantitiesModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, 24)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme.current().tokens
        row = self._model.row(index.row())
        box: QRect = option.rect
        inner = box.adjusted(16, 0, -16, 0)
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if row.quantity is None:
            painter.setFont(theme.text_font(11, 500))
            painter.setPen(tokens.color("text3"))
            shown = painter.fontMetrics().elidedText(row.heading, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, left, shown)
            return
        state: QStyle.StateFlag = option.state
        if row.current:
            painter.fillRect(box, tokens.color("accsoft"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, tokens.color("hover"))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.focus_pen())
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        name, number = self._model.texts(row.quantity)
        old = self._model.old(row.quantity)
        number = self._model.short(row.quantity) if old else number
        named, figures = theme.text_font(13, 600 if row.current else 400), theme.mono_font(12)
        if _width(named, name) + _width(figures, number) + 8 > inner.width():
            number = self._model.short(row.quantity)  # rather than the name; the tooltip has every digit
        painter.setFont(figures)
        width = painter.fontMetrics().horizontalAdvance(number)
        ahead = self._model.ahead(row.quantity)
        negative = number.startswith("−") and not row.current
        ink = "text3" if ahead else "acc" if old else "pos" if negative else "text"
        painter.setPen(tokens.color(ink))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, number)
        room = inner.adjusted(0, 0, -width - 8, 0)
        if old:
            room = paint_old(painter, room, old, name)
        if self._model.slipped(row.quantity):
            picture = theme.pixmap("alert-outline", "warn", 12, painter.device().devicePixelRatioF())
            painter.drawPixmap(room.right() - 12, room.center().y() - 6, picture)
            room.adjust(0, 0, -16, 0)
        painter.setFont(named)
        painter.setPen(tokens.color("acc" if row.current else "text2"))
        painter.drawText(room, left, painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room.width()))


def _width(font: QFont, text: str) -> int:
    return QFontMetrics(font).horizontalAdvance(text)


def _alike(trace: Trace, number: int) -> tuple[list[int], int]:
    """The other steps of the stage in sections that compute the same kind of quantity, and how many there are in all.

    Of very many only those near the step are given.
    """
    current = trace[number]
    runs: list[range] = []
    for section in trace.sections:
        if section.stage != current.stage:
            continue
        roles = {section.make(0).role, section.make(section.count - 1).role}
        if current.quantity.role in roles or (_CHECKS & roles and current.quantity.role in _CHECKS):
            start = trace.start_of(section)
            runs.append(range(start, start + section.count))
    count = sum(len(run) for run in runs)
    near = range(number - MOST_ALIKE // 4, number + MOST_ALIKE) if count > MOST_ALIKE else range(len(trace))
    found = [n for run in runs for n in range(max(run.start, near.start), min(run.stop, near.stop)) if n != number]
    return found, count


def _folded(name: str) -> str:
    """A name as people may type it: dE/dw5 and ∂E/∂w5, delta and δ, with or without spaces."""
    plain = name.replace("∂", "d").replace("delta", "δ").replace("eps", "ε").lower()
    return "".join(letter for letter in plain if letter not in " _")
