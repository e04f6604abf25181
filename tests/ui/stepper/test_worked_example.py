"""The worked example stepped through: every number in three forms, every slip, two notations, by keys and buttons."""

from __future__ import annotations

import math
import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.stepper.conftest import Bench
from tests.ui.stepper.worked import PRINTED, SLIPS, WEIGHTS, error, example


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def walk(bench: Bench, qtbot: QtBot) -> dict[str, str]:
    """Step from the first to the last by F10; the result that is seen, by the name in the list."""
    seen = {}
    session = bench.session
    session.first()
    bench.window.activateWindow()
    while True:
        assert session.step is not None
        row = bench.quantities.model.row(1)
        assert row.quantity == session.step.quantity
        name, value = bench.quantities.model.texts(row.quantity)
        assert bench.formula.card.result.text() == value
        seen[name] = value
        if session.at_end:
            return seen
        before = session.number
        bench.panels.step_actions.by_id["over"].trigger()
        assert session.number == before + 1


def test_exact_numbers_are_those_of_the_definitions(a1: Bench, qtbot: QtBot) -> None:
    a1.formula.mode_switch.picked.emit("exact")
    seen = walk(a1, qtbot)
    expected = example(rounded=False)
    for name, value in expected.items():
        assert math.isclose(number(seen[name]), value, rel_tol=1e-11), name
    for name in WEIGHTS:
        plus, minus = (error(**{name: WEIGHTS[name] + sign * 1e-4}) for sign in (1, -1))
        assert math.isclose(number(seen[f"E({name}+ε)"]), plus, rel_tol=1e-11)
        assert math.isclose(number(seen[f"E({name}−ε)"]), minus, rel_tol=1e-11)
        assert math.isclose(number(seen[f"numeric ∂E/∂{name}"]), (plus - minus) / 2e-4, rel_tol=1e-9)
        assert number(seen[f"relative error {name}"]) < 1e-7
    assert len(seen) == len(a1.session.trace or ()) == len(expected) + 4 * len(WEIGHTS)


def test_four_decimals_are_rounded_and_carried_on(a1: Bench, qtbot: QtBot) -> None:
    seen = walk(a1, qtbot)
    for name, value in example(rounded=True).items():
        assert math.isclose(number(seen[name]), value, rel_tol=1e-11), name
    assert seen["net b1"] == "0.857"
    assert seen["out b1"] == "0.7020"
    assert seen["∂E/∂w2"] == "0.0015922095"
    assert seen["new w5"] == "−0.00025"


def test_the_textbooks_figures_appear_as_printed(a1: Bench, qtbot: QtBot) -> None:
    a1.formula.mode_switch.picked.emit("printed")
    seen = walk(a1, qtbot)
    assert {name: seen[name] for name in PRINTED} == PRINTED


def test_every_slip_is_flagged_with_its_note_and_the_right_number(a1: Bench) -> None:
    session = a1.session
    session.set_mode("printed")
    flagged = set()
    for step in session.trace or ():
        session.go(step.number)
        own = any(row.slip for row in session.figures.textbook.printed(step.quantity))
        if not own:
            continue
        name = session.name(step.quantity)
        flagged.add(name)
        assert a1.formula.slip.isVisible()
        assert a1.formula.slip.text in ("textbook slip", "textbook slip in its use")
        assert a1.formula.note.isVisible()
        assert len(a1.formula.note.text()) > 20
        if a1.formula.slip.text == "textbook slip":
            right = session.figures.text(step.quantity, "decimals")
            assert a1.formula.card.aside.text() == f"right: {right}"
    assert flagged >= SLIPS
    assert flagged - SLIPS <= {"δ b2"}


def test_where_the_textbook_prints_nothing_that_is_said(a1: Bench) -> None:
    a1.session.set_mode("printed")
    a1.session.go(12)
    assert a1.session.name(a1.session.step.quantity) == "∂E/∂out c1"  # type: ignore[union-attr]
    assert a1.formula.card.aside.text() == "the textbook prints nothing here"
    assert not a1.formula.slip.isVisible()


def test_a_number_made_from_a_slip_says_so(a1: Bench) -> None:
    step = next(s for s in a1.session.trace or () if a1.session.name(s.quantity) == "new w1")
    a1.session.go(step.number)
    assert a1.formula.slip.text == "textbook slip in a number it uses"
    assert "∂E/∂w1" in a1.formula.note.text()


def test_printed_slips_are_carried_as_the_textbook_carries_them(a1: Bench) -> None:
    a1.session.set_mode("printed")
    step = next(s for s in a1.session.trace or () if a1.session.name(s.quantity) == "new bw2")
    a1.session.go(step.number)
    assert "0.016" in a1.formula.card.substituted.tex
    assert a1.formula.card.result.text() == "0.242"


@pytest.mark.parametrize("style", ["names", "layers"])
def test_both_notations_name_every_step(a1: Bench, style: str) -> None:
    a1.formula.style_switch.picked.emit(style)
    names = set()
    for step in a1.session.trace or ():
        a1.session.go(step.number)
        name = a1.session.name(step.quantity)
        names.add(name)
        assert not re.search(r"[\\{}_^]", name)
        assert a1.formula.card.formula.tex.endswith(a1.formula.card.formula.tex.strip())
        assert a1.formula.question.text().endswith("?")
    expected = {"∂E/∂w1", "δ b1", "net c2", "new bw4"} if style == "names" else {"∂C/∂w²₁₁", "δ²₁", "z³₂", "new b³₂"}
    assert expected <= names
    assert len(names) == len(a1.session.trace or ())


def test_the_picture_of_the_look(a1: Bench) -> None:
    """What the target picture shows of dE/dw1."""
    step = next(s for s in a1.session.trace or () if a1.session.name(s.quantity) == "∂E/∂w1")
    a1.session.go(step.number)
    formula = a1.formula
    assert formula.question.text() == "How much does a change in w1 change the total error?"
    assert formula.crumbs.path == ("Gradients", "hidden weights", "w1")
    assert formula.card.result.text() == "−0.000420492"
    assert formula.card.check.text() == "autograd −0.000421996 exact"
    assert formula.card.formula.tex == (
        r"\frac{\partial E}{\partial w_{1}} = (\sum_{c} \delta_{c} \, w_{b_{1}c}) \, "
        r"out_{b_{1}} \, (1 - out_{b_{1}}) \, out_{a_{1}}"
    )
    assert formula.card.substituted.tex == (
        r"= (0.1432 \cdot 0.05 + ({-}0.0515) \cdot 0.40) \cdot 0.7020 \cdot (1 - 0.7020) \cdot 0.15"
    )
    assert formula.card.reduced.tex == r"= ({-}0.0134) \cdot 0.2092 \cdot 0.15"
    cards = formula.factors.cards
    assert [card.value.text() for card in cards] == ["−0.0134", "0.2092", "0.15"]
    assert [card.question.text() for card in cards] == [
        "How much does a change in out b1 change E?",
        "How much does a change in net b1 change out b1?",
        "How much does a change in w1 change net b1?",
    ]
    assert cards[0].caption.whole_text() == "0.0072 − 0.0206"
    assert cards[1].caption.whole_text() == "slope of the sigmoid"


def test_the_check_tells_its_verdict(a1: Bench) -> None:
    step = next(s for s in a1.session.trace or () if s.quantity.role == "relative")
    a1.session.go(step.number)
    assert a1.formula.verdict.isVisible()
    assert a1.formula.verdict.current == 0
    assert a1.formula.verdict.words == "probably right"


def test_an_update_shows_old_rate_gradient_and_new(a1: Bench) -> None:
    a1.session.last()
    assert [card.value.text() for card in a1.formula.factors.cards] == ["0.25", "0.5", "0.0106", "0.2447"]
    assert [card.factor.operator for card in a1.formula.factors.cards] == ["", "−", "·", "="]


def test_applying_writes_the_new_weights_as_one_edit_and_goes_on(a1: Bench, qtbot: QtBot) -> None:
    before = a1.document.project
    assert not a1.formula.apply_button.isVisible()
    a1.session.last()
    qtbot.mouseClick(a1.formula.apply_button, Qt.MouseButton.LeftButton)
    a1.tracer.answer()
    expected = example(rounded=False)
    assert a1.document.project.weights["b.weight"][0][1] == pytest.approx(expected["new w3"], rel=1e-12)
    assert a1.document.undo_stack.undoText() == "update the weights"
    assert a1.document.undo_stack.count() == 1
    assert a1.timeline.caption == "Iteration 2, sample 1 of 1"
    assert a1.session.number == 0
    assert a1.session.trace is not None
    assert a1.session.trace.record.weights["c.bias"][1] == pytest.approx(expected["new bw4"], rel=1e-12)
    assert not a1.session.figures.textbook.applies
    a1.document.undo_stack.undo()
    a1.tracer.answer()
    assert a1.document.project is before
    assert a1.timeline.caption == "Iteration 1, sample 1 of 1"
    QApplication.processEvents()


def test_the_next_iteration_leaves_the_project_alone(a1: Bench) -> None:
    a1.session.last()
    a1.formula.next_button.click()
    a1.tracer.answer()
    assert a1.session.trace is not None
    assert a1.session.trace.record.iteration == 2
    assert a1.document.undo_stack.count() == 0
    assert a1.session.figures.value(a1.session.trace[0].quantity, "decimals") == pytest.approx(
        example(True)["new bw1"] + 0.15 * example(True)["new w1"] + 0.35 * example(True)["new w3"], abs=5e-5
    )
