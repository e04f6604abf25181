"""Rows of figures in the inspector; they stay and show other numbers, for making rows takes longer than an edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer.memory import show_bytes
from explorer.tally import Tally
from ui import theme
from ui.widgets.text import tooltip


class MonoLabel(QLabel):
    """A number, a shape or a name of a quantity; it can be selected and copied."""

    def __init__(self, text: str = "", token: str = "", bold: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.mono_font(12, 500 if bold else 400))
        self.setProperty("role", token)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def set_token(self, token: str, bold: bool = False) -> None:
        """Write in this colour, and this bold."""
        self.setFont(theme.mono_font(12, 500 if bold else 400))
        self.setProperty("role", token)
        self.style().unpolish(self)
        self.style().polish(self)


class Figure(NamedTuple):
    """A name, a number, and what it is where the name is not enough."""

    name: str
    number: str
    tip: str = ""
    strong: bool = False


def cost_figures(sums: Tally, width: int) -> list[Figure]:
    """What layers cost together: memory for one example's values and for the weights, and the work for one example.

    ``width`` is the bytes of one number. Work is in multiply-adds: a multiplication with the addition of what it gives.
    """
    return [
        Figure("values", show_bytes(width * sums.values), "Memory for what comes out for one example"),
        Figure("weights", show_bytes(width * sums.parameters), "Memory for the weights; training needs more"),
        Figure("work", f"{sums.operations:,} MAC", "Multiply-adds for one example, forward"),
    ]


class FigureRows(QWidget):
    """Names at the left and their numbers at the right."""

    def __init__(self, spacing: int = 2) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(spacing)
        self._column = column
        self._rows: list[_Row] = []

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show these and no others."""
        for figure in figures[len(self._rows) :]:
            self._rows.append(_Row(figure))
            self._column.addWidget(self._rows[-1])
        for number, row in enumerate(self._rows):
            if number < len(figures):
                row.show_figure(figures[number])
            row.setVisible(number < len(figures))
        self.setVisible(bool(figures))


class _Row(QWidget):
    """One name and its number."""

    def __init__(self, figure: Figure) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self._shown = figure
        self._name = MonoLabel(figure.name, "secondary")
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._name.setToolTip(tooltip(figure.tip or figure.name))
        self._number = MonoLabel(figure.number, "" if figure.strong else "secondary", figure.strong)
        line.addWidget(self._name, 1)
        line.addWidget(self._number)

    def show_figure(self, figure: Figure) -> None:
        """Show another one."""
        if figure == self._shown:
            return
        if figure.strong != self._shown.strong:
            self._number.set_token("" if figure.strong else "secondary", figure.strong)
        self._shown = figure
        self._name.setText(figure.name)
        self._name.setToolTip(tooltip(figure.tip or figure.name))
        self._number.setText(figure.number)


class ShapeRow(QWidget):
    """``32×8×8 → 10``, or one shape alone."""

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        self._came, self._arrow, self._goes = MonoLabel(), _Arrow(), MonoLabel()
        for widget in (self._came, self._arrow, self._goes):
            line.addWidget(widget)
        line.addStretch(1)

    def show_shapes(self, came: str, goes: str) -> None:
        """Show what comes in, if anything, and what goes out."""
        self._came.setText(came)
        self._goes.setText(goes)
        self._came.setVisible(bool(came))
        self._arrow.setVisible(bool(came))


class _Arrow(QWidget):
    """An arrow to the right, in the colours of the day."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(16, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(0, 0, theme.pixmap("arrow-right", "text2", 16, self.devicePixelRatioF()))
