"""Practice: a right answer is never called wrong, and each slip is called by its name."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.project.model import Project
from explorer.stepping.arithmetic import LONGEST, ArithmeticProblem, calculate
from explorer.stepping.compute import compute_records
from explorer.stepping.figures import Figures, Mode
from explorer.stepping.notation import Notation
from explorer.stepping.practice import (
    Exercise,
    Progress,
    practised,
    progress_from,
    project_key,
    unit_of,
)
from explorer.stepping.slips import KINDS
from explorer.stepping.trace import Trace
from tests.explorer.networks import networks, projects


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(Trace(compute_records(load_example("A1"))[0]))


def exercise(figures: Figures, name: str, mode: Mode = "decimals") -> Exercise:
    names = Notation(figures.trace.rules.resolved)
    step = next(step for step in figures.trace if names.text(step.quantity) == name)
    return Exercise(figures, step.quantity, mode, names)


# What is typed


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0.1432", 0.1432),
        ("−0.0515", -0.0515),
        ("0,25", 0.25),
        ("1/3", 1 / 3),
        (" 0.25 − 0.5·0.0106 ", 0.2447),
        ("(0.1432*0.05 + -0.0515*0.4) * 0.702 * (1-0.702)", (0.1432 * 0.05 - 0.0515 * 0.4) * 0.702 * 0.298),
        ("1/(1+exp(-0.857))", 1 / (1 + math.exp(-0.857))),
        ("1/(1+e^-0.857)", 1 / (1 + math.exp(-0.857))),
        ("σ(0)", 0.5),
        ("σ(-1)", math.exp(-1) / (1 + math.exp(-1))),
        ("σ(2)", 1 / (1 + math.exp(-2))),
        ("2^3^2", 512.0),
        ("-2^2", -4.0),
        ("2(3+4)", 14.0),
        ("5.6e−10", 5.6e-10),
        ("3 × 4 ÷ 6", 2.0),
        ("sqrt(2)**2", 2.0),
        (".5", 0.5),
        ("1/2 · (0.1² + 3^-1)", 0.5 * (0.01 + 1 / 3)),
        ("ln(e²)", 2.0),
        ("2³", 8.0),
        ("√(2π) + pi", math.sqrt(2 * math.pi) + math.pi),
        ("σ(1000)", 1.0),
        ("σ(-1000)", 0.0),
        ("(" * 40 + "7" + ")" * 40, 7.0),
        ("+".join(["(1)"] * 50), 50.0),
        ("+".join(["2^1"] * 50), 100.0),
    ],
)
def test_what_is_typed_is_computed(typed: str, value: float) -> None:
    assert calculate(typed) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "  ", "a", "1 2", "1+", "(1", "1)", "__import__('os')", "1/0", "9**9**9**9", "ln(0)", "(-8)^0.5"),
        *("exp 1", "1e999", "(" * 200 + "1" + ")" * 200, "1" * (LONGEST + 1), "2^" * 100 + "2", "1.2.3", "0x10"),
        *("abs", "x.real", "√", "²", "1√2"),
    ],
)
def test_what_is_no_calculation_is_told(typed: str) -> None:
    with pytest.raises(ArithmeticProblem, match=r".\.$"):
        calculate(typed)


@given(st.text(max_size=80) | st.text("0123456789.,+-−*·/^()e ", max_size=60))
def test_anything_typed_is_a_finite_number_or_a_sentence(typed: str) -> None:
    with contextlib.suppress(ArithmeticProblem):
        assert math.isfinite(calculate(typed))


SUMS = st.recursive(
    st.floats(0.01, 99).map(lambda x: f"{x:.3f}"),
    lambda inner: (
        st.builds(lambda a, how, b: f"({a}{how}{b})", inner, st.sampled_from("+-*/"), inner)
        | st.builds(lambda a, how, b: f"{a}{how}{b}", inner, st.sampled_from(["+", "-", "*", "/", "+-"]), inner)
    ),
    max_leaves=8,
)


@given(SUMS)
def test_precedence_is_that_of_python(typed: str) -> None:
    try:
        wanted = eval(typed, {"__builtins__": {}})  # made of digits and signs, in a test
    except ZeroDivisionError:
        return
    try:
        assert calculate(typed) == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    except ArithmeticProblem:
        assert len(typed) > LONGEST


# Judging


@pytest.mark.parametrize("mode", ["printed", "decimals", "exact"])
def test_the_right_answer_is_right_in_every_form(figures: Figures, mode: Mode) -> None:
    names = Notation(figures.trace.rules.resolved)
    for step in figures.trace:
        asked = Exercise(figures, step.quantity, mode, names)
        shown = figures.decimals(step.quantity) if mode != "exact" else figures.text(step.quantity, mode)
        for answer in (asked.value, calculate(shown), asked.value + asked.unit, asked.value - asked.unit):
            assert asked.judge(answer).verdict == "right", (names.text(step.quantity), answer)


def test_every_digit_kept_is_right_where_rounding_is_carried(figures: Figures) -> None:
    judged = exercise(figures, "dE/dw1").judge(-0.000421996007)
    assert judged.verdict == "right"
    assert "−0.000420492" in judged.sentence


SLIPS = [
    # quantity, typed, kind, what the sentence holds
    ("dE/dw5", "-0.1005", "sign", "sign"),
    ("delta_c1", "0.5934", "factor", "∂out c1/∂net c1"),
    ("dE/dw5", "0.5934*0.7020", "factor", "derivative of the chain"),
    ("dE/dout_b1", "0.0072", "branch", "δ c2·w6"),
    ("dE/dw1", "0.0072*0.2092*0.15", "branch", "δ c2"),
    ("dE/dout_b1", "0.0072+0.0206", "sign", "δ c2·w6"),
    ("net_b1", "0.1*0.15+0.12*0.35", "branch", "bw1"),
    ("new w8", "0.07-(-0.0301)", "rate", "forgotten"),
    ("new w8", "0.07+0.5*(-0.0301)", "sign", "subtracted"),
    ("new w8", "0.07-0.05*(-0.0301)", "rate", "ten times too small"),
    ("net_b1", "0.80 + 0.1*0.15 + 0.20*0.35", "index", "w2"),
    ("net_b1", "0.80 + 0.1*0.15 + 0.20*0.35", "index", "swapped"),
    ("dE/dw2", "-0.000981148", "index", "∂E/∂w3"),
    ("net_c1", "0.15+0.05*0.857+0.33*0.3395", "net", "Net inputs and outputs"),
    ("net_c1", "0.15+0.05*0.857+0.33*0.5841", "net", "net b1"),
    ("out_b1", "0.857", "net", "net input"),
    ("dout_b1/dnet_b1", "0.857*(1-0.857)", "net", "net b1"),
    ("out_c1", "0.59", "rounding", "rounded too far"),
    ("dE/dw2", "0.0016", "rounding", "rounded too far"),
    ("local_c1", "0-0.5934", "factor", ""),
    ("E", "0.4222", "factor", "1/2"),
    ("numeric dE/dw5", "0.1005082541", "", ""),
]


@pytest.mark.parametrize(("name", "typed", "kind", "words"), SLIPS)
def test_each_slip_is_called_by_its_name(figures: Figures, name: str, typed: str, kind: str, words: str) -> None:
    judged = exercise(figures, name).judge(calculate(typed))
    if not kind:
        assert judged.verdict == "right"
        return
    if name == "local_c1":  # a square is no factor: there is no slip of that name
        assert judged.verdict == "wrong"
        return
    assert judged.verdict == "slip"
    assert kind in judged.kinds, judged
    assert any(words in slip.sentence for slip in judged.slips if slip.kind == kind), judged


def test_a_number_out_of_the_blue_is_wrong_with_a_hint_of_where(figures: Figures) -> None:
    asked = exercise(figures, "out_b1")
    assert "too large" in asked.judge(12.0).sentence
    assert "too small" in asked.judge(0.123456).sentence
    assert "sign" in asked.judge(-4.2).sentence
    assert asked.judge(12.0).verdict == "wrong"


@settings(max_examples=12, deadline=None)
@given(projects(networks(most=5)), st.sampled_from(["decimals", "exact"]), st.data())
def test_on_random_networks_right_is_right_and_slips_are_found(
    project: Project, mode: Mode, data: st.DataObject
) -> None:
    figures = Figures(Trace(compute_records(project, (0, 1, 2))[0]))
    names = Notation(figures.trace.rules.resolved, "names", 3)
    for _ in range(6):
        number = data.draw(st.integers(0, len(figures.trace) - 1))
        asked = Exercise(figures, figures.trace[number].quantity, mode, names)
        if not math.isfinite(asked.value):
            continue
        assert asked.judge(asked.value).verdict == "right"
        for slip in asked.slips()[:15]:
            judged = asked.judge(slip.value)
            assert judged.verdict == "right" or slip.kind in judged.kinds, (slip, judged)
            assert slip.kind in KINDS
            assert slip.sentence.endswith(".")


@pytest.mark.parametrize(
    ("value", "shown", "digits", "unit"),
    [
        (0.7020, "0.7020", 4, 1e-4),
        (0.857, "0.857", 4, 1e-4),
        (-0.000420492, "−0.000420492", 4, 1e-7),
        (12.3456, "12.3456", 4, 1e-4),
        (0.702033487531, "0.702033487531", 0, 1e-4),
        (5.6e-10, "5.6e−10", 4, 1e-11),
        (3.0, "3", 0, 1.0),
        (0.0, "0", 4, 1e-4),
    ],
)
def test_how_far_off_an_answer_may_be(value: float, shown: str, digits: int, unit: float) -> None:
    assert unit_of(value, shown, digits) == pytest.approx(unit)


# Which steps, and the score


def test_which_steps_are_practised(figures: Figures) -> None:
    trace = figures.trace
    everything = practised(trace)
    assert {trace[number].quantity.role for number in everything}.isdisjoint({"plus", "minus"})
    assert len(everything) == len(trace) - 2 * 12
    assert {trace[number].stage for number in practised(trace, (1, 5))} == {1, 5}
    few = practised(trace, (3,), True)
    names = [Notation(trace.rules.resolved).text(trace[number].quantity) for number in few]
    assert names == [
        "dE/dout_c1", "dout_c1/dnet_c1", "delta_c1", "dE/dw5", "dE/dbw3",
        "delta_c1·w5", "delta_c2·w6", "dE/dout_b1", "dout_b1/dnet_b1", "delta_b1", "dE/dw1", "dE/dbw1",
    ]  # fmt: skip


def test_the_score_counts_numbers_not_tries() -> None:
    progress = Progress().with_try("a", False).with_try("a", True).with_reveal("b").with_try("c", False)
    assert progress.score == (1, 3)
    assert progress.solved("a")
    assert not progress.solved("b")
    assert progress_from(progress.as_data()) == progress


@given(
    st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_progress_from_anything(data: object) -> None:
    assert progress_from(data).score[1] >= 0


def test_projects_are_told_apart_by_name_and_network_not_by_weights() -> None:
    one, other = load_example("A1"), load_example("A2")
    trained = compute_records(one, (0,), 2)[1].project
    assert project_key(one) == project_key(trained)
    assert project_key(one) != project_key(other)


def test_a_quantity_without_a_formula_has_no_slips(figures: Figures) -> None:
    asked = Exercise(figures, Quantity("plus", "c", "weight", (0, 0)), "exact", Notation(figures.trace.rules.resolved))
    assert asked.slips() == []
