"""Long LaTeX formulas in lines that fit on a page, broken before signs and after commas."""

from __future__ import annotations

import re
from collections.abc import Iterator

PAGE = 470.0
"""The room for a formula in points: text of ten points on paper with margins of 22 mm."""

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|.", re.DOTALL)
_CUT = re.compile(r" (?=(?:[+-]|\\cdot|\\odot|\\,) )|(?<=,) ")
_CASES = re.compile(r"\\begin\{cases\} (.*) \\end\{cases\}", re.DOTALL)
_WIDTHS = {r"\quad": 10.0, r"\cdots": 17.0, r"\sum": 15.0, r"\frac": 3.0, r"\cdot": 8.0}
_WIDTHS |= dict.fromkeys(("+", "=", r"\odot"), 12.0)
_WIDTHS |= dict.fromkeys((*"{}^_ &", r"\text", r"\operatorname", r"\begin", r"\end"), 0.0)
_WIDTHS |= dict.fromkeys((".", ",", r"\,"), 3.0)


def width(tex: str) -> float:
    """About how wide a formula is, in points; more rather than less."""
    return sum(_WIDTHS.get(token, 5.0 + 2.0 * (len(token) > 2)) for token in _TOKEN.findall(tex))


def broken(tex: str, room: float) -> list[str]:
    """A formula's lines, each at most ``room`` points wide where there is a sign or a comma to break it at."""
    if width(tex) <= room:
        return [tex]
    lines = [""]
    for piece in _pieces(tex):
        if lines[-1] and width(f"{lines[-1]} {piece}") > room:
            lines.append("")
        fitting = piece if width(piece) <= room else _stacked(piece, room)
        lines[-1] += f" {fitting}" if lines[-1] else fitting
    return lines


def _stacked(tex: str, room: float) -> str:
    """A formula with the parts of fractions, roots and cases that are too wide for a line in lines of their own."""
    if (cases := _CASES.fullmatch(tex)) is not None:
        return rf"\begin{{cases}} {_conditions(cases[1], room)} \end{{cases}}"
    stacked, start, depth = "", 0, 0
    for found in _TOKEN.finditer(tex):
        depth += (found[0] == "{") - (found[0] == "}")
        if found[0] == "{" and depth == 1:
            stacked += tex[start : found.end()]
            start = found.end()
        elif found[0] == "}" and depth == 0:
            lines = broken(tex[start : found.start()], room)
            inside = r" \\ {} ".join(lines)
            stacked += inside if len(lines) == 1 else rf"\begin{{gathered}} {inside} \end{{gathered}}"
            start = found.start()
    return stacked + tex[start:]


def _conditions(tex: str, room: float) -> str:
    """The rows of cases, with conditions that are too wide in lines of their own; cases within cases stay."""
    if r"\begin" in tex:
        return tex
    rows = [row.partition("& ") for row in tex.split(r" \\ ")]
    left = max(width(value) for value, _, _ in rows)
    cells = [(value, broken(condition, room - left - width(r"\quad"))) for value, _, condition in rows]
    return r" \\ ".join(rf"{value}& " + r" \\ & \quad {} ".join(lines) for value, lines in cells)


def _pieces(tex: str) -> Iterator[str]:
    """The formula, cut before each sign and after each comma that stands in no braces and no environment."""
    start = depth = place = 0
    for found in _TOKEN.finditer(tex):
        place, token = found.start(), found[0]
        depth += (token in ("{", r"\begin")) - (token in ("}", r"\end"))
        if depth == 0 and _CUT.match(tex, place):
            yield tex[start:place]
            start = place + 1
    yield tex[start:]
