"""Numbers: the value of every quantity of one record, exact (float64) or rounded and carried on."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.equations import Expr, Quantity, operands
from explorer.stepping.record import Record
from explorer.stepping.rules import Rules

MEASURED = ("plus", "minus", "numeric", "relative")
"""What the gradient check measures: differences of the eighth digit, so never rounded."""
_MEASURED_ONCE = ("plus", "minus", "numeric")
"""What there is for checked weights alone."""
RESULTS = ("use", "gradient", "unlimited", "updated", "state", "overall")
"""Results that are kept whole when rounding would leave fewer than three significant digits."""


class Exact:
    """Values in float64, from the arrays that torch computed; what torch does not keep is evaluated."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.record: Record = rules.record
        self._memo: dict[Quantity, float] = {}
        self._local: tuple[tuple[str, int] | None, NDArray[np.float64]] = None, np.empty(0)

    def __call__(self, q: Quantity) -> float:
        """The quantity's value; raises KeyError if the record does not have it."""
        if q not in self._memo:
            self._memo[q] = stored(self.record, q) if has(self.record, q) else self._evaluated(q)
        return self._memo[q]

    def operands_of(self, q: Quantity) -> Exact:
        """The numbers that the quantity is computed from."""
        return self

    def step_value(self, q: Quantity) -> float:
        """The value of a step: its equation evaluated on exact operands."""
        equation = self.rules.equation(q)
        return self(q) if equation is None else _zero_over_zero(q, float(equation.evaluate(self)))

    def _evaluated(self, q: Quantity) -> float:
        equation = self.rules.equation(q)
        if equation is None and q.role in ("local", "local_sum"):
            return self._of_all_outputs(q)
        if equation is None:
            raise KeyError(q)
        return _zero_over_zero(q, float(equation.evaluate(self)))

    def _of_all_outputs(self, q: Quantity) -> float:
        """A local error that takes all outputs, or the sum of all, where there are too many to be written."""
        if self._local[0] != (q.node, q.example):
            self._local = (q.node, q.example), self.rules.local_errors(q)
        errors = self._local[1]
        if q.role == "local_sum":
            return float(errors.sum())
        return float(errors[np.ravel_multi_index(tuple(int(i) for i in q.index), self.rules.goals[q.node].shape)])


class Rounded:
    """Values as a person with a calculator gets them: each is rounded to ``digits`` decimals, and carried on.

    Given numbers are rounded too, to at least three significant digits. ``previous`` is the iteration before,
    whose rounded results this one starts from. Halves are rounded up, away from zero.
    """

    def __init__(self, rules: Rules, digits: int = 4, previous: Rounded | None = None) -> None:
        self.rules = rules
        self.record: Record = rules.record
        self.digits = digits
        self.previous = previous
        self._exact = Exact(rules)
        self._memo: dict[Quantity, float] = {}

    def __call__(self, q: Quantity) -> float:
        """The quantity's rounded value."""
        if q not in self._memo:
            self._settle(q)
        return self._memo[q]

    step_value = __call__

    def take(self, q: Quantity) -> None:
        """Round a number from the record, instead of carrying it on from the iteration before."""
        self._memo[q] = round_given(self._exact(q), self.digits)

    def operands_of(self, q: Quantity) -> Exact | Rounded:
        """The numbers that the quantity is computed from: the gradient check needs all their digits."""
        return self._exact if q.role in MEASURED else self

    def _settle(self, wanted: Quantity) -> None:
        """Find a value, those that it is computed from first: a sequence of 50 steps is too deep for recursion."""
        waiting = [(wanted, self._equation(wanted))]
        while waiting:
            q, equation = waiting[-1]
            if equation is not None and q not in self._memo:
                missing = self._missing(equation)
                if missing:
                    waiting += missing
                    continue
            waiting.pop()
            if q not in self._memo:
                self._memo[q] = self._found(q, equation)

    def _missing(self, equation: Expr) -> list[tuple[Quantity, Expr | None]]:
        """The operands that must be computed first, with their equations; those that are given are found now."""
        missing: list[tuple[Quantity, Expr | None]] = []
        for operand in operands(equation):
            if operand not in self._memo:
                own = self._equation(operand)
                if own is None and self.previous is None:
                    self._memo[operand] = self._found(operand, None)
                else:
                    missing.append((operand, own))
        return missing

    def _equation(self, q: Quantity) -> Expr | None:
        """What the value is computed by; None if it is given, measured, or carried on from the iteration before."""
        carried = self.previous is not None and q.role in ("weight", "before")
        return None if carried or q.role in MEASURED else self.rules.equation(q)

    def _found(self, q: Quantity, equation: Expr | None) -> float:
        if q.role in MEASURED:
            return self._exact.step_value(q)
        if self.previous is not None and q.role == "weight":
            return self.previous(Quantity("updated", q.node, q.part, q.index))
        if self.previous is not None and q.role == "before":
            return self.previous(Quantity("state", q.node, q.part, q.index, label=q.label))
        if q.role in ("rate", "epsilon"):
            return self._exact(q)
        if equation is None:
            return round_given(self._exact(q), self.digits)
        value = float(equation.evaluate(self))
        if q.role in RESULTS and _too_small(value, self.digits):
            return clean(value)
        return round_half_up(value, self.digits)


WHOLE = 1e12
"""From here on a number of 12 significant digits has no decimals."""


def round_half_up(value: float, digits: int) -> float:
    """``value`` to ``digits`` decimals, halves away from zero; noise beyond 12 significant digits is cut first."""
    if not math.isfinite(value):
        return value
    if abs(value) >= WHOLE:
        return clean(value)
    return float(Decimal(repr(clean(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)) + 0.0


def round_given(value: float, digits: int) -> float:
    """A given number to ``digits`` decimals, or to three significant digits if that keeps more."""
    if value == 0 or not math.isfinite(value):
        return value
    return round_half_up(value, max(digits, 2 - math.floor(math.log10(abs(value)))))


def clean(value: float) -> float:
    """``value`` to 12 significant digits: without the noise of binary fractions."""
    return float(f"{value:.12g}")


def has(record: Record, q: Quantity) -> bool:
    """Whether the record's arrays hold the quantity."""
    try:
        if q.role in _MEASURED_ONCE:
            record.checks[_weight(q)].position(q.index)
        else:
            _STORED[q.role](record, q)
    except KeyError:
        return False
    return True


def stored(record: Record, q: Quantity) -> float:
    """The number (or, without an index, the array) that the record holds for a quantity."""
    if q.role in _MEASURED_ONCE:
        checked = record.checks[_weight(q)]
        return float(getattr(checked, q.role)[checked.position(q.index)])
    array: Any = _STORED[q.role](record, q)
    return float(array[q.index]) if q.index or np.ndim(array) == 0 else array


def _weight(q: Quantity) -> str:
    return f"{q.node}.{q.part}"


_STORED: dict[str, Any] = {
    "value": lambda record, q: record.values[q.node][q.example],
    "delta": lambda record, q: record.deltas[q.node][q.example],
    "inner": lambda record, q: record.inner[_weight(q)][q.example],
    "inner_delta": lambda record, q: record.inner_deltas[_weight(q)][q.example],
    "target": lambda record, q: record.targets[q.node][q.example],
    "weight": lambda record, q: record.weights[_weight(q)],
    "gradient": lambda record, q: record.gradients[_weight(q)],
    "unlimited": lambda record, q: record.unlimited[_weight(q)],
    "updated": lambda record, q: record.updated[_weight(q)],
    "state": lambda record, q: record.states[_weight(q), q.label],
    "before": lambda record, q: record.states_before[_weight(q), q.label],
    "overall": lambda record, q: np.float64(record.overall[q.label]),
    "output_cost": lambda record, q: np.float64(record.output_costs[q.node]),
    "penalty": lambda record, q: np.float64(record.penalties[_weight(q)]),
    "cost": lambda record, q: np.float64(record.cost),
    "rate": lambda record, q: np.float64(record.rate),
    "epsilon": lambda record, q: np.float64(record.epsilon),
}


def _too_small(value: float, digits: int) -> bool:
    """Whether rounding to ``digits`` decimals would keep fewer than three significant digits of a number."""
    return value != 0 and math.isfinite(value) and abs(round_half_up(value, digits)) < 10.0 ** (2 - digits)


def _zero_over_zero(q: Quantity, value: float) -> float:
    """Two gradients that are both 0 agree: their relative error is 0."""
    return 0.0 if q.role == "relative" and math.isnan(value) else value
