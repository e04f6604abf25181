"""Moments: what Adam and AdamW share: running means of the gradient and of its square, and the step that they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from explorer.equations import Apply, Expr, Number
from explorer.optimizer import EPSILON, LEARNING_RATE, Optimizer, Rule, UpdatePlace
from explorer.params import FloatParam, Param


class Moments(Optimizer):
    """An optimizer that divides the mean gradient of each weight by the root of its mean squared gradient."""

    params: ClassVar[tuple[Param, ...]] = (
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
        EPSILON,
    )
    torch_states: ClassVar[Mapping[str, str]] = {"m": "exp_avg", "v": "exp_avg_sq"}

    def torch_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values by the names of torch's arguments."""
        return {
            "lr": values["lr"],
            "betas": (values["beta1"], values["beta2"]),
            "eps": values["eps"],
            "weight_decay": values["weight_decay"],
        }

    def moment_rule(self, values: Mapping[str, Any], at: UpdatePlace, gradient: Expr, weight: Expr) -> Rule:
        """m and v, their corrections m_hat = m / (1 − β₁^step) and v_hat, then weight − η m_hat / (√v_hat + ε)."""
        one, beta1, beta2 = Number(1.0), Number(values["beta1"]), Number(values["beta2"])
        root = Apply("sqrt", (at.state("v_hat"),))
        return (
            ("m", beta1 * at.before("m") + (one - beta1) * gradient),
            ("v", beta2 * at.before("v") + (one - beta2) * gradient**2),
            ("m_hat", at.state("m") / (one - beta1**at.step)),
            ("v_hat", at.state("v") / (one - beta2**at.step)),
            ("weight", weight - at.rate * (at.state("m_hat") / (root + values["eps"]))),
        )
