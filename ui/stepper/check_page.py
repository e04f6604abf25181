"""The page of the gradient check: all weights in sum, the worst of them, and one weight in seven steps and a curve."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.equations import Quantity
from explorer.printing import show_plain
from explorer.stepping.check_summary import Summary, Worst, corner_words
from explorer.stepping.questions import weight_of
from explorer.stepping.record import verdict
from ui import theme
from ui.stepper.check_plots import ErrorCurve, ErrorHistogram
from ui.stepper.gradient_checks import GradientChecks
from ui.stepper.session import StepSession
from ui.stepper.seven_steps import SevenSteps
from ui.widgets.buttons import IconButton, PushButton
from ui.widgets.progress import ProgressLine
from ui.widgets.text import TextLabel

COLUMNS = ("Weight", "Relative error", "What it says")
ROW, MOST_ROWS = 24, 8
_TOLD = (
    "Each gradient is compared with what the error really does: (E(w + ε) − E(w − ε)) / 2ε, with ε = {epsilon}. "
    "Differences that float64 cannot resolve count as none."
)


class CheckPage(QWidget):
    """One page of the formula panel. ``closed`` asks for the formula, ``picked`` tells that a step was gone to."""

    closed = Signal()
    picked = Signal()

    def __init__(self, session: StepSession, checks: GradientChecks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._checks = session, checks
        self._shown: tuple[Worst, ...] = ()
        self.back = PushButton("Formula", "function-variant", scale="small", tip="Back to the current step's formula")
        self.more = IconButton("dots-horizontal", "Save or copy the numbers and the pictures", side=24)
        self.told = TextLabel("", "caption", wrap=True)
        self.verdict = TextLabel("", "text", wrap=True)
        self.corners = TextLabel("", "warning", wrap=True)
        self.problem = TextLabel("", "problem", wrap=True)
        self.start = PushButton("Check all", "check-all", variant="accent", scale="small")
        self.cancel = PushButton("Cancel", "close", scale="small", tip="End the check; what was measured is dropped")
        self.far = TextLabel("", "caption")
        self.progress = ProgressLine()
        self.histogram = ErrorHistogram()
        self.table = QTableWidget(0, len(COLUMNS))
        self.one_title = TextLabel("", "heading")
        self.one_note = TextLabel("", "warning", wrap=True)
        self.seven = SevenSteps(session)
        self.curve_title = TextLabel("", "heading")
        self.curve = ErrorCurve()
        self.curve_note = TextLabel("", "caption", wrap=True)
        self._lay_out()
        self.back.clicked.connect(self.closed)
        self.start.clicked.connect(checks.check_all)
        self.cancel.clicked.connect(checks.cancel)
        self.more.clicked.connect(lambda: self.menu().popup(self.more.mapToGlobal(QPoint(0, self.more.height()))))
        self.table.cellActivated.connect(lambda row, _column: self._go(self._shown[row].quantity))
        self.table.cellClicked.connect(lambda row, _column: self._go(self._shown[row].quantity))
        self.seven.picked.connect(self._go)
        for signal in (checks.changed, session.step_changed, session.shown_changed, theme.current().changed):
            signal.connect(self._restart)

    def refresh(self) -> None:
        """Show what is known of the gradients."""
        summary, trace = self._checks.summary(), self._session.trace
        if summary is None or trace is None:
            return
        self.told.setText(_TOLD.format(epsilon=show_plain(trace.record.epsilon)))
        self._show_sum(summary)
        self._show_work(summary)
        self._show_worst(summary)
        self._show_one()

    def table_text(self, separator: str = ",") -> str:
        """Every checked weight as CSV: its gradients, their relative error and what is said of it."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=separator, lineterminator="\n")
        writer.writerow(("Weight", "Gradient", "Numeric gradient", "Relative error", "Note"))
        trace = self._session.trace
        for name, own in trace.record.checks.items() if trace is not None else ():
            node, _, part = name.partition(".")
            indices = zip(*np.unravel_index(own.places, own.shape), strict=True) if own.shape else [()]
            for index, numbers in zip(indices, self._numbers(name), strict=True):
                weight = Quantity("weight", node, part, tuple(int(i) for i in index))
                kink = self._session.figures.trace.record.kink(weight)
                note = corner_words(self._session.figures.trace.rules, self._session.notation, kink) if kink else ""
                writer.writerow((self._session.name(weight), *map(repr, numbers), note))
        return out.getvalue()

    def _numbers(self, name: str) -> Iterator[tuple[float, float, float]]:
        """(gradient, numeric gradient, relative error) of every checked weight of an array."""
        record = self._session.figures.trace.record
        own, gradient = record.checks[name], record.gradients[name]
        columns = (gradient.reshape(-1)[own.places], own.numeric, own.errors(gradient))
        return zip(*(column.tolist() for column in columns), strict=True)

    def menu(self) -> QMenu:
        """What can be done with the page."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(theme.icon("content-copy"), "Copy numbers", self.copy)
        menu.addAction(theme.icon("table"), "Save numbers…", self._ask_table)
        menu.addAction(theme.icon("image-outline"), "Copy picture", self.copy_picture)
        menu.addAction(theme.icon("image-outline"), "Save picture…", self._ask_picture)
        return menu

    def copy(self) -> None:
        """Put the numbers on the clipboard, with tabs between the columns."""
        QGuiApplication.clipboard().setText(self.table_text("\t"))

    def copy_picture(self) -> None:
        """Put the page as a picture on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self._body.grab())

    def save_table(self, path: Path) -> None:
        """Write the numbers as CSV; a problem is told on the page."""
        try:
            path.write_text(self.table_text(), encoding="utf-8")
        except OSError as error:
            self._tell(f"The numbers were not written: {error.strerror or error}.")

    def save_picture(self, path: Path) -> None:
        """Write the page as PNG; a problem is told on the page."""
        if not self._body.grab().save(str(path), "PNG"):
            self._tell(f"The picture could not be written to {path}: choose another folder.")

    def _show_sum(self, summary: Summary) -> None:
        if not summary.checked:
            self.verdict.setText("Nothing is checked yet: no layer has weights that are trained.")
        else:
            every = "all" if summary.checked == summary.total else f"{summary.checked:,} of"
            error = show_plain(summary.largest, digits=2)
            said = summary.verdict[0].upper() + summary.verdict[1:]
            self.verdict.setText(f"{said}: the largest relative error of {every} {summary.total:,} weights is {error}.")
        self.corners.setVisible(summary.corners > 0)
        if summary.corners:
            which = "1 weight is" if summary.corners == 1 else f"{summary.corners:,} weights are"
            self.corners.setText(
                f"{which} at a corner of the error, such as a ReLU at 0 or another winner of a pool between w − ε and "
                "w + ε: there is no slope to compare with, so no verdict counts them."
            )
        self.histogram.show_summary(summary)

    def _show_work(self, summary: Summary) -> None:
        checks = self._checks
        self.start.setText(f"Check all {summary.total:,} weights")
        self.start.setVisible(not checks.running and summary.checked < summary.total)
        for widget in (self.cancel, self.progress, self.far):
            widget.setVisible(checks.running)
        self.far.setText(f"{checks.done:,} of {checks.total:,}")
        self.progress.set_fraction(checks.done / checks.total if checks.total else 0.0)
        self._tell(checks.problem)

    def _show_worst(self, summary: Summary) -> None:
        self._shown = summary.worst
        self.table.setRowCount(len(summary.worst))
        for row, worst in enumerate(summary.worst):
            for column, text in enumerate(self._cells(worst)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setFont(theme.mono_font(11) if column == 1 else theme.text_font(11))
                self.table.setItem(row, column, item)
        self.table.setFixedHeight(ROW * (1 + min(MOST_ROWS, max(1, len(summary.worst)))) + 4)

    def _cells(self, worst: Worst) -> tuple[str, str, str]:
        trace = self._session.figures.trace
        said = corner_words(trace.rules, self._session.notation, worst.kink) if worst.kink else verdict(worst.error)
        return self._session.name(weight_of(worst.quantity)), show_plain(worst.error, digits=3), said

    def _show_one(self) -> None:
        checks, session = self._checks, self._session
        weight = checks.weight
        known = weight is not None and checks.is_checked(weight)
        name = session.name(weight_of(weight)) if weight is not None else ""
        self.one_title.setText(f"{name} in seven steps" if weight is not None else "One weight in seven steps")
        self.seven.show_weight(weight if known else None)
        kink = session.figures.trace.record.kink(weight) if weight is not None else None
        self.one_note.setVisible(kink is not None)
        if kink is not None:
            self.one_note.setText(corner_words(session.figures.trace.rules, session.notation, kink))
        if weight is None:
            self.curve_title.setText("Error against ε")
            self.curve_note.setText("Go to a step about a weight, such as one of the list above, to see its curve.")
            self.curve.show_curve((), 0.0)
            return
        if checks.curve_of != weight:
            checks.check_one(weight)
        self.curve_title.setText(f"Error of {name} against ε")
        self.curve.show_curve(checks.curve if checks.curve_of == weight else (), session.figures.trace.record.epsilon)
        self.curve_note.setText(
            "With a large ε the curve of the error is cut short (truncation: the error shrinks with ε²); with a small "
            "one the two errors differ in their last digits only (rounding: it grows with 1/ε). The best lies between."
        )

    def _tell(self, sentence: str) -> None:
        self.problem.setVisible(bool(sentence))
        self.problem.setText(sentence)

    def _go(self, q: Quantity) -> None:
        if self._session.go_to(q):
            self.picked.emit()

    def _restart(self) -> None:
        if self.isVisible():
            self.refresh()

    def _ask_table(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save the numbers", "gradient-check.csv", "Tables (*.csv)")
        if name:
            self.save_table(Path(name))

    def _ask_picture(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save picture", "gradient-check.png", "PNG picture (*.png)")
        if name:
            self.save_picture(Path(name))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 8)
        head.setSpacing(8)
        head.addWidget(TextLabel("Gradient check", "heading"), 1)
        head.addWidget(self.more)
        head.addWidget(self.back)
        work = QHBoxLayout()
        work.setSpacing(8)
        for widget in (self.start, self.cancel, self.far):
            work.addWidget(widget)
        work.addWidget(self.progress, 1)
        work.addStretch(0)
        self._style_table()
        self._body = QWidget()
        self._body.setProperty("role", "panel")
        column = QVBoxLayout(self._body)
        column.setContentsMargins(16, 4, 16, 16)
        column.setSpacing(8)
        for part in (self.told, self.verdict, self.corners, work, self.problem, TextLabel("Relative errors", "heading"),
                     self.histogram, TextLabel("The largest", "heading"), self.table, self.one_title, self.one_note,
                     self.seven, self.curve_title, self.curve, self.curve_note):  # fmt: skip
            if isinstance(part, QWidget):
                column.addWidget(part)
            else:
                column.addLayout(part)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self._body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(scroll, 1)

    def _style_table(self) -> None:
        self.table.setHorizontalHeaderLabels(COLUMNS)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setWordWrap(False)
        header = self.table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place, width in enumerate((120, 100)):
            self.table.setColumnWidth(place, width)
        self.table.setAccessibleName("Weights with the largest relative errors")
