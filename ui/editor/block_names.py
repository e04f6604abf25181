"""Names on blocks: fitted into little room, and laid out once for all zooms at which they look the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QStaticText, QTextOption

from ui import theme

_SIZES = (13, 12, 11, 10, 9)
_MOST_KEPT = 16384
_NUMBER = re.compile(r"_?\d+$")


class Name(NamedTuple):
    """A name laid out, its font, and its size in pixels."""

    text: QStaticText
    font: QFont
    width: float
    height: float


class BlockNames:
    """Lays names out, and keeps them."""

    def __init__(self) -> None:
        self._fonts = {size: theme.text_font(size, 500) for size in _SIZES}
        self._metrics = {size: QFontMetricsF(font) for size, font in self._fonts.items()}
        self._widths: dict[str, float] = {}
        self._shown: dict[tuple[str, int, int], Name] = {}
        self._laid_out: dict[tuple[str, int], Name] = {}

    def fitted(self, name: str, width: int, height: int, late: Callable[[], bool]) -> Name | None:
        """A name in the largest size that fits, else in two lines, else cut; None if it is ``late`` to find out."""
        key = (name, width, height)
        shown = self._shown.get(key)
        if shown is None and not late():
            if len(self._shown) > _MOST_KEPT:
                self._shown.clear()
                self._laid_out.clear()
            shown = self._shown[key] = self._fit(name, width, height)
        return shown

    def _fit(self, name: str, width: int, height: int) -> Name:
        if name not in self._widths:
            self._widths[name] = self._metrics[_SIZES[0]].horizontalAdvance(name)
        share = width / max(1.0, self._widths[name])
        size = next((size for size in _SIZES if size <= share * _SIZES[0] and 1.25 * size <= height), _SIZES[-1])
        whole = size <= share * _SIZES[0]
        text = name if whole else _in_parts(name, self._metrics[size], width, 2.5 * size <= height)
        return self._lay_out(text, size)

    def _lay_out(self, text: str, size: int) -> Name:
        key = (text, size)
        if key not in self._laid_out:
            laid_out = QStaticText(text)
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.setTextOption(QTextOption(Qt.AlignmentFlag.AlignHCenter))
            metrics, lines = self._metrics[size], text.split("\n")
            width = ceil(max(metrics.horizontalAdvance(line) for line in lines)) + 1.0
            laid_out.setTextWidth(width)
            self._laid_out[key] = Name(laid_out, self._fonts[size], width, metrics.height() * len(lines))
        return self._laid_out[key]


def _in_parts(name: str, metrics: QFontMetricsF, width: float, two_lines: bool) -> str:
    """What lies before a name's number and the number in two lines, each cut in the middle where it must be."""
    stem = _NUMBER.sub("", name) if two_lines else name
    parts = (stem, name[len(stem) :]) if stem and stem != name else (name,)
    return "\n".join(metrics.elidedText(part, Qt.TextElideMode.ElideMiddle, width) for part in parts)
