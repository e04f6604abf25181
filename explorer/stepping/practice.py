"""Practice: is a typed number right, or which slip does it look like; which steps are practised; and the score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Literal

from explorer.equations import Quantity
from explorer.printing import show_plain
from explorer.project.model import Project
from explorer.stepping.figures import Figures, Mode
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import MEASURED
from explorer.stepping.slips import KINDS, Slip, slips
from explorer.stepping.trace import Trace

SIGNIFICANT = 4
"""Significant digits that suffice where more are shown."""
MOST_PER_SECTION = 2000
ON_THE_WAY = 0.006
"""How far, relatively, rounding on the way may take the number of a slip."""
_LONG = 6
_TINY = 1e-12
Verdict = Literal["right", "slip", "wrong"]


@dataclass(frozen=True)
class Judgement:
    """What is said of an answer: right; the slips that it looks like, the likeliest first; or only wrong."""

    verdict: Verdict
    sentence: str
    slips: tuple[Slip, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the slips."""
        return tuple(slip.kind for slip in self.slips)


@dataclass(frozen=True)
class Exercise:
    """One number to be found: a quantity of a trace in the mode and notation that are shown."""

    figures: Figures
    quantity: Quantity
    mode: Mode
    names: Notation

    @property
    def value(self) -> float:
        """The right number. Of what a textbook prints with a slip, the number that is right."""
        return self.figures.value(self.quantity, self.mode)

    @property
    def unit(self) -> float:
        """How far an answer may be off: one unit of the last digit that counts.

        That is the last decimal shown, but no finer than the fourth significant digit of a number shown with more
        than six.
        """
        decimals = self.figures.decimals(self.quantity) if self.mode != "exact" else show_plain(self.value)
        return unit_of(self.value, decimals, 0 if self.mode == "exact" else self.figures.rounded.digits)

    @property
    def tolerance_words(self) -> str:
        """The tolerance as a sentence."""
        return f"An answer may be off by {show_plain(self.unit, digits=2)}."

    def judge(self, typed: float) -> Judgement:
        """What is to be said of a number."""
        right = self.value
        if not math.isfinite(right):
            return Judgement("wrong", f"The number here is {show_plain(right)}; it cannot be typed. Reveal it.")
        exact = self.figures.value(self.quantity, "exact")
        if _close(typed, right, self.unit):
            return Judgement("right", "Right.")
        if self.mode != "exact" and self.quantity.role not in MEASURED and _close(typed, exact, unit_of(exact)):
            words = f"Right, with every digit kept; rounded on the way, it is {self.figures.decimals(self.quantity)}."
            return Judgement("right", words)
        found = self._slips_like(typed)
        if found:
            return Judgement("slip", found[0].sentence, tuple(found))
        return Judgement("wrong", "Not right. " + _how_far(typed, right))

    def slips(self) -> list[Slip]:
        """The slips that are known of this step, those that lead to the right number left out."""
        values = self.figures.exact if self.mode == "exact" else self.figures.rounded.operands_of(self.quantity)
        found = slips(self.figures.trace, self.quantity, self.names, values)
        return [slip for slip in found if not _close(slip.value, self.value, self.unit)]

    def _like(self, typed: float, slip: Slip) -> int:
        """0 if a slip's number was typed, 1 if nearly (numbers on the way may have been rounded), else 2."""
        if _close(typed, slip.value, min(self.unit, unit_of(slip.value))):
            return 0
        return 1 if self.mode != "exact" and _close(typed, slip.value, ON_THE_WAY * abs(slip.value)) else 2

    def _slips_like(self, typed: float) -> list[Slip]:
        """The slips whose number was typed, in the likeliest first; a number with too few digits is one."""
        found = [slip for slip in self.slips() if self._like(typed, slip) < 2]
        found.sort(key=lambda slip: (self._like(typed, slip), KINDS.index(slip.kind)))
        rough = _too_rough(typed, self.value)
        if rough:
            found.insert(0, Slip("rounding", typed, f"The right number, rounded too far. {self.tolerance_words}"))
        return list(dict.fromkeys(found))


def unit_of(value: float, shown: str = "", digits: int = 0) -> float:
    """One unit of the last digit that counts of a number shown as ``shown`` (``digits`` decimals at least)."""
    size = abs(value)
    significant = 10.0 ** (math.floor(math.log10(size)) + 1 - SIGNIFICANT) if size > _TINY else _TINY
    mantissa, _, exponent = shown.replace("−", "-").partition("e")
    figures = mantissa.strip("-").replace(".", "").lstrip("0")
    if not shown or len(figures) > _LONG:
        return significant
    decimals = max(digits, len(mantissa.partition(".")[2]) - int(exponent or 0))
    unit = 10.0**-decimals
    return max(unit, significant) if decimals > digits else unit


def _close(one: float, other: float, unit: float) -> bool:
    return abs(one - other) <= unit * (1 + 1e-6) + 1e-15


def _too_rough(typed: float, right: float) -> bool:
    """Whether a number is the right one with fewer digits: one, two or three significant ones, or decimals."""
    if typed == 0 or right == 0:
        return False
    exponent = math.floor(math.log10(abs(right)))
    return any(
        math.isclose(typed, round(right, digits), rel_tol=1e-9)
        for digits in {*(place - exponent for place in range(3)), 1, 2, 3}
    )


def _how_far(typed: float, right: float) -> str:
    """A hint that gives little away."""
    if (typed < 0) != (right < 0) and right != 0:
        return "Look at the sign first."
    return "It is too large." if typed > right else "It is too small."


def practised(trace: Trace, stages: tuple[int, ...] = (), one_per_layer: bool = False) -> list[int]:
    """The numbers of the steps to practise: of some stages (empty for all), the first unit of each layer, or all.

    Of a section with more than MOST_PER_SECTION steps the first ones are taken. What a whole pass
    measures, E(w + epsilon), cannot be worked out on paper and is left out.
    """
    found: list[int] = []
    for section in trace.sections:
        if stages and section.stage not in stages:
            continue
        start, first = trace.start_of(section), section.make(0)
        for inside in range(min(section.count, MOST_PER_SECTION)):
            q = section.make(inside)
            if one_per_layer and not _same_unit(q, first):
                break
            if q.role not in ("plus", "minus"):
                found.append(start + inside)
    return found


def _same_unit(q: Quantity, first: Quantity) -> bool:
    """Whether a step is about the same unit or weight as the first of its section."""
    if "term" in (q.role, first.role):  # the terms of a unit, and their sum
        return q.index[:1] == first.index[:1]
    return q.index == first.index


@dataclass(frozen=True)
class Progress:
    """What a person has practised of one project: by the quantity's name (right at once, tries, revealed)."""

    done: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)

    def with_try(self, name: str, right: bool) -> Progress:
        """After an answer."""
        rights, tries, revealed = self.done.get(name, (0, 0, 0))
        return replace(self, done={**self.done, name: (rights + right, tries + 1, revealed)})

    def with_reveal(self, name: str) -> Progress:
        """After the number was shown without an answer."""
        rights, tries, revealed = self.done.get(name, (0, 0, 0))
        return replace(self, done={**self.done, name: (rights, tries, revealed + 1)})

    def solved(self, name: str) -> bool:
        """Whether the number was found at least once."""
        return self.done.get(name, (0, 0, 0))[0] > 0

    @property
    def score(self) -> tuple[int, int]:
        """(numbers found, numbers tried or revealed)."""
        return sum(rights > 0 for rights, _, _ in self.done.values()), len(self.done)

    def as_data(self) -> dict[str, list[int]]:
        """The same as plain data, for a file."""
        return {name: list(counts) for name, counts in self.done.items()}


MOST_KEPT = 5000


def progress_from(data: Any) -> Progress:
    """Progress from a file; what cannot be read of it is left out."""
    done = {}
    for name, counts in list(data.items())[:MOST_KEPT] if isinstance(data, dict) else ():
        fine = isinstance(counts, list) and len(counts) == 3
        if isinstance(name, str) and fine and all(type(count) is int and 0 <= count < 10**9 for count in counts):
            done[name] = (counts[0], counts[1], counts[2])
    return Progress(done)


def project_key(project: Project) -> str:
    """What tells projects apart whose practice is remembered: the name and the network, not the weights or the file."""
    network = project.network
    nodes = [
        (node.id, node.kind, sorted((name, repr(value)) for name, value in node.params.items()))
        for node in network.nodes
    ]
    edges = [(edge.source, edge.target, edge.port) for edge in network.edges]
    return sha256(repr((project.name, nodes, edges)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
