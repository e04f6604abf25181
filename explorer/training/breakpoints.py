"""Breakpoints: conditions on a run under way, at which it pauses before the update; plain data, without torch.

They belong to a window, as those of other debuggers do, and are not saved with the project: a file that is handed on
never makes someone else's run halt.
"""

from __future__ import annotations

import inspect
import math
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from explorer.params import ChoiceParam, FloatParam, IntParam, NodeParam, Param, check_params
from explorer.printing import show_plain
from explorer.resolve import Resolved


class Facts(Protocol):
    """What can be asked about the iteration that is under way, before its update; each is computed when asked for."""

    @property
    def step(self) -> int:
        """The iteration's number, from 1."""

    @property
    def cost(self) -> float:
        """The cost of the batch, without penalties."""

    @property
    def total(self) -> float:
        """What is made small: the cost with penalties."""

    def gradient_norms(self, layer: str) -> Mapping[str, float]:
        """√(Σ g²) over all weights of a layer, or of each layer for ""."""

    def dead_shares(self, layer: str) -> Mapping[str, float]:
        """The share, 0 to 1, of a ReLU layer's outputs that are 0 for all examples of the batch, or of each for ""."""

    def mistake(self, sample: int) -> str:
        """What the example (from 0) is told to be in place of what it is, "" if it is told right or cannot be told."""


Look = Callable[[Facts], str]
"""Looks at each iteration in turn; a sentence with the measured number where the condition holds, else ""."""


class BreakpointKind(ABC):
    """One kind of breakpoint: its params, and how it looks at a run. Its docstring is what a person reads."""

    id: ClassVar[str]
    title: ClassVar[str]
    params: ClassVar[tuple[Param, ...]] = ()

    @property
    def help(self) -> str:
        """What a user reads about this kind."""
        return inspect.cleandoc(self.__doc__ or "")

    @abstractmethod
    def summary(self, params: Mapping[str, Any]) -> str:
        """The condition in a few words, with its numbers."""

    @abstractmethod
    def look(self, params: Mapping[str, Any]) -> Look:
        """What looks at a run from its next iteration on."""

    def layers(self, resolved: Resolved) -> tuple[str, ...]:
        """The layers that its ``layer`` can be."""
        return ()

    def problem(self, params: Mapping[str, Any], resolved: Resolved, examples: int | None) -> tuple[str, str]:
        """(param, sentence): why it can never halt; two empty texts if it can. ``examples`` is None if not known."""
        layer = params.get("layer")
        gone = bool(layer) and layer not in self.layers(resolved)
        return ("layer", f"The network has no such layer as {layer}.") if gone else ("", "")


@dataclass(frozen=True)
class Breakpoint:
    """A breakpoint that a person has set; ``number`` tells it from others."""

    number: int
    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    on: bool = True

    @property
    def entry(self) -> BreakpointKind:
        """Its kind; raises KeyError if there is none."""
        return BY_ID[self.kind]

    @property
    def values(self) -> dict[str, Any]:
        """Its params, checked and complete; one that does not fit is its default."""
        return check_params(self.entry.params, self.params)[0]

    @property
    def summary(self) -> str:
        """The condition in a few words."""
        return self.entry.summary(self.values)

    def look(self) -> Look:
        """What looks at a run from its next iteration on."""
        return self.entry.look(self.values)


_ANY_LAYER = "none: any layer."


class AtIteration(BreakpointKind):
    """Halts before the update of one iteration, counted from the beginning of the run."""

    id = "iteration"
    title = "At an iteration"
    params = (IntParam("iteration", 100, "Iteration", "The iteration's number, from 1."),)

    def summary(self, params: Mapping[str, Any]) -> str:
        """``Iteration 100``."""
        return f"Iteration {params['iteration']:,}"

    def look(self, params: Mapping[str, Any]) -> Look:
        """Compares the numbers."""
        wanted = params["iteration"]
        return lambda facts: f"the cost is {_show(facts.cost)}" if facts.step == wanted else ""


class CostRises(BreakpointKind):
    """Halts when the cost of a batch is many times as large as the lowest so far, or as the mean of the last ones.

    Costs of single batches go up and down: compare with the mean, or take a large factor, when batches are small.
    """

    id = "cost_rises"
    title = "When the cost rises"
    params = (
        FloatParam("factor", 2.0, "Factor", "How many times as large.", minimum=1.0, maximum=1e9, above_minimum=True),
        ChoiceParam("over", "best", "Over", "What the cost is compared with.", choices=("best", "mean"),
                    notes=("The lowest cost so far.", "The mean of the last costs.")),
        IntParam("last", 20, "Last", "How many costs the mean is of.", unit="costs", maximum=100_000),
    )  # fmt: skip

    def summary(self, params: Mapping[str, Any]) -> str:
        """``Cost ≥ 2 × the best``."""
        mean = f"the mean of the last {params['last']:,}"
        return f"Cost ≥ {_show(params['factor'])} × {'the best' if params['over'] == 'best' else mean}"

    def look(self, params: Mapping[str, Any]) -> Look:
        """Keeps the lowest cost, or the last ones; the mean is looked at once it is of as many as asked for."""
        factor, best, last = params["factor"], [math.inf, 0.0], deque[float](maxlen=params["last"])

        def over_best(facts: Facts) -> str:
            low, where = best
            risen = facts.cost >= factor * low and facts.cost > low
            if facts.cost < low:
                best[:] = facts.cost, float(facts.step)
            return _risen(facts.cost, low, f"the best so far, {_show(low)} at iteration {where:,.0f}") if risen else ""

        def over_mean(facts: Facts) -> str:
            mean = sum(last) / len(last) if len(last) == last.maxlen else math.inf
            risen = facts.cost >= factor * mean and facts.cost > mean
            if math.isfinite(facts.cost):
                last.append(facts.cost)
            return _risen(facts.cost, mean, f"the mean of the last {len(last):,}, {_show(mean)}") if risen else ""

        return over_best if params["over"] == "best" else over_mean


class CostNotFinite(BreakpointKind):
    """Halts when the cost is infinite or not a number, with the weights that made it so.

    Without it training takes back the update that led there; this halts before that, to be stepped through.
    """

    id = "not_finite"
    title = "When the cost is not finite"

    def summary(self, params: Mapping[str, Any]) -> str:
        """``Cost NaN or infinite``."""
        return "Cost NaN or infinite"

    def look(self, params: Mapping[str, Any]) -> Look:
        """Looks at the cost with penalties."""
        return lambda facts: "" if math.isfinite(facts.total) else f"the cost is {_show(facts.total)}"


class CostCrosses(BreakpointKind):
    """Halts when the cost of a batch goes from one side of a value to the other, down or up."""

    id = "cost_crosses"
    title = "When the cost crosses a value"
    params = (FloatParam("value", 0.1, "Value", "The cost to be crossed."),)

    def summary(self, params: Mapping[str, Any]) -> str:
        """``Cost crosses 0.1``."""
        return f"Cost crosses {_show(params['value'])}"

    def look(self, params: Mapping[str, Any]) -> Look:
        """Keeps the cost before."""
        value, before = params["value"], [math.nan]

        def look(facts: Facts) -> str:
            was, before[0] = before[0], facts.cost
            crossed = was < value <= facts.cost or was >= value > facts.cost
            return f"the cost is {_show(facts.cost)}, and was {_show(was)} in the batch before" if crossed else ""

        return look


class GradientNorm(BreakpointKind):
    """Halts when the gradient of a layer is very short (it learns no more) or very long (it will leap).

    Its length is √(Σ g²) over all weights of the layer, for the batch.
    """

    id = "gradient_norm"
    title = "When a gradient is small or large"
    params = (
        NodeParam("layer", "", "Layer", f"The layer whose weights are meant; {_ANY_LAYER}"),
        ChoiceParam("side", "above", "Length", "Which lengths to halt at.", choices=("above", "below")),
        FloatParam("bound", 10.0, "Bound", "The length that is too large, or too small.", minimum=0.0),
    )

    def summary(self, params: Mapping[str, Any]) -> str:
        """``Gradient of h > 10``."""
        whose = f"Gradient of {params['layer']}" if params["layer"] else "Any gradient"
        return f"{whose} {'>' if params['side'] == 'above' else '<'} {_show(params['bound'])}"

    def look(self, params: Mapping[str, Any]) -> Look:
        """Looks at the layer, or at the farthest of all layers."""
        bound, above = params["bound"], params["side"] == "above"

        def look(facts: Facts) -> str:
            norms = facts.gradient_norms(params["layer"])
            found = {layer: norm for layer, norm in norms.items() if (norm > bound if above else norm < bound)}
            if not found:
                return ""
            layer = (max if above else min)(found, key=lambda name: found[name])
            return f"the gradient of {layer} has the length {_show(found[layer])}"

        return look

    def layers(self, resolved: Resolved) -> tuple[str, ...]:
        """Those with weights that are trained."""
        return tuple(layer.id for layer in resolved.running if layer.weights and not layer.frozen)


class DeadRelus(BreakpointKind):
    """Halts when many ReLUs of a layer are dead on a batch: they put out 0 for each of its examples.

    No gradient passes a dead ReLU, so that what leads into it learns nothing from the batch. In a feature map every
    place counts by itself.
    """

    id = "dead_relus"
    title = "When ReLUs are dead"
    params = (
        NodeParam("layer", "", "Layer", f"A ReLU layer; {_ANY_LAYER}"),
        FloatParam("share", 0.5, "Share", "The part of its ReLUs that must be dead.", minimum=0.0, maximum=1.0,
                   above_minimum=True),
    )  # fmt: skip

    def summary(self, params: Mapping[str, Any]) -> str:
        """``50 % of h_out dead``."""
        return f"{_show(100 * params['share'])} % of {params['layer'] or 'a layer'} dead"

    def look(self, params: Mapping[str, Any]) -> Look:
        """Looks at the layer, or at the one with most of its ReLUs dead."""

        def look(facts: Facts) -> str:
            shares = facts.dead_shares(params["layer"])
            worst = max(shares, key=lambda name: shares[name], default=None)
            if worst is None or shares[worst] < params["share"]:
                return ""
            return f"{_show(100 * shares[worst])} % of the ReLUs of {worst} are 0 for every example of the batch"

        return look

    def layers(self, resolved: Resolved) -> tuple[str, ...]:
        """The ReLU layers."""
        return tuple(layer.id for layer in resolved.running if layer.kind.id == "relu")


class Misclassified(BreakpointKind):
    """Halts when one example is told wrong by the weights before the update, with dropout off.

    The batch may be of other examples: it is the one whose update would have come next.
    """

    id = "misclassified"
    title = "When a sample is misclassified"
    params = (IntParam("sample", 1, "Sample", "The example's number, from 1, as the stepper counts them."),)

    def problem(self, params: Mapping[str, Any], resolved: Resolved, examples: int | None) -> tuple[str, str]:
        """An example that the data does not have."""
        gone = examples is not None and params["sample"] > examples
        return ("sample", f"The data has {examples:,} examples.") if gone else ("", "")

    def summary(self, params: Mapping[str, Any]) -> str:
        """``Sample 3 misclassified``."""
        return f"Sample {params['sample']:,} misclassified"

    def look(self, params: Mapping[str, Any]) -> Look:
        """Passes the example through the network in each iteration."""
        number = params["sample"]

        def look(facts: Facts) -> str:
            mistake = facts.mistake(number - 1)
            return f"sample {number:,} is told {mistake}" if mistake else ""

        return look


BREAKPOINTS: tuple[BreakpointKind, ...] = (
    AtIteration(), CostRises(), CostNotFinite(), CostCrosses(), GradientNorm(), DeadRelus(), Misclassified(),
)  # fmt: skip
BY_ID: Mapping[str, BreakpointKind] = {kind.id: kind for kind in BREAKPOINTS}


def _show(value: float) -> str:
    return show_plain(value, digits=4)


def _risen(cost: float, low: float, what: str) -> str:
    times = f"{_show(cost / low)} times" if low > 0 else "above"
    return f"the cost is {_show(cost)}, {times} {what}"
