"""Record: every number of one iteration, as float64 arrays; plain data, from which the steps are made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.equations import Quantity
from explorer.project.model import Project
from explorer.stepping.checked import SEEN, Checked, Kink, flat_place

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Record:
    """One iteration over a batch of n examples. ``project`` holds the weights before the update.

    ``values`` and ``deltas`` (d cost / d output) are (n, *shape) by node, ``targets`` likewise by output, ``inner`` and
    ``inner_deltas`` the arrays inside layers by names such as ``h.net``, (1, *shape) if the batch has them in common.
    By the weight's name: ``weights`` and ``updated``, and of weights that are not frozen ``gradients`` and ``checks``
    (the costs with the weights changed by +- epsilon, as far as they were checked); ``unlimited`` has what the update
    made of weights before a max norm scaled them back. ``cost`` is the total: ``output_costs``, by output and without
    their weights, and ``penalties`` by the weight's name make it up.
    ``states_before`` and ``states`` hold the optimizer's arrays by weight's name and state, ``overall`` the numbers
    that it found for all weights at once, such as the length of a step.
    ``examples`` is how many the data has, of which ``samples`` were taken. ``iteration`` counts the updates of the
    optimizer, from 1; ``step`` is the iteration of a training run that this one is, 0 if it is none of a run.
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
    checks: Mapping[str, Checked]
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
    step: int = 0

    @property
    def numeric(self) -> dict[str, Array]:
        """The numeric gradients in the weights' shapes; NaN for weights that were left out of the check."""
        return {name: checked.spread(checked.numeric) for name, checked in self.checks.items()}

    @property
    def max_relative_error(self) -> float:
        """The largest relative error of the gradients over all weights that were checked; NaN if one is not finite.

        A difference that the rounding of the two costs explains counts as none: a gradient of exactly 0 is not wrong
        because its numeric one is 1e-12. Nor do weights at a corner of the cost count, where it has no slope.
        """
        if not math.isfinite(self.cost) or not all(np.all(np.isfinite(array)) for array in self.gradients.values()):
            return math.nan
        errors = [self.checks[name].judged(gradient) for name, gradient in self.gradients.items()]
        return max((float(np.max(own, initial=0.0, where=np.isfinite(own))) for own in errors), default=0.0)

    def only_rounding(self, q: Quantity) -> bool:
        """Whether rounding alone explains how far a checked weight's two gradients are apart."""
        name = f"{q.node}.{q.part}"
        checked = self.checks[name]
        return bool(checked.only_rounding(self.gradients[name])[checked.position(q.index)])

    def kink(self, q: Quantity) -> Kink | None:
        """The corner of the cost that a checked weight is at; None if there is none, or it was not checked."""
        checked = self.checks.get(f"{q.node}.{q.part}")
        return checked.kinks.get(flat_place(q.index, checked.shape)) if checked is not None else None

    def with_checks(self, more: Mapping[str, Checked]) -> Record:
        """With more weights checked."""
        return replace(
            self, checks={name: old.joined(more[name]) if name in more else old for name, old in self.checks.items()}
        )

    def setting(self, name: str) -> Any:
        """A training setting of the project."""
        return self.project.settings[name]


VERDICTS: tuple[tuple[float, str], ...] = (
    (1e-2, "the gradient is probably wrong"),
    (1e-4, "something is wrong"),
    (SEEN, "caution"),
)


def verdict(error: float) -> str:
    """What a relative error says about a gradient: probably right up to 1e-7, and worse above."""
    for bound, words in VERDICTS:
        if error > bound:
            return words
    return "probably right" if error == error else "not a number"
