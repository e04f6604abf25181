"""Trainer with the engine of this process: what a person does while it trains, and what must hold then."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.engine.host import LocalEngine
from explorer.engine.messages import Watch
from explorer.network import set_params
from tests.ui.training.projects import pictures, sine
from ui.document import Document
from ui.training.client import Trainer

WAIT = 30_000


@pytest.fixture
def document() -> Document:
    return Document(sine(epochs=3))


@pytest.fixture
def trainer(qapp: object, document: Document) -> Iterator[Trainer]:
    trainer = Trainer(document, LocalEngine())
    yield trainer
    trainer.close()


def run_until_rest(qtbot: QtBot, trainer: Trainer) -> None:
    with qtbot.waitSignal(trainer.halted, timeout=WAIT):
        trainer.run()


def test_a_run_ends_with_its_figures_and_one_edit(qtbot: QtBot, trainer: Trainer, document: Document) -> None:
    with qtbot.waitSignal(trainer.finished, timeout=WAIT):
        trainer.run()
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "train to epoch 3"
    assert trainer.history is not None
    assert [done.epoch for done in trainer.history.epochs] == [1, 2, 3]
    assert len(trainer.history.steps) == 9  # 60 of 100 points train, 20 at a time
    assert trainer.history.costs.values[-1] < trainer.history.costs.values[0]
    assert trainer.history.finished is not None


def test_undo_of_training_trains_the_same_again(qtbot: QtBot, trainer: Trainer, document: Document) -> None:
    run_until_rest(qtbot, trainer)
    first = dict(document.project.weights)
    document.undo_stack.undo()
    run_until_rest(qtbot, trainer)
    assert first.keys() == document.project.weights.keys()
    for name, array in document.project.weights.items():
        np.testing.assert_array_equal(array, first[name])


def test_a_cost_that_is_not_finite_pauses_with_a_sentence_and_finite_weights(
    qtbot: QtBot, trainer: Trainer, document: Document
) -> None:
    document.edit_setting("lr", 1e6)
    document.edit_setting("epochs", 1000)
    with qtbot.waitSignal(trainer.failed, timeout=WAIT):
        trainer.run()
    assert trainer.failure is not None
    assert trainer.failure.step is not None
    assert trainer.failure.message.endswith(".")
    assert not trainer.running
    assert all(np.all(np.isfinite(array)) for array in document.project.weights.values())
    assert document.problems == ()


def test_an_edit_while_it_trains_stops_it_and_keeps_what_fits(
    qtbot: QtBot, trainer: Trainer, document: Document
) -> None:
    document.edit_setting("epochs", 100_000)
    with qtbot.waitSignal(trainer.progress, timeout=WAIT):
        trainer.run()
    with qtbot.waitSignal(trainer.halted, timeout=WAIT):
        document.edit_network("widen h", set_params(document.network, "h", {"units": 5}))
    assert set(document.project.weights) == {"y.bias"}
    assert not trainer.running
    document.edit_setting("epochs", 1)
    run_until_rest(qtbot, trainer)
    assert document.project.weights["h.weight"].shape == (5, 1)


def test_another_file_while_it_trains(qtbot: QtBot, trainer: Trainer, document: Document) -> None:
    document.edit_setting("epochs", 100_000)
    with qtbot.waitSignal(trainer.progress, timeout=WAIT):
        trainer.run()
    document.open(pictures())
    run_until_rest(qtbot, trainer)
    assert "conv.weight" in document.project.weights
    assert len(trainer.runs) == 1


def test_settling_puts_the_weights_into_the_document_at_once(
    qtbot: QtBot, trainer: Trainer, document: Document
) -> None:
    document.edit_setting("epochs", 100_000)
    with qtbot.waitSignal(trainer.progress, timeout=WAIT):
        trainer.run()
    assert trainer.settle()
    assert "h.weight" in document.project.weights


def test_quitting_while_it_trains(qtbot: QtBot, trainer: Trainer, document: Document) -> None:
    document.edit_setting("epochs", 100_000)
    with qtbot.waitSignal(trainer.progress, timeout=WAIT):
        trainer.run()
    trainer.close()  # the fixtures find a thread or a timer that is left


def test_what_a_view_wants_comes_without_a_run(qtbot: QtBot, trainer: Trainer, document: Document) -> None:
    document.open(pictures())
    with qtbot.waitSignal(trainer.snapshot, timeout=WAIT):
        trainer.watch(document, Watch(weights=("conv",), values=("conv2",)))
    snapshot = trainer.last_snapshot
    assert snapshot is not None
    assert set(snapshot.weights) == {"conv.weight", "conv.bias"}
    assert snapshot.values["conv2"].shape == (3, 4, 4)
    with qtbot.waitSignal(trainer.snapshot, timeout=WAIT):
        trainer.set_sample(5)
    assert trainer.last_snapshot is not None
    assert trainer.last_snapshot.sample == 5
    trainer.watch(document, None)
    assert trainer._watch_sent == Watch(sample=5)
