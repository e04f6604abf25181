"""Gradient descent, with momentum in torch's convention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.equations import Expr, Number
from explorer.optimizer import LEARNING_RATE, Optimizer, UpdatePlace
from explorer.params import BoolParam, FloatParam

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer


class Sgd(Optimizer):
    """Gradient descent: each weight moves against its gradient, by the learning rate times it.

    Momentum adds up past gradients in a velocity, which smooths the path and speeds up long slopes. Nesterov momentum
    looks one step ahead along the velocity; without momentum it changes nothing. The batch size makes it stochastic,
    mini-batch or full-batch descent.
    """

    id = "sgd"
    title = "Gradient descent (SGD)"
    params = (
        LEARNING_RATE,
        FloatParam(
            "momentum",
            0.0,
            "Momentum",
            "How much of the velocity is kept from one update to the next; 0 is none.",
            minimum=0.0,
            maximum=1.0,
            below_maximum=True,
        ),
        BoolParam("nesterov", False, "Nesterov", "Look one step ahead along the velocity; needs momentum."),
    )
    torch_states: ClassVar[Mapping[str, str]] = {"v": "momentum_buffer"}

    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """torch's SGD; it refuses Nesterov without momentum, where it would change nothing, so that is left out."""
        from torch.optim import SGD

        momentum = values["momentum"]
        return SGD(parameters, lr=values["lr"], momentum=momentum, nesterov=values["nesterov"] and momentum > 0)

    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> tuple[tuple[str, Expr], ...]:
        """w − η g; with momentum v = μ v + g and w − η v, or w − η (g + μ v) for Nesterov (as torch.optim.SGD)."""
        if values["momentum"] == 0:
            return (("weight", at.weight - at.rate * at.gradient),)
        momentum, v = Number(values["momentum"]), at.state("v")
        step = at.gradient + momentum * v if values["nesterov"] else v
        return (
            ("v", momentum * at.before("v") + at.gradient),
            ("weight", at.weight - at.rate * step),
        )
