"""Feature maps: what the selected layer puts out for the chosen example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from explorer.engine.messages import Watch
from explorer.project.model import Project
from explorer.resolve import Resolved
from ui import theme
from ui.watch.picture import TileMap
from ui.watch.pixels import as_tiles, tile_table
from ui.watch.sketch import Sketch
from ui.watch.view import Missing, Rows, View

_MOST_TILES = 1024


class FeatureMaps(View):
    """One tile per channel, or one cell per unit; bright is large."""

    id = "feature_maps"
    title = "Feature maps"
    icon = "layers-outline"
    help = "What the selected layer puts out for the chosen example: a tile per channel, bright where it is large."
    sketch = Sketch(cells=((0.3, 0.8, 0.5, 0.9), (0.6, 0.1, 0.75, 0.4)), signed=False, gap=2)
    follows_layer = True

    @classmethod
    def suits(cls, project: Project, resolved: Resolved) -> bool:
        """A layer puts out more than a few numbers."""
        return any(layer.shape is not None and np.prod(layer.shape) > 2 for layer in resolved.running)

    def build(self) -> QWidget:
        """The tiles."""
        self._tiles: NDArray[Any] = np.zeros((0, 1, 1))
        self.tiles = TileMap(self._name)
        return self.tiles

    def wanted(self) -> Watch:
        """The output of the layer shown."""
        layer = self.layer()
        return Watch(values=(layer.id,)) if layer else Watch()

    def missing(self) -> Missing | None:
        """Problems, or nothing from the engine yet."""
        layer = self.layer()
        if self.document.problems or layer is None:
            return self.needs_run("They appear when the network can run.")
        return Missing("They are being computed.") if self.values(layer.id) is None else None

    def draw(self) -> str:
        """The tiles from the least to the largest value."""
        layer = self.layer()
        output = self.values(layer.id) if layer else None
        if layer is None or output is None:
            return ""
        tiles = as_tiles(output)
        self._tiles = tiles[:_MOST_TILES]
        finite = self._tiles[np.isfinite(self._tiles)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        self.tiles.show_tiles(self._tiles, low, high, theme.magnitude())
        what = "channel" if output.ndim > 1 else "unit"
        count = f"first {_MOST_TILES:,} of {len(tiles):,}" if len(tiles) > _MOST_TILES else f"{len(tiles):,}"
        return f"{layer.id}, {count} {what}{'' if len(tiles) == 1 else 's'}"

    def restyle(self) -> None:
        """The colours of the theme."""
        self.tiles.restyle()

    def table(self) -> tuple[Sequence[str], Rows]:
        """A row per channel or unit, its cells in reading order."""
        return tile_table("channel", self._tiles)

    def _name(self, tile: int, row: int, column: int) -> str:
        if self._tiles.shape[1:] == (1, 1):
            return f"unit {tile}"
        return f"channel {tile}, row {row}, column {column}"
