"""Sheet: what all ways to write steps share: which steps, their numbers and names, and the remarks of a textbook."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from explorer.equations import Expr, Quantity
from explorer.printing import show_plain
from explorer.project.errors import show_name
from explorer.project.model import Printed
from explorer.stepping.figures import Figures, Mode
from explorer.stepping.notation import Notation, Style
from explorer.stepping.numbers import Rounded
from explorer.stepping.record import verdict
from explorer.stepping.report import Numbers, stage_title
from explorer.stepping.reports.part import LIMIT, Part, Piece, left_out, pieces, rows_of
from explorer.stepping.textbook import Textbook
from explorer.stepping.trace import Step, Trace

Rows = tuple[Printed, ...]
"""What a textbook prints for one quantity."""


class Shown(ABC):
    """How numbers are shown in a report."""

    @property
    @abstractmethod
    def words(self) -> str:
        """The form in a few words, such as ``exact (float64)``."""

    @abstractmethod
    def result(self, q: Quantity) -> str:
        """A step's number as it is shown."""

    @abstractmethod
    def operand(self, q: Quantity, of: Quantity) -> str:
        """A number as it stands in the formula of another."""

    def given(self, trace: Trace) -> Callable[[Quantity], str]:
        """The numbers that no step computes, for the network's picture; empty for others."""
        return lambda q: self.operand(q, q) if trace.find(q) is None else ""


@dataclass(frozen=True)
class AsStepped(Shown):
    """The numbers that the stepper shows in one of its modes."""

    figures: Figures
    mode: Mode

    @property
    def words(self) -> str:
        """The mode in words."""
        rounded = f"{self.figures.rounded.digits} decimals, rounded and carried on"
        return {"printed": "as the textbook prints them", "decimals": rounded, "exact": "exact (float64)"}[self.mode]

    def result(self, q: Quantity) -> str:
        """As in the result line of the stepper."""
        return self.figures.text(q, self.mode)

    def operand(self, q: Quantity, of: Quantity) -> str:
        """As in the stepper's formula with numbers."""
        return self.figures.in_formula(q, self.mode, of)


@dataclass(frozen=True)
class AsComputed(Shown):
    """Every number with all its digits, exact or rounded and carried on."""

    numbers: Numbers

    @property
    def words(self) -> str:
        """Exact, or how many decimals."""
        if isinstance(self.numbers, Rounded):
            return f"{self.numbers.digits} decimals, rounded and carried on"
        return "exact (float64)"

    def result(self, q: Quantity) -> str:
        """The step's value."""
        return show_plain(self.numbers.step_value(q))

    def operand(self, q: Quantity, of: Quantity) -> str:
        """The number that the formula is computed from."""
        return show_plain(float(self.numbers.operands_of(of)(q)))


@dataclass(frozen=True)
class Content:
    """What a sheet writes: a trace's steps, or a part of them, in one form of numbers and one notation.

    ``picture`` is a drawing of the network as SVG; ``limit`` bounds the steps, what is left out is said.
    """

    trace: Trace
    shown: Shown
    style: Style = "names"
    part: Part = field(default_factory=Part)
    limit: int = LIMIT
    picture: str = ""
    textbook: Textbook | None = None

    def book(self) -> Textbook:
        """What a textbook prints for the trace's quantities."""
        return self.textbook or Textbook(self.trace, Rounded(self.trace.rules))


@dataclass(frozen=True)
class Line:
    """One step as a sheet writes it: its name, formula and numbers are written by the sheet from these."""

    step: Step
    names: Notation
    shown: Shown
    printed: Rows

    @property
    def quantity(self) -> Quantity:
        """What the step computes."""
        return self.step.quantity

    @property
    def value(self) -> str:
        """The number."""
        return self.shown.result(self.quantity)

    @property
    def numbers(self) -> Callable[[Quantity], str]:
        """The numbers of the operands in the step's formula."""
        return lambda q: self.shown.operand(q, self.quantity)

    @property
    def changed(self) -> tuple[Quantity, str, str, str] | None:
        """For a pass with one weight changed: (weight, its number, + or −, epsilon); None for other steps."""
        q = self.quantity
        if q.role not in ("plus", "minus"):
            return None
        weight = Quantity("weight", q.node, q.part, q.index)
        old, change = (self.shown.operand(part, q) for part in (weight, Quantity("epsilon")))
        return weight, old, "+" if q.role == "plus" else "−", change

    @property
    def equation(self) -> Expr | None:
        """The formula; None for what is measured or given."""
        return self.step.equation

    @property
    def remark(self) -> str:
        """What the textbook prints, and what is to be known of it."""
        texts = []
        for entry in self.printed:
            note = f"slip: {entry.note}" if entry.slip else entry.note
            texts.append(f"printed: {entry.text}" + (f" ({note})" if note else ""))
        return "; ".join(texts)

    @property
    def slipped(self) -> bool:
        """Whether the print is wrong."""
        return any(entry.slip for entry in self.printed)


class Sheet(ABC):
    """One way to write steps. ``opening`` begins a document, ``end`` closes it, and ``line`` writes one step."""

    end = ""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.name = show_name(content.trace.record.project.name)
        self.count = content.trace.record.iteration

    def document(self, told: Callable[[float], object] = lambda fraction: None) -> Iterator[str]:
        """The texts of a document of this one iteration."""
        yield from self.opening()
        yield from self.iteration(told)
        if self.end:
            yield self.end

    def iteration(self, told: Callable[[float], object] = lambda fraction: None) -> Iterator[str]:
        """The texts of the iteration, one after the other; ``told`` hears the share that is done."""
        content = self.content
        trace = content.trace
        names = Notation(trace.rules.resolved, content.style, trace.rules.batch)
        book, found = content.book(), pieces(trace, content.part, content.limit)
        yield from self.heading(found)
        total, done, stage = sum(len(piece.numbers) for piece in found), 0, 0
        for piece in found:
            if piece.section.stage != stage:
                yield from self.stage_end() if stage else ()
                stage = piece.section.stage
                yield from self.stage_start(stage, stage_title(stage))
            yield from self.section(piece)
            for number in rows_of(piece):
                if number is None:
                    yield self.gap(f"{piece.left_out:,} more steps like these are left out.")
                    continue
                step = trace[number]
                yield from self.line(Line(step, names, content.shown, book.printed(step.quantity)))
                done += 1
                if done % 50 == 0:
                    told(done / total)
        yield from self.stage_end() if stage else ()
        if any(piece.section.stage == 4 for piece in found) or not found:
            yield from self.closing(trace)

    def closing(self, trace: Trace) -> Iterator[str]:
        """The verdict on the gradients."""
        worst = trace.record.max_relative_error
        yield self.verdict(f"Gradient check: the largest relative error is {worst:.2g}: {verdict(worst)}.")

    def summary(self, found: list[Piece]) -> str:
        """What the numbers are, and how many steps are left out."""
        record, gone = self.content.trace.record, left_out(found)
        which = ", ".join(str(sample + 1) for sample in record.samples[:20])
        more = f" and {len(record.samples) - 20} more" if len(record.samples) > 20 else ""
        what = f"Example {which}{more}" if len(record.samples) == 1 else f"Examples {which}{more}"
        told = f"{what} of {record.examples:,}. Numbers: {self.content.shown.words}."
        steps = sum(len(piece.numbers) for piece in found)
        return told + (f" {gone:,} of {gone + steps:,} steps are left out, where they are marked." if gone else "")

    def opening(self) -> Iterator[str]:
        """Before all iterations."""
        yield from ()

    @abstractmethod
    def heading(self, found: list[Piece]) -> Iterator[str]:
        """Above an iteration."""

    @abstractmethod
    def stage_start(self, stage: int, title: str) -> Iterator[str]:
        """Above a stage."""

    def stage_end(self) -> Iterator[str]:
        """Below a stage."""
        yield from ()

    def section(self, piece: Piece) -> Iterator[str]:
        """Above the steps of one section."""
        yield from ()

    @abstractmethod
    def line(self, line: Line) -> Iterator[str]:
        """One step."""

    @abstractmethod
    def gap(self, sentence: str) -> str:
        """Where steps are left out."""

    @abstractmethod
    def verdict(self, sentence: str) -> str:
        """Below an iteration."""
