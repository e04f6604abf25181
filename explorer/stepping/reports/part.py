"""Part: which steps of a trace a report holds, and how many of many it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.equations import Quantity
from explorer.stepping.trace import Section, Trace

LIMIT = 3000
"""Steps in a report with formulas; of more, each section has its first ones and its last."""
LIMIT_OF_TABLE = 200_000
FEWEST = 2
"""Steps that a section has at least, however many sections there are."""


@dataclass(frozen=True)
class Part:
    """What a report is about: everything, or what all that is given here has in common.

    ``stages`` and ``node`` choose stages and a layer, ``first`` and ``last`` step numbers from here to there,
    ``quantity`` one quantity with everything that it depends on.
    """

    stages: tuple[int, ...] = ()
    node: str = ""
    first: int = 0
    last: int | None = None
    quantity: Quantity | None = None


@dataclass(frozen=True)
class Piece:
    """The steps of one section that a report holds, in order, and how many more it leaves out before the last."""

    section: Section
    numbers: tuple[int, ...]
    left_out: int


def pieces(trace: Trace, part: Part, limit: int = LIMIT) -> list[Piece]:
    """The chosen steps, section by section; at most about ``limit``, shared fairly among the sections."""
    wanted = dependencies(trace, part.quantity, limit) if part.quantity is not None else None
    chosen = [(section, _inside(trace, section, part, wanted)) for section in trace.sections]
    chosen = [(section, numbers) for section, numbers in chosen if numbers]
    share = _share([len(numbers) for _, numbers in chosen], limit)
    return [_piece(section, numbers, share) for section, numbers in chosen]


def dependencies(trace: Trace, quantity: Quantity, limit: int = LIMIT) -> set[int]:
    """The numbers of the steps that a quantity depends on, its own included; no more than ``limit`` are followed."""
    start = trace.find(quantity)
    found: set[int] = set() if start is None else {start}
    waiting = list(found)
    while waiting and len(found) < limit:
        for need in needs_of(trace, waiting.pop()):
            number = trace.find(need)
            if number is not None and number not in found:
                found.add(number)
                waiting.append(number)
    return found


def needs_of(trace: Trace, number: int) -> list[Quantity]:
    """The operands of a step; a pass with a changed weight is made because of its gradient."""
    step = trace[number]
    q = step.quantity
    return [Quantity("gradient", q.node, q.part, q.index)] if q.role in ("plus", "minus") else step.needs


def left_out(found: list[Piece]) -> int:
    """How many steps are left out in all."""
    return sum(piece.left_out for piece in found)


def rows_of(piece: Piece) -> Iterator[int | None]:
    """The numbers of the steps, and None where some are left out."""
    for place, number in enumerate(piece.numbers):
        if piece.left_out and place == len(piece.numbers) - 1:
            yield None
        yield number


def _inside(trace: Trace, section: Section, part: Part, wanted: set[int] | None) -> range | list[int]:
    """The numbers of a section's steps that the part takes."""
    if (part.stages and section.stage not in part.stages) or (part.node and section.node != part.node):
        return []
    start = trace.start_of(section)
    last = len(trace) - 1 if part.last is None else part.last
    numbers = range(max(start, part.first), min(start + section.count, last + 1))
    return numbers if wanted is None else [number for number in numbers if number in wanted]


def _share(counts: list[int], limit: int) -> int:
    """The most steps that a section may have so that all together stay within the limit."""
    left, waiting = limit, sorted(counts)
    while waiting and waiting[0] <= left // len(waiting):
        left -= waiting.pop(0)
    return max(FEWEST, left // len(waiting)) if waiting else limit


def _piece(section: Section, numbers: range | list[int], share: int) -> Piece:
    if len(numbers) <= share:
        return Piece(section, tuple(numbers), 0)
    return Piece(section, (*numbers[: share - 1], numbers[-1]), len(numbers) - share)
