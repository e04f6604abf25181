"""Kernels: the small filters of a convolution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from explorer.kind import Shape
from explorer.project.model import Project
from explorer.resolve import Layer, Resolved
from ui import theme
from ui.watch.layer_weights import LayerWeights
from ui.watch.pager import Pager
from ui.watch.picture import TileMap
from ui.watch.pixels import symmetric_level, tile_table
from ui.watch.sketch import Sketch
from ui.watch.view import Rows

_MOST_TILES = 256


class Kernels(LayerWeights):
    """One tile per filter, for one input channel at a time: blue is negative, orange positive."""

    id = "kernels"
    title = "Kernels"
    icon = "grid"
    help = "The filters of the selected convolution, one tile each: blue below zero, orange above."
    sketch = Sketch(cells=((0.8, -0.6, 0.2, -0.3), (-0.4, 0.5, -0.9, 0.7)), gap=2)
    no_layer = "This network has no convolution."

    @classmethod
    def suits(cls, project: Project, resolved: Resolved) -> bool:
        """There is a convolution."""
        return any(cls.has(layer) for layer in resolved.running)

    def build(self) -> QWidget:
        """The tiles, and below them the channel if there are several."""
        self._channel = 0
        self._tiles: NDArray[Any] = np.zeros((0, 1, 1))
        self.tiles = TileMap(lambda tile, row, column: f"filter {tile}, row {row}, column {column}")
        self._channels = Pager("Channel")
        self._channels.turned.connect(self._turn)
        return self._channels.below(self.tiles)

    @classmethod
    def draws(cls, name: str, shape: Shape) -> bool:
        """Filters over channels, rows and columns."""
        return len(shape) == 4

    def draw_weight(self, layer: Layer, weight: NDArray[Any]) -> str:
        """The kernels over one input channel, all on one scale."""
        filters, channels = weight.shape[:2]
        self._channel %= channels
        self._tiles = weight[:_MOST_TILES, self._channel]
        level = symmetric_level(weight)
        self.tiles.show_tiles(self._tiles, -level, level, theme.diverging())
        self._channels.tell(f"input channel {self._channel + 1} of {channels}", channels)
        few = f"first {_MOST_TILES} of {filters}" if filters > _MOST_TILES else f"{filters} of"
        return f"{layer.id}, {few} {weight.shape[2]}×{weight.shape[3]}"

    def restyle(self) -> None:
        """The colours of the theme."""
        self.tiles.restyle()

    def table(self) -> tuple[Sequence[str], Rows]:
        """A row per filter of the channel shown, its cells in reading order."""
        return tile_table("filter", self._tiles)

    def _turn(self, by: int) -> None:
        self._channel += by
        self.mark()
