"""Nonlinear conjugate gradients (Polak and Ribière, 1969), with a line search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.equations import Apply, Choose, Expr, Number, total
from explorer.optimizer import LEARNING_RATE, LINE_SEARCH, Optimizer, Rule, UpdatePlace
from explorer.params import FloatParam

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer


class ConjugateGradient(Optimizer):
    """Conjugate gradients go along a direction as far as the cost falls, then turn without spoiling what was gained.

    Formula: d = −g + β d_old with β = max(0, g·(g − g_old) / g_old·g_old), then w = w + α d for all weights, where
    a line search finds α: the cost must have fallen, and its slope along d be nearly 0.

    When to use it: for small networks and smooth costs, on full batches (batch size: all examples), where one epoch
    is one update; on mini-batches each search would fit its own few examples. An update evaluates the cost several
    times, on the same examples. On a quadratic cost of n weights it is done in n updates if every search is exact.
    Where d would lead uphill, β is 0: straight down the gradient again.

    Source: Polak and Ribière, 1969; Nocedal and Wright, Numerical optimization, 2006, chapters 3 and 5.
    """

    id = "conjugate_gradient"
    title = "Conjugate gradient"
    params = (
        replace(
            LEARNING_RATE,
            help="The α that the first line search tries first; later ones begin with what was found before.",
        ),
        FloatParam(
            "flat",
            0.1,
            "Flatness",
            "A line search ends where the slope along d is this share of what it was at first; smaller is more exact.",
            minimum=0.0,
            maximum=1.0,
            above_minimum=True,
            below_maximum=True,
            advanced=True,
        ),
    )
    searches = True
    found: ClassVar[Mapping[str, str]] = {
        "alpha": LINE_SEARCH,
        "beta": "β = max(0, g·(g − g_old) / g_old·g_old), with scalar products over all weights.",
    }
    torch_states: ClassVar[Mapping[str, str]] = {"g": "gradient", "d": "direction"}
    torch_overall: ClassVar[Mapping[str, str]] = {"beta": "beta", "alpha": "alpha"}

    def copies(self, values: Mapping[str, Any]) -> int:
        """Gradient and direction, as they are and were, and where a search began."""
        return 6

    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """Our own, as torch has none."""
        from explorer.torch_optimizers import ConjugateGradient as TorchConjugateGradient

        return TorchConjugateGradient(parameters, lr=values["lr"], flat=values["flat"])

    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> Rule:
        """g, which the next update needs, the direction d, then w + α d."""
        downhill: Expr = -at.gradient
        return (
            ("g", at.gradient),
            ("d", downhill if at.step == 1 else at.overall("beta") * at.before("d") - at.gradient),
            ("weight", at.weight + at.overall("alpha") * at.state("d")),
        )

    def overall_rule(self, values: Mapping[str, Any], weights: Sequence[UpdatePlace]) -> Rule:
        """The scalar products over all weights, β, and the α that the line search found."""
        if not weights:
            return (("beta", None), ("alpha", None))
        if weights[0].step == 1:
            return (("alpha", None),)
        products = {
            "g·g": [at.gradient**2 for at in weights],
            "g·g_old": [at.gradient * at.before("g") for at in weights],
            "g_old·g_old": [at.before("g") ** 2 for at in weights],
            "g·d_old": [at.gradient * at.before("d") for at in weights],
        }
        gg, gh, hh, gd = (weights[0].overall(name) for name in products)
        bent = Choose(hh, Apply("max", (Number(0.0), (gg - gh) / hh)), Number(0.0))
        beta = weights[0].overall("beta_PR")
        return (
            *((name, total(terms)) for name, terms in products.items()),
            ("beta_PR", bent),
            ("beta", Choose(gg - beta * gd, beta, Number(0.0))),
            ("alpha", None),
        )
