"""Every optimizer's update can be walked through: what has a formula shows it, what was found says how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.optimizer import Optimizer
from explorer.optimizers import OPTIMIZERS, optimizer_of
from explorer.settings import change
from explorer.stepping.naming import typeset_name
from tests.ui.stepper.conftest import Bench

BenchMaker = Callable[..., Bench]


def second_iteration(bench: BenchMaker, optimizer: Optimizer) -> Bench:
    """The worked example with another optimizer, where its states are known from a first iteration."""
    project = load_example("A1")
    made = bench(replace(project, settings=change(project.settings, "optimizer", optimizer.id)))
    made.session.next_iteration()
    made.tracer.answer()
    return made


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda entry: entry.id)
def test_every_step_of_an_update_is_shown(bench: BenchMaker, optimizer: Optimizer) -> None:
    made = second_iteration(bench, optimizer)
    session, card = made.session, made.formula.card
    steps = session.trace.stage_range(5)
    assert len(steps) >= 12
    for number in steps[:: max(1, len(steps) // 15)]:
        session.go(number)
        step = session.trace[number]
        assert card.formula.tex.startswith(typeset_name(session.notation, step.quantity))
        assert card.result.text()
        assert session.figures.agrees(step.quantity)
        assert card.explanation.isVisible() == (step.equation is None)
        if step.equation is None:
            assert card.explanation.text() == optimizer.found[step.quantity.label]
            assert not card.substituted.isVisible()


def test_the_length_of_a_step_is_found_and_leads_to_all_weights(bench: BenchMaker) -> None:
    made = second_iteration(bench, optimizer_of("lbfgs"))
    made.session.go_to(Quantity("overall", label="alpha"))
    assert made.formula.question.text() == "What is α, the same for all weights?"
    assert "line search" in made.formula.card.explanation.text()
