"""Weights: the selected layer's weight matrix as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from explorer.resolve import Layer
from ui.watch.layer_weights import LayerWeights
from ui.watch.picture import HeatMap, Told
from ui.watch.pixels import as_matrix, shrunk, symmetric_level
from ui.watch.sketch import Sketch
from ui.watch.view import Rows


class Weights(LayerWeights):
    """Rows are outputs, columns inputs; blue is negative, orange positive, on a scale that is symmetric about 0."""

    id = "weights"
    title = "Weights"
    icon = "view-grid-outline"
    help = "The weights of the selected layer: blue below zero, orange above."
    sketch = Sketch(
        cells=((0.5, -0.2, 0.8, 0.1, -0.6), (-0.7, 0.3, -0.1, 0.6, 0.2), (0.1, 0.9, -0.5, -0.3, 0.4)),
    )

    def build(self) -> QWidget:
        """The heat map."""
        self._matrix: NDArray[Any] = np.zeros((1, 1))
        self._block = (1, 1)
        self.map = HeatMap(self._name)
        return self.with_pager(self.map)

    def draw_weight(self, layer: Layer, weight: NDArray[Any]) -> str:
        """The matrix, a window of kernels summed."""
        self._matrix = as_matrix(weight)
        shown, self._block = shrunk(self._matrix)
        self.map.show_matrix(shown, symmetric_level(shown))
        notes = (
            ["summed over the window"] if weight.ndim > 2 else [f"{self._matrix.shape[0]} × {self._matrix.shape[1]}"]
        )
        if self._block != (1, 1):
            notes.append(f"means of {self._block[0]} × {self._block[1]}")
        return ", ".join([layer.id, *notes])

    def restyle(self) -> None:
        """The colours of the theme."""
        self.map.restyle()

    def table(self) -> tuple[Sequence[str], Rows]:
        """The matrix, a row per output."""
        return [f"input {column}" for column in range(self._matrix.shape[1])], self._matrix.tolist()

    def _name(self, row: int, column: int) -> Told:
        row, column = row * self._block[0], column * self._block[1]
        return f"output {row}, input {column}", float(self._matrix[row, column])
