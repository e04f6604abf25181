"""Optimizer: what one optimizer is: the torch object, and its update rule as equations."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.equations import Expr, Index, Number, Quantity, Ref
from explorer.params import FloatParam, Param

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer

LINE_SEARCH = (
    "Found by a line search: the cost of these examples is computed at several places along d, until it has fallen "
    "enough and its slope along d is nearly 0. It is 0 if no such place was found."
)
"""How optimizers that search find how far to go."""
LEARNING_RATE = FloatParam(
    "lr",
    0.1,
    "Learning rate",
    "How far each update goes against the gradient.",
    minimum=0.0,
    maximum=1e6,
)

MOMENTUM = FloatParam(
    "momentum",
    0.0,
    "Momentum",
    "How much of the velocity is kept from one update to the next; 0 is none.",
    minimum=0.0,
    maximum=1.0,
    below_maximum=True,
)
WEIGHT_DECAY = FloatParam(
    "weight_decay",
    0.0,
    "Weight decay",
    "λ: so much of each weight is added to its gradient (L2), which pulls weights towards 0; 0 is none.",
    minimum=0.0,
    maximum=1e3,
    advanced=True,
)
EPSILON = FloatParam(
    "eps",
    1e-8,
    "ε",
    "A small number that keeps the division away from 0.",
    minimum=0.0,
    maximum=1.0,
    above_minimum=True,
    advanced=True,
)


@dataclass(frozen=True)
class UpdatePlace:
    """One element of one weight, at iteration ``step`` (from 1): makes the operands of an update rule."""

    node: str
    part: str
    index: Index
    step: int = 1

    @property
    def weight(self) -> Ref:
        """The weight before the update."""
        return Ref(Quantity("weight", self.node, self.part, self.index))

    @property
    def gradient(self) -> Ref:
        """d cost / d weight."""
        return Ref(Quantity("gradient", self.node, self.part, self.index))

    def decayed_gradient(self, decay: float) -> Expr:
        """The gradient with weight decay: that of the cost with λ/2 Σ w² added to it."""
        return self.gradient + Number(decay) * self.weight if decay else self.gradient

    @property
    def rate(self) -> Ref:
        """The learning rate."""
        return Ref(Quantity("rate"))

    def before(self, name: str) -> Ref:
        """A state of the optimizer, as the previous iteration left it; 0 at first."""
        return Ref(Quantity("before", self.node, self.part, self.index, label=name))

    def state(self, name: str) -> Ref:
        """A state of the optimizer, as this iteration leaves it."""
        return Ref(Quantity("state", self.node, self.part, self.index, label=name))

    def overall(self, name: str) -> Ref:
        """A number that this iteration finds for all weights at once."""
        return Ref(Quantity("overall", label=name))


Rule = tuple[tuple[str, Expr | None], ...]
"""Names and how each is computed, in order; None for what only a computation over all weights at once gives."""


class Optimizer(ABC):
    """One optimizer: its params, its torch object and its update rule."""

    id: ClassVar[str]
    title: ClassVar[str]
    params: ClassVar[tuple[Param, ...]] = (LEARNING_RATE,)
    searches: ClassVar[bool] = False
    """True if an update evaluates the cost at several places: torch's ``step`` then needs a closure."""
    found: ClassVar[Mapping[str, str]] = {}
    """For each name without a formula in its rules, how it is found: a sentence or two for a person."""
    torch_states: ClassVar[Mapping[str, str]] = {}
    """For each state of the rule that torch keeps, its key in torch's ``optimizer.state`` of the weight."""
    torch_overall: ClassVar[Mapping[str, str]] = {}
    """For each number of ``overall_rule``, its key in torch's ``optimizer.state`` of the first weight."""

    @property
    def help(self) -> str:
        """What a user reads about this optimizer."""
        return inspect.cleandoc(self.__doc__ or "")

    def copies(self, values: Mapping[str, Any]) -> int:
        """How many arrays as large as all weights it keeps."""
        return len(self.torch_states)

    @abstractmethod
    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """The torch optimizer over ``parameters`` with checked ``values``."""

    @abstractmethod
    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> Rule:
        """The update as (name of the state, its new value) in order; the last one is ("weight", new weight)."""

    def overall_rule(self, values: Mapping[str, Any], weights: Sequence[UpdatePlace]) -> Rule:
        """What is found once for all weights, before their updates, such as the length of the step.

        ``weights`` has every trainable number, or none where they are too many to be written in a formula.
        """
        return ()
