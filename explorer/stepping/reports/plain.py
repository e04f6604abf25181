"""Plain text, a line per step."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.printing import text
from explorer.stepping.reports.part import Piece
from explorer.stepping.reports.sheet import Line, Sheet


class TextSheet(Sheet):
    """Plain text, a line per step."""

    def heading(self, found: list[Piece]) -> Iterator[str]:
        """The name, the iteration, and what the numbers are."""
        yield f"{self.name}: iteration {self.count}"
        yield self.summary(found)

    def stage_start(self, stage: int, title: str) -> Iterator[str]:
        """An empty line and the title."""
        yield f"\n{title}"

    def line(self, line: Line) -> Iterator[str]:
        """``name = formula = numbers = value``, and what the textbook prints."""
        yield "  " + " = ".join(chain(line))
        if line.printed:
            yield f"      {line.remark}"

    def gap(self, sentence: str) -> str:
        """A line."""
        return f"  … {sentence}"

    def verdict(self, sentence: str) -> str:
        """The sentence and an empty line."""
        return f"\n{sentence}\n"


def chain(line: Line) -> list[str]:
    """The name, the formula, the numbers and the value, each once."""
    return list(dict.fromkeys([line.names.text(line.quantity), *forms(line), line.value]))


def forms(line: Line) -> tuple[str, str]:
    """(formula, the same with numbers) as text; for what is measured, how."""
    name = line.names.text(line.quantity)
    if line.equation is not None:
        return text(line.equation, line.names.text), text(line.equation, line.numbers, numbers=True)
    if line.changed is None:
        return name, line.value
    weight, old, sign, change = line.changed
    return name, f"{line.names.cost} with {line.names.text(weight)} = {old} {sign} {change}"
