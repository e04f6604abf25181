"""Lengths: how many terms an equation has, before it is made: one of a million terms is neither made nor read."""

from __future__ import annotations

import math
from collections.abc import Collection

from explorer.equations import Quantity
from explorer.kind import Shape
from explorer.resolve import Layer, Resolved

MOST_TERMS = 20_000
"""Of what has more terms than this the number that PyTorch found is shown, and the formula in general."""


class Lengths:
    """About how many terms the equations have of quantities that a record holds.

    ``batch`` is the number of examples, ``classes`` the outputs whose error is made of all their numbers.
    """

    def __init__(self, resolved: Resolved, batch: int, classes: Collection[str]) -> None:
        self._resolved, self._batch, self._classes = resolved, batch, classes
        sizes = [size for layer in resolved.running for size in (_entering(layer), _leaving(layer), layer.parameters)]
        self._any = max(sizes, default=0) * batch > MOST_TERMS

    def too_long(self, q: Quantity) -> bool:
        """Whether a quantity has more terms than are written."""
        return self._any and self.of(q) > MOST_TERMS

    def of(self, q: Quantity) -> int:
        """About how many terms a quantity's equation has; 1 for what is never long, or what no record holds."""
        layer = self._resolved.layers.get(q.node)
        if layer is not None and (q.role == "local_sum" or (q.role == "local" and q.node in self._classes)):
            return _leaving(layer)
        if layer is None or not q.index:
            return 1
        if q.role == "value":
            return _forward(layer)
        if q.role == "delta":
            return self._back(q.node)
        if q.role in ("inner", "inner_delta"):
            shape = layer.kind.inner_shapes(layer.params, _inputs(layer)).get(q.part, ())
            return (_entering(layer) if q.role == "inner" else _leaving(layer)) // max(1, math.prod(shape))
        if q.role == "gradient":
            users = [one for one in self._resolved.running if q.node in (one.id, one.owner)]
            return self._batch * max((_uses(user, layer.weights.get(q.part, ())) for user in users), default=1)
        return 1

    def _back(self, node: str) -> int:
        """The terms of an error: of an output all its numbers, of others what comes back from all layers behind."""
        if node in self._classes:
            return _leaving(self._resolved.layers[node])
        behind = self._resolved.network.outgoing[node]
        return sum(_backward(self._resolved.layers[edge.target]) for edge in behind)


def _forward(layer: Layer) -> int:
    """Those of one number that comes out; of layers that have arrays inside, these are what is long."""
    if layer.kind.inner_shapes(layer.params, _inputs(layer)):
        return 1
    return _entering(layer) if _shares(layer) else 1 + layer.operations // max(1, _leaving(layer))


def _backward(layer: Layer) -> int:
    """Those that one number which comes in gets back."""
    if layer.kind.inner_shapes(layer.params, _inputs(layer)):
        return 1
    return _leaving(layer) if _shares(layer) else 1 + layer.operations // max(1, _entering(layer))


def _shares(layer: Layer) -> bool:
    """Whether each number that comes out is made of all that come in, as the shares of a softmax are."""
    return layer.kind.activation and not layer.kind.elementwise


def _uses(layer: Layer, weight: Shape) -> int:
    """At how many places of its output a layer uses each weight."""
    work = layer.operations if len(weight) > 1 else _leaving(layer)
    return 1 + work // max(1, math.prod(weight))


def _inputs(layer: Layer) -> tuple[Shape, ...]:
    return tuple(shape for shape in layer.inputs if shape is not None)


def _entering(layer: Layer) -> int:
    return sum(math.prod(shape) for shape in _inputs(layer))


def _leaving(layer: Layer) -> int:
    return math.prod(layer.shape) if layer.shape is not None else 0
