"""Restraints: what keeps the weights of layers small, by their params l1, l2 and max_norm; pure."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.kind import is_bias
from explorer.resolve import Resolved


@dataclass(frozen=True)
class Restraint:
    """What holds one array of weights: its penalty l1 · Σ |w| + ½ l2 · Σ w², and the longest that a unit's may be.

    ``unit_axis`` is the axis along which the units lie. 0 is no penalty and no limit.
    """

    node: str
    part: str
    l1: float
    l2: float
    max_norm: float
    unit_axis: int

    @property
    def penalised(self) -> bool:
        """Whether it adds to the total cost."""
        return bool(self.l1 or self.l2)


def restraints_of(resolved: Resolved) -> dict[str, Restraint]:
    """The restraint of each array that has one, by its name such as ``h.weight``; no bias and no frozen weight has."""
    found = {}
    for layer in resolved.running:
        l1, l2, longest = (layer.params.get(name, 0.0) for name in ("l1", "l2", "max_norm"))
        if layer.frozen or not (l1 or l2 or longest):
            continue
        for part, shape in layer.weights.items():
            if not is_bias(part):
                axis = layer.kind.unit_axis if len(shape) > 1 else 0
                found[f"{layer.id}.{part}"] = Restraint(layer.id, part, l1, l2, longest, axis)
    return found
