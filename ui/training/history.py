"""What a run has told so far, kept for the views: costs of steps and figures of epochs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from explorer.engine.messages import EpochDone, Finished, Halted, Progress
from explorer.settings import Settings

Numbers = NDArray[np.float64]
_FIRST_ROOM = 1024


class Series:
    """Numbers that are only ever added to; the array behind them doubles, so that adding stays cheap."""

    def __init__(self) -> None:
        self._room: Numbers = np.empty(_FIRST_ROOM)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> Numbers:
        """All numbers so far, (n,); a view of the room, valid until more are added."""
        return self._room[: self._count]

    def extend(self, more: NDArray[np.number]) -> None:
        """Add the numbers ``more``, (k,)."""
        needed = self._count + len(more)
        if needed > len(self._room):
            grown = np.empty(max(needed, 2 * len(self._room)))
            grown[: self._count] = self.values
            self._room = grown
        self._room[self._count : needed] = more
        self._count = needed


@dataclass(frozen=True)
class RateChange:
    """The learning rate was changed after ``step`` steps."""

    step: int
    before: float
    after: float


@dataclass
class RunHistory:
    """One run: its settings, the cost of every step, the figures of every epoch, and how it ended."""

    run: int
    number: int
    settings: Settings
    steps_per_epoch: float
    steps: Series = field(default_factory=Series)
    costs: Series = field(default_factory=Series)
    epochs: list[EpochDone] = field(default_factory=list)
    rate_changes: list[RateChange] = field(default_factory=list)
    rate: float = 0.0
    epoch: int = 0
    step: int = 0
    cost: float = math.nan
    """The latest figure told: of the last steps, or of the epoch that they ended."""
    outputs: dict[str, float] = field(default_factory=dict)
    """The same of each of several outputs, without their weights."""
    finished: Finished | None = None
    branch: tuple[int, int] | None = None
    """(number of the run, iteration) that this one goes on from; None if it began by itself."""

    def until(self, step: int, number: int) -> RunHistory:
        """Another run, which has this one's figures of all steps before ``step``."""
        kept = int(np.searchsorted(self.steps.values, step))
        epochs = [done for done in self.epochs if done.step < step]
        after = RunHistory(self.run, number, self.settings, self.steps_per_epoch, epochs=epochs)
        after.steps.extend(self.steps.values[:kept])
        after.costs.extend(self.costs.values[:kept])
        after.rate_changes = [change for change in self.rate_changes if change.step < step]
        after.branch, after.step = (self.number, step), step - 1
        after.epoch = epochs[-1].epoch if epochs else 0
        after.cost = float(after.costs.values[-1]) if kept else math.nan
        return after

    def add_progress(self, message: Progress) -> None:
        """Take over the costs of steps."""
        self.steps.extend(message.steps)
        self.costs.extend(message.costs)
        self.epoch, self.step, self.rate = message.epoch, message.step, message.rate
        told = self.epochs[-1].step if self.epochs else 0
        if len(message.costs) and message.steps[-1] > told:
            new = message.steps > told
            self.cost = float(np.mean(message.costs[new]))
            self.outputs = {node: float(np.mean(costs[new])) for node, costs in message.outputs.items()}

    def add_epoch(self, message: EpochDone) -> None:
        """Take over the figures of an epoch."""
        self.epochs.append(message)
        self.epoch, self.step, self.cost = message.epoch, message.step, message.train_cost
        self.outputs = {node: own.cost for node, own in message.train_outputs.items() if own.cost is not None}
        if message.epoch:
            self.steps_per_epoch = message.step / message.epoch

    def add_rate_change(self, before: float, after: float) -> None:
        """Note another learning rate; changes between the same two steps are one."""
        if self.rate_changes and self.rate_changes[-1].step == self.step:
            before = self.rate_changes.pop().before
        if before != after and self.step:
            self.rate_changes.append(RateChange(self.step, before, after))

    def as_epochs(self, steps: Numbers | int) -> Numbers:
        """Steps counted in epochs."""
        return np.asarray(steps, dtype=np.float64) / max(self.steps_per_epoch, 1e-9)

    def figures(self, name: str) -> tuple[Numbers, Numbers]:
        """(epochs, values) of one field of EpochDone, without the epochs that lack it."""
        pairs = [(done.epoch, getattr(done, name)) for done in self.epochs if getattr(done, name) is not None]
        table = np.array(pairs, dtype=np.float64).reshape(-1, 2)
        return table[:, 0], table[:, 1]


class RunLog:
    """The runs of this document, the latest one last; a run begins with the first figures that it tells."""

    def __init__(self) -> None:
        self.runs: list[RunHistory] = []
        self.current: RunHistory | None = None
        self._counted = False

    def clear(self) -> None:
        """Forget every run."""
        self.runs.clear()
        self.current = None

    def end_count(self) -> None:
        """The engine will count epochs from 0 again: what comes next is another run."""
        self._counted = True

    def goes_on(self, run: int) -> bool:
        """Whether what ``run`` tells next belongs to the latest history."""
        return self.current is not None and self.current.run == run and not self._counted

    def of(self, run: int, settings: Settings, examples: int) -> RunHistory:
        """The history of ``run``; another one, over ``examples`` training examples, if it has begun to count anew."""
        if self.current is None or not self.goes_on(run):
            per_epoch = max(1.0, math.ceil(examples / settings["batch_size"]))
            self.current = RunHistory(run, len(self.runs) + 1, settings, per_epoch)
            self.runs.append(self.current)
            self._counted = False
        return self.current

    def branch(self, step: int) -> None:
        """What comes next goes on from iteration ``step`` of the latest run; that one stays as it was."""
        if self.current is not None:
            self.current = self.current.until(step, len(self.runs) + 1)
            self.runs.append(self.current)
            self._counted = False

    def reached(self, message: Halted) -> str:
        """How far training has come, for the label of the edit: ``train to epoch 12``, or a step within an epoch."""
        epochs = self.current.epochs if self.current is not None else []
        whole = bool(epochs) and epochs[-1].step == message.step
        return f"train to epoch {message.epoch}" if whole else f"train to step {message.step:,}"
