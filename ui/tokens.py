"""The tokens of the look: every colour by name, the colour maps, and which ink is readable on which colour."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from cmap import Colormap
from numpy.typing import NDArray
from PySide6.QtGui import QColor

DIVERGING_STOPS = ("#1B4F8F", "#3D7DC0", "#8DB8E0", "#F7F7F7", "#F2B27A", "#DD7F22", "#A34E00")
DARK_INK = "#1A1F26"
LIGHT_INK = "#FFFFFF"


@dataclass(frozen=True)
class Tokens:
    """Every colour of one theme, as ``#RRGGBB``."""

    dark: bool
    win: str
    surf: str
    surf2: str
    hover: str
    canvas: str
    dot: str
    line: str
    line2: str
    text: str
    text2: str
    text3: str
    acc: str
    accfill: str
    onacc: str
    accsoft: str
    accline: str
    prob: str
    probsoft: str
    probline: str
    warn: str
    warnsoft: str
    warnline: str
    neg: str
    pos: str
    wire: str
    grid: str
    zero: str

    def color(self, name: str) -> QColor:
        """The token called ``name`` as a QColor; raises AttributeError for a name that is none."""
        return QColor(getattr(self, name))

    @property
    def blocks(self) -> tuple[str, ...]:
        """Tints that tell groups of layers apart where a node is only a block; all are good under ``text``."""
        return _DARK_BLOCKS if self.dark else _LIGHT_BLOCKS


_LIGHT_BLOCKS = ("#BCD6F0", "#F2D6AE", "#B7E0D8", "#CFD5DC", "#E9C8DC", "#D9E0AE", "#C9D4F4", "#E3CDBB")
_DARK_BLOCKS = ("#2C4F75", "#6A5022", "#20594F", "#4A525D", "#633A58", "#525A24", "#3B4680", "#614735")


LIGHT = Tokens(
    dark=False, win="#F4F5F7", surf="#FFFFFF", surf2="#F0F2F5", hover="#E8EBEF", canvas="#F1F3F6", dot="#D9DEE4",
    line="#DDE2E8", line2="#B9C1CB", text="#1A1F26", text2="#4B5563", text3="#616B79",
    acc="#5546CF", accfill="#5546CF", onacc="#FFFFFF", accsoft="#ECEAFB", accline="#B9B1F0",
    prob="#B3261E", probsoft="#FCECEA", probline="#E9B5B0", warn="#8A5200", warnsoft="#FDF3E1", warnline="#E8CF9C",
    neg="#1F66B0", pos="#A85200", wire="#8E99A6", grid="#E6E9EE", zero="#F7F7F7",
)  # fmt: skip

DARK = Tokens(
    dark=True, win="#14171B", surf="#1C2026", surf2="#262B32", hover="#303640", canvas="#171A1F", dot="#2B3038",
    line="#31373F", line2="#4A525D", text="#E8EBEF", text2="#B4BCC7", text3="#99A3AF",
    acc="#A99FFF", accfill="#6656DE", onacc="#FFFFFF", accsoft="#2B2850", accline="#5A4FB0",
    prob="#FF9A8F", probsoft="#3A2321", probline="#7A3B35", warn="#F0BE6A", warnsoft="#33291A", warnline="#6B5530",
    neg="#6DB1F2", pos="#F5A14B", wire="#77828F", grid="#2A2F37", zero="#ECEEF0",
)  # fmt: skip


@lru_cache(maxsize=8)
def _lut(stops: tuple[str, ...] | str) -> NDArray[np.uint8]:
    colours = np.asarray(Colormap(stops if isinstance(stops, str) else list(stops)).lut(256), dtype=np.float64)
    return np.rint(colours * 255).astype(np.uint8)


def diverging_lut(zero: str = LIGHT.zero) -> NDArray[np.uint8]:
    """The blue-white-orange map for signed values, (256, 4) uint8 RGBA, with ``zero`` in its middle."""
    middle = len(DIVERGING_STOPS) // 2
    return _lut((*DIVERGING_STOPS[:middle], zero, *DIVERGING_STOPS[middle + 1 :])).copy()


def magnitude_lut() -> NDArray[np.uint8]:
    """The perceptually uniform map for magnitudes (viridis), (256, 4) uint8 RGBA."""
    return _lut("viridis").copy()


def luminance(colour: QColor) -> float:
    """Relative luminance from 0 (black) to 1 (white), as WCAG 2.1 defines it."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor | str, other: QColor | str) -> float:
    """The WCAG 2.1 contrast ratio of two colours, from 1 (equal) to 21 (black on white)."""
    low, high = sorted((luminance(QColor(one)), luminance(QColor(other))))
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: QColor | str | tuple[int, ...] | NDArray[np.uint8]) -> QColor:
    """The ink, dark or light, that is more readable on ``colour`` (a QColor, a name, or R, G, B from 0 to 255)."""
    if not isinstance(colour, (QColor, str)):
        red, green, blue = (int(part) for part in colour[:3])
        colour = QColor(red, green, blue)
    return max(QColor(DARK_INK), QColor(LIGHT_INK), key=lambda ink: contrast(ink, colour))
