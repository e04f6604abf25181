"""CostFunction: what one cost function is."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from explorer.equations import Apply, Choose, Expr, Number
from explorer.printing import show_plain

if TYPE_CHECKING:
    from torch import Tensor

Shape = tuple[int, ...]
LEAST = 1e-12
"""Costs of probabilities take outputs below this as this, so that their logarithms and roots are finite."""

SUM_TOLERANCE = 1e-3
"""How far from 1 the targets of a distribution may add up to; they may have been rounded."""


class CostFunction(ABC):
    """One cost function: in torch, and as equations for one example. The cost of a batch is the mean over examples.

    Outputs z and targets t are flattened for the equations, in C order.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    classes: ClassVar[bool] = False
    """True if the cost compares probabilities of classes: targets may then be class numbers."""
    probabilities: ClassVar[bool] = False
    """True if the outputs must be probabilities themselves, from 0 to 1, and so must the targets."""
    summed: ClassVar[bool] = False
    """True if the cost of a batch is the sum over its examples, not their mean."""
    kinked: ClassVar[bool] = False
    """True if the cost has a corner where an output is its target, so that it has no slope there."""

    @property
    def help(self) -> str:
        """What a user reads about this cost."""
        return inspect.cleandoc(self.__doc__ or "")

    def problem(self, output: Shape) -> str | None:
        """Why the cost does not fit an output of this shape, as one sentence; None if it does."""
        return None

    def target_problem(self, targets: NDArray[np.float64]) -> str | None:
        """Why targets (n, *shape) do not fit, as one sentence; None if they do."""
        if not self.probabilities:
            return None
        instead = "choose another cost, such as squared error."
        wrong = targets[(targets < 0) | (targets > 1)]
        if len(wrong):
            return (
                f"{self.title} needs targets from 0 to 1, and the data has {show_plain(wrong[0], digits=6)}: {instead}"
            )
        sums = targets.reshape(len(targets), -1).sum(1)
        off = np.flatnonzero(np.abs(sums - 1) > SUM_TOLERANCE)
        if self.classes and len(off):
            found = show_plain(sums[off[0]], digits=6)
            return f"{self.title} needs targets that add up to 1, and those of example {off[0]} make {found}: {instead}"
        return None

    def pooled(self, parts: Sequence[tuple[float, int]]) -> float:
        """The cost of many examples, from the (cost, number of examples) of the batches that they came in."""
        if self.summed:
            return sum(cost for cost, _ in parts)
        return sum(cost * count for cost, count in parts) / sum(count for _, count in parts)

    def torch_cost(self, output: Tensor, target: Tensor) -> Tensor:
        """The cost of a batch, a scalar tensor; output and target are (batch, *shape)."""
        return self.of_examples(self.torch_costs(output, target), 0)

    def of_examples(self, costs: Tensor, axis: int) -> Tensor:
        """The cost of a batch, from those of its examples, which lie along ``axis``."""
        return costs.sum(axis) if self.summed else costs.mean(axis)

    @abstractmethod
    def torch_costs(self, output: Tensor, target: Tensor) -> Tensor:
        """The cost of each example, (batch,); output and target are (batch, *shape)."""

    @abstractmethod
    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """The local error of output k, before the sum over outputs."""

    def of_sum(self, summed: Expr) -> Expr:
        """The cost of one example, from the sum of its local errors."""
        return summed

    @abstractmethod
    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int, cost: Expr) -> Expr:
        """d (cost of one example) / d z_k; ``cost`` is that cost, for formulas that have it in them."""


def at_least(z: Expr) -> Expr:
    """max(z, LEAST): what a cost of probabilities computes with; in torch ``z.clamp(min=LEAST)``."""
    return Apply("max", (z, Number(LEAST)))


def where_it_counts(z: Expr, slope: Expr) -> Expr:
    """The slope of a function of max(z, LEAST), from that of the function of z: 0 where z is below."""
    return Choose(z - LEAST, slope, Number(0.0), or_equal=True)


def class_row_problem(title: str, output: Shape, ending: str) -> str | None:
    """Why an output is no row of classes, at least two; None if it is. ``ending`` says what to end the network with."""
    if len(output) == 1 and output[0] >= 2:
        return None
    found = "×".join(map(str, output)) or "a single number"
    return (
        f"{title} needs one output per class, at least 2 in one row, but the output is {found}: "
        f"end with {ending}, or choose another cost such as squared error."
    )


class DistributionCost(CostFunction):
    """A cost of distributions: outputs and targets are the probabilities of classes, which add up to 1."""

    classes = True
    probabilities = True

    def problem(self, output: Shape) -> str | None:
        """A distribution needs a row of at least two probabilities."""
        return class_row_problem(self.title, output, "a dense layer of one unit per class and a softmax")
