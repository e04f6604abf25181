"""LayerWeights: the base of views of the selected layer's weight array."""

from __future__ import annotations

from typing import Any, ClassVar

from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from explorer.engine.messages import Watch
from explorer.kind import Shape, is_bias
from explorer.resolve import Layer
from ui.watch.pager import Pager
from ui.watch.view import Missing, View, unsaid


class LayerWeights(View):
    """A view of one array of a layer's weights. Subclasses say which arrays suit, and draw it in torch's layout.

    Of a layer with several, such as a recurrent one, arrows lead from one to the next.
    """

    no_layer: ClassVar[str] = "No layer of this network has weights yet."
    """What it says while no layer suits."""
    follows_layer = True
    _place = 0
    _pager: Pager | None = None

    @classmethod
    def has(cls, layer: Layer) -> bool:
        """Whether the layer has weights of the form that the view draws."""
        return bool(cls.names(layer))

    @classmethod
    def names(cls, layer: Layer) -> list[str]:
        """The arrays that the view draws."""
        return [name for name, shape in layer.weights.items() if cls.draws(name, shape)]

    @classmethod
    def draws(cls, name: str, shape: Shape) -> bool:
        """Whether the view draws an array of this name and shape."""
        return not is_bias(name)

    def draw_weight(self, layer: Layer, weight: NDArray[Any]) -> str:
        """Draw one of the layer's arrays; returns the subtitle."""
        raise unsaid(self)

    def with_pager(self, content: QWidget) -> QWidget:
        """The content, with arrows below it while the layer has several arrays."""
        self._pager = Pager("Array")
        self._pager.turned.connect(self._turn_array)
        return self._pager.below(content)

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
        if layer is None or weight is None:
            return ""
        if self._pager is not None:
            names = self.names(layer)
            self._pager.tell(f"{self._name_of(layer)}, {self._place % len(names) + 1} of {len(names)}", len(names))
        return self.draw_weight(layer, weight)

    def _turn_array(self, by: int) -> None:
        self._place += by
        self.mark()

    def _name_of(self, layer: Layer) -> str:
        """The array shown, of several the one that was turned to."""
        names = self.names(layer)
        return names[self._place % len(names)]

    def _weight(self, layer: Layer) -> NDArray[Any] | None:
        weight = self.weights(f"{layer.id}.{self._name_of(layer)}")
        return None if weight is None or not self.drawable(weight) else weight
