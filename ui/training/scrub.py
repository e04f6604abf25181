"""Scrub: the kept iterations as a strip with their costs, on which one is chosen by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.training.travel import Travel
from ui.widgets.text import tooltip

HEIGHT, CURVE, MARGIN, PAGE = 44, 28, 8, 10


class Scrub(QWidget):
    """The costs of the kept iterations, and the chosen one as a line with its number; arrow and page keys move it."""

    def __init__(self, travel: Travel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._travel = travel
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Kept iterations")
        self.setToolTip(tooltip("Drag to an iteration; the arrow keys go one by one, Home and End to the ends"))
        travel.changed.connect(self._refresh)
        travel.trainer.progress.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def step_at(self, x: float) -> int:
        """The iteration at a place."""
        kept, room = self._travel.kept, max(1.0, self.width() - 2 * MARGIN)
        return kept[0] + round((x - MARGIN) / room * (len(kept) - 1)) if kept else 0

    def place_of(self, step: float) -> float:
        """Where an iteration is."""
        kept, room = self._travel.kept, self.width() - 2 * MARGIN
        return MARGIN + room * (step - kept[0]) / max(1, len(kept) - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._travel.choose(self.step_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        travel, key = self._travel, event.key()
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -PAGE, Qt.Key.Key_PageDown: PAGE}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}
        if key in moves:
            travel.choose(travel.chosen + moves[Qt.Key(key)])
        elif key in ends and travel.kept:
            travel.choose(travel.kept[ends[Qt.Key(key)]])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, travel = theme.current().tokens, self._travel
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.focus_pen() if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("surf2"))
            painter.drawRoundedRect(QRectF(1, 1, self.width() - 2, CURVE), 4, 4)
            if not travel.kept:
                return
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(tokens.color("neg"), 1.2))
            painter.drawPolyline(self._curve())
            x = self.place_of(travel.chosen)
            painter.setPen(QPen(tokens.color("acc"), 2))
            painter.drawLine(QPointF(x, 1), QPointF(x, CURVE + 1))
            self._paint_numbers(painter, x)

    def _curve(self) -> QPolygonF:
        """The costs of the kept iterations from the bottom of the strip to its top."""
        history, kept = self._travel.trainer.history, self._travel.kept
        if history is None:
            return QPolygonF()
        steps, costs = history.steps.values, history.costs.values
        inside = slice(*np.searchsorted(steps, [kept[0], kept[-1] + 1]))
        x, y = _thinned(steps[inside], costs[inside], max(1, self.width()))
        low, high = (float(y.min()), float(y.max())) if len(y) else (0.0, 1.0)
        up = (CURVE - 8) / ((high - low) or 1.0)
        return QPolygonF([QPointF(self.place_of(a), CURVE - 3 - up * (b - low)) for a, b in zip(x, y, strict=True)])

    def _paint_numbers(self, painter: QPainter, x: float) -> None:
        tokens, travel = theme.current().tokens, self._travel
        painter.setFont(theme.mono_font(11))
        metrics, top = painter.fontMetrics(), HEIGHT - 15
        chosen = f"{travel.chosen:,}"
        wide = metrics.horizontalAdvance(chosen)
        left = min(max(2.0, x - wide / 2), self.width() - wide - 2.0)
        painter.setPen(tokens.color("acc"))
        painter.drawText(QRectF(left, top, wide + 2, 15), Qt.AlignmentFlag.AlignVCenter, chosen)
        painter.setPen(tokens.color("text3"))
        for text, at in ((f"{travel.kept[0]:,}", 2.0), (f"{travel.kept[-1]:,}", -1.0)):
            width = metrics.horizontalAdvance(text)
            place = at if at >= 0 else self.width() - width - 2.0
            if place + width + 6 < left or place > left + wide + 6:
                painter.drawText(QRectF(place, top, width + 2, 15), Qt.AlignmentFlag.AlignVCenter, text)

    def _refresh(self) -> None:
        self.setAccessibleDescription(f"Iteration {self._travel.chosen:,}")
        self.update()


def _thinned(x: NDArray[np.float64], y: NDArray[np.float64], most: int) -> tuple[NDArray[np.float64], ...]:
    """About so many points of a curve: the largest of each stretch; what is not finite is left out."""
    finite = np.isfinite(y)
    x, y = x[finite], y[finite]
    if len(x) <= most:
        return x, y
    starts = np.arange(0, len(x), -(-len(x) // most))
    return x[starts], np.maximum.reduceat(y, starts)
