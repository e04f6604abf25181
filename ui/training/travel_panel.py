"""TravelPanel: the strip of kept iterations, with what can be done with the chosen one."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from ui.training.scrub import Scrub
from ui.training.travel import MEBIBYTE, Travel
from ui.widgets.buttons import PushButton
from ui.widgets.number import show_number
from ui.widgets.text import ElidedLabel, TextLabel

HEIGHT, WIDE = 88, 760
BUDGETS = (0, 64, 128, 256, 512, 1024, 2048, 4096)
"""MiB that a person can choose from."""
_STEP = "Step through this iteration as it was: its batch, weights, optimizer and dropout, computed in float64"
_RESUME = (
    "Train on from where this iteration began, as another branch, with the settings as they are now. The iterations "
    "after it are let go as soon as it is trained anew; the figures of the run stay, under Runs."
)


class TravelPanel(QWidget):
    """Choose an iteration of the run, step through it as it was, or train on from it as another branch."""

    def __init__(self, travel: Travel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._travel = travel
        self.scrub = Scrub(travel)
        self.caption = ElidedLabel("", "secondary")
        self.room = TextLabel("", "caption")
        self.step = PushButton("Step through", "debug-step-over", scale="small", tip=_STEP)
        self.resume = PushButton("Resume from here", "source-branch", scale="small", tip=_RESUME)
        self.leave = PushButton("Leave", "close", "ghost", "small", tip="Step through the project as it is again")
        self.memory = PushButton("", "memory", "ghost", "small", tip="How much memory the last iterations may take")
        self.step.clicked.connect(travel.step_through)
        self.resume.clicked.connect(travel.resume)
        self.leave.clicked.connect(travel.leave_asked)
        self.memory.clicked.connect(self._open_menu)
        self._lay_out()
        travel.changed.connect(self.refresh)
        travel.trainer.progress.connect(self.refresh)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.room.setVisible(event.size().width() >= WIDE)

    def refresh(self) -> None:
        """Show which iterations there are, and the chosen one."""
        travel = self._travel
        self.caption.setText(self._sentence())
        self.room.setText(f"{len(travel.kept):,} kept, {travel.size / MEBIBYTE:,.0f} of" if travel.kept else "")
        self.memory.setText(f"{travel.memory:,} MiB" if travel.memory else "Off")
        self.step.setEnabled(travel.chosen > 0)
        self.resume.setEnabled(travel.can_resume)
        self.leave.setVisible(travel.stepping > 0)

    def _sentence(self) -> str:
        travel = self._travel
        if travel.needed and travel.memory:
            return (f"One iteration of this network takes {travel.needed / MEBIBYTE:,.0f} MiB, more than there is room "
                    "for: none is kept.")  # fmt: skip
        if not travel.memory and not travel.chosen:
            return "No iterations are kept: choose how much memory they may take."
        if not travel.kept:
            return "Train, and the last iterations can be gone back to here."
        words = [f"Iteration {travel.chosen:,}"]
        cost = self._cost(travel.chosen)
        if cost is not None:
            words.append(f"cost {show_number(cost)}")
        if travel.stepping:
            precision = travel.trainer.precision
            words.append(f"stepped through in float64, from the {precision} weights that training had")
        return " · ".join(words)

    def _cost(self, step: int) -> float | None:
        """The cost of an iteration's batch; None if it has not been told."""
        history = self._travel.trainer.history
        if history is None:
            return None
        place = int(np.searchsorted(history.steps.values, step))
        told = place < len(history.steps) and history.steps.values[place] == step
        return float(history.costs.values[place]) if told else None

    def fill_menu(self) -> QMenu:
        """The amounts of memory to choose from."""
        menu = QMenu(self.memory)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for amount in sorted({*BUDGETS, self._travel.memory}):
            action = menu.addAction(
                f"{amount:,} MiB" if amount else "Keep none", partial(self._travel.set_memory, amount)
            )
            action.setCheckable(True)
            action.setChecked(amount == self._travel.memory)
        return menu

    def _open_menu(self) -> None:
        menu = self.fill_menu()
        menu.popup(self.memory.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(TextLabel("Iterations", "heading"))
        line.addWidget(self.caption, 1)
        for widget in (self.leave, self.step, self.resume):
            line.addWidget(widget)
        line.addSpacing(8)
        line.addWidget(self.room)
        line.addWidget(self.memory)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 4)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.scrub)
