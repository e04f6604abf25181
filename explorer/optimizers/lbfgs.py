"""L-BFGS: a quasi-Newton method of limited memory (Nocedal, 1980), as torch computes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.optimizer import LEARNING_RATE, LINE_SEARCH, Optimizer, Rule, UpdatePlace
from explorer.params import BoolParam, IntParam

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer as TorchOptimizer


class Lbfgs(Optimizer):
    """L-BFGS learns from its last steps how the cost is curved, and leaps to where its minimum should be.

    Formula: d = −H g, then w = w + α d for all weights, where a line search finds α (strong Wolfe conditions). H
    stands for the inverse of the matrix of second derivatives. It is never written down: the last k steps and the
    changes of the gradient along them are kept, and the two-loop recursion goes through them.

    When to use it: for small networks and smooth costs, where it is the fastest, on full batches (batch size: all
    examples): changes of the gradient from one mini-batch to the next say nothing of the curvature. One update is
    one iteration, and evaluates the cost several times.

    Source: Liu and Nocedal, On the limited memory BFGS method, 1989; Nocedal and Wright, Numerical optimization,
    2006, algorithm 7.4.
    """

    id = "lbfgs"
    title = "L-BFGS"
    params = (
        replace(LEARNING_RATE, default=1.0, help="The α that is tried first, or taken if nothing is searched."),
        IntParam(
            "history",
            10,
            "History",
            "How many past steps it learns from; each takes twice the weights' memory.",
            maximum=1000,
        ),
        BoolParam("line_search", True, "Line search", "Search how far to go; without it every α is the learning rate."),
    )
    searches = True
    found: ClassVar[Mapping[str, str]] = {
        "alpha": LINE_SEARCH,
        "d": "Computed for all weights at once, by the two-loop recursion: d = −H g, where H comes from the last steps "
        "and the changes of the gradient along them.",
    }
    torch_states: ClassVar[Mapping[str, str]] = {"d": "direction"}
    torch_overall: ClassVar[Mapping[str, str]] = {"alpha": "alpha"}

    def copies(self, values: Mapping[str, Any]) -> int:
        """Each past step and its change of the gradient, what the next one needs, and what the search compares."""
        return int(2 * values["history"]) + 6

    def create(self, parameters: Iterable[Tensor], values: Mapping[str, Any]) -> TorchOptimizer:
        """torch's L-BFGS, one iteration at a time."""
        from explorer.torch_optimizers import Lbfgs as TorchLbfgs

        how = "strong_wolfe" if values["line_search"] else None
        return TorchLbfgs(parameters, lr=values["lr"], history_size=values["history"], line_search_fn=how)

    def rule(self, values: Mapping[str, Any], at: UpdatePlace) -> Rule:
        """The direction d, −g at first and then by the two-loop recursion over all weights, then w + α d."""
        return (
            ("d", -at.gradient if at.step == 1 else None),
            ("weight", at.weight + at.overall("alpha") * at.state("d")),
        )

    def overall_rule(self, values: Mapping[str, Any], weights: Sequence[UpdatePlace]) -> Rule:
        """The α that the line search found."""
        return (("alpha", None),)
