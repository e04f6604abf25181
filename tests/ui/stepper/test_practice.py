"""Practice in the window: hidden numbers, answers, hints, reveal, next, and a score that stays with the project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.examples import load_example
from explorer.project.format import load_project, save_project
from tests.ui.stepper.conftest import Bench
from ui.stepper.practice import Practice, PracticeCard
from ui.stepper.session import HIDDEN


def practise(bench: Bench, name: str) -> Practice:
    """Practise at the step of this name."""
    session = bench.session
    step = next(step for step in session.trace or () if session.name(step.quantity) == name)
    bench.formula.practice_button.click()
    session.go(step.number)
    QApplication.processEvents()
    return bench.formula.practice


def card(bench: Bench) -> PracticeCard:
    return bench.formula.practice_card


def answer(bench: Bench, qtbot: QtBot, text: str) -> str:
    """Type an answer, and what is said of it."""
    field = card(bench).field
    field.clear()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    return card(bench).verdict.text()


def seen_numbers(bench: Bench) -> set[str]:
    """The numbers in the list at the right."""
    model = bench.quantities.model
    return {model.texts(q)[1] for place in range(model.rowCount()) if (q := model.row(place).quantity) is not None}


def test_the_number_and_all_later_ones_are_hidden(a1: Bench) -> None:
    practise(a1, "∂E/∂w5")
    session = a1.session
    assert session.trace is not None
    number = session.number
    for step in session.trace:
        hidden = step.number >= number
        assert (session.text(step.quantity) == HIDDEN) == hidden
        assert (session.short(step.quantity) == HIDDEN) == hidden
        if hidden:
            assert not session.computed(step.quantity)
    assert HIDDEN in seen_numbers(a1)
    assert "0.1005" not in seen_numbers(a1)
    formula = a1.formula
    for widget in (formula.card.result, formula.card.check, formula.card.substituted, formula.factors, formula.note):
        assert not widget.isVisible()
    assert formula.card.formula.tex.endswith("=")
    assert not formula.table_button.isEnabled()
    assert not formula.exporter.button.isEnabled()


def test_no_widget_of_the_stepper_tells_the_hidden_number(a1: Bench) -> None:
    """Tooltips and accessible names too."""
    practise(a1, "∂E/∂w7")
    for widget in a1.window.findChildren(object):
        for told in ("toolTip", "accessibleName", "text"):
            read = getattr(widget, told, None)
            if callable(read) and getattr(widget, "isVisible", lambda: False)():
                try:
                    text = str(read())
                except TypeError:
                    continue
                assert "0.0836" not in text, (widget, told)
                assert "0.083619" not in text, (widget, told)
    model = a1.quantities.model
    for place in range(model.rowCount()):
        tip = str(model.data(model.index(place), Qt.ItemDataRole.ToolTipRole))
        assert "0.0836" not in tip


def test_hints_show_the_formula_then_its_numbers(a1: Bench, qtbot: QtBot) -> None:
    practise(a1, "∂E/∂w5")
    formula = a1.formula.card
    assert formula.formula.tex == r"\frac{\partial E}{\partial w_{5}} ="
    card(a1).hint.click()
    assert "out_{b_{1}}" in formula.formula.tex
    assert not formula.substituted.isVisible()
    card(a1).hint.click()
    assert formula.substituted.isVisible()
    assert not formula.result.isVisible()
    assert not card(a1).hint.isEnabled()
    assert card(a1).verdict.text() == "An answer may be off by 0.0001."


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("-0.1005", "It looks like a slip: The size is right, the sign is not."),
        ("0.5934*0.7020", "derivative of the chain is forgotten: ∂out c1/∂net c1"),
        ("7", "Not right. It is too large."),
        ("abc", "is not known here"),
        ("", "Type a number"),
    ],
)
def test_wrong_answers_stay_hidden_and_are_told(a1: Bench, qtbot: QtBot, typed: str, told: str) -> None:
    practise(a1, "∂E/∂w5")
    assert told in answer(a1, qtbot, typed)
    assert a1.formula.practice.covering
    assert not a1.formula.card.result.isVisible()
    assert card(a1).score.text() == ("Nothing tried yet" if typed in ("abc", "") else "0 of 1 found")


def test_a_right_answer_shows_the_number_and_enter_goes_on(a1: Bench, qtbot: QtBot) -> None:
    practise(a1, "∂E/∂w5")
    before = a1.session.number
    assert answer(a1, qtbot, "0.5934*0.2413*0.7020") == "Right."
    assert a1.formula.card.result.isVisible()
    assert a1.formula.card.result.text() == "0.1005"
    assert card(a1).score.text() == "1 of 1 found"
    assert not card(a1).field.isVisible()
    card(a1).next.click()
    assert a1.session.number == before + 1
    assert a1.formula.practice.covering
    assert card(a1).field.text() == ""
    assert card(a1).verdict.text() == ""


def test_reveal_shows_the_number_but_does_not_count(a1: Bench) -> None:
    practise(a1, "δ b1")
    card(a1).reveal.click()
    assert a1.formula.card.result.text() == "−0.0028"
    assert "does not count" in card(a1).verdict.text()
    assert card(a1).score.text() == "0 of 1 found"


def test_stages_and_one_unit_per_layer(a1: Bench) -> None:
    practice = a1.formula.practice
    practice.choose((3, 5), True)
    a1.formula.practice_button.click()
    session = a1.session
    assert session.trace is not None
    stages, names = [], []
    first = session.number
    while True:
        stages.append(session.trace[session.number].stage)
        names.append(session.name(session.trace[session.number].quantity))
        practice.next()
        if session.number == first:
            break
    assert set(stages) == {3, 5}
    assert "∂E/∂w5" in names
    assert "∂E/∂w6" not in names
    assert "new bw1" in names
    menu = card(a1).fill_menu()
    checked = [action.text() for action in menu.actions() if action.isChecked()]
    assert checked == ["3 Gradients", "5 Update", "One unit per layer"]
    menu.actions()[0].trigger()
    assert practice.stages == (1, 3, 5)


def test_a_step_that_is_not_practised_is_not_asked_for_but_later_ones_stay_hidden(a1: Bench) -> None:
    a1.formula.practice.choose((3,), False)
    a1.formula.practice_button.click()
    a1.session.go(0)
    assert not a1.formula.practice.covering
    assert a1.formula.card.result.isVisible()
    assert card(a1).verdict.text() == "Nothing is asked at this step."
    step = a1.session.trace[1] if a1.session.trace else None
    assert step is not None
    assert a1.session.text(step.quantity) == HIDDEN


def test_ending_practice_shows_everything_again(a1: Bench) -> None:
    practise(a1, "∂E/∂w5")
    a1.formula.practice_button.click()
    assert a1.formula.card.result.isVisible()
    assert a1.formula.factors.isVisible()
    assert not card(a1).isVisible()
    assert HIDDEN not in seen_numbers(a1)
    assert a1.formula.table_button.isEnabled()


@pytest.mark.parametrize("mode", ["printed", "decimals", "exact"])
def test_every_number_can_be_found_in_each_form(a1: Bench, mode: str) -> None:
    a1.session.set_mode(mode)  # type: ignore[arg-type]
    practice = a1.formula.practice
    practice.choose((), True)
    practice.switch(True)
    for _ in range(12):
        step = a1.session.step
        assert step is not None
        form = "decimals" if mode == "printed" else a1.session.mode
        practice.answer(repr(a1.session.figures.value(step.quantity, form)))
        assert practice.sentence.startswith("Right"), (a1.session.name(step.quantity), practice.sentence)
        practice.next()
    assert practice.progress.score == (12, 12)


def test_progress_stays_with_the_project_and_leaves_the_file_alone(
    a1: Bench, bench: Callable[..., Bench], tmp_path: Path
) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    practice = Practice(a1.session, settings, a1.formula)
    practice.switch(True)
    practice.answer("0.857")
    assert practice.progress.score == (1, 1)
    assert not a1.document.dirty
    path = tmp_path / "a1.nnx"
    save_project(a1.document.project, path)
    settings.sync()
    read = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    again = bench(load_project(path))
    assert Practice(again.session, read, again.formula).progress.score == (1, 1)
    other = bench(replace(load_example("A1"), name="another"))
    assert Practice(other.session, read, other.formula).progress.score == (0, 0)
    again.document.open(other.document.project)
    practice.forget()
    settings.sync()
    assert Practice(a1.session, settings, a1.formula).progress.score == (0, 0)


@pytest.mark.parametrize("text", ["{", "[]", '{"a": [1]}', '{"a": [-1, 2, "x"]}', "17"])
def test_a_score_that_cannot_be_read_is_empty(a1: Bench, tmp_path: Path, text: str) -> None:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    practice = Practice(a1.session, settings, a1.formula)
    settings.setValue(practice._key(), text)
    assert Practice(a1.session, settings, a1.formula).progress.score == (0, 0)
