"""Adagrad: adaptive gradients (Duchi, Hazan and Singer, 2011), as torch computes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.equations import Apply
from explorer.optimizer import EPSILON, LEARNING_RATE, WEIGHT_DECAY, Optimizer, Rule, UpdatePlace

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer


class Adagrad(Optimizer):
    """Adagrad divides each weight's step by the root of all its squared gradients so far.

    Formula: v = v + g², then w = w − η g / (√v + ε).

    When to use it: for sparse inputs such as words: a weight that rarely has a gradient keeps taking long steps,
    one with many takes ever shorter ones. As v only grows, all learning slows down in the end; RMSprop and Adadelta
    forget old gradients to avoid that.

    Source: Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic optimization,
    2011.
    """

    id = "adagrad"
    title = "Adagrad"
    params = (replace(LEARNING_RATE, default=0.01), replace(EPSILON, default=1e-10), WEIGHT_DECAY)
    torch_states: ClassVar[Mapping[str, str]] = {"v": "sum"}

    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """torch's Adagrad."""
        from torch.optim import Adagrad as TorchAdagrad

        return TorchAdagrad(parameters, lr=values["lr"], eps=values["eps"], weight_decay=values["weight_decay"])

    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> Rule:
        """v + g², then w − η g / (√v + ε)."""
        gradient = at.decayed_gradient(values["weight_decay"])
        root = Apply("sqrt", (at.state("v"),))
        return (
            ("v", at.before("v") + gradient**2),
            ("weight", at.weight - at.rate * (gradient / (root + values["eps"]))),
        )
