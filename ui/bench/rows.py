"""Rows of a benchmark's table: what was measured, what it may be at most, and how it compares with a peer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One figure: less is better. The goal is ``most``, or that a peer's figure is ``least_ratio`` times as large."""

    what: str
    value: float
    unit: str
    most: float | None = None
    peer: float | None = None
    least_ratio: float | None = None

    @property
    def ratio(self) -> float | None:
        """The peer's figure over ours."""
        return None if self.peer is None else self.peer / max(self.value, 1e-9)

    @property
    def goal(self) -> str:
        """What is to be reached, in words; empty if nothing is."""
        if self.least_ratio is not None:
            return f"{self.least_ratio:g}× or more"
        return "" if self.most is None else f"{show(self.most, self.unit)} or less"

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None if there is none, or no peer to compare with."""
        if self.least_ratio is not None:
            return None if self.ratio is None else self.ratio >= self.least_ratio
        return None if self.most is None else self.value <= self.most

    def as_json(self) -> dict[str, Any]:
        """The row as plain data."""
        return {
            "what": self.what, "unit": self.unit, "value": self.value, "most": self.most, "peer": self.peer,
            "ratio": self.ratio, "least_ratio": self.least_ratio, "reached": self.reached,
        }  # fmt: skip


def show(value: float, unit: str) -> str:
    """A figure of three digits with its unit."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def print_table(title: str, peer: str, rows: Iterable[Row]) -> None:
    """Print rows as a table, as wide as the terminal, or as wide as they need where there is none."""
    table = Table(title=title, title_justify="left")
    for head in ("what", "here", peer, "ratio", "goal", "reached"):
        table.add_column(head, justify="left" if head in ("what", "reached") else "right", no_wrap=head != "what")
    words = {None: "", True: "yes", False: "no"}
    for row in rows:
        against = "" if row.peer is None else show(row.peer, row.unit)
        ratio = "" if row.ratio is None else f"{row.ratio:,.1f}×"
        table.add_row(row.what, show(row.value, row.unit), against, ratio, row.goal, words[row.reached])
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    console.print(table)
