"""Weights: the selected layer's weight matrix as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from explorer.engine.messages import Watch
from explorer.resolve import Layer
from ui.watch.picture import HeatMap, Told
from ui.watch.pixels import as_matrix, shrunk, symmetric_level
from ui.watch.view import Missing, Rows, View


class Weights(View):
    """Rows are outputs, columns inputs; blue is negative, orange positive, on a scale that is symmetric about 0."""

    id = "weights"
    title = "Weights"
    icon = "view-grid-outline"
    help = "The weights of the selected layer: blue below zero, orange above."
    follows_layer = True

    def build(self) -> QWidget:
        """The heat map."""
        self._matrix: NDArray[Any] = np.zeros((1, 1))
        self._block = (1, 1)
        self.map = HeatMap(self._name)
        return self.map

    def fits_layer(self, layer: Layer) -> bool:
        """It has a weight matrix."""
        return "weight" in layer.weights

    def wanted(self) -> Watch:
        """The weights of the layer shown."""
        layer = self.layer()
        return Watch(weights=(layer.id,)) if layer else Watch()

    def missing(self) -> Missing | None:
        """No layer has weights, or they are not there yet."""
        layer = self.layer()
        if layer is None:
            return self.needs_layer("No layer of this network has weights yet.")
        if self.weights(f"{layer.id}.weight") is None:
            return self.needs_run("They appear with the first step.") if self.document.problems else Missing(
                "They are being loaded."
            )  # fmt: skip
        return None

    def draw(self) -> str:
        """The matrix, a window of kernels summed."""
        layer = self.layer()
        weight = self.weights(f"{layer.id}.weight") if layer else None
        if layer is None or weight is None:
            return ""
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
