"""What a gradient check says in sum: how the errors are spread, the worst, corners in words, and the seven steps."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.equations import Quantity
from explorer.printing import show_plain
from explorer.stepping.checked import SEEN, Kink
from explorer.stepping.naming import shown_name
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import Exact
from explorer.stepping.record import Record, verdict
from explorer.stepping.rules import Rules

DECADES = tuple(range(-16, 1))
"""The powers of ten at the left of the histogram's bars; the first bar has all that is smaller, too."""
WORST = 30


@dataclass(frozen=True)
class Worst:
    """One of the weights with the largest errors: the step that compares its gradients, and their relative error."""

    quantity: Quantity
    error: float
    kink: Kink | None


@dataclass(frozen=True)
class Summary:
    """All checked weights in sum. ``bars`` counts them by the decade of their error, (DECADES,).

    ``exact`` are those whose gradients differ by nothing, or seem to by more than 1e-7, but by rounding alone; they are
    in no bar, nor are those at corners. ``largest`` is the largest error that counts, NaN if a gradient is not finite.
    """

    checked: int
    total: int
    bars: NDArray[np.int64]
    exact: int
    corners: int
    largest: float
    worst: tuple[Worst, ...]

    @property
    def verdict(self) -> str:
        """What the largest error says about the gradients."""
        return verdict(self.largest)


def summary(record: Record, most: int = WORST) -> Summary:
    """The summary of a record's check."""
    bars = np.zeros(len(DECADES), np.int64)
    found: list[Worst] = []
    exact = corners = checked = 0
    for name, own in record.checks.items():
        gradient = record.gradients[name]
        errors = own.judged(gradient)
        checked, corners = checked + errors.size, corners + len(own.kinks)
        measured = np.where((errors == 0) & (own.errors(gradient) > SEEN), 0.0, own.errors(gradient))
        counted = measured[(measured > 0) & ~np.isnan(errors)]
        exact += int(((measured == 0) & ~np.isnan(errors)).sum())
        powers = np.floor(np.log10(counted)) if counted.size else counted
        bars += np.bincount(np.clip(powers, DECADES[0], 0).astype(np.int64) - DECADES[0], minlength=len(DECADES))
        shown = np.where(np.isnan(errors), own.errors(gradient), errors)  # corners are listed, with what they measure
        for place in np.argsort(-np.nan_to_num(shown, nan=math.inf), kind="stable")[:most]:
            if shown[place] != 0:
                flat = int(own.places[place])
                index = tuple(int(i) for i in np.unravel_index(flat, own.shape))
                node, _, part = name.partition(".")
                step = Quantity("relative", node, part, index)
                found.append(Worst(step, float(shown[place]), own.kinks.get(flat)))
    found.sort(key=lambda one: (one.kink is not None, -one.error))
    total = sum(array.size for array in record.gradients.values())
    return Summary(checked, total, bars, exact, corners, record.max_relative_error, tuple(found[:most]))


def corner_words(rules: Rules, notation: Notation, kink: Kink) -> str:
    """What bends between w − ε and w + ε, in a sentence."""
    if kink.corner == "penalty":
        return f"The weight passes 0 between −ε and +ε, where the L1 penalty of {kink.node} has a corner."
    example = f" of example {kink.example + 1}" if rules.batch > 1 else ""
    if kink.corner == "cost":
        value = shown_name(notation, Quantity("value", kink.node, index=kink.index, example=kink.example))
        return f"{value}{example} passes its target between −ε and +ε, where the cost has a corner."
    layer = rules.resolved.layers[kink.node]
    source = shown_name(notation, Quantity("value", layer.sources[0], index=kink.index, example=kink.example))
    if layer.kind.elementwise:
        return f"{source} passes the corner of {layer.kind.title} ({kink.node}) between −ε and +ε."
    return f"Another input wins a tile of {kink.node} between −ε and +ε: {source} begins or ceases to count."


@dataclass(frozen=True)
class CheckStep:
    """One of the seven steps: what is done in words, with its numbers, and the step that shows it, if one does."""

    words: str
    numbers: str
    quantity: Quantity | None = None


def seven_steps(exact: Exact, notation: Notation, q: Quantity) -> list[CheckStep]:
    """Gradient checking of one weight, whose quantity of any role is ``q``; it must have been checked."""

    def of(role: str) -> Quantity:
        return Quantity(role, q.node, q.part, q.index)

    weight, epsilon = exact(of("weight")), exact(Quantity("epsilon"))
    name, cost, change = shown_name(notation, of("weight")), notation.cost, show_plain(epsilon)
    plus, minus, numeric = (exact(of(role)) for role in ("plus", "minus", "numeric"))
    analytic = exact(of("gradient"))
    error = exact.step_value(of("relative"))
    return [
        CheckStep(f"Choose a weight: {name}", f"{name} = {_n(weight)}, {_derivative(cost, name)} = {_n(analytic)}"),
        CheckStep("Make it larger by ε", f"{name} + ε = {_n(weight)} + {change} = {_n(weight + epsilon)}"),
        CheckStep("Compute the error with it", f"{cost}({name} + ε) = {_n(plus)}", of("plus")),
        CheckStep("Make it smaller by ε", f"{name} − ε = {_n(weight)} − {change} = {_n(weight - epsilon)}"),
        CheckStep("Compute the error again", f"{cost}({name} − ε) = {_n(minus)}", of("minus")),
        CheckStep("Divide the difference by 2ε", f"({_n(plus)} − {_n(minus)}) / {_n(2 * epsilon)} = {_n(numeric)}",
                  of("numeric")),
        CheckStep("Compare the two gradients", f"|{_n(analytic, 12)} − {_n(numeric, 12)}| / the larger = "
                  f"{_n(error, 2)}: {verdict(error)}", of("relative")),
    ]  # fmt: skip


def _n(value: float, digits: int = 9) -> str:
    return show_plain(value, digits=digits)


def _derivative(cost: str, name: str) -> str:
    return f"∂{cost}/∂{name}"
