"""Sizes of a node's parts in pixels of the scene at 100 %, from its look alone."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from PySide6.QtGui import QFontMetricsF

from ui import theme
from ui.editor.look import NodeLook

GRID = 8
HEADER = 28
INSET = 11
NAME_LEFT = 35
NARROWEST, WIDEST = 104, 136
PORT_TOP = 60
PORT_STEP = 32
PORT_ACROSS = 20
"""The least distance between ports on top of a node."""
PORT_RADIUS = 5.0
TEXT_TOP = 36
LINE = 16
CURVE = (80, 34)
TILE = 32
TILE_GAP = 2
CELL = 24
"""The largest square for one weight, in a matrix of few."""
HEAT_HEIGHT = 56
"""The most that a matrix is high, where its cells are small."""
HEAT_LEAST = 8
_BOTTOM = 12
_LOWEST = 92


@lru_cache(maxsize=32768)
def text_width(text: str, mono: bool, size: int, weight: int = 400) -> float:
    """The width of a text in pixels."""
    return _font_metrics(mono, size, weight).horizontalAdvance(text)


@lru_cache(maxsize=16)
def _font_metrics(mono: bool, size: int, weight: int) -> QFontMetricsF:
    return QFontMetricsF(theme.mono_font(size, weight) if mono else theme.text_font(size, weight))


def node_shape_text(look: NodeLook) -> str:
    """The line of shapes, without what came in where both do not fit."""
    if "→" in look.shape and text_width(look.shape, True, 12) > WIDEST - 2 * INSET:
        return "→" + look.shape.partition("→")[2]
    return look.shape


def node_width(look: NodeLook) -> float:
    """104 to 136 pixels, on the grid."""
    widest = max(
        NAME_LEFT + text_width(look.id, False, 13, 600),
        INSET + text_width(node_shape_text(look), True, 12),
        INSET + text_width(look.caption, False, 11),
        INSET + text_width(look.count, False, 11),
    )
    return float(min(WIDEST, max(NARROWEST, GRID * ceil((widest + INSET) / GRID))))


def text_bottom(look: NodeLook) -> float:
    """Where the lines of text end and the thumbnail begins."""
    return caption_top(look) + 2 + LINE * (bool(look.caption) + bool(look.count))


def caption_top(look: NodeLook) -> float:
    """Where the lines below the shape begin; the names of ports, if there are any, come first."""
    named = PORT_STEP * (len(look.port_names) - 1) + PORT_TOP + 10 if look.port_names else 0
    return max(TEXT_TOP + LINE, named)


def thumbnail_size(look: NodeLook) -> tuple[float, float]:
    """Width and height of the picture, (0, 0) if there is none."""
    if look.curve or look.histogram:
        return CURVE
    if look.values is not None:
        return (2 * TILE, 2 * TILE) if len(look.values) == 1 else _tiles(look, len(look.values))
    if look.weights is None:
        return (0, 0)
    return _tiles(look, len(look.weights)) if look.weights.ndim == 4 else _heat(look)


def _heat(look: NodeLook) -> tuple[float, float]:
    """Room for a matrix of square cells, as wide as the text at most; a very long one is stretched to be seen."""
    shape = look.weights.shape
    down = shape[0] if shape else 1
    across = max(1, look.weights.size // max(1, down))
    widest = node_width(look) - 2 * INSET
    cell = min(CELL, widest / across, HEAT_HEIGHT / max(1, down))
    return max(HEAT_LEAST, round(across * cell)), max(HEAT_LEAST, round(down * cell))


def _tiles(look: NodeLook, count: int) -> tuple[float, float]:
    """Room for up to two rows of as many tiles as the node is wide."""
    most = int((node_width(look) - 2 * TILE_GAP - 2 * GRID) // TILE)
    rows = 2 if count > most else 1
    across = min(most, ceil(count / rows))
    return (across * (TILE + TILE_GAP) - TILE_GAP, rows * (TILE + TILE_GAP) - TILE_GAP)


def node_size(look: NodeLook, down: bool = False) -> tuple[float, float]:
    """Width and height of the box; ``down``: the network runs down, so its ports need room across."""
    picture = thumbnail_size(look)[1]
    inner = text_bottom(look) + (picture + 8 if picture else 0) + (_BOTTOM if not look.curve else 4)
    ports = PORT_TOP + PORT_STEP * max(0, look.ports - 1) + 24
    height = max(float(_LOWEST), inner, 0.0 if down else ports)
    across = GRID * ceil(PORT_ACROSS * (look.ports + 1) / GRID) if down else 0
    return max(node_width(look), float(across)), float(4 * ceil(height / 4))


def port_offset(port: int, ports: int, width: float, down: bool) -> tuple[float, float]:
    """Where one of a node's input ports lies in it: at its left or, where the network runs down, on top."""
    return (width * (port + 1) / (ports + 1), 0.0) if down else (0.0, float(PORT_TOP + PORT_STEP * port))


def output_offset(size: tuple[float, float], down: bool) -> tuple[float, float]:
    """Where the output port lies in a node: at its right or, where the network runs down, at the bottom."""
    return (size[0] / 2, size[1]) if down else (size[0], float(PORT_TOP))
