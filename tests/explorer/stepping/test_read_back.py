"""The formula with numbers, read back as text by a calculator of its own, gives the number that is shown."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.equations import Quantity, operands
from explorer.examples import load_example
from explorer.project.model import Project
from explorer.stepping.compute import compute_records
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import RESULTS, Exact, Rounded
from explorer.stepping.report import substituted
from explorer.stepping.trace import Step, Trace
from tests.explorer.networks import networks, projects
from tests.explorer.stepping.formula_reader import NotReadError, computed
from tests.explorer.stepping.held_back import held_back_project
from tests.explorer.stepping.magnitude import magnitude

SHOWN = 2e-11
"""Operands have 12 significant digits: the share of its terms by which a result may be off."""
LEFT = 5e-12
"""How much of an operand its 12 digits leave out at most."""
LEFT_OUT = "…"


def readable(step: Step, text: str) -> bool:
    """Whether the step has a formula, all of whose terms are written."""
    return step.equation is not None and LEFT_OUT not in text and "of all" not in text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5 · (1 − 0.75)²", 0.03125),
        ("−(2 − 5) / 2 · 3", 4.5),
        ("1 / (1 + e^(−0.857))", 0.7020334875312),
        ("(1 if 0.2 > 0, else −3)", 1.0),
        ("max(0, −1) + |−2| − √(16) + 2e−3", -1.998),
        ("1/2 · (0.1² + 3^-1)", 0.171666666666667),
        ("ln(e² + e^(−1))", 2.048587351574),
        ("erf(0.3 / √2) · √(2π)", 0.5911202095216),
    ],
)
def test_the_calculator_computes(text: str, value: float) -> None:
    assert computed(text) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("text", ["", "1 +", "w5 · 2", "(1", "1 2", "0.5 + … + 3"])
def test_the_calculator_refuses_what_is_no_formula(text: str) -> None:
    with pytest.raises(NotReadError):
        computed(text)


def check_exact(project: Project, samples: tuple[int, ...]) -> int:
    """Read back every formula of an iteration with exact numbers; returns how many there were."""
    (record,) = compute_records(project, samples)
    trace, count = Trace(record), 0
    names, exact = Notation(trace.rules.resolved, "names", trace.rules.batch), Exact(trace.rules)
    for step in trace:
        text = substituted(step, exact, names)
        value = exact.step_value(step.quantity)
        if not readable(step, text) or step.equation is None or not math.isfinite(value):
            continue
        if step.quantity.role == "relative":  # of two gradients that agree, the difference has no digits left
            continue
        count += 1
        spread = SHOWN * max(1.0, magnitude(step.equation, exact)) * steepness(step, exact)
        found = computed(text)
        if found != pytest.approx(value, rel=1e-9, abs=spread):
            assert found == pytest.approx(value, rel=1e-9, abs=spread + felt(step, exact)), (step.quantity, text)
    return count


def felt(step: Step, exact: Exact) -> float:
    """How far the digits that are left out of each operand could move the result: ln(1 − 0.99999) feels them much."""
    equation = step.equation
    assert equation is not None

    def moved(q: Quantity, share: float) -> float:
        return float(equation.evaluate(lambda p: exact(p) * (1 + share * (p == q))))

    return sum(abs(moved(q, LEFT) - moved(q, -LEFT)) for q in set(operands(equation)))


def steepness(step: Step, exact: Exact) -> float:
    """How much a formula may enlarge what its operands were rounded by: large operands lie in exponents."""
    return max([1.0, *(abs(exact(q)) for q in step.needs if math.isfinite(exact(q)))])


@settings(max_examples=40)
@given(projects() | projects(networks(inputs=3, several=True)), st.sampled_from([(0,), (0, 2)]))
def test_exact_formulas_of_random_networks_give_what_is_shown(project: Project, samples: tuple[int, ...]) -> None:
    assert check_exact(project, samples) > 0


@settings(max_examples=30)
@given(projects(), st.integers(2, 6))
def test_rounded_formulas_of_random_networks_give_what_is_shown(project: Project, digits: int) -> None:
    (record,) = compute_records(project, (0,))
    trace = Trace(record)
    names, rounded = Notation(trace.rules.resolved, "names", trace.rules.batch), Rounded(trace.rules, digits)
    for step in trace:
        text, value = substituted(step, rounded, names), rounded.step_value(step.quantity)
        if not readable(step, text) or step.equation is None or not math.isfinite(value):
            continue
        if step.quantity.role == "relative":
            continue
        found = computed(text)
        kept_whole = step.quantity.role in RESULTS and abs(value) < 10.0 ** (2 - digits)
        spread = 1e-9 * max(1.0, magnitude(step.equation, rounded))
        half = spread if kept_whole else 0.5 * 10.0**-digits + spread
        assert found == pytest.approx(value, rel=1e-9, abs=half), (step.quantity, text)


def test_formulas_of_the_worked_example_and_of_weights_held_back_give_what_is_shown() -> None:
    assert check_exact(load_example("A1"), (0,)) > 60
    assert check_exact(held_back_project(), (0, 1)) > 60
