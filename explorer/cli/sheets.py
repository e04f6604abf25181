"""Sheets: the steps of iterations written for people, as text, Markdown, HTML and LaTeX."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from html import escape

from explorer.printing import latex, mathml, show_plain
from explorer.project.errors import show_name
from explorer.project.model import Printed, Project
from explorer.stepping.notation import Notation, Style
from explorer.stepping.numbers import Rounded
from explorer.stepping.record import verdict
from explorer.stepping.report import Numbers, formula, stage_title, substituted
from explorer.stepping.textbook import Textbook
from explorer.stepping.trace import Step, Trace

Rows = tuple[Printed, ...]
"""What a textbook prints for one quantity."""


class Sheet(ABC):
    """One way to write steps. ``start`` opens it, ``end`` closes it, and ``line`` writes one step."""

    start = ""
    end = ""

    def __init__(self, project: Project, style: Style) -> None:
        self._name = show_name(project.name)
        self._style: Style = style
        self._count = 0

    def iteration(self, trace: Trace, numbers: Numbers) -> Iterator[str]:
        """The texts of one iteration, to be printed one after the other."""
        names = Notation(trace.rules.resolved, self._style, trace.rules.batch)
        book = Textbook(trace, Rounded(trace.rules))
        self._count += 1
        if self._count == 1:
            yield from self.opening()
        yield self.heading(self._count)
        stage = 0
        for step in trace:
            if step.stage != stage:
                yield from self.stage_end() if stage else ()
                stage = step.stage
                yield from self.stage_start(stage_title(stage))
            yield from self.line(step, numbers, names, book.printed(step.quantity))
        yield from self.stage_end() if stage else ()
        worst = trace.record.max_relative_error
        yield self.verdict(f"Gradient check: the largest relative error is {worst:.2g}: {verdict(worst)}.")

    def opening(self) -> Iterator[str]:
        """Before all iterations."""
        yield from ()

    @abstractmethod
    def heading(self, number: int) -> str:
        """Above an iteration."""

    @abstractmethod
    def stage_start(self, title: str) -> Iterator[str]:
        """Above a stage."""

    def stage_end(self) -> Iterator[str]:
        """Below a stage."""
        yield from ()

    @abstractmethod
    def line(self, step: Step, numbers: Numbers, names: Notation, printed: Rows) -> Iterator[str]:
        """One step."""

    def verdict(self, sentence: str) -> str:
        """Below an iteration."""
        return sentence


class TextSheet(Sheet):
    """Plain text, a line per step."""

    def heading(self, number: int) -> str:
        """``Iteration 1``."""
        return f"{self._name}: iteration {number}"

    def stage_start(self, title: str) -> Iterator[str]:
        """An empty line and the title."""
        yield f"\n{title}"

    def line(self, step: Step, numbers: Numbers, names: Notation, printed: Rows) -> Iterator[str]:
        """``name = formula = numbers = value``, and what the textbook prints."""
        yield "  " + " = ".join(_chain(step, numbers, names))
        if printed:
            yield f"      {_remark(printed)}"

    def verdict(self, sentence: str) -> str:
        """The sentence and an empty line."""
        return f"\n{sentence}\n"


class MarkdownSheet(Sheet):
    """Markdown, a table per stage."""

    def heading(self, number: int) -> str:
        """A heading."""
        return f"## {_cell(self._name)}: iteration {number}"

    def stage_start(self, title: str) -> Iterator[str]:
        """A heading and the head of a table."""
        yield f"\n### {title}\n"
        yield "| quantity | formula | numbers | value | printed |\n|---|---|---|---|---|"

    def line(self, step: Step, numbers: Numbers, names: Notation, printed: Rows) -> Iterator[str]:
        """A row of the table."""
        value = show_plain(numbers.step_value(step.quantity))
        row = (names.text(step.quantity), formula(step, names), substituted(step, numbers, names), value)
        yield "| " + " | ".join(_cell(text) for text in (*row, _remark(printed))) + " |"

    def verdict(self, sentence: str) -> str:
        """A paragraph."""
        return f"\n{sentence}\n"


class HtmlSheet(Sheet):
    """One HTML page without scripts or links; formulas are MathML, which browsers draw."""

    end = "</main></body></html>"

    def opening(self) -> Iterator[str]:
        """The head of the page."""
        title = escape(self._name)
        head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        yield f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body><main>'

    def heading(self, number: int) -> str:
        """A heading."""
        return f"<h1>{escape(self._name)}: iteration {number}</h1>"

    def stage_start(self, title: str) -> Iterator[str]:
        """A heading."""
        yield f"<h2>{escape(title)}</h2>"

    def line(self, step: Step, numbers: Numbers, names: Notation, printed: Rows) -> Iterator[str]:
        """A paragraph with the formula, the numbers and the value."""
        slip = ' class="slip"' if any(row.slip for row in printed) else ""
        note = f"<br><em{slip}>{escape(_remark(printed))}</em>" if printed else ""
        yield f"<p>{mathml(' = '.join(_tex_chain(step, numbers, names)))}{note}</p>"

    def verdict(self, sentence: str) -> str:
        """A paragraph."""
        return f"<p>{escape(sentence)}</p>"


class LatexSheet(Sheet):
    """A LaTeX document."""

    end = r"\end{document}"

    def opening(self) -> Iterator[str]:
        """The preamble."""
        yield "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{amsmath}"
        yield "\\allowdisplaybreaks\n\\begin{document}"

    def heading(self, number: int) -> str:
        """A section."""
        return rf"\section*{{{_tex_text(self._name)}: iteration {number}}}"

    def stage_start(self, title: str) -> Iterator[str]:
        """A subsection."""
        yield rf"\subsection*{{{title}}}"

    def line(self, step: Step, numbers: Numbers, names: Notation, printed: Rows) -> Iterator[str]:
        """A display with a line per form."""
        name, *forms = _tex_chain(step, numbers, names)
        yield r"\begin{align*}" + f"\n{name} " + " \\\\\n".join(f"&= {text}" for text in forms) + "\n" + r"\end{align*}"
        if printed:
            yield rf"\emph{{{_tex_text(_remark(printed))}}}"

    def verdict(self, sentence: str) -> str:
        """A paragraph."""
        return f"\n{_tex_text(sentence)}\n"


SHEETS: dict[str, type[Sheet]] = {"text": TextSheet, "markdown": MarkdownSheet, "html": HtmlSheet, "latex": LatexSheet}

_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif}main{max-width:64rem;margin:2rem auto;"
    "padding:0 1rem}h2{border-bottom:1px solid;padding-bottom:.2rem}p{overflow-x:auto;padding:.2rem 0}"
    "em{font-style:normal;font-size:.9em;opacity:.75}em.slip{color:#c2410c;opacity:1}"
)

_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "−": "$-$", "×": r"$\times$"}
_TEX |= {mark: "\\" + mark for mark in "&%$#_{}"} | {"ε": r"$\varepsilon$", "½": "1/2", "·": r"$\cdot$"}


def _chain(step: Step, numbers: Numbers, names: Notation) -> list[str]:
    """The name, the formula, the numbers and the value, each once."""
    parts = [names.text(step.quantity), formula(step, names), substituted(step, numbers, names)]
    return list(dict.fromkeys([*parts, show_plain(numbers.step_value(step.quantity))]))


def _tex_chain(step: Step, numbers: Numbers, names: Notation) -> list[str]:
    """The same as LaTeX; a pass with a changed weight has no formula."""
    value = show_plain(numbers.step_value(step.quantity), tex=True)
    if step.equation is None:
        return [names.latex(step.quantity), value]
    lookup = numbers.operands_of(step.quantity)
    filled = latex(step.equation, lambda q: show_plain(lookup(q), tex=True), numbers=True)
    return list(dict.fromkeys([names.latex(step.quantity), latex(step.equation, names.latex), filled, value]))


def _remark(printed: Rows) -> str:
    """What the textbook prints, and what is to be known of it."""
    texts = []
    for row in printed:
        note = f"slip: {row.note}" if row.slip else row.note
        texts.append(f"printed: {row.text}" + (f" ({note})" if note else ""))
    return "; ".join(texts)


def _cell(text: str) -> str:
    """Text that stays within its cell of a Markdown table."""
    return escape(" ".join(text.split()), quote=False).replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")


def _tex_text(text: str) -> str:
    return "".join(_TEX.get(mark, mark) for mark in text)
