"""What if: numbers tried by double click, shown beside the old ones, kept as one edit or discarded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.printing import show_plain
from explorer.stepping.record import Record
from tests.ui.stepper.conftest import Bench
from tests.ui.stepper.worked import error
from ui import theme
from ui.stepper.diagram_items import GIVEN, LabelItem, UnitItem
from ui.stepper.old_number import paint_old, shortened
from ui.stepper.tensors import tensors_of
from ui.stepper.whatif_bar import NumberAsked

W5 = Quantity("weight", "c", "weight", (0, 0))
DW5 = Quantity("gradient", "c", "weight", (0, 0))
X1, T1 = Quantity("value", "a", index=(0,)), Quantity("target", "c_out", index=(0,))


def record(bench: Bench) -> Record:
    assert bench.session.trace is not None
    return bench.session.trace.record


def tried(bench: Bench, q: Quantity, value: float) -> None:
    bench.panels.what_if.try_number(q, value)
    bench.tracer.answer_try()
    QApplication.processEvents()


def asked(bench: Bench) -> NumberAsked:
    found = bench.panels.asker.open
    assert found is not None
    return found


def test_a_double_click_in_the_list_asks_for_another_number(a1: Bench, qtbot: QtBot) -> None:
    model, view = a1.quantities.model, a1.quantities.view
    a1.session.go_to(Quantity("value", "c", index=(0,)))
    w5 = next(row for row in range(model.rowCount()) if model.row(row).quantity == W5)
    where = view.visualRect(model.index(w5, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    field = asked(a1).field
    assert field.text() == "0.05"
    field.setText("0,1")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    a1.tracer.answer_try()
    assert record(a1).weights["c.weight"][0, 0] == 0.1
    assert a1.formula.banner.isVisible()
    assert a1.formula.banner.label.text() == "What if w5 = 0.1 (was 0.05)?"
    assert a1.document.project.weights["c.weight"][0, 0] == 0.05
    assert not a1.document.dirty


def test_what_is_no_number_is_refused_and_escape_leaves_all_as_it_is(a1: Bench, qtbot: QtBot) -> None:
    a1.panels.asker.ask(W5, QPoint(10, 10), a1.window)
    field = asked(a1).field
    field.setText("much")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked(a1).message.text().startswith("A number is needed")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not a1.panels.what_if.changes
    assert a1.tracer.tries == []
    assert not a1.panels.asker.ask(DW5, QPoint(10, 10), a1.window)


def test_everything_downstream_shows_old_and_new(a1: Bench) -> None:
    a1.session.go_to(Quantity("cost"))
    tried(a1, W5, 0.1)
    assert record(a1).cost == pytest.approx(error(w5=0.1))
    assert a1.session.step is not None
    assert a1.session.step.quantity == Quantity("cost")
    assert a1.formula.card.aside.text() == "was 0.2111"
    model = a1.quantities.model
    assert model.old(Quantity("cost")) == "0.2111"
    assert model.old(Quantity("value", "c_out", index=(0,))) == "0.5934"
    assert model.old(Quantity("value", "c_out", index=(1,))) == ""
    items = a1.diagram.view.scene().items()
    units = {item.name: item.old for item in items if isinstance(item, UnitItem)}
    assert units == {"a1": "", "a2": "", "b1": "", "b2": "", "c1": "0.5934", "c2": ""}
    labels = {item.name: item.value for item in items if isinstance(item, LabelItem)}
    assert labels["w5"] == "0.05 → 0.10"
    assert labels["w7"] == "0.33"


def test_several_changes_at_once_and_escape_takes_back_the_last(a1: Bench, qtbot: QtBot) -> None:
    what_if = a1.panels.what_if
    tried(a1, W5, 0.1)
    tried(a1, X1, 0.5)
    tried(a1, T1, 0.25)
    assert what_if.sentence == "What if w5 = 0.1 (was 0.05), out a1 = 0.5 (was 0.15), t c1 = 0.25 (was 0)?"
    assert record(a1).values["a"][0, 0] == 0.5
    assert record(a1).targets["c_out"][0, 0] == 0.25
    a1.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is a1.window)
    a1.quantities.view.setFocus()
    qtbot.keyClick(a1.quantities.view, Qt.Key.Key_Escape)
    a1.tracer.answer_try()
    assert what_if.sentence == "What if w5 = 0.1 (was 0.05), out a1 = 0.5 (was 0.15)?"
    what_if.try_number(X1, 0.15)
    assert what_if.sentence == "What if w5 = 0.1 (was 0.05)?"
    qtbot.mouseClick(a1.formula.banner.discard, Qt.MouseButton.LeftButton)
    assert a1.formula.banner.isHidden()
    assert a1.session.before is None
    assert record(a1).weights["c.weight"][0, 0] == 0.05
    assert not a1.document.dirty


def test_keeping_is_one_edit_that_undo_takes_back(a1: Bench, qtbot: QtBot) -> None:
    tried(a1, W5, 0.1)
    tried(a1, X1, 0.5)
    a1.panels.what_if.try_setting("lr", 0.25)
    a1.tracer.answer_try()
    qtbot.mouseClick(a1.formula.banner.keep, Qt.MouseButton.LeftButton)
    project = a1.document.project
    assert project.weights["c.weight"][0, 0] == 0.1
    assert project.data.params["inputs"][0][0] == 0.5
    assert project.settings["lr"] == 0.25
    assert a1.formula.banner.isHidden()
    a1.tracer.answer()
    assert a1.session.before is None
    assert record(a1).values["a"][0, 0] == 0.5
    a1.document.undo_stack.undo()
    a1.tracer.answer()
    assert a1.document.project.weights["c.weight"][0, 0] == 0.05
    assert a1.document.project.data.params["inputs"][0][0] == 0.15
    assert record(a1).values["a"][0, 0] == 0.15


def test_settings_are_tried_in_the_card(a1: Bench, qtbot: QtBot) -> None:
    card = a1.formula.what_if
    qtbot.mouseClick(card.button, Qt.MouseButton.LeftButton)
    assert card.isVisible()
    assert card.form is not None
    card.form.changed.emit("optimizer", "adam")
    qtbot.waitUntil(lambda: len(a1.tracer.tries) == 1)
    a1.tracer.answer_try()
    assert record(a1).setting("optimizer") == "adam"
    assert a1.panels.what_if.sentence == "What if optimizer = adam (was sgd)?"
    card.form.changed.emit("beta1", 0.5)
    qtbot.waitUntil(lambda: len(a1.tracer.tries) == 2)
    a1.tracer.answer_try()
    assert a1.panels.what_if.settings["beta1"] == 0.5
    card.form.changed.emit("optimizer", "sgd")
    qtbot.waitUntil(lambda: not a1.panels.what_if.changes)
    assert record(a1).setting("optimizer") == "sgd"
    assert a1.document.project.settings["optimizer"] == "sgd"


def test_generated_examples_are_typed_in_only_when_a_person_says_so(bench: Callable[..., Bench], qtbot: QtBot) -> None:
    found = bench(load_example("A2"))
    x = Quantity("value", "a", index=(0,) * record(found).values["a"][0].ndim)
    tried(found, x, 0.5)
    qtbot.mouseClick(found.formula.banner.keep, Qt.MouseButton.LeftButton)
    assert "cannot be changed one by one" in found.formula.banner.problem.text()
    assert found.document.project.data.source != "inline"
    assert found.panels.what_if.changes
    qtbot.mouseClick(found.formula.banner.convert, Qt.MouseButton.LeftButton)
    assert found.document.project.data.source == "inline"
    found.tracer.answer()
    assert record(found).values["a"][0].flat[0] == 0.5
    found.document.undo_stack.undo()
    assert found.document.project.data.source != "inline"


def test_the_next_iteration_is_tried_too_and_carries_roundings_on(a1: Bench) -> None:
    tried(a1, W5, 0.1)
    a1.session.next_iteration()
    a1.tracer.answer()
    assert a1.session.before is None
    a1.tracer.answer_try()
    assert a1.session.before is not None
    assert record(a1).iteration == 2
    assert record(a1).weights["c.weight"][0, 0] == 0.1
    model = a1.quantities.model
    assert model.old(W5) == "−0.00025"
    assert model.old(Quantity("weight", "c", "weight", (1, 0))) == ""
    assert model.old(Quantity("value", "b_out", index=(0,))) == ""


def test_an_edit_of_the_project_ends_it(a1: Bench) -> None:
    tried(a1, W5, 0.1)
    a1.document.edit_setting("lr", 0.125)
    assert not a1.panels.what_if.changes
    a1.tracer.answer()
    assert a1.session.before is None
    assert record(a1).rate == 0.125


def test_the_diagram_knows_the_given_numbers_it_shows(a1: Bench, qtbot: QtBot) -> None:
    view = a1.diagram.view
    item = next(item for item in view.scene().items() if item.data(GIVEN) == W5)
    where = view.mapFromScene(item.sceneBoundingRect().center())
    number = a1.session.number
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert a1.session.step is not None
    assert a1.session.step.quantity == DW5
    with qtbot.waitSignal(view.asked) as told:
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert told.args is not None
    assert told.args[0] == W5
    assert asked(a1).accessibleName() == "What if w5"
    assert a1.session.number == number
    asked(a1).close()


def test_what_cannot_be_computed_is_told_in_the_banner(a1: Bench) -> None:
    a1.panels.what_if.try_number(W5, 0.1)
    a1.tracer.traced.emit(
        type("Traced", (), {"request": a1.tracer.tries[-1][0], "records": (), "problem": "No room."})()
    )
    assert a1.formula.banner.problem.text() == "No room."
    assert record(a1).weights["c.weight"][0, 0] == 0.05


def test_an_old_number_gives_way_to_the_name(light: theme.Theme) -> None:
    picture = QPixmap(300, 24)
    name = "∂E/∂w1"
    needed = QFontMetrics(theme.text_font(13)).horizontalAdvance(name)
    left = {}
    with QPainter(picture) as painter:
        for room in (240, 170, 80):
            left[room] = paint_old(painter, QRect(0, 0, room, 24), "−0.000421996007016", name).width()
    assert all(width >= needed for width in left.values())
    assert 240 - left[240] > 170 - left[170] > 80 - left[80] > 0
    assert shortened("−0.000421996") == "−0.000422"
    assert shortened("0.0106, then 0.016") == "0.0106, then 0.016"


def test_heat_maps_tell_how_far_a_change_reaches(a1: Bench) -> None:
    tried(a1, W5, 0.1)
    session = a1.session
    assert session.before is not None
    session.last()
    before = session.before.trace.record
    session.go_to(Quantity("value", "c", index=(1,)))
    titles = [tensor.title for tensor in tensors_of(session)]
    most = float(np.abs(record(a1).values["c"][0] - before.values["c"][0]).max())
    assert f"output of c   2, changed by up to {show_plain(most, digits=4)}" in titles
    assert "output of b_out   2, unchanged" in titles
