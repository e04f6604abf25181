"""Levels: what a step is, and layers in matrix form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from explorer.equations import Quantity
from explorer.examples import load_example
from tests.ui.stepper.conftest import Bench
from ui.stepper.formula_panel import LEAST_WIDTH
from ui.stepper.tensors import HeatTable, Tensor


def pick(bench: Bench, title: str) -> None:
    buttons = bench.panels.timeline.levels.findChildren(QAbstractButton)
    next(button for button in buttons if button.text() == title).click()


def test_layers_are_stepped_at_once_in_matrix_form(a1: Bench) -> None:
    pick(a1, "Layer")
    panel, trigger = a1.panels.formula_panel, a1.panels.step_actions.by_id["over"].trigger
    assert a1.panels.timeline.next_caption == "next: net b"
    trigger()
    assert panel.whole.isVisible()
    assert not panel.card.isVisible()
    assert panel.question.text() == "What is net b, all of it at once?"
    assert "pmatrix" in panel.whole.numbers.tex
    assert panel.whole.summary.text() == "net b, 2: 0.3395 to 0.857, length 0.9218"
    laws = []
    while not a1.session.at_end:
        trigger()
        laws.append(panel.whole.law.text if panel.whole.law.isVisible() else "")
    assert [law for law in laws if law] == ["BP1", "BP4", "BP3", "BP2", "BP4", "BP3"] + ["BP4", "BP3"] * 2
    pick(a1, "Term")
    assert panel.card.isVisible()
    assert not panel.whole.isVisible()


@pytest.mark.parametrize(("title", "steps"), [("Term", 99), ("Unit", 67), ("Layer", 23), ("Stage", 5)])
def test_coarser_levels_take_fewer_steps(a1: Bench, title: str, steps: int) -> None:
    pick(a1, title)
    over, taken = a1.panels.step_actions.by_id["over"], 0
    while over.isEnabled():
        over.trigger()
        taken += 1
    assert taken == steps
    back = a1.panels.step_actions.by_id["back"]
    for _ in range(taken):
        back.trigger()
    assert a1.session.number == 0


def test_numbers_of_the_heat_map_are_those_of_the_form_in_use(a1: Bench) -> None:
    pick(a1, "Layer")
    a1.panels.step_actions.by_id["over"].trigger()
    whole = a1.panels.formula_panel.whole
    assert whole.shown is not None
    np.testing.assert_array_equal(whole.shown.tensor.values, [[0.857, 0.3395]])
    a1.session.set_mode("exact")
    a1.panels.step_actions.by_id["over"].trigger()
    np.testing.assert_allclose(whole.shown.tensor.values, [[0.702033487531, 0.584069061847]], rtol=1e-11)
    assert a1.panels.timeline.next_caption == "next: net c"


def test_a_stage_at_a_time(a1: Bench) -> None:
    pick(a1, "Stage")
    over = a1.panels.step_actions.by_id["over"].trigger
    over()
    assert a1.session.step is not None
    assert (a1.session.step.stage, a1.panels.timeline.next_caption) == (1, "next: 2 Total error")
    over()
    assert (a1.session.step.stage, a1.panels.formula_panel.card.isVisible()) == (2, True)


def test_a_click_on_a_cell_of_the_result_leads_to_its_number(a1: Bench, qtbot: QtBot) -> None:
    pick(a1, "Layer")
    a1.panels.step_actions.by_id["over"].trigger()
    table = a1.panels.formula_panel.whole.shown
    assert table is not None
    qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert a1.session.step is not None
    assert (a1.session.level, a1.session.step.quantity) == ("unit", Quantity("value", "b", index=(0,)))
    assert a1.panels.formula_panel.card.isVisible()


def test_a_place_in_words_is_found(a1: Bench) -> None:
    panel = a1.panels.quantities_panel
    panel.ask()
    panel.search.setText("b unit 2")
    assert panel.model.row(0).heading == "Found"
    assert panel.model.row(1).quantity == Quantity("value", "b", index=(1,))
    panel.search.setText("b unit 7")
    assert panel.model.row(0).heading == "Nothing found"


def test_the_panel_and_its_heat_maps_fit_a_narrow_window(a1: Bench) -> None:
    panel = a1.panels.formula_panel
    session = a1.session
    session.go_to(Quantity("gradient", "b", "weight", (1, 1)))
    page = panel.card.parentWidget()
    assert page is not None
    assert page.minimumSizeHint().width() <= LEAST_WIDTH
    pick(a1, "Layer")
    assert panel.whole.shown is not None
    assert page.minimumSizeHint().width() <= LEAST_WIDTH
    wide = HeatTable(Tensor("wide", np.full((2, 8), -0.0001234)), 300)
    assert wide.sizeHint().width() <= 302
    assert HeatTable(Tensor("narrow", np.full((2, 2), -0.0001234))).sizeHint().width() > 2 * 66


def test_of_very_many_quantities_those_nearby_are_listed(bench: Callable[..., Bench]) -> None:
    shown = bench(load_example("A2"))
    wanted = Quantity("gradient", "b", "weight", (20, 20))
    assert shown.session.go_to(wanted)
    rows = [shown.panels.quantities_panel.model.row(number) for number in range(60)]
    headings = [row.heading for row in rows if row.heading]
    assert headings[-1] == "Gradients nearby, of 4,290"
