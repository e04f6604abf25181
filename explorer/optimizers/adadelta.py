"""Adadelta (Zeiler, 2012), as torch computes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.equations import Apply, Expr, Number
from explorer.optimizer import EPSILON, LEARNING_RATE, WEIGHT_DECAY, Optimizer, Rule, UpdatePlace
from explorer.params import FloatParam

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer


class Adadelta(Optimizer):
    """Adadelta needs no learning rate: a step is as long as past steps were, times gradient by usual gradient.

    Formula: v = ρ v + (1 − ρ) g², Δ = √(u + ε) / √(v + ε) · g, u = ρ u + (1 − ρ) Δ², then w = w − η Δ with η = 1.

    When to use it: where no learning rate can be searched for. v and u are running means of squared gradients and
    of squared steps. u starts at 0, so the first steps are tiny, about √ε, and it takes a while to get going.

    Source: Zeiler, ADADELTA: an adaptive learning rate method, 2012.
    """

    id = "adadelta"
    title = "Adadelta"
    params = (
        replace(LEARNING_RATE, default=1.0, help="A factor for every step; 1 is Adadelta itself."),
        FloatParam(
            "rho",
            0.9,
            "ρ",
            "How much of both running means is kept from one update to the next.",
            minimum=0.0,
            maximum=1.0,
            below_maximum=True,
        ),
        replace(EPSILON, default=1e-6, help="Sets how long the first steps are, and keeps the division away from 0."),
        WEIGHT_DECAY,
    )
    torch_states: ClassVar[Mapping[str, str]] = {"v": "square_avg", "u": "acc_delta"}

    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """torch's Adadelta."""
        from torch.optim import Adadelta as TorchAdadelta

        return TorchAdadelta(parameters, **{name: values[name] for name in ("lr", "rho", "eps", "weight_decay")})

    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> Rule:
        """v, the step Δ = √(u + ε) / √(v + ε) g with u as it was, u, then w − η Δ."""
        gradient, rho = at.decayed_gradient(values["weight_decay"]), Number(values["rho"])
        share = _root(at.before("u") + values["eps"]) / _root(at.state("v") + values["eps"])
        return (
            ("v", rho * at.before("v") + (Number(1.0) - rho) * gradient**2),
            ("Delta", share * gradient),
            ("u", rho * at.before("u") + (Number(1.0) - rho) * at.state("Delta") ** 2),
            ("weight", at.weight - at.rate * at.state("Delta")),
        )


def _root(x: Expr) -> Expr:
    return Apply("sqrt", (x,))
