"""LayerWeights: the base of views of the selected layer's weight array."""

from __future__ import annotations

from typing import Any, ClassVar

from numpy.typing import NDArray

from explorer.engine.messages import Watch
from explorer.resolve import Layer
from ui.watch.view import Missing, View, unsaid


class LayerWeights(View):
    """A view of one layer's weights. Subclasses say which layers suit, and draw the array in torch's layout."""

    no_layer: ClassVar[str] = "No layer of this network has weights yet."
    """What it says while no layer suits."""
    follows_layer = True

    @classmethod
    def has(cls, layer: Layer) -> bool:
        """Whether the layer has weights of the form that the view draws."""
        return "weight" in layer.weights

    def draw_weight(self, layer: Layer, weight: NDArray[Any]) -> str:
        """Draw the layer's weights; returns the subtitle."""
        raise unsaid(self)

    def drawable(self, weight: NDArray[Any]) -> bool:
        """Whether such numbers can be drawn."""
        return True

    def fits_layer(self, layer: Layer) -> bool:
        """It has weights of this form."""
        return self.has(layer)

    def wanted(self) -> Watch:
        """The weights of the layer shown."""
        layer = self.layer()
        return Watch(weights=(layer.id,)) if layer else Watch()

    def missing(self) -> Missing | None:
        """No layer has such weights, or they are not there yet."""
        layer = self.layer()
        if layer is None:
            return self.needs_layer(self.no_layer)
        if self._weight(layer) is not None:
            return None
        if self.document.problems:
            return self.needs_run("They appear with the first step.")
        return Missing("The weights are being loaded.")

    def draw(self) -> str:
        """The weights of the layer shown, as they are now."""
        layer = self.layer()
        weight = self._weight(layer) if layer is not None else None
        return "" if layer is None or weight is None else self.draw_weight(layer, weight)

    def _weight(self, layer: Layer) -> NDArray[Any] | None:
        weight = self.weights(f"{layer.id}.weight")
        return None if weight is None or not self.drawable(weight) else weight
