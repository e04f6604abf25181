"""The seven steps of gradient checking for one weight, with their numbers; those that are steps lead to them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from explorer.equations import Quantity
from explorer.stepping.check_summary import seven_steps
from ui import theme
from ui.stepper.session import StepSession
from ui.widgets.buttons import IconButton
from ui.widgets.containers import empty
from ui.widgets.text import ElidedLabel, TextLabel


class SevenSteps(QWidget):
    """Seven rows: number, what is done, its numbers, and an arrow to the step; the current step's row stands out."""

    picked = Signal(object)

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rows: list[tuple[str, str, Quantity | None]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(1, 1)

    def show_weight(self, q: Quantity | None) -> None:
        """Show the steps of a weight that was checked; none for None."""
        empty(self._grid)
        self.rows = []
        self.setVisible(q is not None)
        if q is None:
            return
        current = self._session.step.quantity if self._session.step is not None else None
        found = seven_steps(self._session.figures.exact, self._session.notation, q)
        for row, step in enumerate(found):
            self.rows.append((step.words, step.numbers, step.quantity))
            here = step.quantity is not None and step.quantity == current
            number = TextLabel(str(row + 1), "accent" if here else "caption")
            words = TextLabel(step.words, "text" if here else "secondary")
            words.setFont(theme.text_font(12, 500 if here else 400))
            numbers = ElidedLabel(step.numbers, "text" if here else "secondary")
            numbers.setFont(theme.mono_font(11))
            self._grid.addWidget(number, 2 * row, 0)
            self._grid.addWidget(words, 2 * row, 1)
            self._grid.addWidget(numbers, 2 * row + 1, 1, 1, 2)
            if step.quantity is not None and not here:
                arrow = IconButton("arrow-right", "Go to this step", side=20)
                arrow.clicked.connect(partial(self.picked.emit, step.quantity))
                self._grid.addWidget(arrow, 2 * row, 2)
