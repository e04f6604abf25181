"""RMSprop (Hinton, 2012), as torch computes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.equations import Apply, Number
from explorer.optimizer import EPSILON, LEARNING_RATE, MOMENTUM, WEIGHT_DECAY, Optimizer, Rule, UpdatePlace
from explorer.params import FloatParam

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer


class RmsProp(Optimizer):
    """RMSprop divides each weight's gradient by the root of a running mean of its square.

    Formula: v = α v + (1 − α) g², then w = w − η g / (√v + ε); with momentum u = μ u + g / (√v + ε) and w = w − η
    u.

    When to use it: for recurrent networks, and wherever gradients differ much in size. As in Rprop the sign of the
    gradient counts most, and yet it works on mini-batches, because the divisor changes slowly. v starts at 0, so
    the first steps are long.

    Source: Hinton, Neural networks for machine learning, 2012, lecture 6e.
    """

    id = "rmsprop"
    title = "RMSprop"
    params = (
        replace(LEARNING_RATE, default=0.01),
        FloatParam(
            "smoothing",
            0.99,
            "α",
            "How much of the mean squared gradient is kept from one update to the next.",
            minimum=0.0,
            maximum=1.0,
            below_maximum=True,
        ),
        MOMENTUM,
        EPSILON,
        WEIGHT_DECAY,
    )
    torch_states: ClassVar[Mapping[str, str]] = {"v": "square_avg", "u": "momentum_buffer"}

    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """torch's RMSprop."""
        from explorer.torch_optimizers import RmsProp as TorchRmsProp

        own = {name: values[name] for name in ("lr", "momentum", "eps", "weight_decay")}
        return TorchRmsProp(parameters, alpha=values["smoothing"], **own)

    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> Rule:
        """v, then w − η g / (√v + ε), or w − η u with the velocity u."""
        gradient, keep = at.decayed_gradient(values["weight_decay"]), Number(values["smoothing"])
        mean = ("v", keep * at.before("v") + (Number(1.0) - keep) * gradient**2)
        step = gradient / (Apply("sqrt", (at.state("v"),)) + values["eps"])
        if values["momentum"] == 0:
            return (mean, ("weight", at.weight - at.rate * step))
        return (
            mean,
            ("u", Number(values["momentum"]) * at.before("u") + step),
            ("weight", at.weight - at.rate * at.state("u")),
        )
