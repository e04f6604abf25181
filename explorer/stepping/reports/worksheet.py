"""Worksheet: chosen steps with some numbers left blank for a class, and a key with all of them, on pages of its own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from explorer.equations import Quantity, Ref
from explorer.project.errors import show_name
from explorer.stepping.notation import Notation
from explorer.stepping.questions import question
from explorer.stepping.report import stage_title
from explorer.stepping.reports.html import STYLE, formula, name_of, page_head, shown
from explorer.stepping.reports.part import pieces
from explorer.stepping.reports.sheet import Content, Line

MOST_OPERANDS = 12
"""A step with more numbers than this is not asked for on paper."""
MOST_ITEMS = 80


@dataclass(frozen=True)
class Item:
    """One numbered step: its formula with names, and its number, or a blank for it."""

    number: int
    line: Line
    asked: str
    blank: bool


@dataclass(frozen=True)
class Worksheet:
    """What a worksheet says: given numbers (by quantity, as shown), the stages with their items, the picture.

    ``left_out`` counts the steps that are too long or too many for paper.
    """

    title: str
    instructions: str
    given: tuple[tuple[Quantity, str], ...]
    stages: tuple[tuple[str, tuple[Item, ...]], ...]
    names: Notation
    picture: str
    left_out: int

    @property
    def items(self) -> list[Item]:
        """All items in order."""
        return [item for _, items in self.stages for item in items]


def make_worksheet(content: Content, seed: int, share: float = 0.6) -> Worksheet:
    """The worksheet of a content's part; ``seed`` decides which ``share`` (0 to 1) of the numbers is left blank.

    A number that is only a copy of a blank one is blank too. The same seed makes the same blanks.
    """
    trace = content.trace
    names = Notation(trace.rules.resolved, content.style, trace.rules.batch)
    found = pieces(trace, content.part, min(content.limit, MOST_ITEMS))
    numbers = [number for piece in found for number in piece.numbers]
    fitting = [number for number in numbers if _fits_paper(trace[number].quantity, trace[number].needs)]
    gone = sum(piece.left_out for piece in found) + len(numbers) - len(fitting)
    chosen = _chosen([trace[number].quantity for number in fitting], seed, share)
    inside = {trace[number].quantity for number in fitting}
    given: dict[Quantity, str] = {}
    stages: dict[int, list[Item]] = {}
    for place, number in enumerate(fitting):
        step = trace[number]
        line = Line(step, names, content.shown, ())
        for need in step.needs:
            if need not in inside:
                given.setdefault(need, content.shown.operand(need, step.quantity))
        if isinstance(step.equation, Ref) and step.equation.quantity in chosen:
            chosen.add(step.quantity)
        asked = question(trace.rules, step.quantity, names)
        stages.setdefault(step.stage, []).append(Item(place + 1, line, asked, step.quantity in chosen))
    return Worksheet(
        title=show_name(trace.record.project.name),
        instructions=f"Fill in the blanks. Numbers: {content.shown.words}.",
        given=tuple(given.items()),
        stages=tuple((stage_title(stage), tuple(items)) for stage, items in stages.items()),
        names=names,
        picture=content.picture,
        left_out=gone,
    )


def html_worksheet(sheet: Worksheet, key: bool = True) -> str:
    """The worksheet as one HTML page that prints on paper; the key begins on a new one."""
    return "\n".join(_html(sheet, key)) + "\n"


def _html(sheet: Worksheet, key: bool) -> Iterator[str]:
    yield page_head(sheet.title, STYLE + _PAPER)
    yield f"<h1>{escape(sheet.title)}: worksheet</h1>"
    yield '<p class="who"><span>Name</span><span>Date</span></p>'
    yield f'<p class="lead">{escape(sheet.instructions)}{escape(left_out_words(sheet))}</p>'
    if sheet.picture:
        yield f"<figure>{sheet.picture}</figure>"
    first = next(iter(sheet.items), None)
    if first is not None and sheet.given:
        cells = (f"{name_of(first.line, q)}<mo>=</mo>{shown(text)}" for q, text in sheet.given)
        spans = " ".join(f"<span><math><mrow>{cell}</mrow></math></span>" for cell in cells)
        yield f'<h2>Given</h2><p class="given">{spans}</p>'
    for title, items in sheet.stages:
        yield f"<section><h2>{escape(title)}</h2>"
        for item in items:
            asked = f'<p class="ask">({item.number}) {escape(item.asked)}</p>'
            yield f'<div class="step">{asked}{_exercise(item)}</div>'
        yield "</section>"
    if key:
        yield f'<section class="key"><h1>{escape(sheet.title)}: key</h1>'
        for item in sheet.items:
            if item.blank:
                yield f'<div class="step"><p class="ask">({item.number})</p>{formula(item.line)}</div>'
        yield "</section>"
    yield "</main></body></html>"


def left_out_words(sheet: Worksheet) -> str:
    """How many steps are not on the sheet; empty if all are."""
    return f" {sheet.left_out:,} steps are left out: they are too long or too many for paper." if sheet.left_out else ""


def _exercise(item: Item) -> str:
    """The formula with names and a blank, or the number that is given away."""
    return formula(item.line, _BLANK if item.blank else f'<mrow class="value">{shown(item.line.value)}</mrow>')


def _fits_paper(q: Quantity, needs: list[Quantity]) -> bool:
    """Whether a step can be worked out on paper; a whole pass with a changed weight cannot."""
    return q.role not in ("plus", "minus") and len(needs) <= MOST_OPERANDS


def _chosen(quantities: list[Quantity], seed: int, share: float) -> set[Quantity]:
    """The quantities that are left blank: at least one, if there is any."""
    count = min(len(quantities), max(1, round(share * len(quantities))))
    return set(random.Random(seed).sample(quantities, count))


_BLANK = '<mspace class="blank" width="9em" height="1em" depth="0.2em"/>'
_PAPER = """
.who{display:flex;gap:2rem;margin:.75rem 0 1rem}
.who span{flex:1;border-bottom:1px solid var(--text2);padding-top:1.5rem}
.given span{display:inline-block;margin:0 1.25rem .35rem 0}.blank{border-bottom:1.5px solid var(--text)}
.key{break-before:page;margin-top:4rem}
@media print{.step,figure{border:none;padding:.2rem 0;background:none}main{padding:0}}
"""
