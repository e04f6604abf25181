"""Histogram: how the weights of the selected layer are spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from explorer.resolve import Layer
from ui.watch.layer_weights import LayerWeights
from ui.watch.plot import Plot, Row, faded
from ui.watch.scales import nice_ticks
from ui.watch.sketch import Sketch
from ui.watch.view import Rows
from ui.widgets.number import show_number

_MOST_BINS = 60


class Histogram(LayerWeights):
    """How many weights lie in each range of values."""

    id = "histogram"
    title = "Histogram"
    icon = "chart-histogram"
    help = "How the weights of the selected layer are spread: how many have which value."
    sketch = Sketch(bars=(0.1, 0.25, 0.55, 0.95, 0.8, 0.45, 0.2, 0.08))

    def build(self) -> QWidget:
        """A plot with one filled outline."""
        self._counts: NDArray[Any] = np.zeros(0)
        self._edges: NDArray[Any] = np.zeros(1)
        self.plot = Plot()
        self._area = self.plot.styled(pg.PlotCurveItem([0.0, 1.0], [0.0], stepMode="center", fillLevel=0.0), _style)
        self.plot.tell(self._tell)
        return self.with_pager(self.plot)

    def drawable(self, weight: NDArray[Any]) -> bool:
        """Bins have finite edges."""
        return bool(np.all(np.isfinite(weight)))

    def draw_weight(self, layer: Layer, weight: NDArray[Any]) -> str:
        """The weights in bins of equal width."""
        bins = int(np.clip(np.sqrt(weight.size) * 1.5, 8, _MOST_BINS))
        self._counts, self._edges = np.histogram(weight.astype(np.float64), bins=bins, range=_span(weight))
        self._area.setData(self._edges, self._counts)
        low, high = float(self._edges[0]), float(self._edges[-1])
        counts = nice_ticks(0.0, float(self._counts.max()), 3, whole=True)
        self.plot.axes(nice_ticks(low, high, 4), counts, fit_x=(low, high))
        return f"{layer.id}, {weight.size:,} weight{'' if weight.size == 1 else 's'}"

    def restyle(self) -> None:
        """The colours of the theme."""
        self.plot.restyle()

    def table(self) -> tuple[Sequence[str], Rows]:
        """A row per bin."""
        return ("from", "to", "weights"), list(zip(self._edges, self._edges[1:], self._counts, strict=False))

    def _tell(self, x: float) -> tuple[float, str, Sequence[Row]] | None:
        place = int(np.searchsorted(self._edges, x, side="right")) - 1
        if not 0 <= place < len(self._counts):
            return None
        low, high = float(self._edges[place]), float(self._edges[place + 1])
        heading = f"{show_number(low, 3)} to {show_number(high, 3)}"
        return (low + high) / 2, heading, [Row("weights", show_number(int(self._counts[place])), "neg")]


def _span(weight: NDArray[Any]) -> tuple[float, float]:
    """From the least weight to the greatest; wider where they are so close that bins between them had no width."""
    low, high = float(weight.min()), float(weight.max())
    least = 1e-9 * max(abs(low), abs(high))
    if high - low > least:
        return low, high
    margin = max(0.5, least)
    return low - margin, high + margin


def _style(area: pg.PlotCurveItem) -> None:
    area.setPen(pg.mkPen(faded("neg", 1.0), width=1.5))
    area.setBrush(pg.mkBrush(faded("neg", 0.3)))
