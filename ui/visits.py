"""Visits: the ways from a run into the stepper: iterations that are kept, and breakpoints that were hit."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from explorer.engine.messages import Hit
from ui.banner import Banner
from ui.panels import Panels
from ui.training.client import Trainer
from ui.workspaces import Workspaces


class Visits(QObject):
    """Opens iterations of the run in Step, and keeps the stepper and the strip of kept iterations on the same one."""

    def __init__(self, trainer: Trainer, panels: Panels, workspaces: Workspaces, banner: Banner) -> None:
        super().__init__(workspaces)
        self._workspaces, self._banner = workspaces, banner
        self._session, self._travel = panels.stepper.session, panels.travel
        self._travel.changed.connect(lambda: self._session.can_revisit(self._travel.kept))
        self._travel.leave_asked.connect(self._session.leave_run)
        self._travel.step_asked.connect(self._step_through)
        self._travel.resumed.connect(self._tell_branch)
        for signal in (self._session.trace_changed, self._session.status_changed):
            signal.connect(lambda: self._travel.show_stepping(self._session.revisited))
        panels.layers.step_asked.connect(self._step_into)
        trainer.hit.connect(self._show_hit)

    def show_iterations(self) -> None:
        """Show the strip of kept iterations, in Step or in Train."""
        if self._workspaces.current not in ("train", "step"):
            self._workspaces.show("train")
        self._workspaces.show_above("iterations", "timeline")

    def _step_into(self, sample: int) -> None:
        """Step through one example with the project as it is."""
        self._session.leave_run()
        self._session.set_sample(sample)
        self._workspaces.show("step")

    def _step_through(self, iteration: int) -> None:
        """Step through an iteration of the run."""
        self._session.revisit(iteration)
        self._workspaces.show("step")
        self._workspaces.show_above("iterations", "timeline")

    def _show_hit(self, hit: Hit) -> None:
        """The stepper goes to the iteration that a breakpoint has halted at, and the message leads there."""
        self._session.revisit(hit.step)
        sentence = f"Paused before the update of iteration {hit.step:,}. {'; '.join(hit.hits.values())}."
        self._banner.show_message(sentence, False, "Open in Step", partial(self._step_through, hit.step))

    def _tell_branch(self, step: int) -> None:
        sentence = f"Training goes on from iteration {step:,} as another branch; Runs lists the one before."
        self._banner.show_message(sentence, False)
