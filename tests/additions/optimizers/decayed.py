"""Decayed: an optimizer that the program does not have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from explorer.equations import Expr, Number
from explorer.optimizer import LEARNING_RATE, Optimizer, UpdatePlace
from explorer.params import FloatParam

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer


class Decayed(Optimizer):
    """Gradient descent that pulls every weight towards 0.

    Formula: w = w − η (g + λ w).

    When to use it: to see that an optimizer is one file.

    Source: a test.
    """

    id = "decayed"
    title = "Gradient descent with decay"
    params = (LEARNING_RATE, FloatParam("decay", 0.01, "Decay", "How strong the pull is.", minimum=0.0, maximum=1.0))

    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """torch's SGD with weight decay."""
        from torch.optim import SGD

        return SGD(parameters, lr=values["lr"], weight_decay=values["decay"])

    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> tuple[tuple[str, Expr], ...]:
        """w − η (g + λ w)."""
        return (("weight", at.weight - at.rate * (at.gradient + Number(values["decay"]) * at.weight)),)
