"""What is said about steps: names, questions, chains of factors, what feeds what, and a textbook that applies."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from explorer.equations import Quantity, operands
from explorer.examples import load_example
from explorer.settings import Settings
from explorer.stepping.compute import compute_records
from explorer.stepping.explain import factors, general_form, written_out
from explorer.stepping.feeds import feeds
from explorer.stepping.figures import Figures
from explorer.stepping.naming import from_tex, shown_name
from explorer.stepping.notation import Notation
from explorer.stepping.questions import question, section_words
from explorer.stepping.trace import Trace
from tests.explorer.stepping.held_back import held_back_project


@lru_cache
def trace_of(example: str, optimizer: str = "sgd") -> Trace:
    project = load_example(example)
    settings = Settings({**project.settings.values, "optimizer": optimizer}, {"lr": project.settings["lr"]})
    return Trace(compute_records(replace(project, settings=settings))[0])


@lru_cache
def held_back(samples: tuple[int, ...] = (0,)) -> Trace:
    return Trace(compute_records(held_back_project(), samples)[0])


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\frac{\partial E}{\partial w5}", "∂E/∂w5"),
        (r"\delta_{c_{1}} \cdot w5", "δ c1·w5"),
        (r"\frac{\partial out_{b_{1}}}{\partial net_{b_{1}}}", "∂out b1/∂net b1"),
        (r"\frac{\partial C}{\partial w^{2}_{12,3}}", "∂C/∂w²₁₂,₃"),
        (r"E(w5-\epsilon)", "E(w5−ε)"),
        (r"conv\_1[0,2,3]", "conv_1[0,2,3]"),
        (r"out_{b_{12}}^{(2)}", "out b12⁽²⁾"),
    ],
)
def test_names_for_the_eye(tex: str, shown: str) -> None:
    assert from_tex(tex) == shown


def test_every_step_asks_something() -> None:
    for trace in (trace_of("A1"), held_back()):
        for style in ("names", "layers"):
            notation = Notation(trace.rules.resolved, style)  # type: ignore[arg-type]
            for step in trace:
                assert question(trace.rules, step.quantity, notation).endswith("?")
                assert section_words(trace.rules, step.quantity, notation)


def test_the_formula_written_out_has_the_same_value() -> None:
    trace = trace_of("A1")
    figures = Figures(trace)
    written = 0
    for step in trace:
        longer = written_out(trace.rules, step.quantity)
        if longer is not None:
            written += 1
            assert longer.evaluate(figures.exact) == pytest.approx(figures.exact.step_value(step.quantity), rel=1e-12)
            general = general_form(trace.rules, step.quantity, Notation(trace.rules.resolved))
            assert general is not None
    assert written > 10


def test_factors_multiply_to_the_gradient() -> None:
    trace = trace_of("A1")
    figures = Figures(trace)
    notation = Notation(trace.rules.resolved)
    for name in ("b.weight", "c.weight"):
        node, _, part = name.partition(".")
        for j, i in ((0, 0), (0, 1), (1, 0), (1, 1)):
            q = Quantity("gradient", node, part, (j, i))
            found = factors(trace.rules, q, notation)
            assert [factor.operator for factor in found] == ["", "·", "·"]
            product = 1.0
            for factor in found:
                product *= factor.part.evaluate(figures.exact)
            assert product == pytest.approx(figures.exact(q), rel=1e-12)


def test_parts_of_a_sum_and_of_a_limited_update_are_told_one_by_one() -> None:
    trace = held_back()
    figures, notation = Figures(trace), Notation(trace.rules.resolved)
    gradient = Quantity("gradient", "h", "weight", (0, 1))
    parts = factors(trace.rules, gradient, notation)
    assert [part.quantity.label for part in parts if part.quantity] == ["h", "g"]
    total = sum(part.part.evaluate(figures.exact) for part in parts)
    assert total == pytest.approx(figures.exact(gradient), rel=1e-12)
    new = factors(trace.rules, Quantity("updated", "h", "weight", (0, 1)), notation)
    assert [part.quantity.role for part in new if part.quantity] == ["unlimited", "length", "updated"]
    frozen = factors(trace.rules, Quantity("updated", "y", "weight", (0, 1)), notation)
    assert [part.quantity.role for part in frozen if part.quantity] == ["weight", "updated"]


@pytest.mark.parametrize("name", ["A1", "A1 adam", "B6", "held back", "held back, a batch"])
def test_what_a_quantity_feeds_is_what_needs_it(name: str) -> None:
    trace = held_back((0, 1) if "batch" in name else (0,)) if "held" in name else trace_of(*name.split())
    users: dict[Quantity, set[Quantity]] = {}
    for step in trace:
        for need in operands(step.equation) if step.equation is not None else []:
            users.setdefault(need, set()).add(step.quantity)
    for step in trace:
        found = {q for q in feeds(trace.rules, step.quantity, most=1000) if trace.find(q) is not None}
        assert found == users.get(step.quantity, set()), shown_name(Notation(trace.rules.resolved), step.quantity)


def test_a_textbook_applies_to_its_own_numbers_alone() -> None:
    project = load_example("A1")
    assert Figures(trace_of("A1")).textbook.applies
    other = {name: array * 1.5 for name, array in project.weights.items()}
    changed = Trace(compute_records(replace(project, weights=other))[0])
    textbook = Figures(changed).textbook
    assert not textbook.applies
    assert textbook.printed(Quantity("cost")) == ()
    assert textbook.slip(Quantity("cost")) == ""
