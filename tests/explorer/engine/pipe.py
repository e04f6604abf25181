"""A worker behind a pipe: what the tests of the engine share."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.engine.mailbox import Mailbox
from explorer.engine.messages import (
    Command,
    Message,
    Open,
    State,
)
from explorer.engine.worker import Worker
from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from explorer.settings import Settings
from explorer.training.session import Session
from tests.explorer.engine.plain import through

NUMBERS = np.random.default_rng(1)


def project(inputs: int = 1, rows: int = 40, **values: Any) -> Project:
    """x -> h (dense) -> t (tanh) -> o (dense, 1), on numbers."""
    x = NUMBERS.normal(size=(rows, inputs))
    nodes = (
        Node("x", "input", {"shape": (inputs,)}),
        Node("h", "dense", {"units": 5}),
        Node("t", "tanh"),
        Node("o", "dense", {"units": 1}),
    )
    edges = (Edge("x", "h"), Edge("h", "t"), Edge("t", "o"))
    data = Data("inline", {"inputs": x.tolist(), "targets": np.sin(x.sum(1, keepdims=True)).tolist()}, (0.6, 0.2, 0.2))
    lr = values.pop("lr", 0.05)
    chosen = {"epochs": 4, "batch_size": 4, "device": "cpu", "precision": "float64"} | values
    return Project(network=Network(nodes, edges), data=data, settings=Settings(chosen, {"lr": lr}))


class Piped:
    """A worker behind a pipe: commands and messages cross as bytes."""

    def __init__(self, opened: Project | None = None) -> None:
        self.mailbox = Mailbox()
        self.worker = Worker(self.mailbox)
        if opened is not None:
            self.send(Open(1, opened))

    def send(self, command: Command) -> None:
        self.worker.handle(through(command))

    def take(self) -> list[Message]:
        return [through(message) for message in self.mailbox.take()]

    def run(self, slices: int = 100_000) -> list[Message]:
        """Work until nothing is left to do; the messages on the way."""
        found = self.take()
        while self.worker.busy and slices:
            self.worker.work()
            found += self.take()
            slices -= 1
        return found

    @property
    def session(self) -> Session:
        assert self.worker._run is not None
        return self.worker._run.session


def of(kind: type, found: list[Message]) -> list[Any]:
    return [message for message in found if isinstance(message, kind)]


def phases(found: list[Message]) -> list[str]:
    return [message.phase for message in of(State, found)]
