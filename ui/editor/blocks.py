"""The network from far away: nodes as coloured blocks with their names, wires as thin lines, all drawn at once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem
from PySide6.QtWidgets import QStyleOptionGraphicsItem as StyleOption

from explorer.layers import KINDS, kind_of
from explorer.network import Edge
from ui import theme
from ui.editor.block_names import BlockNames
from ui.editor.boxes import Boxes, Ways
from ui.editor.look import NodeLook

CATEGORIES = tuple(dict.fromkeys(kind.category for kind in KINDS))
PROBLEM, WAITING, FIRST_TINT = 0, 1, 2
WIRE_TOKENS = ("wire", "prob", "line2")
WIRE_STYLES = {"fine": 0, "problem": 1, "waiting": 2}
"""The style of a wire by its look's state: its place in ``WIRE_TOKENS``."""
HIDDEN = -1
_LEAST_NAME = 24.0
"""Blocks narrower than this many pixels of the screen have no name."""
_MOST_NAMES = 2000
_INSET = 2.0
_LEAST_BORDER = 12.0


@lru_cache(maxsize=256)
def _tint(kind_id: str) -> int:
    return FIRST_TINT + CATEGORIES.index(kind_of(kind_id).category)


def block_style(look: NodeLook) -> int:
    """The style of a node's block: PROBLEM, WAITING, or the tint of its category."""
    if look.muted:
        return WAITING
    return _tint(look.kind) if look.state == "fine" else PROBLEM if look.state == "problem" else WAITING


def block_colours(style: int, selected: bool = False) -> tuple[QColor, QColor]:
    """Fill and ink of a block."""
    tokens = theme.current().tokens
    if selected:
        return tokens.color("accfill"), tokens.color("onacc")
    if style == PROBLEM:
        return tokens.color("prob"), theme.ink_on(tokens.color("prob"))
    if style == WAITING:
        return tokens.color("surf2"), tokens.color("text3")
    return QColor(tokens.blocks[(style - FIRST_TINT) % len(tokens.blocks)]), tokens.color("text")


class BlockPainter:
    """Draws what lies within an area of the scene. It keeps names laid out from frame to frame."""

    def __init__(self) -> None:
        self._rects, self._lines = PrimitiveArray(QRectF, 4), PrimitiveArray(QLineF, 4)
        self._names = BlockNames()

    def paint_wires(self, painter: QPainter, wires: Ways[Edge], lit: Collection[Edge], area: QRectF) -> None:
        """Draw wires as lines of one pixel; those that are ``lit`` in the accent."""
        seen = wires.touching(area)
        for style, token in enumerate(WIRE_TOKENS):
            self._draw_lines(painter, wires.stretches(seen & (wires.styles == style)), token)
        if lit:
            self._draw_lines(painter, wires.stretches(wires.rows(lit)), "acc", 2)

    def paint_nodes(
        self,
        painter: QPainter,
        nodes: Boxes[str],
        selected: Collection[str],
        area: QRectF,
        zoom: float,
        late: Callable[[], bool] = lambda: False,
    ) -> None:
        """Draw nodes as blocks, and their names where there is room; new ones only until it is ``late``."""
        seen = nodes.touching(area)
        chosen = np.zeros(len(nodes), dtype=bool)
        chosen[nodes.rows(selected)] = True
        plain = seen & ~chosen
        for style in np.unique(nodes.styles[plain]):
            self._draw_blocks(painter, nodes.corners[plain & (nodes.styles == style)], int(style), False, zoom)
        self._draw_blocks(painter, nodes.corners[seen & chosen], WAITING, True, zoom)
        wide = (nodes.corners[:, 2] - nodes.corners[:, 0]) * zoom >= _LEAST_NAME
        rows = np.flatnonzero(seen & wide)
        if 0 < len(rows) <= _MOST_NAMES:
            self._draw_names(painter, nodes, rows, chosen, late)

    def paint_map(self, painter: QPainter, nodes: Boxes[str], selected: Collection[str]) -> None:
        """Draw nodes as blocks in three colours: plain, with a problem, selected."""
        tokens = theme.current().tokens
        broken = nodes.styles == PROBLEM
        chosen = np.zeros(len(nodes), dtype=bool)
        chosen[nodes.rows(selected)] = True
        painter.setPen(Qt.PenStyle.NoPen)
        for rows, token in ((~broken & ~chosen, "line2"), (broken & ~chosen, "prob"), (chosen, "accfill")):
            painter.setBrush(tokens.color(token))
            self._draw_rects(painter, nodes.corners[rows])

    def _draw_lines(self, painter: QPainter, stretches: NDArray[np.float64], token: str, width: int = 1) -> None:
        if not len(stretches):
            return
        pen = QPen(theme.current().tokens.color(token), width)
        pen.setCosmetic(True)
        painter.setPen(pen)
        self._lines.resize(len(stretches))
        self._lines.ndarray()[:] = stretches
        painter.drawLines(*self._lines.drawargs())

    def _draw_blocks(
        self, painter: QPainter, corners: NDArray[np.float64], style: int, selected: bool, zoom: float
    ) -> None:
        if not len(corners):
            return
        tokens = theme.current().tokens
        painter.setBrush(block_colours(style, selected)[0])
        painter.setPen(Qt.PenStyle.NoPen)
        if zoom * (corners[0, 2] - corners[0, 0]) >= _LEAST_BORDER:
            pen = QPen(tokens.color("acc" if selected else "line2"), 1)
            pen.setCosmetic(True)
            painter.setPen(pen)
        self._draw_rects(painter, corners)

    def _draw_rects(self, painter: QPainter, corners: NDArray[np.float64]) -> None:
        if not len(corners):
            return
        self._rects.resize(len(corners))
        array = self._rects.ndarray()
        array[:, :2] = corners[:, :2]
        array[:, 2:] = corners[:, 2:] - corners[:, :2]
        painter.drawRects(*self._rects.drawargs())

    def _draw_names(
        self,
        painter: QPainter,
        nodes: Boxes[str],
        rows: NDArray[np.intp],
        chosen: NDArray[np.bool_],
        late: Callable[[], bool],
    ) -> None:
        """Names in pixels of the screen, cut in the middle: numbers at their end tell them apart."""
        transform = painter.worldTransform()
        zoom = transform.m11()
        corners = nodes.corners[rows] * zoom + np.tile((transform.dx(), transform.dy()), 2)
        painter.save()
        painter.setWorldTransform(QTransform())
        inks = {(style, on): block_colours(style, on)[1]
                for style in set(nodes.styles[rows].tolist()) for on in (False, True)}  # fmt: skip
        known = used = None
        texts = zip(nodes.keys(rows), corners.tolist(), nodes.styles[rows].tolist(), chosen[rows].tolist(), strict=True)
        for name, (left, top, right, bottom), style, on in texts:
            if (style, on) != known:
                known = (style, on)
                painter.setPen(inks[known])
            shown = self._names.fitted(name, int(right - left - 2 * _INSET), int(bottom - top), late)
            if shown is None:
                continue
            if shown.font is not used:
                used = shown.font
                painter.setFont(used)
            corner = QPointF((left + right - shown.width) / 2, (top + bottom - shown.height) / 2)
            painter.drawStaticText(corner, shown.text)
        painter.restore()


def paint_item(painter: QPainter, item: QGraphicsItem) -> None:
    """Draw an item, and what belongs to it, as Qt would."""
    painter.save()
    painter.setTransform(item.sceneTransform(), True)
    painter.setOpacity(item.effectiveOpacity())
    option = StyleOption()
    option.exposedRect = item.boundingRect()
    item.paint(painter, option)
    painter.restore()
    for child in item.childItems():
        if child.isVisible():
            paint_item(painter, child)
