"""Trainer: the engine's client. It gives commands, polls for messages, and keeps the document and the run in step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer

from explorer.engine import messages as msg
from explorer.engine.host import Engine
from explorer.project.model import Project
from explorer.settings import Settings
from ui.document import Document
from ui.training.agreement import live_settings, refusal, stopped, what_differs, with_trained
from ui.training.asking import Asking
from ui.training.awaited import Awaited
from ui.training.history import RunHistory, RunLog
from ui.training.polling import Poller
from ui.training.wants import Wants

OPEN_SOON_MS = 200
"""An idle engine takes up an edited project this long after the last edit; the window has been painted by then."""


class Trainer(Asking):
    """Trains the document's project in an engine, and tells what comes back; messages of earlier runs are dropped.

    Trained weights become one undoable edit when training comes to rest. An edit that a run cannot go on with stops it.
    """

    def __init__(self, document: Document, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(document, parent)
        self.state = msg.State(0, "ready")
        self.note = ""
        self.failure: msg.Failed | None = None
        self.data: msg.Opened | None = None
        self.last_snapshot: msg.Snapshot | None = None
        self._engine, self._run = engine, 0
        self._told = document.project.settings
        self._ready = self._going = self._keeping = self._closed = False
        self._stepping = self._stopped_by_edit = False
        self._kept = (0, 0)
        self._log = RunLog()
        self._wants, self._awaited = Wants(), Awaited()
        self._watch_sent: msg.Watch | None = None
        self._poller = Poller(self._poll, self)
        self._soon = QTimer(self, singleShot=True, interval=OPEN_SOON_MS)
        self._soon.timeout.connect(self._open_if_wanted)
        self._takers: dict[type, Callable[[Any], None]] = {
            msg.Opened: self._take_opened, msg.State: self._take_state, msg.Progress: self._take_progress,
            msg.EpochDone: self._take_epoch, msg.Snapshot: self._take_snapshot, msg.Halted: self._take_halted,
            msg.Finished: self._take_finished, msg.Failed: self._take_failed, msg.Hit: self.hit.emit,
            msg.Kept: self.kept.emit, msg.WentBack: self._take_back,
        }  # fmt: skip
        document.changed.connect(self._document_changed)
        document.opened.connect(self._document_opened)
        document.renaming.connect(self.settle)

    # What there is to know

    @property
    def running(self) -> bool:
        """Whether training goes on, or is about to."""
        return self._going

    @property
    def starting(self) -> bool:
        """Whether the engine still loads the project."""
        return self._awaited.opened

    @property
    def history(self) -> RunHistory | None:
        """The figures of the latest run that has any."""
        return self._log.current

    @property
    def runs(self) -> tuple[RunHistory, ...]:
        """Every run of this document since it was opened."""
        return tuple(self._log.runs)

    @property
    def sample(self) -> int:
        """The index of the example that the views show."""
        return self._wants.sample

    # What a person asks for

    def run_or_pause(self) -> None:
        """Train, or rest after the current step."""
        if self._going:
            self.pause()
        else:
            self.run()

    def run(self) -> None:
        """Train until the epochs are done."""
        self._go(msg.Go())

    def step(self) -> None:
        """Train one step."""
        self._go(msg.Go(steps=1))

    def epoch(self) -> None:
        """Train one epoch."""
        self._go(msg.Go(epochs=1))

    def pause(self) -> None:
        """Rest after the current step; the weights go into the document."""
        if self._going:
            self._send(msg.Pause())

    def stop(self) -> None:
        """End the run; the weights stay."""
        if self._ready or self.starting:
            self._send(msg.Stop())

    def reset(self) -> None:
        """Forget the run; back to the weights that the project came with, from these to new ones (undoable)."""
        used = self._base is not None
        self._abandon()
        self._forget_figures()
        weights, first = self._document.project.weights, self._document.first_weights
        if weights:
            at_first = weights.keys() == first.keys() and all(weights[name] is first[name] for name in first)
            after = replace(self._document.project, weights={} if at_first else first)
            self._document.edit("reset the weights", after)
        if used and not self._document.problems:
            self._open()
        self.state_changed.emit()

    def set_sample(self, index: int) -> None:
        """Show the example ``index`` in the views; beyond the ends it goes round."""
        count = len(self.data.inputs) if self.data else 0
        index = index % count if count else max(0, index)
        if index != self._wants.sample:
            self._wants.sample = index
            self._tell_watch()
            self.sample_changed.emit(index)

    def watch(self, watcher: object, wants: msg.Watch | None) -> None:
        """Note what a visible view wants in the snapshots; None when it is hidden. The engine computes nothing else."""
        if self._closed:
            return
        self._wants.set(watcher, wants)
        self._tell_watch()
        if wants is not None:
            self._soon.start()

    def dismiss(self) -> None:
        """Put away the sentence about what went wrong or was stopped."""
        self.failure, self.note = None, ""
        self.state_changed.emit()

    def settle(self, seconds: float = 2.0) -> bool:
        """Pause and wait until the weights are in the document, for saving and closing; False if it takes longer."""
        self.pause()
        until = time.monotonic() + seconds
        while self._going and time.monotonic() < until:
            time.sleep(0.002)
            self._poll()
        return not self._going

    def close(self) -> None:
        """End the engine, also while it trains."""
        self._closed, self._going = True, False
        self._poller.stop()
        self._soon.stop()
        self._engine.close()

    # Commands

    def _go(self, command: msg.Go) -> None:
        if self._closed or (self._going and command == msg.Go()):
            return
        if self._going:  # one more step, or to the end of the epoch, and then rest
            self._send(command)
            return
        problems = self._document.problems
        if problems:
            self.refused.emit(f"{refusal(len(problems))}: {problems[0].message}")
            return
        if self._stale() or not (self._ready or self.starting):
            self._open()
        self.failure, self.note = None, ""
        self._going, self._stepping = True, command.steps == 1
        self._stopped_by_edit = False
        self._send(command)
        self.state_changed.emit()

    def _open(self) -> None:
        self._soon.stop()
        self._run += 1
        self._base = self._document.project
        self._told = self._base.settings
        self._ready = False
        self._kept = (self._run, 0)
        self.failure = None
        for command in self._standing.values():
            self._send(command)
        self._send(msg.Open(self._run, self._base))
        self._watch_sent = None
        self._tell_watch()
        self._take_state(msg.State(self._run, "ready", epochs=self._told["epochs"]))

    def _open_if_wanted(self) -> None:
        """Let an idle engine take up the document, if a view that can be seen shows weights or values."""
        if not self._going and not self._document.problems and self._wants.any() and self._stale():
            self._open()
        self._pace()

    def _stale(self) -> bool:
        return self._base is None or bool(what_differs(self._base, self._document.project))

    def _tell_watch(self) -> None:
        wanted = self._wants.merged()
        if wanted != self._watch_sent and self._base is not None:
            self._watch_sent = wanted
            if self._wants.any():
                self._poller.expect_answer()
            self._send(wanted)
        self._pace()

    def _send(self, command: msg.Command) -> None:
        if not self._closed:
            self._awaited.sent(command)
            self._engine.send(command)
            self._pace()

    def _abandon(self) -> None:
        """Leave the run: whatever still comes of it is dropped."""
        if self._going:
            self._send(msg.Stop())
        self._run += 1
        self._base, self._going, self._ready = None, False, False
        self._awaited.forget_run()
        self.failure, self.note = None, ""
        self.state = msg.State(self._run, "ready")

    def _forget_figures(self) -> None:
        self._log.current, self.last_snapshot = None, None
        self.history_changed.emit()

    # The document

    def _document_changed(self, before: Project, after: Project) -> None:
        if self._keeping or self._base is None:
            self._soon.start()
            return
        what = what_differs(self._base, after)
        if not what:
            self._tell_settings(after.settings)
        elif self._going and not self._stopped_by_edit:
            self._stopped_by_edit = True
            self.note = stopped(what)
            self._send(msg.Stop())
            self.state_changed.emit()
        self._soon.start()

    def _tell_settings(self, settings: Settings) -> None:
        told, wanted = live_settings(self._told), live_settings(settings)
        for name, value in wanted.items():
            if told.get(name) != value:
                self._send(msg.Set(name, value))
                history = self._log.current
                if name == "lr" and history is not None and self._log.goes_on(self._run):
                    history.add_rate_change(told["lr"], value)
        self._told = settings
        if self.state.epochs != settings["epochs"]:
            self._take_state(replace(self.state, epochs=settings["epochs"]))

    def _document_opened(self) -> None:
        self._abandon()
        self._log.clear()
        self.data = None
        self._forget_figures()
        self._wants.sample = 0
        self._soon.start()
        self.state_changed.emit()

    def _keep(self, message: msg.Halted) -> None:
        """Put trained weights into the document, unless undo has just taken back what they were trained for."""
        if message.step == 0 or self._kept == (message.run, message.step) or self._base is None:
            return
        self._kept = (message.run, message.step)
        base, project = self._base, self._document.project
        undone = self._stopped_by_edit and self._document.undo_stack.canRedo()
        after = with_trained(base, project, message.weights, self._document.resolved.weight_shapes)
        if after is None or undone:
            self._base = None
            return
        in_step = not what_differs(base, project)
        label = "train step by step" if self._stepping else self._log.reached(message)
        self._put(label, after, f"steps of run {message.run}" if self._stepping else "")
        if not in_step:
            self._base = replace(base, weights=message.weights)

    def _put(self, label: str, after: Project, merge: str = "") -> None:
        """An edit of the weights, with which the engine's run and the document agree."""
        self._base, self._keeping = after, True
        try:
            self._document.edit(label, after, merge)
        finally:
            self._keeping = False

    # Messages

    def _poll(self) -> None:
        for message in self._engine.poll():
            self.take(message)
        self._pace()

    def take(self, message: msg.Message) -> None:
        """Take one message of the engine; one of an earlier run is dropped."""
        if isinstance(message, msg.Traced):
            if self._awaited.traced(message.request):
                self.traced.emit(message)
        elif isinstance(message, msg.GradientsChecked):
            if self._awaited.checked(message):
                self.checked.emit(message)
        elif not self._closed and message.run in (0, self._run):  # 0: the engine itself could not start
            self._awaited.told(message)
            self._takers[type(message)](message)

    def _take_opened(self, message: msg.Opened) -> None:
        self.data, self._ready = message, True
        self._wants.sample = min(self._wants.sample, max(0, len(message.inputs) - 1))
        if self._wants.sample == 0 and len(message.validation):
            self._wants.sample = int(message.validation[0])
        self._tell_watch()
        self.opened.emit(message)
        self.state_changed.emit()

    def _take_state(self, message: msg.State) -> None:
        if message.phase != "ready":
            self._going = message.phase == "running"
        if message.phase in ("stopped", "finished"):
            self._log.end_count()
        self.state = message
        self.state_changed.emit()

    def _take_progress(self, message: msg.Progress) -> None:
        self._log_for(message.run).add_progress(message)
        self.progress.emit(message)

    def _take_epoch(self, message: msg.EpochDone) -> None:
        self._log_for(message.run).add_epoch(message)
        self.epoch_done.emit(message)

    def _log_for(self, run: int) -> RunHistory:
        """The history of the run that tells something."""
        before = self._log.current
        history = self._log.of(run, self._told, len(self.data.train) if self.data else 0)
        if history is not before:
            self.history_changed.emit()
        return history

    def _take_snapshot(self, message: msg.Snapshot) -> None:
        self.last_snapshot = message
        self._poller.answered()
        self.snapshot.emit(message)

    def _take_halted(self, message: msg.Halted) -> None:
        self._going = False
        self._keep(message)
        self.halted.emit(message)
        self.state_changed.emit()

    def _take_back(self, message: msg.WentBack) -> None:
        """The weights of an earlier iteration come into the document, and what follows is told as another run."""
        self._going, project = False, self._document.project
        self._kept = (message.run, message.step - 1)
        shapes = self._document.resolved.weight_shapes
        after = with_trained(project, project, message.weights, shapes)
        if after is not None:
            self._put(f"go back to iteration {message.step:,}", after)
        self._log.branch(message.step)
        self.history_changed.emit()
        self.went_back.emit(message)
        self.state_changed.emit()

    def _take_finished(self, message: msg.Finished) -> None:
        self._going = False
        if self._log.current is not None and self._log.current.run == message.run:
            self._log.current.finished = message
        self.finished.emit(message)
        self.state_changed.emit()

    def _take_failed(self, message: msg.Failed) -> None:
        self._going = False
        self.failure = message
        self.failed.emit(message)
        self.state_changed.emit()

    def _pace(self) -> None:
        if not self._closed:
            self._poller.pace(self._going or bool(self._awaited), self._base is not None and self._wants.any())
