"""RunBar: the bar at the bottom of every workspace: problems, runs and data, the run's buttons, and what goes on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.document import Document
from ui.training.agreement import refusal
from ui.training.client import Trainer
from ui.training.figures import Figures
from ui.training.popup import Popup
from ui.training.problems import ProblemList
from ui.training.runs import RunList
from ui.widgets.buttons import IconButton, PushButton
from ui.widgets.containers import Separator
from ui.widgets.progress import ProgressLine
from ui.widgets.text import tooltip

RUN_TIP, PAUSE_TIP = "Train until the epochs are done", "Rest after the current step; the weights are kept"
HEIGHT = 48


class RunBar(QWidget):
    """The same in every workspace. Its buttons call the trainer; its lists open above it."""

    data_asked = Signal()
    """The data are to be shown."""
    data_toggled = Signal()
    """The button that shows the data, and hides them, was pressed."""
    node_chosen = Signal(str)
    """The layer of a problem, to be shown."""
    fix_wanted = Signal(str, object)
    """The layer of a problem, and a fix to apply to it."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._trainer = document, trainer
        self._run_keys = ""
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._make_left()
        self._make_centre()
        self.figures = Figures(document, trainer)
        self.figures.problems_asked.connect(self.show_problems)
        self.line = ProgressLine(self)
        self._lay_out()
        trainer.progress.connect(self._show_progress)
        trainer.epoch_done.connect(self._show_progress)
        trainer.state_changed.connect(self.refresh)
        trainer.history_changed.connect(self.refresh)
        document.changed.connect(self.refresh)
        document.opened.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the state of the run and the count of problems."""
        problems, trainer = len(self._document.problems), self._trainer
        running = trainer.running
        self.problems.set_badge(problems, problem=problems > 0)
        self.runs.set_badge(len(trainer.runs) or None)
        self.run.setText("Pause" if running else "Run")
        self.run.set_icon("pause" if running else "play")
        self.run.set_variant("ghost" if problems and not running else "accent")
        self.run.setEnabled(running or not problems)
        why = "" if not problems else f"{refusal(problems)}."
        self.run.setToolTip(why or tooltip(PAUSE_TIP if running else RUN_TIP, self._run_keys))
        for button in (self.step, self.epoch):
            button.setEnabled(running or not problems)
        self.stop.setEnabled(running or trainer.state.phase == "paused")
        self.reset.setEnabled(not problems)
        self._show_progress()

    def show_problems(self) -> None:
        """List what keeps the project from running."""
        panel = ProblemList(self._document)
        popup = Popup("Problems", panel, self)
        panel.chosen.connect(popup.close)
        panel.chosen.connect(self.node_chosen)
        panel.data_wanted.connect(popup.close)
        panel.data_wanted.connect(self.data_asked)
        panel.fix_wanted.connect(self.fix_wanted)
        popup.show_above(self.problems)

    def show_runs(self) -> None:
        """List the runs since the document was opened."""
        Popup("Runs", RunList(self._trainer), self).show_above(self.runs)

    def set_run_keys(self, keys: str) -> None:
        """Tell of the keys that run and pause."""
        self._run_keys = keys
        self.refresh()

    def _make_left(self) -> None:
        self.problems = PushButton(
            "Problems", "alert-circle-outline", "ghost", tip="What keeps the network from running"
        )
        self.problems.clicked.connect(self.show_problems)
        self.runs = PushButton("Runs", "history", "ghost", tip="The runs since this project was opened")
        self.runs.clicked.connect(self.show_runs)
        self.data = PushButton(
            "Data", "database-outline", "ghost", tip="The examples: where they come from, how they are split"
        )
        self.data.clicked.connect(self.data_toggled)

    def _make_centre(self) -> None:
        trainer = self._trainer
        self.run = PushButton("Pause", "pause", "accent", tip="Train", keys="")
        self.run.setFixedWidth(104)
        self.step = PushButton("Step", "debug-step-over", "ghost", tip="Train one step: one batch, one update")
        self.epoch = PushButton("Epoch", "skip-next", "ghost", tip="Train one epoch: every training example once")
        self.stop = IconButton("stop", "End the run; the weights stay", icon_size=18)
        again = "Begin again with the weights that the project came with; from these, with new ones"
        self.reset = IconButton("restart", again, icon_size=18)
        self.run.clicked.connect(trainer.run_or_pause)
        self.step.clicked.connect(trainer.step)
        self.epoch.clicked.connect(trainer.epoch)
        self.stop.clicked.connect(trainer.stop)
        self.reset.clicked.connect(trainer.reset)

    def _lay_out(self) -> None:
        left, centre = QHBoxLayout(), QHBoxLayout()
        for opener in (self.problems, self.runs, self.data):
            left.addWidget(opener)
        left.setSpacing(0)
        left.addStretch(1)
        centre.setSpacing(4)
        centre_buttons: tuple[QWidget, ...] = (self.run, self.step, self.epoch, self.stop, self.reset)
        for button in centre_buttons:
            centre.addWidget(button)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 16, 0)
        row.addLayout(left, 1)
        row.addLayout(centre)
        row.addWidget(self.figures, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Separator())
        column.addLayout(row, 1)
        self.line.move(0, 0)
        self.line.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.line.setFixedWidth(self.width())

    def _show_progress(self) -> None:
        history, trainer = self._trainer.history, self._trainer
        running = trainer.running and history is not None and history.steps_per_epoch > 0
        self.line.setVisible(running)
        if running and history is not None:
            self.line.set_fraction(float(history.as_epochs(history.step)) / max(1, trainer.state.epochs))
        self.figures.refresh()
