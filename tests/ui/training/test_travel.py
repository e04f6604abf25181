"""Breakpoints and kept iterations in the window: with an engine that answers as told, and with a real one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.engine import messages as msg
from explorer.examples import load_example
from explorer.network import Network, Node, remove, rename
from explorer.training.breakpoints import BREAKPOINTS
from tests.ui.training.fake_engine import FakeEngine
from tests.ui.training.projects import sine
from tests.ui.window import shown_window
from ui.document import Document
from ui.preferences import Preferences
from ui.training.break_points import BreakPoints, renamed
from ui.training.break_section import BreakSection
from ui.training.client import Trainer
from ui.training.runs import RunList
from ui.training.scrub import MARGIN, Scrub
from ui.training.travel import Travel
from ui.training.travel_panel import TravelPanel
from ui.widgets.text import TextLabel

pytestmark = pytest.mark.usefixtures("light")
WAIT = 30_000


def start(trainer: Trainer, engine: FakeEngine) -> None:
    trainer.run()
    for message in (engine.opened(), engine.running(), engine.progress(3.0, 2.0, 2.5, 1.5, 1.0, 0.5)):
        trainer.take(message)


def kept(engine: FakeEngine, first: int, last: int, needed: int = 0) -> msg.Kept:
    return msg.Kept(engine.run, first, last, 5 << 20, needed)


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def travel(document: Document, trainer: Trainer, preferences: Preferences) -> Travel:
    return Travel(document, trainer, preferences)


@pytest.fixture
def points(document: Document, trainer: Trainer) -> BreakPoints:
    return BreakPoints(document, trainer)


@pytest.fixture
def section(qtbot: QtBot, document: Document, points: BreakPoints) -> BreakSection:
    section = BreakSection(document, points)
    qtbot.addWidget(section)
    section.resize(240, 400)
    section.show()
    return section


# Breakpoints


def test_the_engine_is_told_of_breakpoints_once_it_runs(
    trainer: Trainer, engine: FakeEngine, points: BreakPoints
) -> None:
    number = points.add("iteration")
    assert engine.sent == []
    start(trainer, engine)
    assert engine.names[:2] == ["SetBreakpoints", "Open"]
    points.change(number, "iteration", 7)
    points.switch(number, False)
    (point,) = engine.all(msg.SetBreakpoints)[-1].points
    assert (point.values, point.on) == ({"iteration": 7}, False)
    points.remove(number)
    assert engine.all(msg.SetBreakpoints)[-1].points == ()


def test_hits_are_counted_until_another_project_is_opened(
    document: Document, trainer: Trainer, engine: FakeEngine, points: BreakPoints
) -> None:
    first, second = points.add("iteration"), points.add("not_finite")
    start(trainer, engine)
    trainer.take(msg.Hit(engine.run, 1, 3, {first: "so"}))
    trainer.take(msg.Hit(engine.run, 1, 5, {first: "so", second: "and so"}))
    assert (points.hits[first], points.hits[second]) == (2, 1)
    document.open(sine())
    assert points.points == ()
    assert not points.hits


def test_a_row_shows_and_changes_its_breakpoint(
    qtbot: QtBot, section: BreakSection, points: BreakPoints, trainer: Trainer, engine: FakeEngine
) -> None:
    assert section.empty.isVisible()
    menu = section.fill_menu()
    assert [action.text() for action in menu.actions()] == [kind.title for kind in BREAKPOINTS]
    menu.actions()[0].trigger()
    menu.deleteLater()
    (row,) = section.rows.values()
    assert not row.form.isHidden()  # its numbers are asked for at once
    assert not section.empty.isVisible()
    row.form.changed.emit("iteration", 12)
    assert points.points[0].values == {"iteration": 12}
    assert row.title.text() == "Iteration 12"
    qtbot.mouseClick(row.dot, Qt.MouseButton.LeftButton)
    assert not points.points[0].on
    qtbot.mouseClick(row.title, Qt.MouseButton.LeftButton)
    assert row.form.isHidden()
    start(trainer, engine)
    trainer.take(msg.Hit(engine.run, 1, 12, {points.points[0].number: "so"}))
    assert row.hits.text() == "1×"
    qtbot.mouseClick(row.remove, Qt.MouseButton.LeftButton)
    assert points.points == ()
    assert section.rows == {}
    assert section.empty.isVisible()


def test_a_layer_is_chosen_from_those_that_fit_and_missed_when_it_is_gone(
    section: BreakSection, points: BreakPoints, document: Document
) -> None:
    number = points.add("gradient_norm")
    row = section.rows[number]
    field = row.form.field("layer")
    assert [field.itemData(place) for place in range(field.count())] == ["", "h", "y"]  # type: ignore[union-attr]
    points.change(number, "layer", "h")
    assert row.form.problem("layer") == ""
    document.edit_network("remove", remove(document.network, "h"))
    assert "h" in row.form.problem("layer")
    document.undo_stack.undo()
    assert row.form.problem("layer") == ""


def test_an_example_that_the_data_does_not_have_is_told(
    section: BreakSection, points: BreakPoints, trainer: Trainer, engine: FakeEngine
) -> None:
    number = points.add("misclassified")
    points.change(number, "sample", 5)
    assert section.rows[number].form.problem("sample") == ""  # nothing is known of the data yet
    start(trainer, engine)
    assert section.rows[number].form.problem("sample") == "The data has 4 examples."
    points.change(number, "sample", 4)
    assert section.rows[number].form.problem("sample") == ""


# Kept iterations


def test_the_choice_goes_along_with_the_run_until_another_one_is_chosen(
    trainer: Trainer, engine: FakeEngine, travel: Travel
) -> None:
    start(trainer, engine)
    trainer.take(kept(engine, 1, 4))
    assert (travel.kept, travel.chosen, trainer.marked) == (range(1, 5), 4, 0)
    trainer.take(kept(engine, 1, 6))
    assert travel.chosen == 6
    travel.choose(3)
    trainer.take(kept(engine, 2, 9))
    assert (travel.chosen, trainer.marked) == (3, 3)
    trainer.take(kept(engine, 5, 12))  # the oldest are let go
    assert travel.chosen == 5
    travel.choose(100)
    assert travel.chosen == 12
    trainer.take(kept(engine, 0, 0))
    assert (travel.chosen, trainer.marked, list(travel.kept)) == (0, 0, [])


def test_the_memory_is_a_preference_that_the_engine_is_told(
    trainer: Trainer, engine: FakeEngine, travel: Travel, preferences: Preferences
) -> None:
    assert preferences.memory == 256
    start(trainer, engine)
    assert engine.all(msg.Remember)[-1].memory == 256 << 20
    travel.set_memory(64)
    assert (preferences.memory, engine.all(msg.Remember)[-1].memory) == (64, 64 << 20)
    preferences.settings.setValue("history_memory", -5)
    assert preferences.memory == 256


def test_the_panel_tells_what_there_is(
    qtbot: QtBot, trainer: Trainer, engine: FakeEngine, travel: Travel, document: Document
) -> None:
    panel = TravelPanel(travel)
    qtbot.addWidget(panel)
    panel.resize(1280, 88)
    panel.show()
    assert panel.caption.whole_text().startswith("Train, and")
    assert not panel.step.isEnabled()
    start(trainer, engine)
    trainer.take(kept(engine, 1, 6))
    travel.choose(4)
    assert panel.caption.whole_text() == "Iteration 4 · cost 1.500"
    assert panel.room.text() == "6 kept, 5 of"
    assert panel.resume.isEnabled()
    travel.show_stepping(4)
    assert "in float64, from the float32 weights" in panel.caption.whole_text()
    assert panel.leave.isVisible()
    document.edit_setting("batch_size", 1)  # the run's iterations are those of another batch size
    assert not panel.resume.isEnabled()
    document.undo_stack.undo()
    menu = panel.fill_menu()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["256 MiB"]
    menu.actions()[0].trigger()
    menu.deleteLater()
    assert panel.caption.whole_text().startswith("No iterations are kept")
    travel.set_memory(64)
    trainer.take(kept(engine, 0, 0, needed=100 << 20))
    assert "takes 100 MiB" in panel.caption.whole_text()


def test_the_strip_is_dragged_and_walked_along(
    qtbot: QtBot, trainer: Trainer, engine: FakeEngine, travel: Travel
) -> None:
    strip = Scrub(travel)
    qtbot.addWidget(strip)
    strip.resize(200 + 2 * MARGIN, 44)
    strip.show()
    assert strip.step_at(50) == 0
    start(trainer, engine)
    trainer.take(kept(engine, 11, 31))
    for step in (11, 20, 31):
        assert strip.step_at(strip.place_of(step)) == step
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(MARGIN + 50, 10))
    assert travel.chosen == 16
    keys = Qt.Key
    walk = [(keys.Key_Left, 15), (keys.Key_Right, 16), (keys.Key_PageDown, 26), (keys.Key_PageUp, 16)]
    for key, wanted in (*walk, (keys.Key_Home, 11), (keys.Key_Left, 11), (keys.Key_End, 31)):
        QTest.keyClick(strip, key)
        assert travel.chosen == wanted
    assert not strip.grab().isNull()


def test_going_back_is_an_edit_and_what_follows_another_run(
    qtbot: QtBot, trainer: Trainer, engine: FakeEngine, travel: Travel, document: Document
) -> None:
    start(trainer, engine)
    trainer.take(kept(engine, 1, 6))
    for message in engine.halted(0, 6, fill=6.0):
        trainer.take(message)
    travel.choose(3)
    travel.resume()
    assert engine.all(msg.GoBack) == [msg.GoBack(3)]
    weights = {name: np.full_like(array, 2.0) for name, array in document.project.weights.items()}
    goes = len(engine.all(msg.Go))
    with qtbot.waitSignal(travel.resumed) as told:
        trainer.take(msg.WentBack(engine.run, 0, 3, weights))
    assert told.args == [3]
    assert len(engine.all(msg.Go)) == goes + 1  # without opening the project anew
    assert len(engine.all(msg.Open)) == 1
    assert document.undo_stack.undoText() == "go back to iteration 3"
    assert_array_equal(document.project.weights["h.weight"], weights["h.weight"])
    first, second = trainer.runs
    assert (second.branch, second.number) == ((1, 3), 2)
    assert second.steps.values.tolist() == [1.0, 2.0]
    assert second.costs.values.tolist() == [3.0, 2.0]
    assert len(first.steps) == 6
    trainer.take(engine.progress(9.0, step=2))
    assert second.costs.values.tolist() == [3.0, 2.0, 9.0]
    assert len(first.steps) == 6
    runs = RunList(trainer)
    qtbot.addWidget(runs)
    assert any("from run 1, iteration 3" in label.text() for label in runs.findChildren(TextLabel))


def test_the_first_iteration_can_be_gone_back_to(
    trainer: Trainer, engine: FakeEngine, travel: Travel, document: Document
) -> None:
    start(trainer, engine)
    trainer.take(kept(engine, 1, 6))
    for message in engine.halted(0, 6, fill=6.0):
        trainer.take(message)
    trainer.go_back(1)
    weights = {name: np.zeros_like(array) for name, array in document.project.weights.items()}
    trainer.take(msg.WentBack(engine.run, 0, 1, weights))
    assert not document.project.weights["h.weight"].any()


# With the engine and the window


def test_a_breakpoint_leads_into_step_and_the_run_goes_on_from_there(qtbot: QtBot) -> None:
    with shown_window(sine(epochs=4)) as window:
        trainer, travel, session = window.trainer, window.panels.travel, window.panels.stepper.session
        points = window.panels.break_points
        points.change(points.add("iteration"), "iteration", 5)
        window.show_workspace("train")
        with qtbot.waitSignal(trainer.hit, timeout=WAIT):
            trainer.run()
        qtbot.waitUntil(lambda: bool(travel.kept), timeout=WAIT)
        assert not trainer.running
        assert "iteration 5" in window.banner.label.text()
        assert window.banner.action.text() == "Open in Step"
        before = dict(window.document.project.weights)
        qtbot.mouseClick(window.banner.action, Qt.MouseButton.LeftButton)
        assert not window.banner.isVisible()
        qtbot.waitUntil(lambda: session.trace is not None and session.trace.record.step == 5, timeout=WAIT)
        assert window.workspaces.current == "step"
        assert window.workspaces.docks["iterations"].isVisible()
        assert session.trace is not None
        record = session.trace.record
        assert len(record.samples) == 20
        for name, array in record.weights.items():
            assert_array_equal(array, before[name])
        assert window.panels.stepper.timeline.caption.startswith("Iteration 5 of the run, sample ")
        assert travel.stepping == 5
        assert "in float64, from the float32 weights" in window.panels.travel_panel.caption.whole_text()
        other = sorted(record.samples)[(sorted(record.samples).index(session.sample) + 1) % 20]
        session.set_sample(session.sample + 1)
        qtbot.waitUntil(lambda: session.trace is not None and session.trace.record.samples[0] == other, timeout=WAIT)
        assert session.trace.record.step == 5
        assert not session.has_next
        travel.choose(3)  # the stepper follows
        qtbot.waitUntil(lambda: session.trace is not None and session.trace.record.step == 3, timeout=WAIT)
        session.next_iteration()
        qtbot.waitUntil(lambda: session.trace is not None and session.trace.record.step == 4, timeout=WAIT)
        travel.choose(2)
        points.switch(points.points[0].number, False)
        with qtbot.waitSignal(trainer.finished, timeout=WAIT):
            qtbot.mouseClick(window.panels.travel_panel.resume, Qt.MouseButton.LeftButton)
        assert "from iteration 2" in window.banner.label.text()
        assert travel.kept == range(1, 13)
        assert [run.number for run in trainer.runs] == [1, 2]
        assert trainer.runs[1].steps.values.tolist() == list(range(1, 13))
        assert trainer.runs[1].costs.values[:4].tolist() == trainer.runs[0].costs.values.tolist()[:4]
        assert not session.revisited


def test_leaving_the_run_steps_through_the_project_again(qtbot: QtBot) -> None:
    with shown_window(sine(epochs=1)) as window:
        trainer, travel, session = window.trainer, window.panels.travel, window.panels.stepper.session
        with qtbot.waitSignal(trainer.finished, timeout=WAIT):
            trainer.run()
        qtbot.waitUntil(lambda: bool(travel.kept), timeout=WAIT)
        travel.choose(1)
        travel.step_through()
        qtbot.waitUntil(lambda: session.trace is not None and session.trace.record.step == 1, timeout=WAIT)
        count = window.document.undo_stack.count()
        session.apply_update()  # it would put an old iteration's weights into the project
        assert window.document.undo_stack.count() == count
        qtbot.mouseClick(window.panels.travel_panel.leave, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: session.trace is not None and session.trace.record.step == 0, timeout=WAIT)
        assert travel.stepping == 0
        assert session.trace is not None
        for name, array in session.trace.record.weights.items():
            assert_array_equal(array, window.document.project.weights[name])


def test_a_breakpoint_follows_a_layer_that_is_renamed(document: Document, points: BreakPoints) -> None:
    document.open(load_example("A1"))
    points.change(points.add("gradient_norm"), "layer", "b")
    document.edit_network("rename", rename(document.network, "b", "hidden"), names={"b": "hidden"})
    assert points.points[0].params["layer"] == "hidden"
    document.undo_stack.undo()
    assert points.points[0].params["layer"] == "b"
    document.undo_stack.redo()
    document.edit_network("delete", remove(document.network, ["hidden"]))
    assert points.points[0].params["layer"] == "hidden"  # another has not come in its place


def test_only_a_layer_in_the_same_place_of_the_same_kind_was_renamed() -> None:
    one = Network((Node("a", "dense"), Node("b", "relu")))
    assert renamed(one, Network((Node("a", "dense"), Node("c", "relu")))) == {"b": "c"}
    assert renamed(one, Network((Node("a", "dense"), Node("c", "tanh")))) == {}
    assert renamed(one, Network((Node("b", "dense"), Node("a", "relu")))) == {}
    assert renamed(one, Network((Node("a", "dense"),))) == {}
    assert renamed(one, one) == {}
