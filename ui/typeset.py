"""Typesetting: a formula in LaTeX as SVG. Run as a program, it sets each formula that it is sent.

It imports nothing of the program, so that the process that sets the window's formulas is small and starts soon.
"""

from __future__ import annotations

import json
import re
import signal
import sys
import warnings
from dataclasses import dataclass
from functools import lru_cache

Key = tuple[str, int, str]
"""A formula: LaTeX, size in pixels, colour as #RRGGBB."""

_ALIGNED = (r"\begin{aligned}", r"\end{aligned}")
_BEFORE_EQUALS, _BETWEEN_ROWS = 0.25, 0.3
"""Spaces in a block of equations, as shares of the letters' size."""
_VIEW_BOX = re.compile(r'viewBox="([^"]*)"')
_CACHED = 512


def drawing(key: Key) -> str | None:
    """A formula as SVG; None if it is not LaTeX that can be typeset."""
    try:
        return typeset(*key)
    except Exception:  # the parser raises whatever it trips over: a text that is no LaTeX is shown as it is
        return None


def typeset(tex: str, size: int, colour: str) -> str:
    """``tex`` as SVG, equations below each other too; raises what the parser raises."""
    if not tex.startswith(_ALIGNED[0]):
        return one_line(tex, size, colour)
    # ziamath sets such a block as a table, which takes ten times as long as its rows one by one.
    rows = tex.removeprefix(_ALIGNED[0]).removesuffix(_ALIGNED[1]).split(r"\\")
    cells = [[_cell(part.strip(), size, colour) for part in row.split("&")] for row in rows]
    middle = max(row[0].width for row in cells)
    drawn: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    baseline = 0.0
    for left, right in cells:
        baseline += max(-left.top, -right.top)
        for cell, x in ((left, middle - left.right), (right, middle + _BEFORE_EQUALS * size)):
            drawn.append(f'<g transform="translate({x:.3f} {baseline:.3f})">{cell.content}</g>')
            if cell.content:
                boxes.append((cell.left + x, cell.top + baseline, cell.right + x, cell.bottom + baseline))
        baseline += max(left.bottom, right.bottom) + _BETWEEN_ROWS * size
    x, y = min(box[0] for box in boxes), min(box[1] for box in boxes)
    width, height = max(box[2] for box in boxes) - x, max(box[3] for box in boxes) - y
    corner = f"{x:.3f} {y:.3f} {width:.3f} {height:.3f}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{corner}">{"".join(drawn)}</svg>'


@dataclass(frozen=True)
class _Cell:
    """One side of an equation: what is drawn, and its box round the baseline, in pixels."""

    content: str
    left: float = 0.0
    top: float = 0.0
    width: float = 0.0
    height: float = 0.0

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


@lru_cache(maxsize=_CACHED)
def _cell(tex: str, size: int, colour: str) -> _Cell:
    if not tex:
        return _Cell("")
    head, _, rest = one_line(tex, size, colour).partition(">")
    left, top, width, height = (float(number) for number in _VIEW_BOX.findall(head)[0].split())
    return _Cell(rest.removesuffix("</svg>"), left, top, width, height)


def one_line(tex: str, size: int, colour: str) -> str:
    """One formula as SVG, its baseline at 0; the first takes half a second, the others about 15 ms."""
    with warnings.catch_warnings():
        # On Python 3.11 ziamath finds its own fonts in a deprecated way; imported late because it reads them then.
        warnings.simplefilter("ignore", DeprecationWarning)
        from ziamath.config import config
        from ziamath.zmath import Latex

        # Qt's SVG draws none of the SVG 2 symbols that ziamath would use otherwise.
        config.svg2 = False
        return str(Latex(tex, size=size, color=colour).svg())


def serve() -> None:
    """Set each formula that is read, a JSON list in a line, and write its SVG or null as JSON, until there are none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the window, which ends this too
    drawing((r"z_j = b_j + \sum_i w_{j,i} \, x_i", 18, "#000000"))  # loads the fonts before they are needed
    for line in sys.stdin:
        tex, size, colour = json.loads(line)
        sys.stdout.write(json.dumps(drawing((tex, size, colour))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
