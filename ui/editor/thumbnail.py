"""Small pictures of a layer: the curve of an activation, evaluated from its own equation, and weights as colours."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from explorer.kind import Place
from explorer.layers import kind_of
from ui import theme
from ui.editor.look import NodeLook
from ui.editor.metrics import TILE, TILE_GAP

_REACH = 3.0
_POINTS = 61
_MOST_CELLS = 64
_GREYS = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1)
_GREYS[:, 3] = 255


@lru_cache(maxsize=256)
def curve(kind_id: str, params: tuple[tuple[str, Any], ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Net inputs from -3 to 3 and the activation there, by the kind's forward equation."""
    z = np.linspace(-_REACH, _REACH, _POINTS)
    place = Place("a", ("z",), dict(params), ((1,),), (1,))
    expression = kind_of(kind_id).forward(place, (0,))

    def value(net_input: float) -> float:
        return float(expression.evaluate(lambda _quantity: net_input))

    return z, np.asarray([value(float(net_input)) for net_input in z])


def paint_thumbnail(painter: QPainter, look: NodeLook, box: QRectF) -> None:
    """Draw what the look has to show into ``box``: a curve, a histogram, kernels, or a heat map."""
    if look.values is not None:
        _paint_values(painter, look.values, box, grey=look.ports == 0)
    elif look.curve or look.histogram:
        if look.histogram:
            _paint_histogram(painter, look.histogram, box)
        if look.curve:
            _paint_curve(painter, look, box)
    elif look.weights.ndim == 4:
        paint_kernels(painter, look.weights, box, TILE, TILE_GAP)
    else:
        painter.drawImage(box, weights_image(look.weights))


def paint_kernels(painter: QPainter, weights: NDArray[Any], box: QRectF, tile: float, gap: float) -> None:
    """Draw channel 1 of as many kernels (filters, channels, height, width) as fit, row by row."""
    across = max(1, int((box.width() + gap) // (tile + gap)))
    down = max(1, int((box.height() + gap) // (tile + gap)))
    limit = float(np.max(np.abs(weights[: across * down, 0]), initial=0.0))
    for number in range(min(len(weights), across * down)):
        row, column = divmod(number, across)
        where = QRectF(box.x() + column * (tile + gap), box.y() + row * (tile + gap), tile, tile)
        painter.drawImage(where, weights_image(weights[number, 0], limit))


def _paint_values(painter: QPainter, values: NDArray[Any], box: QRectF, grey: bool) -> None:
    """One picture large, or the first channels as tiles, each from its own smallest number to its largest."""
    if len(values) == 1:
        painter.drawImage(box, values_image(values[0], grey))
        return
    across = int((box.width() + TILE_GAP) // (TILE + TILE_GAP))
    down = int((box.height() + TILE_GAP) // (TILE + TILE_GAP))
    for number in range(min(len(values), across * down)):
        row, column = divmod(number, across)
        corner = QPointF(column * (TILE + TILE_GAP), row * (TILE + TILE_GAP))
        painter.drawImage(QRectF(box.topLeft() + corner, QSizeF(TILE, TILE)), values_image(values[number], grey))


def values_image(values: NDArray[Any], grey: bool = False) -> QImage:
    """Numbers (height, width) as an image from the smallest to the largest, in grey or in the map for magnitudes."""
    grid = np.nan_to_num(np.asarray(values, dtype=np.float64))
    grid = grid[_thinned(grid.shape[0])][:, _thinned(grid.shape[1])]
    low, high = float(grid.min()), float(grid.max())
    index = np.rint((grid - low) / ((high - low) or 1.0) * 255).astype(np.intp)
    return _image(_GREYS[index] if grey else theme.magnitude()[index])


def _image(pixels: NDArray[np.uint8]) -> QImage:
    """(height, width, 4) RGBA as an image that keeps its own copy."""
    height, width = pixels.shape[:2]
    flat = np.ascontiguousarray(pixels)
    return QImage(flat.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def weights_image(weights: NDArray[Any], limit: float | None = None) -> QImage:
    """Weights as an image of one pixel per number, in the diverging map from -limit to limit (default: the largest).

    More than 64 rows or columns are thinned evenly.
    """
    grid = np.atleast_2d(np.asarray(weights, dtype=np.float64))
    grid = grid.reshape(grid.shape[0], -1)
    grid = grid[_thinned(grid.shape[0])][:, _thinned(grid.shape[1])]
    top = float(np.max(np.abs(grid), initial=0.0)) if limit is None else limit
    scaled = np.zeros_like(grid) if top == 0 else np.nan_to_num(grid / top)
    index = np.clip(np.rint((scaled + 1) * 127.5), 0, 255).astype(np.intp)
    return _image(theme.diverging()[index])


def _thinned(size: int) -> NDArray[np.intp]:
    return np.linspace(0, size - 1, min(size, _MOST_CELLS)).astype(np.intp)


def _paint_histogram(painter: QPainter, counts: tuple[int, ...], box: QRectF) -> None:
    """Bars, the tallest as high as the box."""
    width, top = box.width() / len(counts), max(counts)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.current().tokens.color("accline"))
    for place, count in enumerate(counts):
        height = (box.height() - 2) * count / top
        painter.drawRect(QRectF(box.left() + place * width, box.bottom() - height, max(1.0, width - 1), height))


def _paint_curve(painter: QPainter, look: NodeLook, box: QRectF) -> None:
    tokens = theme.current().tokens
    z, values = curve(look.kind, look.params)
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    span = (high - low) or 1.0
    inner = box.adjusted(0, 2, 0, -4)

    def at(x: float, y: float) -> QPointF:
        across = inner.left() + (x + _REACH) / (2 * _REACH) * inner.width()
        return QPointF(across, inner.bottom() - (y - low) / span * inner.height())

    painter.setPen(QPen(tokens.color("line2"), 1))
    painter.drawLine(at(-_REACH, 0), at(_REACH, 0))
    painter.setPen(QPen(tokens.color("line"), 1))
    painter.drawLine(QPointF(at(0, 0).x(), box.top()), QPointF(at(0, 0).x(), box.bottom()))
    path = QPainterPath(at(z[0], values[0]))
    for x, y in zip(z[1:], values[1:], strict=True):
        path.lineTo(at(x, y))
    painter.setPen(QPen(tokens.color("text2"), 2))
    painter.drawPath(path)
