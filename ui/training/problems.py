"""ProblemList: every sentence about what keeps the project from running, with its fixes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.resolve import Problem
from ui import theme
from ui.document import Document
from ui.widgets.buttons import PushButton
from ui.widgets.text import TextLabel

_MOST = 100
"""How many rows are made; of more problems, the number is told."""


class ProblemList(QWidget):
    """A row per problem; it keeps up with the document."""

    chosen = Signal(str)
    """The layer whose problem a person wants to see."""
    fix_wanted = Signal(str, object)
    """The layer, and the fix to apply to it."""
    data_wanted = Signal()
    """A person wants to see the data, with which a problem is."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(15, 0, 15, 4)
        self._column.setSpacing(8)
        self._rows: list[QWidget] = []
        document.changed.connect(self._fill)
        document.opened.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        problems = self._document.problems
        self._rows = [self._row(problem) for problem in problems[:_MOST]]
        if not problems:
            self._rows = [TextLabel("None: the network can run.", "secondary")]
        elif len(problems) > _MOST:
            self._rows.append(TextLabel(f"and {len(problems) - _MOST:,} more", "secondary"))
        for row in self._rows:
            self._column.addWidget(row)

    def _row(self, problem: Problem) -> QWidget:
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        line = QHBoxLayout()
        icon = QLabel()
        icon.setPixmap(theme.pixmap("alert-circle", "prob", 16, self.devicePixelRatioF()))
        line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(TextLabel(problem.message, wrap=True), 1)
        column.addLayout(line)
        several = len(problem.fixes) > 1
        buttons = QBoxLayout(QBoxLayout.Direction.TopToBottom if several else QBoxLayout.Direction.LeftToRight)
        buttons.setContentsMargins(24, 0, 0, 0)
        for place, fix in enumerate(problem.fixes):
            button = PushButton(fix.label, "auto-fix", "plain" if place else "accent", scale="small")
            button.clicked.connect(lambda _=False, node=problem.node, fix=fix: self.fix_wanted.emit(node, fix))
            buttons.addWidget(button)
        if problem.node is not None:
            show = PushButton("Show", "crosshairs-gps", "ghost", scale="small", tip=f"Select {problem.node}")
            show.clicked.connect(lambda _=False, node=problem.node: self._show_node(node))
            buttons.addWidget(show)
        if problem.of_data:
            data = PushButton("Show data", "database-outline", scale="small", tip="Choose or type in the examples")
            data.clicked.connect(self.data_wanted)
            buttons.addWidget(data)
        buttons.addStretch(1)
        column.addLayout(buttons)
        return row

    def _show_node(self, node: str) -> None:
        self._document.select((node,))
        self.chosen.emit(node)
