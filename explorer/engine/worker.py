"""Worker: does what commands say, a slice at a time, and posts messages; it knows no threads."""

from __future__ import annotations

import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from explorer.engine.checking import Checker
from explorer.engine.mailbox import Mailbox
from explorer.engine.messages import (
    Check,
    CheckOne,
    Command,
    EpochDone,
    Failed,
    Finished,
    Go,
    GoBack,
    Halted,
    Hit,
    Kept,
    Message,
    Open,
    Opened,
    Pause,
    Progress,
    Remember,
    Revisit,
    Set,
    SetBreakpoints,
    Snapshot,
    State,
    Stop,
    StopCheck,
    Trace,
    Traced,
    TryOut,
    Watch,
    WentBack,
)
from explorer.engine.travel import at_beginning, kept_of, remember, revisited
from explorer.params import ParamError
from explorer.project.check import RunProblem
from explorer.source import DataProblem
from explorer.stepping.compute import compute_records
from explorer.stepping.record import Record
from explorer.stepping.tried import try_out
from explorer.training import events, loop, watching
from explorer.training.breakpoints import Breakpoint
from explorer.training.session import Session

SLICE_SECONDS = 0.01
CURVE_PLACES = 200


@dataclass
class Run:
    """A session, its events to come, and how far it may go before it halts by itself."""

    number: int
    session: Session
    watch: watching.Watch
    events: Iterator[events.Event]
    going: bool = False
    until_step: int | None = None
    until_epoch: int | None = None
    costs: deque[tuple[float, ...]] = field(default_factory=lambda: deque(maxlen=100_000))
    seen: int = 0
    since: float = 0.0
    kept: Kept | None = None


class Worker:
    """The engine's work, apart from where it is done. ``handle`` takes a command, ``work`` trains a while."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._post = mailbox.post
        self._run: Run | None = None
        self._number = 0
        self._watch = Watch()
        self._points: tuple[Breakpoint, ...] = ()
        self._memory = 0
        self._checker = Checker(mailbox.post)

    @property
    def busy(self) -> bool:
        """Whether ``work`` has something to do."""
        return self._checker.busy or (self._run is not None and self._run.going)

    def handle(self, command: Command) -> None:
        """Do what a command says; whatever goes wrong becomes a message."""
        try:
            self._do(command)
        except (RunProblem, DataProblem, ParamError) as problem:
            self._post(Failed(self._number, str(problem), getattr(problem, "node", None)))
        except Exception as error:  # the engine's boundary: every error is told, and the engine lives on
            self._break_off(error)

    def work(self) -> None:
        """Check gradients and train for a slice of time each, then post what the reader waits for."""
        self._checker.work(SLICE_SECONDS)
        run = self._run
        if run is None or not run.going:
            return
        try:
            self._train(run)
            if self._mailbox.hungry:
                self._report(run)
        except Exception as error:  # the same boundary
            self._break_off(error)

    def _do(self, command: Command) -> None:
        if isinstance(command, Open):
            self._open(command)
        elif isinstance(command, Trace):
            self._trace(command)
        elif isinstance(command, Check | CheckOne | StopCheck):
            self._checker.take(command)
        elif isinstance(command, TryOut):
            self._answer(command.request, lambda: (try_out(command.record, command.changes),))
        elif isinstance(command, Revisit):
            self._answer(command.request, lambda: (revisited(self._run.session if self._run else None, command),))
        elif isinstance(command, Watch):
            self._watch = command
            if self._run is not None:
                self._report(self._run)
        elif isinstance(command, SetBreakpoints):
            self._points = command.points
            if self._run is not None:
                self._run.watch.set(self._points)
                remember(self._run.session, self._memory)
        elif isinstance(command, Remember):
            self._memory = command.memory
            if self._run is not None:
                remember(self._run.session, self._memory)
                self._report(self._run)
        elif self._run is not None:
            self._steer(self._run, command)

    def _steer(self, run: Run, command: Command) -> None:
        """Commands to the run that is open."""
        session = run.session
        if isinstance(command, Go):
            run.until_step = session.step + command.steps if command.steps is not None else None
            run.until_epoch = session.epoch + command.epochs if command.epochs is not None else None
            if (command.steps or command.epochs) and session.epoch >= session.settings["epochs"]:
                session.set("epochs", session.epoch + 1)
            run.going, run.since, run.seen = True, time.perf_counter(), 0
            self._post(self._state(run, "running"))
        elif isinstance(command, Pause) and run.going:
            self._halt(run, "paused", "")
        elif isinstance(command, Stop):
            self._end(run, "stopped", "stopped")
        elif isinstance(command, Set):
            session.set(command.name, command.value)
        elif isinstance(command, GoBack):
            self._go_back(run, command.step)

    def _open(self, command: Open) -> None:
        self._run, self._number = None, command.run
        session = Session(command.project)
        run = self._run = Run(command.run, session, watching.Watch(session), loop.train(session))
        run.watch.set(self._points)
        remember(session, self._memory)
        examples = session.examples
        opened = Opened(
            run=command.run,
            device=str(session.device),
            inputs=examples.inputs,
            targets=examples.targets,
            class_names=examples.class_names,
            train=examples.train,
            validation=examples.validation,
            test=examples.test,
            weights=session.weights(),
        )
        self._post(opened, self._state(run, "ready"))
        self._report(run)

    def _train(self, run: Run) -> None:
        """Take events until the slice is over or the run halts."""
        end = time.perf_counter() + SLICE_SECONDS
        while run.going and time.perf_counter() < end:
            event = next(run.events, None)
            if isinstance(event, events.StepDone):
                run.costs.append((event.step, event.cost, *event.outputs.values()))
                run.seen += event.examples
                if run.until_step is not None and event.step >= run.until_step:
                    self._halt(run, "paused", "")
            elif isinstance(event, events.EpochDone):
                self._epoch_done(run, event)
            elif isinstance(event, events.BreakpointHit):
                reason = "; ".join(event.hits.values())
                self._halt(run, "paused", reason, Hit(run.number, event.epoch, event.step, event.hits))
            elif isinstance(event, events.Diverged):
                self._halt(run, "paused", event.message, Failed(run.number, event.message, event.node, event.step))
            else:
                self._end(run, "finished", event.reason if event else "all epochs are done")

    def _epoch_done(self, run: Run, event: events.EpochDone) -> None:
        self._post(EpochDone(**vars(event), run=run.number))
        if run.until_epoch is not None and event.epoch >= run.until_epoch:
            self._halt(run, "paused", "")

    def _go_back(self, run: Run, step: int) -> None:
        """Rest where an iteration began."""
        run.going = False
        run.costs.clear()
        run.events = loop.train(run.session, at_beginning(run.session, step))
        run.watch.begin_anew()
        session = run.session
        went = WentBack(run.number, session.epoch, step, session.weights())
        self._post(went, self._state(run, "paused"))
        self._report(run)

    def _end(self, run: Run, phase: str, reason: str) -> None:
        """Rest with the figures on the test examples, then make ready for a new count of epochs from these weights."""
        if run.session.broken:
            run.session.restore()
        score = run.session.measure(run.session.examples.test)
        self._halt(run, phase, reason, Finished(run.number, reason, score.cost, score.accuracy, score.outputs))
        run.session.restart()
        run.events = loop.train(run.session)

    def _halt(self, run: Run, phase: str, reason: str, *more: Message) -> None:
        self._report(run)
        self._rest(run, phase, reason, *more)

    def _rest(self, run: Run, phase: str, reason: str, *more: Message) -> None:
        """Rest, and tell all about it at once: a reader that has heard that the run rests may stop listening."""
        run.going = False
        session = run.session
        halted = Halted(run.number, session.epoch, session.step, session.weights())
        self._post(halted, self._state(run, phase, reason), *more)

    def _break_off(self, error: Exception) -> None:
        """Tell an error in the midst of a run, or one that nobody foresaw; a run that goes on rests."""
        node = error.node if isinstance(error, RunProblem) else None
        run, failed = self._run, Failed(self._number, _sentence(error), node, details=traceback.format_exc())
        if run is None or not run.going:
            self._post(failed)
            return
        run.events = loop.train(run.session)  # a generator that has raised is over; the run is not
        self._rest(run, "paused", "", failed)

    def _state(self, run: Run, phase: str, reason: str = "") -> State:
        session = run.session
        return State(run.number, phase, session.epoch, session.step, session.settings["epochs"], reason)

    def _report(self, run: Run) -> None:
        """Post the costs since the last report, and the snapshot that the views have asked for."""
        session = run.session
        if run.costs:
            steps, costs, *single = (np.array(column) for column in zip(*run.costs, strict=True))
            run.costs.clear()
            rate = run.seen / max(1e-9, time.perf_counter() - run.since)
            outputs = dict(zip(session.module.outputs, single, strict=False))  # none, if there is but one output
            self._post(Progress(run.number, session.epoch, session.step, steps, costs, rate, outputs))
        kept = kept_of(run.number, session)
        if kept is not None and kept != run.kept:
            run.kept = kept
            self._post(kept)
        snapshot = self._snapshot(run)
        if snapshot is not None:
            self._post(snapshot)

    def _snapshot(self, run: Run) -> Snapshot | None:
        """What the views have asked for, None if nothing."""
        watch, session = self._watch, run.session
        if not (watch.weights or watch.values or watch.curve or watch.all_weights):
            return None
        wanted = set(watch.weights)
        weights = {
            name: tensor.detach().cpu().numpy().copy()
            for name, tensor in session.module.weights().items()
            if watch.all_weights or name.partition(".")[0] in wanted
        }
        values = {}
        sample = min(max(0, watch.sample), len(session.examples) - 1)
        if watch.values:
            found = session.values(np.array([sample]))
            values = {node: found[node][0] for node in watch.values if node in found}
        curve = _curve(session) if watch.curve else None
        return Snapshot(run.number, session.epoch, session.step, weights, values, sample, curve)

    def _trace(self, command: Trace) -> None:
        self._answer(
            command.request,
            lambda: compute_records(command.project, command.samples, command.iterations, companions=True, quick=True),
        )

    def _answer(self, request: int, compute: Callable[[], tuple[Record, ...]]) -> None:
        """Post records, or why there are none."""
        try:
            records = compute()
        except (RunProblem, DataProblem, ParamError) as problem:
            self._post(Traced(request, problem=str(problem)))
        except Exception as error:  # the same boundary
            self._post(Traced(request, problem=_sentence(error)))
        else:
            self._post(Traced(request, records))


def _curve(session: Session) -> np.ndarray | None:
    """(2, places): the network's one input over the data's range, and its one output; None if it has more."""
    module, inputs = session.module, session.examples.inputs
    if (
        len(module.inputs) > 1
        or len(module.outputs) > 1
        or inputs[0].size != 1
        or session.examples.targets[0].size != 1
    ):
        return None
    places = np.linspace(inputs.min(), inputs.max(), CURVE_PLACES)
    outputs = session.outputs(places.reshape(-1, *inputs.shape[1:]))
    return np.stack([places, outputs.reshape(-1)])


def _sentence(error: Exception) -> str:
    """One sentence about an error, which may be one that nobody foresaw."""
    if isinstance(error, RunProblem):
        return str(error)
    text = str(error).strip().splitlines()
    if isinstance(error, MemoryError) or "memory" in (text[0].lower() if text else ""):
        return "The memory does not suffice for this network and batch: make a layer or the batch smaller."
    return f"Training failed: {type(error).__name__}: {text[0] if text else 'no details'}"
