"""AdamW: Adam with weight decay apart from the gradient (Loshchilov and Hutter, 2019), as torch computes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from explorer.equations import Expr, Number
from explorer.moments import Moments
from explorer.optimizer import WEIGHT_DECAY, Rule, UpdatePlace

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer


class AdamW(Moments):
    """Adam with weight decay of its own: every weight shrinks by the same share, whatever its gradient is.

    Formula: w = (1 − η λ) w − η m̂ / (√v̂ + ε), with the running means m̂ and v̂ of the gradient as in Adam.

    When to use it: for transformers and other large networks. Where Adam adds λ w to the gradient, and so divides
    it by √v̂ too, a weight with large gradients hardly decays; here decay and gradient are apart, which generalises
    better.

    Source: Loshchilov and Hutter, Decoupled weight decay regularization, 2019.
    """

    id = "adamw"
    title = "AdamW"
    params = (
        *Moments.params,
        replace(
            WEIGHT_DECAY,
            default=0.01,
            help="λ: each update takes the share η λ of every weight away, which pulls it towards 0; 0 is none.",
            advanced=False,
        ),
    )

    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """torch's AdamW."""
        from torch.optim import AdamW as TorchAdamW

        return TorchAdamW(parameters, **self.torch_values(values))

    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> Rule:
        """The moments of the gradient alone, and the step that they give from the shrunken weight."""
        decay = values["weight_decay"]
        weight: Expr = at.weight * (Number(1.0) - Number(decay) * at.rate) if decay else at.weight
        return self.moment_rule(values, at, at.gradient, weight)
