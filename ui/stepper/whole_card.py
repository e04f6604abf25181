"""The whole card: a layer's step in matrix form, with small matrices written out, and its result as a heat map."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from explorer.equations import Expr, Quantity
from explorer.kind import show_shape
from explorer.printing import latex, text
from explorer.stepping.figures import number_tex
from explorer.stepping.naming import typeset_name
from explorer.stepping.trace import Step
from explorer.stepping.whole import Arrays, Whole, whole
from ui.formula import FormulaLabel
from ui.stepper.session import StepSession
from ui.stepper.tensors import MOST_NUMBERS, HeatTable, Tensor
from ui.widgets.text import Chip, TextLabel, tooltip

WRITTEN_OUT = (4, 4)
"""Matrices of at most so many rows and columns are written out."""
ROOM = 300.0
"""Pixels that the heat map may be wide: the panel's least width."""
LARGEST = 2**20
"""Numbers of an array that are drawn; of a larger one its figures are told."""
_LAWS = {
    "BP1": "The error of the output: how the cost changes with its activation, times the activation's slope.",
    "BP2": "The error sent back: the next layer's error through its weights, times the activation's slope.",
    "BP3": "The gradient of a bias is the error of its unit.",
    "BP4": "The gradient of a weight is what enters it times the error of the unit that it leads to.",
}
_SINGLY = "Each of these numbers has a formula of its own: step by unit to see it."


class WholeCard(QFrame):
    """Shown in place of the formula card while a person steps by layers or stages."""

    picked = Signal(object)
    """The quantity of a cell that was clicked: it is to be shown by itself."""

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("role", "well")
        self.formula = FormulaLabel(size=19)
        self.numbers = FormulaLabel(size=15, token="text2")
        self.law = Chip("")
        self.told = TextLabel("", "caption", wrap=True)
        self.summary = TextLabel("", "caption", wrap=True)
        self.shown: HeatTable | None = None
        """The heat map of the result; None for a single number or a very large array."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(15, 14, 14, 14)
        self._column.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(self.formula, 1)
        head.addWidget(self.law, 0, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(head)
        for widget in (self.numbers, self.told, self.summary):
            self._column.addWidget(widget)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_step(self, step: Step) -> str:
        """Show the array that a step is about, and return its name; "", if it is about a single number."""
        found = whole(self._session.figures.trace.rules, step.quantity)
        if found is None:
            return ""
        self._show(found)
        return self._session.name(found.quantity)

    def _show(self, found: Whole) -> None:
        session, arrays = self._session, Arrays(self._session.figures.trace.rules)
        name, plain = typeset_name(session.notation, found.quantity), session.name(found.quantity)
        if found.equation is None:
            self.formula.set_tex(name, plain)
        else:
            shown = latex(found.equation, session.notation.latex, arrays=True)
            self.formula.set_tex(f"{name} = {shown}", f"{plain} = {text(found.equation, session.notation.text)}")
        self.law.setVisible(bool(found.law))
        if found.law:
            self.law.set_text(found.law)
            self.law.setToolTip(tooltip(_LAWS[found.law]))
        array = np.asarray(arrays(found.quantity))
        self._show_numbers(found.equation, arrays)
        self.told.setText(_SINGLY if found.equation is None else "")
        self.told.setVisible(found.equation is None)
        self.summary.setText(_summary(plain, array))
        self._show_map(found.quantity, plain, self._as_shown(found.quantity, array))

    def _show_numbers(self, equation: Expr | None, arrays: Arrays) -> None:
        """The same with matrices written out, if all of them are small."""
        written = None if equation is None else self._written(equation, arrays)
        self.numbers.setVisible(written is not None)
        self.numbers.set_tex(f"= {written}" if written is not None else "")

    def _written(self, equation: Expr, arrays: Arrays) -> str | None:
        session, large = self._session, False

        def matrix(q: Quantity) -> str:
            nonlocal large
            values = np.asarray(arrays(q))
            rows, columns = values.shape if values.ndim == 2 else (values.size, 1)
            if values.ndim == 0:
                return number_tex(session.figures.operand(q, session.mode))
            if values.ndim > 2 or rows > WRITTEN_OUT[0] or columns > WRITTEN_OUT[1]:
                large = True
                return ""
            cells = [self._number(q, place) for place in np.ndindex(*values.shape)]
            lines = [" & ".join(cells[row * columns : (row + 1) * columns]) for row in range(rows)]
            return r"\begin{pmatrix}" + r" \\ ".join(lines) + r"\end{pmatrix}"

        written = latex(equation, matrix, numbers=True, arrays=True)
        return None if large else written

    def _as_shown(self, q: Quantity, array: NDArray[Any]) -> NDArray[Any]:
        """A small array in the form of numbers in use; a large one exact."""
        rows, columns = array.shape if array.ndim == 2 else (1, array.size)
        if rows > MOST_NUMBERS[0] or columns > MOST_NUMBERS[1]:
            return array
        session, shown = self._session, np.empty(array.shape)
        for place in np.ndindex(*array.shape):
            shown[place] = session.figures.value(replace(q, index=place), session.mode)
        return shown

    def _number(self, q: Quantity, place: tuple[int, ...]) -> str:
        return number_tex(self._session.figures.operand(replace(q, index=place), self._session.mode))

    def _show_map(self, q: Quantity, title: str, array: NDArray[Any]) -> None:
        if self.shown is not None:
            self.shown.hide()
            self.shown.deleteLater()
            self.shown = None
        if array.ndim and 0 < array.size <= LARGEST:
            rows = array.reshape(-1, array.shape[-1] if array.ndim > 1 else array.size)
            self.shown = HeatTable(Tensor(title, rows, None, q, array.shape), ROOM)
            self.shown.picked.connect(self.picked)
            self._column.addWidget(self.shown, 0, Qt.AlignmentFlag.AlignLeft)


def _summary(name: str, array: NDArray[Any]) -> str:
    """``net b, 64: −1.2 to 3.4, length 5.6``."""
    finite = array[np.isfinite(array)]
    told = f"{name}, {show_shape(array.shape)}"
    if not finite.size:
        return told
    length = float(np.sqrt(np.sum(finite**2)))
    figures = f"{told}: {finite.min():.4g} to {finite.max():.4g}, length {length:.4g}".replace("-", "−")
    lost = array.size - finite.size
    return f"{figures}, {lost:,} not finite" if lost else figures
