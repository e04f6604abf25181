"""Parts of the inspector: pictures of weights, sentences about problems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.kind import Fix, show_shape
from explorer.network import NetworkError
from explorer.resolve import Problem
from ui import theme
from ui.editor.bubble import rich
from ui.editor.thumbnail import paint_kernels, weights_image
from ui.widgets.buttons import PushButton
from ui.widgets.text import TextLabel, tooltip

_TILE, _GAP = 15.0, 7.0
_MOST_ROWS = 4
_HEAT_HEIGHT = 72
_NARROW = 208
"""The room for a button where the inspector is as narrow as it gets."""
_HEAD = 26
MINUS = "\u2212"


def said(command: Callable[[], object]) -> str:
    """Do it; returns an empty text, or the sentence that says why it cannot be done."""
    try:
        command()
    except NetworkError as error:
        return str(error)
    return ""


class WeightsPicture(QWidget):
    """The kernels of a convolution as small tiles, or any other array as one heat map, with its name and range."""

    def __init__(self, name: str, weights: NDArray[Any]) -> None:
        super().__init__()
        self._weights = weights
        self._kernels = weights.ndim == 4
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(TextLabel("Kernels, channel 1" if self._kernels else name.capitalize(), "caption"))
        head.addStretch(1)
        span = TextLabel(range_text(weights[:, 0] if self._kernels else weights), "caption")
        span.setFont(theme.mono_font(11))
        head.addWidget(span)
        column.addLayout(head)
        column.addStretch(1)
        self.setFixedHeight(_HEAD + self._picture_height())
        self.setToolTip(tooltip(f"{name} {show_shape(weights.shape)}: blue is negative, orange positive"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        height = self._picture_height()
        box = QRectF(0, self.height() - height, self.width(), height)
        if self._kernels:
            paint_kernels(painter, self._weights, box, _TILE, _GAP)
        else:
            painter.drawImage(box, weights_image(self._weights))

    def _picture_height(self) -> int:
        if not self._kernels:
            return _HEAT_HEIGHT
        across = max(1, int((264 + _GAP) // (_TILE + _GAP)))
        rows = min(_MOST_ROWS, -(-len(self._weights) // across))
        return int(rows * (_TILE + _GAP))


class ProblemRow(QWidget):
    """One problem: its sentence, and a button for each fix."""

    fix_wanted = Signal(str, object)

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        sentence = QLabel(rich(problem))
        sentence.setTextFormat(Qt.TextFormat.RichText)
        sentence.setWordWrap(True)
        sentence.setFont(theme.text_font(13))
        column.addWidget(sentence)
        for place, fix in enumerate(problem.fixes):
            button = PushButton(fix.label, "auto-fix", "plain" if place else "accent", scale="compact")
            button.clicked.connect(lambda _on=False, fix=fix: self._want(problem, fix))
            button.fit(_NARROW)
            column.addWidget(button)

    def _want(self, problem: Problem, fix: Fix) -> None:
        if problem.node is not None:
            self.fix_wanted.emit(problem.node, fix)


def range_text(weights: NDArray[Any]) -> str:
    """``−0.25 … 0.25``: the smallest and the largest number."""
    if weights.size == 0:
        return ""
    return f"{number(float(np.min(weights)))} … {number(float(np.max(weights)))}"


def number(value: float) -> str:
    """Three significant figures with a real minus sign."""
    return f"{value:.3g}".replace("-", MINUS)
