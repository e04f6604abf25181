"""Adam: adaptive moments (Kingma and Ba, 2015), as torch computes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from explorer.moments import Moments
from explorer.optimizer import WEIGHT_DECAY, Rule, UpdatePlace

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer


class Adam(Moments):
    """Adam gives every weight its own step, from running means of its gradient and of its squared gradient.

    Formula: m = β₁ m + (1 − β₁) g, v = β₂ v + (1 − β₂) g², then w = w − η m̂ / (√v̂ + ε), where m̂ = m / (1 − β₁^t)
    and v̂ = v / (1 − β₂^t) in update t, because both means start at 0.

    When to use it: for deep networks and mini-batches. The step is about as long as the learning rate, however
    large or small the gradient is, so one rate suits all layers. Weight decay adds λ w to the gradient g.

    Source: Kingma and Ba, Adam: a method for stochastic optimization, 2015.
    """

    id = "adam"
    title = "Adam"
    params = (*Moments.params, WEIGHT_DECAY)

    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """torch's Adam."""
        from torch.optim import Adam as TorchAdam

        return TorchAdam(parameters, **self.torch_values(values))

    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> Rule:
        """The moments of g + λ w, and the step that they give."""
        return self.moment_rule(values, at, at.decayed_gradient(values["weight_decay"]), at.weight)
