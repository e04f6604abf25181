"""Engine: the interface behind which training and tracing run, and its host in this process, a thread."""

from __future__ import annotations

import contextlib
import gc
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
        self._mailbox = Mailbox()
        self._thread: threading.Thread | None = None
        self._renew()

    def send(self, command: Command) -> None:
        """Hand over a command; the first one starts the thread."""
        if self._thread is None or not self._thread.is_alive():
            if isinstance(command, Close):
                return
            self._renew()
            parts = (self._commands, self._closing)
            self._thread = threading.Thread(target=self._serve, args=parts, name="engine", daemon=True)
            self._thread.start()
        self._commands.put(command)

    def poll(self) -> list[Message]:
        """The messages since the last poll."""
        return self._mailbox.take()

    def close(self) -> None:
        """End the thread after what it does now, whatever else is asked for, and wait for it."""
        if self._thread is not None:
            self._closing.set()
            self._commands.put(Close())
            self._thread.join(CLOSE_SECONDS)
            self._thread = None

    def _renew(self) -> None:
        """A queue and a flag of its own for each thread, so that one that ends late takes no commands of the next."""
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._closing = threading.Event()

    def _serve(self, commands: queue.SimpleQueue[Command], closing: threading.Event) -> None:
        """The thread: commands first, then a slice of training."""
        try:
            from explorer.engine.worker import Worker  # loads torch
            from explorer.training.session import flushing
        except ImportError as error:
            self._mailbox.post(Failed(0, f"PyTorch cannot be loaded: {error}"))
            return
        # What torch has brought along stays: the collector need not go through it again, which would stall the window.
        gc.freeze()
        with flushing():
            _work(Worker(self._mailbox), commands, closing)


def _work(worker: Worker, commands: queue.SimpleQueue[Command], closing: threading.Event) -> None:
    """Until a Close comes; once it is to close, nothing else that waits is done."""
    while not closing.is_set():
        with contextlib.suppress(queue.Empty):
            command = commands.get(block=not worker.busy)
            if isinstance(command, Close):
                return
            worker.handle(command)
            continue
        worker.work()
