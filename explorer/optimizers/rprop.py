"""Rprop: resilient backpropagation (Riedmiller and Braun, 1993), as torch computes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.equations import Apply, Choose, Expr, Number
from explorer.optimizer import LEARNING_RATE, Optimizer, Rule, UpdatePlace
from explorer.params import FloatParam

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer

LEAST_STEP, LARGEST_STEP = 1e-6, 50.0


class Rprop(Optimizer):
    """Rprop looks only at the sign of each gradient, and gives every weight a step Δ of its own.

    Formula: Δ = f Δ, then w = w − sign(g) Δ, where f is η⁺ while g keeps its sign, and η⁻ when it has changed it;
    then g counts as 0, and the weight waits for one update.

    When to use it: on full batches (batch size: all examples), where it is fast and hard to mistune; on
    mini-batches signs change by chance, and RMSprop or Adam do better. Δ begins as the learning rate, and stays
    between 0.000001 and 50.

    Source: Riedmiller and Braun, A direct adaptive method for faster backpropagation learning: the RPROP algorithm,
    1993, without their step back, as in PyTorch.
    """

    id = "rprop"
    title = "Rprop"
    params = (
        replace(LEARNING_RATE, default=0.01, help="How far each weight goes in its first update."),
        FloatParam(
            "growth",
            1.2,
            "η⁺",
            "By how much a step grows while its gradient keeps its sign.",
            minimum=1.0,
            maximum=10.0,
            above_minimum=True,
        ),
        FloatParam(
            "shrinkage",
            0.5,
            "η⁻",
            "By how much a step shrinks when its gradient has changed its sign.",
            minimum=0.0,
            maximum=1.0,
            above_minimum=True,
            below_maximum=True,
        ),
    )
    torch_states: ClassVar[Mapping[str, str]] = {"Delta": "step_size", "g": "prev"}

    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """torch's Rprop."""
        from torch.optim import Rprop as TorchRprop

        factors = (values["shrinkage"], values["growth"])
        return TorchRprop(parameters, lr=values["lr"], etas=factors, step_sizes=(LEAST_STEP, LARGEST_STEP))

    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> Rule:
        """The factor f by which Δ grows or shrinks, Δ, the gradient g that counts, then w − sign(g) Δ."""
        product = at.gradient * at.before("g")
        factor = Choose(product, Number(values["growth"]), Choose(-product, Number(values["shrinkage"]), Number(1.0)))
        first = at.step == 1
        step: Expr = at.rate if first else at.before("Delta") * at.state("f")
        sign = Apply("sign", (at.state("g"),))
        return (
            *(() if first else (("f", factor),)),
            ("Delta", Apply("min", (Apply("max", (step, Number(LEAST_STEP))), Number(LARGEST_STEP)))),
            ("g", at.gradient if first else Choose(product, at.gradient, Number(0.0), or_equal=True)),
            ("weight", at.weight - sign * at.state("Delta")),
        )
