"""Adam: adaptive moments (Kingma and Ba, 2015), as torch computes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.equations import Apply, Expr, Number
from explorer.optimizer import LEARNING_RATE, Optimizer, UpdatePlace
from explorer.params import FloatParam

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer


class Adam(Optimizer):
    """Adam gives every weight its own step, from running means of its gradient and of its squared gradient.

    Both means start at 0 and are corrected for that in the first iterations. The step is about as long as the learning
    rate, however large or small the gradient is.
    """

    id = "adam"
    title = "Adam"
    params = (
        replace(LEARNING_RATE, default=0.001),
        FloatParam(
            "beta1",
            0.9,
            "β₁",
            "How much of the mean gradient is kept from one update to the next.",
            minimum=0.0,
            maximum=1.0,
            below_maximum=True,
            advanced=True,
        ),
        FloatParam(
            "beta2",
            0.999,
            "β₂",
            "How much of the mean squared gradient is kept from one update to the next.",
            minimum=0.0,
            maximum=1.0,
            below_maximum=True,
            advanced=True,
        ),
        FloatParam(
            "eps",
            1e-8,
            "ε",
            "A small number that keeps the division away from 0.",
            minimum=0.0,
            maximum=1.0,
            above_minimum=True,
            advanced=True,
        ),
    )
    torch_states: ClassVar[Mapping[str, str]] = {"m": "exp_avg", "v": "exp_avg_sq"}

    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """torch's Adam."""
        from torch.optim import Adam as TorchAdam

        return TorchAdam(parameters, lr=values["lr"], betas=(values["beta1"], values["beta2"]), eps=values["eps"])

    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> tuple[tuple[str, Expr], ...]:
        """m and v, their corrections m_hat = m / (1 − β₁^step) and v_hat, then w − η m_hat / (√v_hat + ε)."""
        one, beta1, beta2 = Number(1.0), Number(values["beta1"]), Number(values["beta2"])
        root = Apply("sqrt", (at.state("v_hat"),))
        return (
            ("m", beta1 * at.before("m") + (one - beta1) * at.gradient),
            ("v", beta2 * at.before("v") + (one - beta2) * at.gradient**2),
            ("m_hat", at.state("m") / (one - beta1**at.step)),
            ("v_hat", at.state("v") / (one - beta2**at.step)),
            ("weight", at.weight - at.rate * (at.state("m_hat") / (root + values["eps"]))),
        )
