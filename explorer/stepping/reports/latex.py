"""LaTeX: a document that pdfLaTeX, XeLaTeX and LuaLaTeX compile, whatever the names are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from explorer.equations import Expr, Quantity
from explorer.printing import latex
from explorer.stepping.explain import lettered
from explorer.stepping.figures import number_tex
from explorer.stepping.naming import for_the_eye
from explorer.stepping.reports.part import Piece
from explorer.stepping.reports.sheet import Line, Sheet
from explorer.stepping.reports.tex_lines import PAGE, broken, width

_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", '"': r"\textquotedbl{}"}
_SPECIAL |= {mark: "\\" + mark for mark in "&%$#_{}"} | {"<": r"\textless{}", ">": r"\textgreater{}"}
_SPECIAL |= {"|": r"\textbar{}", "`": r"\textasciigrave{}", "'": r"\textquotesingle{}", "-": "{-}"}
_SYMBOLS = {
    "−": "$-$", "×": r"$\times$", "·": r"$\cdot$", "½": "1/2", "∂": r"$\partial$", "∞": r"$\infty$", "…": r"\dots{}",
    "ε": r"$\varepsilon$", "δ": r"$\delta$", "η": r"$\eta$", "α": r"$\alpha$", "β": r"$\beta$", "σ": r"$\sigma$",
    "μ": r"$\mu$", "γ": r"$\gamma$", "Δ": r"$\Delta$", "≤": r"$\leq$", "≥": r"$\geq$", "–": "--",
}  # fmt: skip
_UNKNOWN_IN_MATH = re.compile(r"[^\x20-\x7e]+")

PREAMBLE = r"""\documentclass{article}
\usepackage{iftex}
\ifPDFTeX
  \usepackage[T1]{fontenc}
  \usepackage[utf8]{inputenc}
  \newcommand{\nncharacter}[1]{[U+#1]}
\else
  \newcommand{\nncharacter}[1]{\symbol{"#1}}
\fi
\usepackage{textcomp}
\usepackage[margin=22mm]{geometry}
\usepackage{amsmath}
\allowdisplaybreaks
\raggedright
\begin{document}"""
_NEXT = " \\\\\n&\\quad {} "
"""Between the lines of one form: the sign that the next begins with has a neighbour, and so its spaces."""


class LatexSheet(Sheet):
    """A LaTeX document."""

    end = r"\end{document}"

    def opening(self) -> Iterator[str]:
        """The preamble."""
        yield PREAMBLE

    def heading(self, found: list[Piece]) -> Iterator[str]:
        """A section, and what the numbers are."""
        yield rf"\section*{{{words(self.name)}: iteration {self.count}}}"
        yield words(self.summary(found))

    def stage_start(self, stage: int, title: str) -> Iterator[str]:
        """A subsection."""
        yield f"\\subsection*{{{words(title)}}}"

    def section(self, piece: Piece) -> Iterator[str]:
        """A run-in heading."""
        yield f"\\paragraph{{{words(piece.section.title)}}}"

    def line(self, line: Line) -> Iterator[str]:
        """A display with a line per form."""
        first, *forms = chain(line, Tex())
        room = max(PAGE - width(f"{first} ="), PAGE / 3)
        lines = [f"&= {_NEXT.join(broken(text, room))}" for text in forms]
        yield "\\begin{align*}\n" + f"{first} " + " \\\\\n".join(lines) + "\n\\end{align*}"
        if line.printed:
            yield rf"\emph{{{words(line.remark)}}}"

    def gap(self, sentence: str) -> str:
        """A paragraph."""
        return f"\n\\emph{{{words(sentence)}}}\n"

    def verdict(self, sentence: str) -> str:
        """A paragraph."""
        return f"\n{words(sentence)}\n"


@dataclass(frozen=True)
class Tex:
    """How formulas are written: for a LaTeX document, or (``spoken``) for what knows no commands of ours."""

    spoken: bool = False

    def name(self, line: Line, q: Quantity) -> str:
        """A quantity's name."""
        return self.safe(for_the_eye(line.names.latex(q)))

    def formula(self, line: Line, expr: Expr) -> str:
        """A formula with names."""
        return self.safe(for_the_eye(latex(lettered(expr, line.names), line.names.latex)))

    def safe(self, tex: str) -> str:
        """Math in which every character that is not ASCII, such as one of a layer's name, is text."""

        def text(found: re.Match[str]) -> str:
            return rf"\text{{{found[0] if self.spoken else words(found[0])}}}"

        return _UNKNOWN_IN_MATH.sub(text, tex)


def chain(line: Line, tex: Tex) -> list[str]:
    """The name, the formula, the numbers and the value, each once."""
    name, value = tex.name(line, line.quantity), tex.safe(number_tex(line.value) if _is_number(line.value) else "")
    value = value or rf"\text{{{words(line.value)}}}"
    if line.equation is None:
        if line.changed is None:
            return [name, value]
        weight, old, sign, change = line.changed
        numbers = f"{number_tex(old)} {sign.replace('−', '-')} {number_tex(change)}"
        return [name, rf"{line.names.cost}\text{{ with }} {tex.name(line, weight)} \leftarrow {numbers}", value]
    filled = latex(line.equation, lambda q: number_tex(line.numbers(q)), numbers=True)
    return list(dict.fromkeys([name, tex.formula(line, line.equation), tex.safe(filled), value]))


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[−-]?(\d+(\.\d+)?(e[−-]?\d+)?|∞|NaN)", text) is not None


def words(text: str) -> str:
    """Text in which no character means anything to LaTeX, and which every TeX can set."""
    return "".join(_character(mark) for mark in " ".join(text.split()))


def _character(mark: str) -> str:
    if mark in _SPECIAL or mark in _SYMBOLS:
        return _SPECIAL.get(mark) or _SYMBOLS[mark]
    if " " <= mark <= "~" or ("À" <= mark <= "ſ" and mark.isalpha()):
        return mark
    return f"\\nncharacter{{{ord(mark):04X}}}"
