"""The strip under the canvas: the first problem, a button that shows where it is, and one that mends it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.resolve import Problem
from ui import theme
from ui.widgets.buttons import PushButton
from ui.widgets.containers import Separator
from ui.widgets.text import ElidedLabel, TextLabel


class ProblemStrip(QWidget):
    """One line about the first problem, gone when there is none."""

    show_wanted = Signal(str)
    """The node that a person wants to see."""
    fix_wanted = Signal(str, object)
    """The node, and the fix to apply."""
    data_wanted = Signal()
    """A person wants to see the data, with which the problem is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._problem: Problem | None = None
        self._name = TextLabel("", "heading")
        self.sentence = ElidedLabel()
        self._count = TextLabel("", "caption")
        self.show_button = PushButton(
            "Show", "crosshairs-gps", "ghost", scale="compact", tip="Show the layer with this problem"
        )
        self.data_button = PushButton(
            "Show data", "database-outline", scale="compact", tip="Choose or type in the examples"
        )
        self.fix_button = PushButton("", "auto-fix", scale="compact", tip="Apply this fix")
        self.show_button.clicked.connect(self._want_show)
        self.data_button.clicked.connect(self.data_wanted)
        self.fix_button.clicked.connect(self._want_fix)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Separator())
        row = QHBoxLayout()
        row.setContentsMargins(16, 5, 16, 6)
        row.setSpacing(4)
        row.addWidget(_Badge())
        row.addSpacing(8)
        row.addWidget(self._name)
        row.addWidget(self.sentence, 1)
        row.addWidget(self._count)
        row.addWidget(self.show_button)
        row.addWidget(self.data_button)
        row.addSpacing(4)
        row.addWidget(self.fix_button)
        column.addLayout(row)
        self.hide()

    def tell(self, problems: Sequence[Problem]) -> None:
        """Show the first of the problems."""
        self.setVisible(bool(problems))
        if not problems:
            self._problem = None
            return
        self._problem = problem = problems[0]
        name = problem.node or ""
        begins = bool(name) and problem.message.startswith(name)
        self._name.setText(name if begins else "")
        self._name.setVisible(begins)
        self.sentence.setText(problem.message[len(name) :].lstrip() if begins else problem.message)
        self._count.setText(f"and {len(problems) - 1} more" if len(problems) > 1 else "")
        self._count.setVisible(len(problems) > 1)
        self.show_button.setVisible(problem.node is not None)
        self.data_button.setVisible(problem.of_data)
        self.fix_button.setVisible(bool(problem.fixes) and problem.node is not None)
        if problem.fixes:
            self.fix_button.setText(problem.fixes[0].label)
            self.fix_button.updateGeometry()

    def _want_show(self) -> None:
        if self._problem is not None and self._problem.node is not None:
            self.show_wanted.emit(self._problem.node)

    def _want_fix(self) -> None:
        if self._problem is not None and self._problem.node is not None and self._problem.fixes:
            self.fix_wanted.emit(self._problem.node, self._problem.fixes[0])


class _Badge(QWidget):
    """An exclamation mark in a filled circle."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(18, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        fill = theme.current().tokens.color("prob")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawEllipse(2, 2, 14, 14)
        painter.setPen(theme.ink_on(fill))
        painter.setFont(theme.text_font(11, 600))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "!")
