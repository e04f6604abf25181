"""Ranked: a live view that the program does not have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from explorer.resolve import Layer
from ui.watch.layer_weights import LayerWeights
from ui.watch.plot import Plot
from ui.watch.scales import nice_ticks
from ui.watch.view import Rows


class Ranked(LayerWeights):
    """The weights of the selected layer from the least to the largest."""

    id = "ranked"
    title = "Ranked weights"
    icon = "sort-numeric-ascending"
    help = "The weights of the selected layer in the order of their size."

    def build(self) -> QWidget:
        """A plot with one curve."""
        self._values: NDArray[Any] = np.zeros(0)
        self.plot = Plot()
        self._curve = self.plot.curve("acc")
        return self.plot

    def draw_weight(self, layer: Layer, weight: NDArray[Any]) -> str:
        """The curve."""
        self._values = np.sort(weight, axis=None)
        self._curve.show_points(np.arange(len(self._values)), self._values)
        low, high = float(self._values[0]), float(self._values[-1])
        self.plot.axes(nice_ticks(0.0, len(self._values), 4), nice_ticks(low, high, 4))
        return f"{layer.id}, {weight.size} weights"

    def restyle(self) -> None:
        """The colours of the theme."""
        self.plot.restyle()

    def table(self) -> tuple[Sequence[str], Rows]:
        """A row per weight."""
        return ("rank", "weight"), enumerate(self._values.tolist())
