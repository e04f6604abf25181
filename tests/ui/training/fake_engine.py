"""An engine that records commands and answers as a test says."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from explorer.engine.messages import Command, EpochDone, Halted, Message, Open, Opened, Progress, State
from explorer.project.check import check_project

T = TypeVar("T")


class FakeEngine:
    """Satisfies Engine; ``sent`` are the commands, ``leave`` puts a message into the mailbox."""

    def __init__(self) -> None:
        self.sent: list[Command] = []
        self.mail: list[Message] = []
        self.closed = 0

    def send(self, command: Command) -> None:
        self.sent.append(command)

    def poll(self) -> list[Message]:
        mail, self.mail = self.mail, []
        return mail

    def close(self) -> None:
        self.closed += 1

    def leave(self, *messages: Message) -> None:
        self.mail += messages

    def all(self, kind: type[T]) -> list[T]:
        return [command for command in self.sent if isinstance(command, kind)]

    @property
    def names(self) -> list[str]:
        return [type(command).__name__ for command in self.sent]

    @property
    def run(self) -> int:
        return self.all(Open)[-1].run

    def opened(self) -> Opened:
        """The answer to the last Open: four examples, and weights of zeros."""
        project = self.all(Open)[-1].project
        resolved, _ = check_project(project)
        ends = [resolved.layers[end].shape or () for end in (resolved.inputs[0], resolved.outputs[0])]
        weights = {name: np.zeros(shape, np.float32) for name, shape in resolved.weight_shapes.items()}
        inputs = np.arange(4 * int(np.prod(ends[0])), dtype=float).reshape(4, *ends[0])
        rows = np.arange(4)
        targets = np.zeros((4, *ends[1]))
        return Opened(self.run, "cpu", inputs, targets, (), rows[:2], rows[2:3], rows[3:], weights)

    def running(self) -> State:
        return State(self.run, "running", epochs=10)

    def progress(self, *costs: float, step: int = 0) -> Progress:
        steps = np.arange(step + 1, step + len(costs) + 1)
        return Progress(self.run, 0, step + len(costs), steps, np.array(costs), 100.0)

    def epoch(self, epoch: int, step: int) -> EpochDone:
        return EpochDone(epoch, step, 1.0 / epoch, 2.0 / epoch, 0.5, 0.4, 0.1, run=self.run)

    def halted(self, epoch: int, step: int, fill: float = 1.0) -> tuple[Halted, State]:
        resolved, _ = check_project(self.all(Open)[-1].project)
        weights = {name: np.full(shape, fill, np.float32) for name, shape in resolved.weight_shapes.items()}
        return Halted(self.run, epoch, step, weights), State(self.run, "paused", epoch, step, 10)
