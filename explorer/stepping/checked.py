"""Checked: what the gradient check measured of some weights: costs, numeric gradients, errors, and where it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.equations import Index

Array = NDArray[np.float64]
Places = NDArray[np.int64]
EPSILON = 1e-4
"""The change of a weight in the gradient check, as in the worked example."""
CURVE = tuple(10.0**-power for power in range(1, 13))
"""The changes for which the error of a single weight's gradient is told as a curve."""
_LAST_PLACES = 4.0
"""How many units in the last place of a cost are taken to be rounding."""
SEEN = 1e-7
"""Relative errors above this are looked into: whether rounding or a kink explains them."""


Corner = Literal["layer", "cost", "penalty"]


@dataclass(frozen=True)
class Kink:
    """Where the cost has a corner between w - epsilon and w + epsilon.

    In a ``layer``: at an element of the input of ``node``, for one example; at a ``cost``: where an output passes its
    target; in a ``penalty``: where the weight itself passes 0.
    """

    node: str
    corner: Corner
    index: Index = ()
    example: int = 0


@dataclass(frozen=True)
class Checked:
    """The costs with single weights of one array changed by +- ``epsilon``.

    ``places`` are the weights' places in the array of ``shape``, flat in C order and ascending; ``plus`` and ``minus``
    the costs, one for each. ``kinks`` has, by place, the corners that were found where the gradients disagree.
    """

    shape: tuple[int, ...]
    epsilon: float
    places: Places
    plus: Array
    minus: Array
    kinks: Mapping[int, Kink] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether every weight of the array was checked."""
        return self.places.size == int(np.prod(self.shape, dtype=np.int64))

    @property
    def numeric(self) -> Array:
        """(plus - minus) / (2 epsilon), one for each place; NaN where a cost is not finite."""
        with np.errstate(invalid="ignore"):  # ∞ − ∞
            return (self.plus - self.minus) / (2 * self.epsilon)

    def position(self, index: Index) -> int:
        """Where a weight is among the places; raises KeyError if it was not checked."""
        flat = flat_place(index, self.shape)
        found = int(np.searchsorted(self.places, flat))
        if found == self.places.size or self.places[found] != flat:
            raise KeyError(index)
        return found

    def spread(self, numbers: Array) -> Array:
        """One number for each place as an array of the weights' shape, NaN where nothing was checked."""
        filled = np.full(self.shape, np.nan)
        filled.reshape(-1)[self.places] = numbers
        return filled

    def errors(self, gradient: Array) -> Array:
        """The relative error of each place's gradient, ``gradient`` being that of the whole array."""
        return relative_errors(gradient.reshape(-1)[self.places], self.numeric)

    def only_rounding(self, gradient: Array) -> NDArray[np.bool_]:
        """Where the two gradients differ by less than float64 resolves in E(w + epsilon) - E(w - epsilon).

        Each cost is known to a few units in its last place, 2.2e-16 of it, and the numeric gradient is divided by
        2 epsilon. Never where they are equal.
        """
        largest = np.maximum(np.abs(self.plus), np.abs(self.minus))
        noise = _LAST_PLACES * np.finfo(np.float64).eps * largest / (2 * self.epsilon)
        with np.errstate(invalid="ignore"):
            apart = np.abs(gradient.reshape(-1)[self.places] - self.numeric)
        return np.isfinite(apart) & (apart > 0) & (apart <= noise)

    def judged(self, gradient: Array) -> Array:
        """The errors that count for a verdict: 0 where rounding explains them, NaN at kinks."""
        errors = np.where(self.only_rounding(gradient), 0.0, self.errors(gradient))
        for place in self.kinks:
            errors[np.searchsorted(self.places, place)] = np.nan
        return errors

    def joined(self, other: Checked) -> Checked:
        """Both together; where both have a weight, the other's count."""
        kept = ~np.isin(self.places, other.places)
        places = np.concatenate([self.places[kept], other.places])
        order = np.argsort(places, kind="stable")
        plus, minus = (
            np.concatenate([mine[kept], more])[order]
            for mine, more in ((self.plus, other.plus), (self.minus, other.minus))
        )
        taken = set(other.places.tolist()) if self.kinks else set()
        kinks = {place: kink for place, kink in self.kinks.items() if place not in taken} | dict(other.kinks)
        return Checked(self.shape, self.epsilon, places[order], plus, minus, kinks)


def flat_place(index: Index, shape: tuple[int, ...]) -> int:
    """Where an index lies in an array of a shape, flat in C order."""
    return int(np.ravel_multi_index(tuple(int(i) for i in index), shape)) if shape else 0


def relative_errors(analytic: Array, numeric: Array) -> Array:
    """|analytic - numeric| / max(|analytic|, |numeric|), 0 where both are 0."""
    with np.errstate(invalid="ignore"):
        scale = np.maximum(np.abs(analytic), np.abs(numeric))
        return np.where(scale == 0, 0.0, np.abs(analytic - numeric) / np.where(scale == 0, 1.0, scale))
