"""Walking: buttons, keys, into and out, run to, the timeline, the list, the search, and where records come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.grouping import group
from explorer.inside import opened
from explorer.network import Edge, Network, Node, move, set_params
from explorer.project.model import Data, Project
from explorer.settings import Settings
from explorer.stepping import lengths
from tests.explorer.stepping.held_back import held_back_project
from tests.ui.stepper.conftest import Bench
from tests.ui.stepper.worked import PRINTED


def name(bench: Bench) -> str:
    assert bench.session.step is not None
    return bench.session.name(bench.session.step.quantity)


def test_buttons_step_and_know_their_ends(a1: Bench, qtbot: QtBot) -> None:
    actions = a1.panels.step_actions
    assert not actions.button("back").isEnabled()
    qtbot.mouseClick(actions.button("over"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(actions.button("over"), Qt.MouseButton.LeftButton)
    assert name(a1) == "out b1"
    qtbot.mouseClick(actions.button("back"), Qt.MouseButton.LeftButton)
    assert name(a1) == "net b2"
    actions.by_id["last"].trigger()
    assert name(a1) == "new bw2"
    assert not actions.button("over").isEnabled()
    assert actions.button("run").isEnabled()
    assert not actions.by_id["run"].isEnabled()
    actions.by_id["first"].trigger()
    assert a1.session.number == 0


def test_keys_step(a1: Bench, qtbot: QtBot) -> None:
    a1.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is a1.window)
    for _ in range(4):
        qtbot.keyClick(a1.window, Qt.Key.Key_F10)
    assert name(a1) == "net c1"
    qtbot.keyClick(a1.window, Qt.Key.Key_F11)
    assert name(a1) == "out b1"
    qtbot.keyClick(a1.window, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    assert name(a1) == "net c1"
    qtbot.keyClick(a1.window, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert name(a1) == "out b2"
    qtbot.keyClick(a1.window, Qt.Key.Key_F5)
    assert name(a1) == "local c1"
    qtbot.keyClick(a1.window, Qt.Key.Key_End)
    assert name(a1) == "new bw2"
    qtbot.keyClick(a1.window, Qt.Key.Key_Home)
    assert name(a1) == "net b1"


def test_into_goes_down_and_out_comes_back_the_same_way(a1: Bench) -> None:
    session = a1.session
    session.go(34)
    path = []
    while session.step is not None and session.operand_step(session.step) is not None:
        path.append(session.number)
        session.into()
    assert name(a1) == "net b1"
    for number in reversed(path):
        session.out()
        assert session.number == number
    session.out()
    assert session.number > 34


def test_out_runs_to_the_next_layer(a1: Bench) -> None:
    a1.session.out()
    assert name(a1) == "out b1"
    a1.session.out()
    assert name(a1) == "net c1"


def test_run_to_has_every_stage_and_the_end(a1: Bench) -> None:
    menu = a1.panels.step_actions.fill_menu()
    actions = {action.text().partition("\t")[0]: action for action in menu.actions() if action.text()}
    stages = ["1 Forward", "2 Total error", "3 Gradients", "4 Check", "5 Update"]
    assert list(actions) == ["Next stage", "Next layer", *stages, "End of the iteration", "A quantity…"]
    actions["4 Check"].trigger()
    assert name(a1) == "E(w5+ε)"
    actions["2 Total error"].trigger()
    assert name(a1) == "local c1"
    actions["A quantity…"].trigger()
    assert a1.quantities.search.isVisible()


def test_the_search_finds_by_what_people_type(a1: Bench, qtbot: QtBot) -> None:
    a1.quantities.search_button.click()
    for typed, wanted in (("dE/dw3", "∂E/∂w3"), ("delta_b2", "δ b2"), ("new bw1", "new bw1")):
        a1.quantities.search.show()
        a1.quantities.search.setText(typed)
        qtbot.keyClick(a1.quantities.search, Qt.Key.Key_Return)
        assert name(a1) == wanted
    a1.quantities.search.setText("nothing like it")
    assert a1.quantities.model.row(0).heading == "Nothing found"


def test_the_list_groups_what_goes_with_a_step_and_leads_there(a1: Bench, qtbot: QtBot) -> None:
    a1.session.go(34)
    model = a1.quantities.model
    rows = [model.row(place) for place in range(model.rowCount())]
    groups: dict[str, list[str]] = {}
    for row in rows:
        if row.quantity is None:
            groups[row.heading] = members = []
        else:
            members.append(a1.session.name(row.quantity))
    assert groups["Current"] == ["∂E/∂w1"]
    assert groups["Needs"] == ["δ c1", "w5", "δ c2", "w6", "out b1", "out a1"]
    assert groups["Feeds"] == ["relative error w1", "new w1"]
    assert len(groups["All gradients"]) == 11
    place = next(i for i, row in enumerate(rows) if row.quantity and a1.session.name(row.quantity) == "δ c2")
    box = a1.quantities.view.visualRect(model.index(place))
    qtbot.mouseClick(a1.quantities.view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert name(a1) == "δ c2"


def test_the_timeline_tells_and_takes_the_step(a1: Bench, qtbot: QtBot) -> None:
    timeline = a1.timeline
    a1.session.go(34)
    assert timeline.titles()[2] == "3 Gradients · 23 of 28"
    assert timeline.caption == "Iteration 1, sample 1 of 1"
    assert timeline.next_caption == "next: ∂E/∂w2"
    bars = timeline.segments()
    assert all(one.right() < two.left() for one, two in pairwise(bars))
    for stage, bar in enumerate(bars, 1):
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(int(bar.left()) + 1, 38))
        assert a1.session.step is not None
        assert a1.session.step.stage == stage
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(timeline.width() - 1, 38))
    assert a1.session.at_end
    assert timeline.next_caption == "last step"
    for key, number in ((Qt.Key.Key_Left, 98), (Qt.Key.Key_PageUp, 88), (Qt.Key.Key_Right, 89), (Qt.Key.Key_Home, 0)):
        qtbot.keyClick(timeline, key)
        assert a1.session.number == number


def test_the_table_has_every_step_and_is_exported(a1: Bench, tmp_path: Path) -> None:
    a1.formula.table_button.click()
    table = a1.formula.table
    assert table.isVisible()
    assert table.model.rowCount() == len(a1.session.trace or ()) == 100
    rows = {table.model.row(number)[1]: table.model.row(number) for number in range(100)}
    assert rows["new w4"][2:5] == ("0.1514", "0.1681", "0.168144771342")
    assert rows["new w4"][5].startswith("textbook slip: ")
    assert rows["E(w5+ε)"][2:5] == ("0.211045192", "–", "0.211076188475")
    assert PRINTED.items() <= {quantity: row[2] for quantity, row in rows.items()}.items()
    path = tmp_path / "steps.csv"
    table.write_csv(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 101
    assert lines[35].startswith("3 Gradients,∂E/∂w1,-0.000420492,-0.000420492,-0.000421996007016,")
    table.copy()
    assert QApplication.clipboard().text().splitlines()[1].split("\t")[1] == "net b1"
    table.view.activated.emit(table.model.index(17, 0))
    assert name(a1) == "δ c2"
    assert not table.isVisible()


def test_nothing_is_asked_for_while_no_panel_is_seen(bench: Callable[..., Bench]) -> None:
    hidden = bench(load_example("A1"), shown=False)
    assert hidden.tracer.asked == []
    hidden.show()
    assert hidden.tracer.asked == [((0,), 1)]
    hidden.window.hide()
    hidden.document.edit_setting("lr", 0.25)
    assert len(hidden.tracer.asked) == 1
    hidden.show()
    assert len(hidden.tracer.asked) == 2
    assert hidden.session.figures.value(Quantity("rate"), "exact") == 0.25


def test_the_step_stays_where_it_is_when_the_weights_change(a1: Bench) -> None:
    a1.session.go(34)
    weights = {key: array * 0.5 for key, array in a1.document.project.weights.items()}
    a1.document.edit("train", replace(a1.document.project, weights=weights))
    assert a1.session.busy
    assert a1.session.status == "ready"
    a1.tracer.answer()
    assert name(a1) == "∂E/∂w1"
    assert not a1.session.figures.textbook.applies
    a1.formula.refresh()
    assert a1.session.mode == "decimals"


def test_moving_a_node_asks_for_nothing(a1: Bench) -> None:
    asked = len(a1.tracer.asked)
    nodes = tuple(replace(node, position=(1.0, 2.0)) for node in a1.document.network.nodes)
    a1.document.edit_network("move", replace(a1.document.network, nodes=nodes))
    assert len(a1.tracer.asked) == asked


def test_a_change_inside_a_subnetwork_asks_anew(bench: Callable[..., Bench]) -> None:
    shown = bench(load_example("A1"))
    document = shown.document
    moved = group(document.network, [node.id for node in document.network.nodes])
    document.edit_network("group", moved.network, names=moved.names)
    shown.tracer.answer()
    asked = len(shown.tracer.asked)
    inner = opened(document.network, moved.fresh)
    document.edit_network("move", move(inner, {inner.nodes[-1].id: (50.0, 50.0)}), path=moved.fresh)
    assert len(shown.tracer.asked) == asked
    dense = next(node.id for node in inner.nodes if node.kind == "dense")
    document.edit_network("no bias", set_params(inner, dense, {"bias": False}), path=moved.fresh)
    assert len(shown.tracer.asked) == asked + 1


def test_loading_problems_and_failures_are_told(bench: Callable[..., Bench], qtbot: QtBot) -> None:
    waiting = bench(load_example("A1"), shown=False)
    waiting.window.show()
    assert waiting.session.status == "loading"
    assert waiting.formula.waiting.currentIndex() == 1
    assert "as soon as the first iteration is computed" in waiting.session.reason
    state = waiting.formula.waiting.state
    assert state is not None
    assert waiting.session.reason in {label.text() for label in state.findChildren(QLabel)}
    assert not any(action.isEnabled() for action in waiting.panels.actions)
    waiting.tracer.fail("PyTorch cannot be loaded.")
    assert (waiting.session.status, waiting.session.reason) == ("failed", "PyTorch cannot be loaded.")
    state = waiting.formula.waiting.state
    assert state is not None
    state.acted.emit()
    waiting.tracer.refuse("There is no example 9.")
    assert waiting.session.reason == "There is no example 9."
    waiting.session.refresh()
    waiting.tracer.answer()
    assert waiting.session.status == "ready"
    broken = replace(waiting.document.project, network=Network((Node("h", "dense"),)), weights={})
    waiting.document.edit("break", broken)
    assert waiting.session.status == "problems"
    assert waiting.session.reason == "The network has no input: add an input layer. (and 1 more)"
    with qtbot.waitSignal(waiting.panels.build_asked):
        waiting.diagram.waiting.state.acted.emit()  # type: ignore[union-attr]
    waiting.document.open(Project())
    assert waiting.session.status == "empty"


def test_another_sample_is_taken_round_the_ends(bench: Callable[..., Bench]) -> None:
    found = bench(load_example("A2"))
    assert found.diagram.sample.position.text() == "1"
    assert found.diagram.sample.title.whole_text() in ("Sample 1: man", "Sample 1: chicken")
    found.diagram.sample.previous.click()
    found.tracer.answer()
    assert found.tracer.asked[-1] == ((599,), 1)
    assert found.timeline.caption == "Iteration 1, sample 600 of 600"
    found.diagram.sample.next.click()
    found.tracer.answer()
    assert found.diagram.sample.position.text() == "1"


def test_gradients_that_only_rounding_tells_apart_are_not_called_wrong(bench: Callable[..., Bench]) -> None:
    network = Network((Node("x", "input", {"shape": (1,)}), Node("y", "dense", {"units": 1})), (Edge("x", "y"),))
    weights = {"y.weight": np.array([[0.0]]), "y.bias": np.array([0.1])}
    data = Data("inline", {"inputs": [[1e-13]], "targets": [[5.3]]})
    panels = bench(Project("tiny", network, weights, data))
    assert panels.session.go_to(Quantity("relative", "y", "weight", (0, 0)))
    assert panels.session.figures.value(panels.session.step.quantity, "exact") > 1e-2  # type: ignore[union-attr]
    assert panels.formula.verdict.words == "probably right"
    assert "float64" in panels.formula.note.text()
    assert panels.session.go_to(Quantity("relative", "y", "bias", (0,)))
    assert not panels.formula.note.isVisible()


def test_every_step_of_several_outputs_and_held_weights_is_shown(bench: Callable[..., Bench]) -> None:
    """Two outputs, shared weights with penalties and a max norm, and frozen ones."""
    found = bench(held_back_project())
    session = found.session
    assert session.trace is not None
    for number in range(len(session.trace)):
        session.go(number)
        assert session.step is not None
        assert session.figures.agrees(session.step.quantity)
    session.go_to(Quantity("cost"))
    rows = [found.quantities.model.row(place).quantity for place in range(found.quantities.model.rowCount())]
    assert {Quantity("output_cost", "g"), Quantity("output_cost", "y"), Quantity("penalty", "h", "weight")} <= set(rows)


def test_a_sum_of_very_many_local_errors_is_told_and_not_written(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lengths, "MOST_TERMS", 60)
    network = Network((Node("x", "input", {"shape": (1,)}), Node("y", "dense", {"units": 64})), (Edge("x", "y"),))
    data = Data("inline", {"inputs": [[1.0]], "targets": [[0.5] * 64]})
    found = bench(Project("many", network, data=data, settings=Settings({"cost": "squared_error"})))
    assert found.session.go_to(Quantity("local_sum", "y"))
    assert found.formula.card.formula.tex == r"local_{sum} = \sum_{k} local_{k}"
    assert "about 64 terms" in found.formula.card.explanation.text()
    assert "of all outputs at once" in found.formula.card.explanation.text()
    assert found.session.trace is not None
    cost = found.session.trace.record.cost
    assert found.session.figures.value(Quantity("local_sum", "y"), "exact") == pytest.approx(2 * cost, rel=1e-12)


def test_how_long_a_very_large_network_takes_is_told_before(bench: Callable[..., Bench]) -> None:
    wide = Network((Node("x", "input", {"shape": (1,)}), Node("y", "dense", {"units": 600_000})), (Edge("x", "y"),))
    data = Data("inline", {"inputs": [[1.0]], "targets": [[0.5] * 600_000]})
    found = bench(Project("wide", wide, data=data), shown=False)
    found.window.show()
    assert found.session.status == "loading"
    assert "one iteration of 1,200,000 weights" in found.session.reason
