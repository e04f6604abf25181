"""What happens while a network is trained, as plain data; torch is not needed to read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StepDone:
    """One step: the cost of its batch before the update, and its number of examples."""

    epoch: int
    step: int
    cost: float
    examples: int


@dataclass(frozen=True)
class EpochDone:
    """The figures of one epoch. ``train_cost`` is the mean over its examples as they were trained on.

    Accuracies are fractions from 0 to 1, None where the targets are no classes; validation figures are None
    without validation examples.
    """

    epoch: int
    step: int
    train_cost: float
    validation_cost: float | None
    train_accuracy: float | None
    validation_accuracy: float | None
    seconds: float


@dataclass(frozen=True)
class Diverged:
    """A cost was not finite. The weights are again those before the last update; ``message`` says what to do."""

    epoch: int
    step: int
    node: str
    message: str


@dataclass(frozen=True)
class Ended:
    """Training is over: ``reason`` says why."""

    reason: str


Event = StepDone | EpochDone | Diverged | Ended
