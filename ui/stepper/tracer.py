"""Tracer: whoever computes records for the stepper, and what it answers."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import SignalInstance

from explorer.equations import Index
from explorer.project.model import Project
from explorer.stepping.record import Record
from explorer.stepping.whatif import Changes


class Traced(Protocol):
    """What answers a request: the records, one per iteration, or why there are none."""

    @property
    def request(self) -> int:
        """The number of the request."""

    @property
    def records(self) -> tuple[Record, ...]:
        """One record per iteration."""

    @property
    def problem(self) -> str:
        """One sentence, empty if all is well."""


class Checker(Protocol):
    """Whoever checks gradients. ``checked`` carries the engine's message, with the number that was given."""

    checked: SignalInstance

    def check(self, record: Record) -> int:
        """Ask for a check of all gradients."""

    def check_one(self, record: Record, name: str, index: Index) -> int:
        """Ask for the check of one weight, with the curve of its errors."""

    def stop_check(self) -> None:
        """End the check."""


class Tracer(Checker, Protocol):
    """Whoever computes records: the engine's client, or a test."""

    traced: SignalInstance
    failed: SignalInstance

    def trace(self, samples: tuple[int, ...], iterations: int, project: Project | None) -> int:
        """Ask for records; ``traced`` answers with the number that this returns."""

    def try_out(self, record: Record, changes: Changes) -> int:
        """Ask for a record with some of its numbers and settings changed."""

    def revisit(self, step: int, first: int | None) -> int:
        """Ask for the record of an iteration of the run, the example ``first`` of its batch before the others."""
