"""What happens while a network is trained, as plain data; torch is not needed to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Score:
    """Figures on some examples: the cost without penalties, and the share told right, None where there is none.

    ``outputs`` has the figures of each of several outputs, their costs without their weights.
    """

    cost: float | None = None
    accuracy: float | None = None
    outputs: Mapping[str, Score] = field(default_factory=dict)


@dataclass(frozen=True)
class StepDone:
    """One step: the cost of its batch before the update, without penalties, and its number of examples.

    ``outputs`` has the cost of each of several outputs, without its weight.
    """

    epoch: int
    step: int
    cost: float
    examples: int
    outputs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class EpochDone:
    """The figures of one epoch. ``train_cost`` is the mean over its examples as they were trained on.

    Accuracies are fractions from 0 to 1, None where the targets are no classes, and the mean over several outputs that
    tell classes; validation figures are None without validation examples. ``train_outputs`` and ``validation_outputs``
    have the figures of each of several outputs.
    """

    epoch: int
    step: int
    train_cost: float
    validation_cost: float | None
    train_accuracy: float | None
    validation_accuracy: float | None
    seconds: float
    train_outputs: Mapping[str, Score] = field(default_factory=dict, kw_only=True)
    validation_outputs: Mapping[str, Score] = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True)
class Diverged:
    """A cost was not finite. The weights are again those before the last update; ``message`` says what to do."""

    epoch: int
    step: int
    node: str
    message: str


@dataclass(frozen=True)
class BreakpointHit:
    """Iteration ``step`` (from 1) is to be looked at before its update: a sentence by each breakpoint's number."""

    epoch: int
    step: int
    hits: Mapping[int, str]


@dataclass(frozen=True)
class Ended:
    """Training is over: ``reason`` says why."""

    reason: str


Event = StepDone | EpochDone | Diverged | BreakpointHit | Ended
