"""Run bar, run settings, layer list, sample and their small parts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from explorer.engine.messages import EpochDone, Failed, Finished, Progress
from explorer.network import Edge, remove, rename, set_params
from explorer.optimizer import Optimizer
from explorer.optimizers import OPTIMIZERS
from explorer.output_settings import OutputSettings
from explorer.params import ParamError
from explorer.training.events import Score
from tests.ui.training.fake_engine import FakeEngine
from tests.ui.training.projects import pictures, two_headed
from ui import theme
from ui.document import Document
from ui.training.client import Trainer
from ui.training.layer_list import LayerList
from ui.training.problems import ProblemList
from ui.training.rate_slider import RateSlider, place_of, rate_at
from ui.training.run_bar import RunBar
from ui.training.run_settings import RunSettings
from ui.training.runs import RunList
from ui.training.sample_panel import SamplePanel, answer
from ui.training.split_field import SplitField, with_share
from ui.widgets.fields import ChoiceField, NumberField
from ui.widgets.text import TextLabel

pytestmark = pytest.mark.usefixtures("light")


def start(trainer: Trainer, engine: FakeEngine) -> None:
    trainer.run()
    for message in (engine.opened(), engine.running(), engine.progress(3.0, 2.0), engine.epoch(1, 2)):
        trainer.take(message)


def test_the_bar_follows_the_run(qtbot: QtBot, document: Document, trainer: Trainer, engine: FakeEngine) -> None:
    bar = RunBar(document, trainer)
    qtbot.addWidget(bar)
    bar.resize(1280, 48)
    bar.show()
    assert (bar.run.text(), bar.stop.isEnabled(), bar.line.isVisible()) == ("Run", False, False)
    qtbot.mouseClick(bar.run, Qt.MouseButton.LeftButton)
    for message in (engine.opened(), engine.running(), engine.progress(3.0, 2.0), engine.epoch(1, 2)):
        trainer.take(message)
    assert (bar.run.text(), bar.stop.isEnabled(), bar.line.isVisible()) == ("Pause", True, True)
    assert bar.figures.epoch.text() == "1/10"
    assert bar.figures.cost.value == 1.0
    assert bar.line.fraction == pytest.approx(0.1)
    for message in engine.halted(1, 2):
        trainer.take(message)
    assert (bar.run.text(), bar.line.isVisible()) == ("Run", False)


def test_the_bar_says_what_keeps_it_from_running(
    qtbot: QtBot, document: Document, trainer: Trainer, engine: FakeEngine
) -> None:
    bar = RunBar(document, trainer)
    qtbot.addWidget(bar)
    bar.show()
    document.edit_network("cut", remove(document.network, edges=[Edge("act", "y")]))
    assert not bar.run.isEnabled()
    assert bar.figures.problems.text().startswith("Solve ")
    assert bar.figures.problems.isVisible()
    qtbot.mouseClick(bar.figures.problems, Qt.MouseButton.LeftButton)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    texts = [label.text() for label in popup.findChildren(TextLabel)]
    assert document.problems[0].message in texts
    popup.close()
    document.undo_stack.undo()
    assert bar.run.isEnabled()


def test_a_failure_stands_in_the_bar_until_it_is_put_away(
    qtbot: QtBot, document: Document, trainer: Trainer, engine: FakeEngine
) -> None:
    bar = RunBar(document, trainer)
    qtbot.addWidget(bar)
    bar.show()
    start(trainer, engine)
    trainer.take(Failed(engine.run, "The cost became NaN in h at step 3.", "h", 3))
    assert bar.figures.sentence.text == "The cost became NaN in h at step 3."
    assert bar.figures.sentence.isVisible()
    qtbot.mouseClick(bar.figures.dismiss, Qt.MouseButton.LeftButton)
    assert not bar.figures.sentence.isVisible()


def test_a_fix_in_the_list_is_one_edit(qtbot: QtBot) -> None:
    project = pictures()
    document = Document(project)
    document.edit_network("remove flat", remove(document.network, ["flat"]))
    document.edit_network("enlarge", set_params(document.network, "conv2", {"kernel": (9, 9)}))
    problems = ProblemList(document)
    problems.fix_wanted.connect(document.apply_fix)
    qtbot.addWidget(problems)
    fixes = [button for button in problems.findChildren(QPushButton) if button.text() == "Set padding to same"]
    before = document.undo_stack.count()
    fixes[0].click()
    assert document.undo_stack.count() == before + 1
    assert document.network.by_id["conv2"].params["padding"] == "same"


def test_runs_are_listed_with_their_figures(
    qtbot: QtBot, document: Document, trainer: Trainer, engine: FakeEngine
) -> None:
    start(trainer, engine)
    trainer.take(Finished(engine.run, "all epochs are done", 0.25, None))
    runs = RunList(trainer)
    qtbot.addWidget(runs)
    texts = [label.text() for label in runs.findChildren(TextLabel)]
    assert "sgd, η 0.1" in texts
    trainer.take(engine.epoch(2, 4))
    assert len(trainer.runs) == 1


def test_every_setting_reaches_the_document_and_comes_back_by_undo(
    qtbot: QtBot, document: Document, trainer: Trainer
) -> None:
    panel = RunSettings(document, trainer)
    panel.show()
    qtbot.addWidget(panel)
    panel.form.changed.emit("batch_size", 3)
    assert document.project.settings["batch_size"] == 3
    panel.form.changed.emit("optimizer", "adam")
    assert "beta1" in document.project.settings.optimizer_params
    assert panel.form.field("beta1") is not None
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.project.settings["batch_size"] == 2
    assert document.project.settings["optimizer"] == "sgd"


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda entry: entry.id)
def test_another_optimizer_brings_its_own_fields_and_rate(
    qtbot: QtBot, document: Document, trainer: Trainer, optimizer: Optimizer
) -> None:
    panel = RunSettings(document, trainer)
    panel.show()
    qtbot.addWidget(panel)
    for before in OPTIMIZERS:
        panel.form.changed.emit("optimizer", before.id)
        panel.form.changed.emit("optimizer", optimizer.id)
        own = document.project.settings.optimizer_params
        assert {name: own[name] for name in own} == {param.name: param.default for param in optimizer.params}
        assert panel.rate.number.text() == optimizer.params[0].show(own["lr"])
        for param in optimizer.params[1:]:
            assert panel.form.field(param.name).toolTip()
        assert optimizer.title in panel.form.field("optimizer").toolTip()


def test_a_drag_of_the_learning_rate_is_one_edit(qtbot: QtBot, document: Document) -> None:
    slider = RateSlider(document)
    qtbot.addWidget(slider)
    slider.slider.setSliderDown(True)
    for place in (100, 150, 200):
        slider.slider.setValue(place)
    slider.slider.setSliderDown(False)
    assert document.undo_stack.count() == 1
    assert document.project.settings["lr"] == rate_at(200)
    slider.slider.setSliderDown(True)
    slider.slider.setValue(300)
    slider.slider.setSliderDown(False)
    assert document.undo_stack.count() == 2
    slider.number.setText("-1")
    slider.number.editingFinished.emit()
    assert slider.problem.text()
    assert document.project.settings["lr"] == rate_at(300)


@given(st.integers(0, 600))
def test_rates_and_places_agree(place: int) -> None:
    assert abs(place_of(rate_at(place)) - place) <= 3


@given(
    st.tuples(*[st.integers(0, 100)] * 3).filter(lambda parts: parts[0] > 0),
    st.integers(0, 2),
    st.floats(0, 1),
)
def test_shares_add_up_to_one(parts: tuple[int, int, int], place: int, share: float) -> None:
    total = sum(parts)
    shares = (parts[0] / total, parts[1] / total, parts[2] / total)
    try:
        changed = with_share(shares, place, share)
    except ParamError:
        assert place == 0 or share > 0.999
        return
    assert sum(changed) == pytest.approx(1.0)
    assert changed[place] == pytest.approx(share, abs=1e-9)
    assert min(changed) >= 0
    assert changed[0] > 0


def test_the_split_is_an_edit(qtbot: QtBot, document: Document) -> None:
    field = SplitField(document)
    qtbot.addWidget(field)
    field.fields[0].setText("50")
    field.fields[0].editingFinished.emit()
    assert document.project.data.shares == (0.5, 0.5, 0.0)
    assert field.fields[1].text() == "50"
    document.undo_stack.undo()
    assert field.fields[0].text() == "100"


def test_clicking_a_layer_selects_it(qtbot: QtBot, document: Document, trainer: Trainer) -> None:
    layers = LayerList(document, trainer)
    qtbot.addWidget(layers)
    layers.resize(184, 500)
    layers.show()
    model = layers.view.model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["x", "h", "act", "y"]
    where = layers.view.visualRect(model.index(1, 0)).center()
    qtbot.mouseClick(layers.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert document.selection == ("h",)
    document.select(("y",))
    assert layers.view.currentIndex().data() == "y"
    layers.grab()


def test_the_sample_is_asked_for_only_while_it_can_be_seen(
    qtbot: QtBot, document: Document, trainer: Trainer, engine: FakeEngine
) -> None:
    panel = SamplePanel(document, trainer)
    qtbot.addWidget(panel)
    start(trainer, engine)
    assert trainer._wants.merged().values == ()
    panel.show()
    assert trainer._wants.merged().values == ("y",)
    assert panel.truth.text() == "target 0"
    panel.hide()
    assert trainer._wants.merged().values == ()


def test_the_answer_names_the_class_and_how_sure() -> None:
    logits = np.array([0.0, np.log(3.0)])
    assert answer(logits, ("man", "chicken"), logits=True) == "says chicken, 0.75"
    assert answer(np.array([0.2, 0.8]), ("man", "chicken"), logits=False) == "says chicken, 0.80"
    assert answer(np.array([-1.5]), (), logits=False) == "says −1.50"
    assert answer(np.array([np.nan]), (), logits=False) == "says nothing finite"


def test_the_panels_take_over_a_new_theme(
    qtbot: QtBot, document: Document, trainer: Trainer, engine: FakeEngine
) -> None:
    bar, layers = RunBar(document, trainer), LayerList(document, trainer)
    for widget in (bar, layers):
        qtbot.addWidget(widget)
        widget.show()
    before = layers.grab().toImage().pixelColor(2, 2)
    theme.current().set_mode("dark")
    assert layers.grab().toImage().pixelColor(2, 2) != before


# Several outputs


def test_outputs_are_set_by_hand_and_undone(qtbot: QtBot, engine: FakeEngine) -> None:
    document = Document(two_headed())
    trainer = Trainer(document, engine)
    settings = RunSettings(document, trainer)
    settings.show()
    qtbot.addWidget(settings)
    settings.show()
    forms = settings.outputs.forms
    assert list(forms) == ["c", "v"]
    weight, target, cost = (forms["v"].field(name) for name in ("weight", "target", "cost"))
    assert isinstance(weight, NumberField)
    assert isinstance(target, ChoiceField)
    assert isinstance(cost, ChoiceField)
    weight.setText("0.5")
    weight.editingFinished.emit()
    assert document.project.settings.outputs["v"] == OutputSettings(weight=0.5)
    assert document.undo_stack.undoText() == "set the weight of v"
    target.setEditText("1:2")
    target.lineEdit().editingFinished.emit()  # type: ignore[union-attr]
    assert document.project.settings.outputs["v"].target == (1, 2)
    target.setEditText("5:9")
    target.lineEdit().editingFinished.emit()  # type: ignore[union-attr]
    assert [problem.node for problem in document.problems] == ["v"]
    for _ in range(3):
        document.undo_stack.undo()
    assert "v" not in document.project.settings.outputs
    assert (weight.text(), target.currentText(), cost.currentText()) == ("1", "auto", "project")
    target.setEditText("9:5")
    target.lineEdit().editingFinished.emit()  # type: ignore[union-attr]
    assert "range" in forms["v"].problem("target")
    trainer.close()


def test_a_single_output_has_a_target_alone(qtbot: QtBot, document: Document, trainer: Trainer) -> None:
    settings = RunSettings(document, trainer)
    settings.show()
    qtbot.addWidget(settings)
    assert list(settings.outputs.forms) == ["y"]
    with pytest.raises(KeyError):
        settings.outputs.forms["y"].field("cost")
    document.edit_output("y", "target", "inputs")
    assert [problem.node for problem in document.problems] == ["y"]  # 1 output for 2 inputs
    document.edit_network("widen", set_params(document.network, "y", {"units": 2}))
    assert document.problems == ()


def test_settings_of_an_output_go_with_its_layer(engine: FakeEngine) -> None:
    document = Document(two_headed())
    renamed = rename(document.network, "c", "kind")
    document.edit_network("rename c", renamed, names={"c": "kind"})
    assert list(document.project.settings.outputs) == ["kind"]
    document.edit_network("delete", remove(document.network, ["kind"]))
    assert not document.project.settings.outputs
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert list(document.project.settings.outputs) == ["c"]


def test_the_bar_and_the_history_tell_the_cost_of_each_output(qtbot: QtBot, engine: FakeEngine) -> None:
    document = Document(two_headed())
    trainer = Trainer(document, engine)
    bar = RunBar(document, trainer)
    qtbot.addWidget(bar)
    bar.resize(1280, 48)
    bar.show()
    assert not bar.figures.outputs.isVisible()
    trainer.run()
    trainer.take(engine.opened())
    trainer.take(engine.running())
    costs = {"c": np.array([2.0, 1.0]), "v": np.array([0.5, 0.25])}
    trainer.take(Progress(engine.run, 0, 2, np.array([1, 2]), np.array([2.5, 1.25]), 100.0, costs))
    bar.figures.refresh()
    assert bar.figures.outputs.whole_text() == "c 1.50 · v 0.375"
    figures = {"c": Score(1.0, 0.5), "v": Score(0.25)}
    trainer.take(EpochDone(1, 2, 1.25, None, 0.5, None, 0.1, engine.run, train_outputs=figures))
    assert trainer.history is not None
    assert trainer.history.outputs == {"c": 1.0, "v": 0.25}
    trainer.close()
