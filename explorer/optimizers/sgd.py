"""Gradient descent, with momentum in torch's convention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.equations import Number
from explorer.optimizer import LEARNING_RATE, MOMENTUM, WEIGHT_DECAY, Optimizer, Rule, UpdatePlace
from explorer.params import BoolParam

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer


class Sgd(Optimizer):
    """Gradient descent: each weight moves against its gradient, by the learning rate times it.

    Formula: w = w − η g; with momentum v = μ v + g and w = w − η v, with Nesterov's w = w − η (g + μ v).

    When to use it: always first. Momentum adds up past gradients in a velocity, which smooths the path and speeds
    up long slopes; Nesterov momentum looks one step ahead along it, and without momentum changes nothing. Weight
    decay adds λ w to the gradient, as an L2 penalty of λ/2 Σ w² on the cost would. The batch size makes it
    stochastic, mini-batch or full-batch descent.

    Source: Sutskever and others, On the importance of initialization and momentum in deep learning, 2013, with
    PyTorch's velocity.
    """

    id = "sgd"
    title = "Gradient descent (SGD)"
    params = (
        LEARNING_RATE,
        MOMENTUM,
        BoolParam("nesterov", False, "Nesterov", "Look one step ahead along the velocity; needs momentum."),
        WEIGHT_DECAY,
    )
    torch_states: ClassVar[Mapping[str, str]] = {"v": "momentum_buffer"}

    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """torch's SGD; it refuses Nesterov without momentum, where it would change nothing, so that is left out."""
        from torch.optim import SGD

        momentum = values["momentum"]
        nesterov = values["nesterov"] and momentum > 0
        own = {name: values[name] for name in ("lr", "momentum", "weight_decay")}
        return SGD(parameters, nesterov=nesterov, **own)

    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> Rule:
        """w − η g; with momentum v = μ v + g and w − η v, or w − η (g + μ v) for Nesterov (as torch.optim.SGD)."""
        gradient = at.decayed_gradient(values["weight_decay"])
        if values["momentum"] == 0:
            return (("weight", at.weight - at.rate * gradient),)
        momentum, v = Number(values["momentum"]), at.state("v")
        step = gradient + momentum * v if values["nesterov"] else v
        return (
            ("v", momentum * at.before("v") + gradient),
            ("weight", at.weight - at.rate * step),
        )
