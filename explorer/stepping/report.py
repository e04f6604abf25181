"""Reports: one iteration as plain data: every number, and every step with its formula."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.equations import Quantity
from explorer.printing import show_plain, text
from explorer.stepping.notation import Notation, Style
from explorer.stepping.numbers import Exact, Rounded, round_half_up
from explorer.stepping.record import Array, Record, verdict
from explorer.stepping.trace import STAGES, Step, Trace

Numbers = Exact | Rounded


def iteration_report(trace: Trace, numbers: Numbers, style: Style = "names") -> dict[str, Any]:
    """One iteration as nested lists and texts, in the form that the command line's JSON has.

    Numbers that are not finite become None, since JSON has none.
    """
    record = trace.record
    names = Notation(trace.rules.resolved, style, trace.rules.batch)
    return {
        "cost": _finite(numbers(Quantity("cost"))),
        **_cost_parts(trace, numbers),
        "values": _by_node(record.values, numbers, "value"),
        "deltas": _by_node(record.deltas, numbers, "delta"),
        "gradients": _by_weight(record.gradients, numbers, "gradient"),
        "check": check_report(record),
        "updated": _by_weight(record.updated, numbers, "updated"),
        "steps": [step_report(step, numbers, names) for step in trace],
    }


def _cost_parts(trace: Trace, numbers: Numbers) -> dict[str, Any]:
    """What the cost is the sum of, if it is one: the costs of the outputs before their weights, and the penalties."""
    if not trace.rules.adds_up:
        return {}
    costs = {node: _finite(numbers(Quantity("output_cost", node))) for node in trace.rules.goals}
    penalties = {
        name: _finite(numbers(Quantity("penalty", held.node, held.part)))
        for name, held in trace.rules.restraints.items()
        if held.penalised
    }
    return {"costs": costs} | ({"penalties": penalties} if penalties else {})


def check_report(record: Record) -> dict[str, Any]:
    """The gradient check: numeric gradients (None for weights left out), the worst relative error, the verdict."""
    worst = record.max_relative_error
    return {
        "epsilon": record.epsilon,
        "max_relative_error": _finite(worst),
        "verdict": verdict(worst),
        "gradients": {name: _nested(array) for name, array in record.numeric.items()},
    }


def step_report(step: Step, numbers: Numbers, names: Notation) -> dict[str, Any]:
    """One step: what it computes, by what formula, with what numbers, and what comes out."""
    return {
        "stage": step.stage,
        "target": names.text(step.quantity),
        "formula": formula(step, names),
        "substituted": substituted(step, numbers, names),
        "value": _finite(numbers.step_value(step.quantity)),
    }


def formula(step: Step, names: Notation) -> str:
    """The step's formula as text; what is measured has its name alone."""
    if step.equation is not None:
        return text(step.equation, names.text)
    return names.text(step.quantity)


def substituted(step: Step, numbers: Numbers, names: Notation) -> str:
    """The step's formula with numbers for its operands."""
    lookup = numbers.operands_of(step.quantity)
    if step.equation is not None:
        return text(step.equation, lambda q: show_plain(lookup(q)), numbers=True)
    if step.quantity.role not in ("plus", "minus"):
        return show_plain(lookup(step.quantity))
    weight = Quantity("weight", step.quantity.node, step.quantity.part, step.quantity.index)
    sign = "+" if step.quantity.role == "plus" else "−"
    changed = f"{show_plain(lookup(weight))} {sign} {show_plain(lookup(Quantity('epsilon')))}"
    return f"{names.cost} with {names.text(weight)} = {changed}"


def stage_title(stage: int) -> str:
    """``1 Forward`` and so on."""
    return f"{stage} {STAGES[stage - 1]}"


def _by_node(arrays: Mapping[str, Array], numbers: Numbers, role: str) -> dict[str, Any]:
    """The arrays of every node, (batch, *shape)."""
    if isinstance(numbers, Exact):
        return {node: _nested(array) for node, array in arrays.items()}
    return {node: _nested(_rounded_node(node, array, numbers, role)) for node, array in arrays.items()}


def _rounded_node(node: str, array: Array, numbers: Rounded, role: str) -> Array:
    """A node's array, every number as the rounded steps give it; an input's deltas, which no step needs, rounded."""
    filled = np.empty(array.shape)
    for example, *place in np.ndindex(*array.shape):
        if role == "delta" and not numbers.rules.resolved.layers[node].sources:
            filled[example, *place] = round_half_up(float(array[example, *place]), numbers.digits)
        else:
            filled[example, *place] = numbers(Quantity(role, node, index=tuple(place), example=example))
    return filled


def _by_weight(arrays: Mapping[str, Array], numbers: Numbers, role: str) -> dict[str, Any]:
    """The arrays of every weight, in torch's layout."""
    if isinstance(numbers, Exact):
        return {name: _nested(array) for name, array in arrays.items()}
    rounded = {}
    for name, array in arrays.items():
        node, _, part = name.partition(".")
        filled = np.empty(array.shape)
        for index in np.ndindex(*array.shape):
            filled[index] = numbers(Quantity(role, node, part, index))
        rounded[name] = _nested(filled)
    return rounded


def _nested(array: Array) -> Any:
    """The array as nested lists of finite floats and None."""
    if bool(np.all(np.isfinite(array))):
        return array.tolist()
    return np.where(np.isfinite(array), array.astype(object), None).tolist()  # type: ignore[call-overload]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
