"""Engine: the interface behind which training and tracing run, and its host in this process, a thread."""

from __future__ import annotations

import contextlib
import queue
import threading
from typing import TYPE_CHECKING, Protocol

from explorer.engine.mailbox import Mailbox
from explorer.engine.messages import Close, Command, Failed, Message

if TYPE_CHECKING:
    from explorer.engine.worker import Worker

CLOSE_SECONDS = 10.0


class Engine(Protocol):
    """Takes commands, leaves messages; both are plain data, so that a host may be another process."""

    def send(self, command: Command) -> None:
        """Hand over a command; returns at once."""

    def poll(self) -> list[Message]:
        """The messages since the last poll, in order; never waits."""

    def close(self) -> None:
        """End the work, and wait until it has ended."""


class LocalEngine:
    """The host in this process: one thread, started at the first command, which loads torch."""

    def __init__(self) -> None:
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._mailbox = Mailbox()
        self._thread: threading.Thread | None = None

    def send(self, command: Command) -> None:
        """Hand over a command; the first one starts the thread."""
        self._commands.put(command)
        if self._thread is None and not isinstance(command, Close):
            self._thread = threading.Thread(target=self._serve, name="engine", daemon=True)
            self._thread.start()

    def poll(self) -> list[Message]:
        """The messages since the last poll."""
        return self._mailbox.take()

    def close(self) -> None:
        """End the thread after its current step, and wait for it."""
        if self._thread is not None:
            self._commands.put(Close())
            self._thread.join(CLOSE_SECONDS)
            self._thread = None

    def _serve(self) -> None:
        """The thread: commands first, then a slice of training."""
        try:
            from explorer.engine.worker import Worker  # loads torch
            from explorer.training.session import flushing
        except ImportError as error:
            self._mailbox.post(Failed(0, f"PyTorch cannot be loaded: {error}"))
            return
        with flushing():
            self._work(Worker(self._mailbox))

    def _work(self, worker: Worker) -> None:
        """Until a Close comes."""
        while True:
            with contextlib.suppress(queue.Empty):
                command = self._commands.get(block=not worker.busy)
                if isinstance(command, Close):
                    return
                worker.handle(command)
                continue
            worker.work()
