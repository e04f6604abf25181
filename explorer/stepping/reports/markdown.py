"""Markdown with formulas as GitHub draws them, between dollar signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from explorer.stepping.reports.latex import Tex, chain
from explorer.stepping.reports.part import Piece
from explorer.stepping.reports.sheet import Line, Sheet

_MARKS = re.compile(r"([\\`*_{}\[\]()#+!|~$<>-])")


class MarkdownSheet(Sheet):
    """Markdown: a heading per stage, a formula per step."""

    def heading(self, found: list[Piece]) -> Iterator[str]:
        """A heading, and what the numbers are."""
        yield f"## {words(self.name)}: iteration {self.count}\n"
        yield f"{words(self.summary(found))}\n"

    def stage_start(self, stage: int, title: str) -> Iterator[str]:
        """A heading."""
        yield f"\n### {title}\n"

    def section(self, piece: Piece) -> Iterator[str]:
        """What the steps are, above them."""
        yield f"**{words(piece.section.title)}**\n"

    def line(self, line: Line) -> Iterator[str]:
        """The formula, the numbers and the value, and what the textbook prints."""
        yield f"```math\n{' = '.join(chain(line, Tex(spoken=True)))}\n```\n"
        if line.printed:
            yield f"> {words(line.remark)}\n"

    def gap(self, sentence: str) -> str:
        """A paragraph in italics."""
        return f"*{words(sentence)}*\n"

    def verdict(self, sentence: str) -> str:
        """A paragraph."""
        return f"\n{words(sentence)}\n"


def words(text: str) -> str:
    """Text on one line in which no mark means anything to Markdown or HTML."""
    flat = " ".join(text.split())
    return _MARKS.sub(
        lambda found: escape(found[1]) if found[1] in "<>" else f"\\{found[1]}", flat.replace("&", "&amp;")
    )
