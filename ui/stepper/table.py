"""All steps as one table: stage, quantity, as printed, at four decimals, exact, and notes; to copy and to export."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from explorer.project.errors import ProjectError
from explorer.project.files import replace_file
from explorer.stepping.numbers import MEASURED
from explorer.stepping.report import stage_title
from explorer.stepping.reports.table import csv_row
from explorer.stepping.trace import Trace
from ui import theme
from ui.stepper.session import StepSession
from ui.widgets.buttons import PushButton
from ui.widgets.text import TextLabel

COLUMNS = ("Stage", "Quantity", "Printed", "4 decimals", "Exact", "Note")
_WIDTHS = (92, 112, 96, 88, 124, 360)
Index = QModelIndex | QPersistentModelIndex
_NUMBERS = (2, 3, 4)


class StepsModel(QAbstractTableModel):
    """A row per step; cells are made when they are seen."""

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._trace: Trace | None = None

    def restart(self) -> None:
        """Take the session's trace, names and numbers as they are now."""
        self.beginResetModel()
        self._trace = self._session.trace
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._trace) if self._trace is not None and not parent.isValid() else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        return None

    def row(self, number: int) -> tuple[str, ...]:
        """The texts of one step."""
        if self._trace is None or self._session.trace is not self._trace:
            return ("",) * len(COLUMNS)
        session, figures = self._session, self._session.figures
        step = self._trace[number]
        q = step.quantity
        # What the check measures is never rounded: the differences are in the eighth digit.
        carried = q.role not in MEASURED and not (figures.heavy and session.mode == "exact")
        decimals = figures.text(q, "decimals") if carried else "–"
        slip = "textbook slip: " if any(row.slip for row in figures.textbook.printed(q)) else ""
        return (
            stage_title(step.stage),
            session.name(q),
            figures.textbook.text(q),
            decimals,
            figures.text(q, "exact"),
            slip + " ".join(figures.textbook.notes(q)),
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.row(index.row())[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in _NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole:
            return theme.mono_font(11) if 1 <= index.column() <= 4 else theme.text_font(11)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() in (2, 5):
            slipped = self.row(index.row())[5].startswith("textbook slip")
            return theme.current().tokens.color("warn") if slipped else None
        return None

    def as_csv(self, separator: str = ",") -> str:
        """The whole table as CSV, with ordinary minus signs, as other programs read it; no cell is a formula."""
        rows = [COLUMNS, *(self.row(number) for number in range(self.rowCount()))]
        return "".join(f"{csv_row(row, separator)}\n" for row in rows)


class TablePage(QWidget):
    """The table with its buttons; a double click or Enter on a row leads to the step."""

    closed = Signal()
    picked = Signal()

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = StepsModel(session, self)
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(26)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setWordWrap(False)
        header = self.view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(_WIDTHS):
            self.view.setColumnWidth(column, width)
        self.back = PushButton("Formula", "function-variant", scale="small", tip="Back to the current step's formula")
        self.copy_button = PushButton("Copy", "content-copy", scale="small", tip="Copy the table, for a spreadsheet")
        self.export_button = PushButton("Export CSV…", "export-variant", scale="small", tip="Write the table to a file")
        self._lay_out()
        self.view.activated.connect(self._go)
        self.back.clicked.connect(self.closed)
        self.copy_button.clicked.connect(self.copy)
        self.export_button.clicked.connect(self._export)
        session.trace_changed.connect(self._restart)
        session.shown_changed.connect(self._restart)
        session.step_changed.connect(self._select)

    def refresh(self) -> None:
        """Show all steps, the current one selected."""
        self.model.restart()
        self._select()

    def copy(self) -> None:
        """Put the table on the clipboard, with tabs between the columns."""
        QGuiApplication.clipboard().setText(self.model.as_csv("\t"))

    def write_csv(self, path: Path) -> None:
        """Write the table to a file, whole or not at all; raises ProjectError."""
        replace_file(path, self.model.as_csv().encode())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 8)
        head.setSpacing(8)
        head.addWidget(TextLabel("All steps", "heading"), 1)
        self.problem = TextLabel("", "problem")
        head.addWidget(self.problem)
        for button in (self.copy_button, self.export_button, self.back):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)

    def _restart(self) -> None:
        if self.isVisible():
            self.refresh()

    def _select(self) -> None:
        if self.isVisible():
            self.view.selectRow(self._session.number)

    def _go(self, index: QModelIndex) -> None:
        self._session.go(index.row())
        self.picked.emit()

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export the steps", "steps.csv", "Tables (*.csv)")
        if not name:
            return
        try:
            self.write_csv(Path(name))
            self.problem.setText("")
        except ProjectError as error:
            self.problem.setText(str(error))
