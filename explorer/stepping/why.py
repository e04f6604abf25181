"""Why: what makes a gradient or an error vanish or explode, told from the factors of its largest path."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from explorer.equations import Expr, Quantity, Ref
from explorer.printing import show_plain
from explorer.stepping.culprits import Culprit, suspect
from explorer.stepping.paths import Numbers, Path, Paths
from explorer.stepping.rules import Rules

Verdict = Literal["vanishing", "small", "ordinary", "large", "exploding", "frozen"]
ASKED = ("gradient", "use", "delta", "inner_delta", "term")
"""The roles of quantities that can be asked why."""
NOTHING, LITTLE, MUCH, TOO_MUCH = 1e-6, 1e-3, 10.0, 1000.0
"""Sizes below which a gradient vanishes or is small, and above which it is large or explodes, whatever the others."""
FAR_BELOW, BELOW, ABOVE, FAR_ABOVE = 1e-3, 0.1, 10.0, 1000.0
"""The same, as shares of the median size of the others of its array that are not 0."""
CANCELLED = 20.0
"""Paths cancel if their sizes add up to so many times their sum."""
PER_STEP = (0.75, 1.3)
"""A norm that a time step changes, on average, by a factor outside these vanishes or explodes through time."""
STEPS_OF_TIME = 3
"""Over fewer time steps nothing can be said."""
_TOLD = {
    "vanishing": "vanishes",
    "small": "is small",
    "ordinary": "is of ordinary size",
    "large": "is large",
    "exploding": "explodes",
}


@dataclass(frozen=True)
class Part:
    """One factor of the largest path, with its value, and what is conspicuous about it."""

    formula: Expr
    value: float
    culprit: Culprit | None

    @property
    def quantity(self) -> Quantity | None:
        """The quantity that the factor is; None for a formula."""
        return self.formula.quantity if isinstance(self.formula, Ref) else None


@dataclass(frozen=True)
class Why:
    """An answer: how large the quantity is beside the others, the factors in order of size, the culprits, a sentence.

    ``typical`` is the median size of the others of its array that are not 0 (0 without any). ``parts`` begin with the
    smallest, for what is large with the largest. ``norms`` are those of the errors of a recurrent layer ``recurrent``,
    one per time step.
    """

    quantity: Quantity
    value: float
    verdict: Verdict
    typical: float
    parts: tuple[Part, ...]
    culprits: tuple[Culprit, ...]
    sentence: str
    recurrent: str = ""
    norms: tuple[float, ...] = ()

    @property
    def conspicuous(self) -> bool:
        """Whether a person should wonder."""
        return self.verdict != "ordinary"


def can_ask(rules: Rules, q: Quantity) -> bool:
    """Whether ``why`` has an answer: to gradients and errors, and to weights that stay because they are frozen."""
    frozen = q.role == "updated" and rules.resolved.layers[q.node].frozen
    return frozen or (q.role in ASKED and bool(q.index))


def judge(rules: Rules, q: Quantity, value: float) -> tuple[Verdict, float]:
    """(verdict, median size of the others of its array); by the bounds above."""
    if q.role == "updated":
        return "frozen", 0.0
    typical = _typical(rules, q)
    size = abs(value)
    if not math.isfinite(value) or size > TOO_MUCH or (typical and size > FAR_ABOVE * typical):
        return "exploding", typical
    if size > MUCH or (typical and size > ABOVE * typical and size > LITTLE):
        return "large", typical
    if size < NOTHING or size < FAR_BELOW * typical:
        return "vanishing", typical
    return ("small" if size < LITTLE or size < BELOW * typical else "ordinary"), typical


def why(rules: Rules, q: Quantity, numbers: Numbers, name: Callable[[Quantity], str]) -> Why:
    """Why a quantity that ``can_ask`` allows is as large as it is; ``numbers`` are exact, ``name`` writes names."""
    value = float(numbers(q))
    verdict, typical = judge(rules, q, value)
    if verdict == "frozen":
        sentence = f"{name(q)} stays {show_plain(value, digits=6)}: the layer {q.node} is frozen, so its weights have "
        culprit = Culprit("frozen", sentence + "no gradient and no update changes them.", q)
        return Why(q, value, verdict, typical, (), (culprit,), culprit.sentence)
    paths = Paths(rules, q, numbers)
    path = next(paths.ranked())
    low = verdict in ("vanishing", "small", "ordinary")
    parts = sorted(_parts(rules, path, numbers, name, low), key=lambda part: abs(part.value), reverse=not low)
    recurrent = _recurrent(rules, path)
    norms = norms_through_time(rules, recurrent) if recurrent else ()
    found = [part.culprit for part in parts if part.culprit is not None]
    whole = [_cancelling(paths, name, low), _through_time(norms, recurrent, low)]
    culprits = [culprit for culprit in whole if culprit is not None] + found
    return Why(
        q, value, verdict, typical, tuple(parts), tuple(culprits),
        _sentence(name(q), value, verdict, typical, culprits, parts, name), recurrent, norms,
    )  # fmt: skip


def norms_through_time(rules: Rules, node: str) -> tuple[float, ...]:
    """√(Σ (dE/dh)²) of every time step of a recurrent layer, over its units and the examples."""
    errors = rules.record.inner_deltas[f"{node}.h"]
    squares = np.square(errors).sum(axis=tuple(axis for axis in range(errors.ndim) if axis != 1))
    return tuple(float(norm) for norm in np.sqrt(squares))


def _typical(rules: Rules, q: Quantity) -> float:
    """The median size of the numbers of its array that are not 0; looked at once, as there may be millions."""
    array = replace(q, index=(), example=0, label="")
    if array not in rules.medians:
        others = np.abs(_others(rules, q))
        nonzero = others[np.isfinite(others) & (others > 0)]
        rules.medians[array] = float(np.median(nonzero)) if nonzero.size else 0.0
    return rules.medians[array]


def _others(rules: Rules, q: Quantity) -> np.ndarray:
    record = rules.record
    if q.role in ("gradient", "use"):
        return record.gradients[f"{q.node}.{q.part}"]
    if q.role == "inner_delta":
        return record.inner_deltas[f"{q.node}.{q.part}"]
    return record.deltas[q.node]


def _parts(rules: Rules, path: Path, numbers: Numbers, name: Callable[[Quantity], str], low: bool) -> list[Part]:
    """The factors of a path; each culprit stands at one of them, so that none is told twice."""
    parts, told = [], set[str]()
    for of, share in path.chain:
        for factor in share.factors:
            value = float(factor.evaluate(numbers))
            culprit = suspect(rules, of, share, factor, value, numbers, name, low)
            if culprit is not None and culprit.sentence in told:
                culprit = None
            if culprit is not None:
                told.add(culprit.sentence)
            parts.append(Part(factor, value, culprit))
    return parts


def _cancelling(paths: Paths, name: Callable[[Quantity], str], low: bool) -> Culprit | None:
    if not low or paths.count < 2 or not paths.size or abs(paths.total) * CANCELLED > paths.size:
        return None
    sizes, sum_ = show_plain(paths.size, digits=4), show_plain(paths.total, digits=4)
    return Culprit(
        "cancelling",
        f"Its {paths.count:,} paths cancel: their sizes add up to {sizes}, with their signs to {sum_}.",
        paths.quantity,
    )


def _recurrent(rules: Rules, path: Path) -> str:
    """The layer that a path goes through time in; empty if there is none."""
    passed = (q.node for q in path.through if q.role == "inner_delta")
    return next((node for node in passed if rules.resolved.layers[node].kind.over_time), "")


def _through_time(norms: tuple[float, ...], node: str, low: bool) -> Culprit | None:
    """From the last time step back to the first, the norm changes by a factor each."""
    if len(norms) < STEPS_OF_TIME or not norms[-1] or not math.isfinite(sum(norms)):
        return None
    steps = len(norms) - 1
    factor = (norms[0] / norms[-1]) ** (1 / steps)
    if PER_STEP[0] <= factor <= PER_STEP[1] or (factor < 1) != low:
        return None
    word = "shrinks" if low else "grows"
    return Culprit(
        "through time",
        f"Repeated multiplication through time: the error {word} by a factor of {show_plain(factor, digits=3)} per "
        f"time step in {node}, from a norm of {show_plain(norms[-1], digits=3)} at the last to "
        f"{show_plain(norms[0], digits=3)} at the first of {len(norms)}.",
        None,
    )


def _sentence(
    name: str,
    value: float,
    verdict: Verdict,
    typical: float,
    culprits: list[Culprit],
    parts: list[Part],
    named: Callable[[Quantity], str],
) -> str:
    """How large it is, beside the others; then the first culprit, or the first factor in order of size."""
    beside = ""
    if typical and math.isfinite(value) and verdict != "ordinary":
        share = show_plain(abs(value) / typical, digits=2)
        beside = f", {share} times the median of its layer, {show_plain(typical, digits=3)}"
    told = f"{name} = {show_plain(value, digits=6)} {_TOLD[verdict]}{beside}."
    if culprits:
        return f"{told} {culprits[0].sentence}"
    known = next((part for part in parts if part.quantity is not None), None)
    if known is None or known.quantity is None:
        return told
    word = "largest" if verdict in ("large", "exploding") else "smallest"
    return f"{told} The {word} of its factors is {named(known.quantity)} = {show_plain(known.value, digits=4)}."
