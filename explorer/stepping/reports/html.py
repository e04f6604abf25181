"""HTML: one page without scripts, links or network; formulas are MathML, which browsers draw, in light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from explorer import mathml
from explorer.equations import Quantity
from explorer.mathml import MathWriter, identifier, number, operator, row
from explorer.stepping.explain import lettered
from explorer.stepping.naming import for_the_eye
from explorer.stepping.questions import question
from explorer.stepping.report import stage_title
from explorer.stepping.reports.part import Piece
from explorer.stepping.reports.sheet import Line, Sheet

_A_NUMBER = re.compile(r"[−-]?(\d+(\.\d+)?(e[−-]?\d+)?|∞)|NaN")

STYLE = """
:root{color-scheme:light dark;--win:#F4F5F7;--surf:#FFFFFF;--surf2:#F0F2F5;--line:#DDE2E8;--text:#1A1F26;
--text2:#4B5563;--acc:#5546CF;--warn:#8A5200;--warnsoft:#FDF3E1;--wire:#8E99A6}
@media (prefers-color-scheme:dark){:root{--win:#14171B;--surf:#1C2026;--surf2:#262B32;--line:#31373F;--text:#E8EBEF;
--text2:#B4BCC7;--acc:#A99FFF;--warn:#F0BE6A;--warnsoft:#33291A;--wire:#77828F}}
*{box-sizing:border-box}
body{margin:0;background:var(--win);color:var(--text);font:15px/1.5 Inter,system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2.5rem 0 .5rem;padding-bottom:.3rem;
border-bottom:1px solid var(--line)}h3{font-size:.95rem;margin:1.5rem 0 .5rem;color:var(--text2);font-weight:600}
p{margin:.25rem 0}.lead,.gap{color:var(--text2)}nav ul{margin:.5rem 0;padding:0;list-style:none}
nav li{display:inline;margin-right:1.25rem}
a{color:var(--acc)}
.step{background:var(--surf);border:1px solid var(--line);border-radius:6px;margin:.5rem 0;padding:.6rem 1rem;
overflow-x:auto}
.step>p.ask{color:var(--text2);font-size:.85rem;margin:0 0 .2rem}
.step math{font-size:1.1rem}mtable.chain{margin:0;width:auto}
mtable.chain>mtr>mtd{padding:.3rem .15rem;text-align:left}mtable.chain>mtr>mtd:first-child{text-align:right}
.value{color:var(--acc);font-weight:600}
.note{font-size:.85rem;color:var(--text2)}.note.slip{color:var(--warn);background:var(--warnsoft);padding:.1rem .4rem;
border-radius:4px;display:inline-block}
figure{margin:1rem 0;background:var(--surf);border:1px solid var(--line);border-radius:6px;padding:1rem;overflow-x:auto}
figure svg{max-width:100%;height:auto;display:block;margin:0 auto}
.verdict{margin-top:1rem;font-weight:600}
@media print{body{background:none}.step{break-inside:avoid}nav{display:none}}
"""


class HtmlSheet(Sheet):
    """One HTML page, with a table of contents and the network's picture."""

    end = "</main></body></html>"

    def opening(self) -> Iterator[str]:
        """The head of the page."""
        yield page_head(self.name)

    def heading(self, found: list[Piece]) -> Iterator[str]:
        """A heading, what the numbers are, the picture and the contents."""
        yield f"<h1>{escape(self.name)}: iteration {self.count}</h1>"
        yield f'<p class="lead">{escape(self.summary(found))}</p>'
        if self.content.picture:
            yield f"<figure>{self.content.picture}</figure>"
        stages = list(dict.fromkeys(piece.section.stage for piece in found))
        if len(stages) > 1:
            links = "".join(
                f'<li><a href="#{self._id(stage)}">{escape(stage_title(stage))}</a></li>' for stage in stages
            )
            yield f'<nav aria-label="Contents"><ul>{links}</ul></nav>'

    def stage_start(self, stage: int, title: str) -> Iterator[str]:
        """A heading."""
        yield f'<section><h2 id="{self._id(stage)}">{escape(title)}</h2>'

    def stage_end(self) -> Iterator[str]:
        """The end of its section."""
        yield "</section>"

    def section(self, piece: Piece) -> Iterator[str]:
        """A small heading."""
        yield f"<h3>{escape(piece.section.title)}</h3>"

    def line(self, line: Line) -> Iterator[str]:
        """The question, the formula, the numbers and the value, one below the other."""
        asked = escape(question(self.content.trace.rules, line.quantity, line.names))
        slip = " slip" if line.slipped else ""
        note = f'<p class="note{slip}">{escape(line.remark)}</p>' if line.printed else ""
        yield f'<div class="step"><p class="ask">{asked}</p>{formula(line)}{note}</div>'

    def gap(self, sentence: str) -> str:
        """A paragraph."""
        return f'<p class="gap">… {escape(sentence)}</p>'

    def verdict(self, sentence: str) -> str:
        """A paragraph."""
        return f'<p class="verdict">{escape(sentence)}</p>'

    def _id(self, stage: int) -> str:
        return f"iteration-{self.count}-stage-{stage}"


def page_head(title: str, style: str = STYLE) -> str:
    """The beginning of a page, up to its main part; a policy forbids it to run or to load anything."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
    head += '<meta name="viewport" content="width=device-width,initial-scale=1">'
    head += f"<title>{escape(title)}</title><style>{style}</style>"
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body><main>'


def formula(line: Line, result: str | None = None) -> str:
    """``name = formula = numbers = value`` as MathML, one form below the other; ``result`` stands for the value."""
    name, forms = name_of(line, line.quantity), list(dict.fromkeys(_forms(line, result is None)))
    value = f'<mrow class="value">{shown(line.value)}</mrow>' if result is None else result
    if forms and forms[-1] == shown(line.value):  # a formula that is a single number
        forms.pop()
    rows = [*forms, value]
    cells = "".join(
        f"<mtr><mtd>{name if place == 0 else ''}</mtd><mtd>{operator('=')}{part}</mtd></mtr>"
        for place, part in enumerate(rows)
    )
    return f'<math class="chain" displaystyle="true"><mtable class="chain" displaystyle="true">{cells}</mtable></math>'


def name_of(line: Line, q: Quantity) -> str:
    """A quantity's name as MathML."""
    return mathml.name(for_the_eye(line.names.latex(q)))


def shown(text: str) -> str:
    """A number; all that a textbook prints, if it is more than one, as text."""
    return number(text) if _A_NUMBER.fullmatch(text) else f"<mtext>{escape(text)}</mtext>"


def _forms(line: Line, with_numbers: bool) -> list[str]:
    """The formula, and the same with numbers."""
    if line.equation is None:
        if line.changed is None:
            return []
        weight, old, sign, change = line.changed
        numbers = row(number(old), operator(sign), number(change)) if with_numbers else name_of(line, weight)
        cost = identifier(line.names.cost)
        return [row(cost, "<mtext> with </mtext>", name_of(line, weight), operator("←"), numbers)]

    def name(q: Quantity) -> str:
        return for_the_eye(line.names.latex(q))

    named = MathWriter(name).write(lettered(line.equation, line.names))
    return [named, MathWriter(name, line.numbers).write(line.equation)] if with_numbers else [named]
