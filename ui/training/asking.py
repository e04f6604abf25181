"""Asking: what the engine's client tells, and what it asks the engine beside running: records, iterations, rules."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from explorer.engine import messages as msg
from explorer.equations import Index
from explorer.project.model import Project
from explorer.stepping.record import Record
from explorer.stepping.whatif import Changes
from ui.document import Document
from ui.training.agreement import what_differs


class Asking(QObject):
    """The signals of the engine's client, and its questions; the signals with an object carry the engine's message."""

    state_changed = Signal()
    """``state``, ``note``, ``failure`` or ``running`` changed."""
    opened = Signal(object)
    progress = Signal(object)
    epoch_done = Signal(object)
    snapshot = Signal(object)
    halted = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    traced = Signal(object)
    checked = Signal(object)
    """How far the check of gradients is, and what it found."""
    hit = Signal(object)
    """Training has paused at breakpoints."""
    kept = Signal(object)
    """Which iterations can be gone back to."""
    went_back = Signal(object)
    """The run is at an earlier iteration, whose weights the document has now."""
    refused = Signal(str)
    """Why training cannot start, one sentence."""
    history_changed = Signal()
    """Another run's figures are kept now, or none."""
    sample_changed = Signal(int)
    marked_changed = Signal()
    """Another iteration is marked, to be shown on curves."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._base: Project | None = None
        self.marked = 0
        """The iteration that is marked; 0 for none."""
        self._requests = 0
        self._standing: dict[type, msg.Command] = {}

    def trace(self, samples: tuple[int, ...] = (0,), iterations: int = 1, project: Project | None = None) -> int:
        """Ask for records, of the document or another ``project``; ``traced`` answers with the id that this returns."""
        self._requests += 1
        self._send(msg.Trace(self._requests, project or self._document.project, samples, iterations))
        return self._requests

    def try_out(self, record: Record, changes: Changes) -> int:
        """Ask for a record with some of its numbers and settings changed; ``traced`` answers."""
        self._requests += 1
        self._send(msg.TryOut(self._requests, record, changes))
        return self._requests

    def revisit(self, step: int, first: int | None = None) -> int:
        """Ask for the record of an iteration that the engine keeps; ``traced`` answers as it does to ``trace``."""
        self._requests += 1
        self._send(msg.Revisit(self._requests, step, first))
        return self._requests

    def mark(self, step: int) -> None:
        """Mark an iteration on the curves; 0 takes the mark away."""
        if step != self.marked:
            self.marked = step
            self.marked_changed.emit()

    @property
    def precision(self) -> str:
        """The numbers that the run computes with."""
        return str((self._base or self._document.project).settings["precision"])

    def check(self, record: Record) -> int:
        """Ask for a check of all gradients of a record; ``checked`` answers, from time to time, with this number."""
        self._requests += 1
        self._send(msg.Check(self._requests, record))
        return self._requests

    def check_one(self, record: Record, name: str, index: Index) -> int:
        """Ask for the check of one weight with changes of many sizes; ``checked`` answers."""
        self._requests += 1
        self._send(msg.CheckOne(self._requests, record, name, index))
        return self._requests

    def stop_check(self) -> None:
        """End the check that is under way."""
        self._send(msg.StopCheck())

    @property
    def can_go_back(self) -> bool:
        """Whether the document has still the network, data and settings of the run; its weights may be others."""
        return self._base is not None and what_differs(self._base, self._document.project) in ("", "weights")

    def go_back(self, step: int) -> None:
        """Rest where an iteration began that the engine keeps; ``went_back`` tells that it is there."""
        if self.can_go_back:
            self._send(msg.GoBack(step))

    def stand(self, command: msg.Command) -> None:
        """Tell the engine what holds for this run and those to come; it is not started for that."""
        self._standing[type(command)] = command
        if self._base is not None:
            self._send(command)

    def _send(self, command: msg.Command) -> None:
        """Hand a command to the engine; the client, which starts it and knows when it runs, says how."""
        raise TypeError(f"{type(self).__name__} does not say how it reaches the engine.")
