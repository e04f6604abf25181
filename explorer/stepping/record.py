"""Record: every number of one iteration, as float64 arrays; plain data, from which the steps are made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.project.model import Project

Array = NDArray[np.float64]
_LAST_PLACES = 4.0
"""How many units in the last place of a cost are taken to be rounding."""


@dataclass(frozen=True)
class Record:
    """One iteration over a batch of n examples. ``project`` holds the weights before the update.

    ``values`` and ``deltas`` (d cost / d output) are (n, *shape) by node, ``targets`` likewise by output, ``inner`` and
    ``inner_deltas`` the arrays inside layers by names such as ``h.net``, (1, *shape) if the batch has them in common.
    By the weight's name: ``weights`` and ``updated``, and of weights that are not frozen ``gradients``, ``numeric``,
    ``plus`` and ``minus`` (the cost with the weight changed by +- epsilon); ``unlimited`` has what the update made of
    weights before a max norm scaled them back. ``cost`` is the total: ``output_costs``, by output and without their
    weights, and ``penalties`` by the weight's name make it up.
    ``states_before`` and ``states`` hold the optimizer's arrays by weight's name and state, ``overall`` the numbers
    that it found for all weights at once, such as the length of a step.
    ``numeric`` is NaN for weights that were left out of the check because there are too many.
    ``examples`` is how many the data has, of which ``samples`` were taken.
    """

    project: Project
    iteration: int
    samples: tuple[int, ...]
    targets: Mapping[str, Array]
    cost: float
    output_costs: Mapping[str, float]
    penalties: Mapping[str, float]
    values: Mapping[str, Array]
    deltas: Mapping[str, Array]
    weights: Mapping[str, Array]
    gradients: Mapping[str, Array]
    epsilon: float
    plus: Mapping[str, Array]
    minus: Mapping[str, Array]
    numeric: Mapping[str, Array]
    unlimited: Mapping[str, Array]
    updated: Mapping[str, Array]
    states_before: Mapping[tuple[str, str], Array]
    states: Mapping[tuple[str, str], Array]
    overall: Mapping[str, float]
    rate: float
    inner: Mapping[str, Array] = field(default_factory=dict)
    inner_deltas: Mapping[str, Array] = field(default_factory=dict)
    class_names: tuple[str, ...] = ()
    examples: int = 1

    @property
    def max_relative_error(self) -> float:
        """The largest relative error of the gradients over all weights that were checked; NaN if one is not finite.

        A difference that the rounding of the two costs explains counts as none: a gradient of exactly 0 is not wrong
        because its numeric one is 1e-12.
        """
        if not math.isfinite(self.cost) or not all(np.all(np.isfinite(array)) for array in self.gradients.values()):
            return math.nan
        worst = 0.0
        for name, gradient in self.gradients.items():
            errors = np.where(self.only_rounding(name), 0.0, relative_errors(gradient, self.numeric[name]))
            if np.any(np.isfinite(errors)):
                worst = max(worst, float(np.nanmax(errors)))
        return worst

    def only_rounding(self, name: str) -> NDArray[np.bool_]:
        """Where the two gradients of a weight differ by less than float64 resolves in E(w + epsilon) - E(w - epsilon).

        Each cost is known to a few units in its last place, 2.2e-16 of it, and the numeric gradient is divided by
        2 epsilon. Never where they are equal.
        """
        largest = np.maximum(np.abs(self.plus[name]), np.abs(self.minus[name]))
        noise = _LAST_PLACES * np.finfo(np.float64).eps * largest / (2 * self.epsilon)
        apart = np.abs(self.gradients[name] - self.numeric[name])
        return np.isfinite(apart) & (apart > 0) & (apart <= noise)

    def setting(self, name: str) -> Any:
        """A training setting of the project."""
        return self.project.settings[name]


def relative_errors(analytic: Array, numeric: Array) -> Array:
    """|analytic - numeric| / max(|analytic|, |numeric|), 0 where both are 0."""
    scale = np.maximum(np.abs(analytic), np.abs(numeric))
    return np.where(scale == 0, 0.0, np.abs(analytic - numeric) / np.where(scale == 0, 1.0, scale))


VERDICTS: tuple[tuple[float, str], ...] = (
    (1e-2, "the gradient is probably wrong"),
    (1e-4, "something is wrong"),
    (1e-7, "caution"),
)


def verdict(error: float) -> str:
    """What a relative error says about a gradient: probably right up to 1e-7, and worse above."""
    for bound, words in VERDICTS:
        if error > bound:
            return words
    return "probably right" if error == error else "not a number"
