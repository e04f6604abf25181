"""Trainer against an engine that answers as told: commands, history, edits of the document, stale messages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.engine.messages import Failed, Finished, Go, Open, Pause, Set, State, Stop, Traced, Watch
from explorer.grouping import group
from explorer.network import Edge, Network, move, remove, set_params
from tests.ui.training.fake_engine import FakeEngine
from tests.ui.training.projects import small
from ui.document import Document
from ui.training.client import Trainer

pytestmark = pytest.mark.usefixtures("qapp")


def deliver(trainer: Trainer, *messages: object) -> None:
    for message in messages:
        trainer.take(message)  # type: ignore[arg-type]


def start(trainer: Trainer, engine: FakeEngine) -> None:
    trainer.run()
    deliver(trainer, engine.opened(), engine.running())


def test_nothing_is_sent_before_something_is_needed(trainer: Trainer, engine: FakeEngine, document: Document) -> None:
    document.edit_setting("epochs", 3)
    document.edit_network("move h", move(document.network, {"h": (5, 5)}))
    trainer.pause()
    trainer.stop()
    assert engine.sent == []


def test_the_first_run_opens_the_project(trainer: Trainer, engine: FakeEngine, document: Document) -> None:
    trainer.run()
    assert [name for name in engine.names if name != "Watch"] == ["Open", "Go"]
    assert engine.all(Open)[0].project is document.project
    assert trainer.running


@pytest.mark.parametrize(("action", "command"), [("step", Go(steps=1)), ("epoch", Go(epochs=1)), ("run", Go())])
def test_each_button_sends_its_command(trainer: Trainer, engine: FakeEngine, action: str, command: Go) -> None:
    getattr(trainer, action)()
    assert engine.all(Go) == [command]


def test_one_more_epoch_can_be_asked_for_while_it_runs(trainer: Trainer, engine: FakeEngine) -> None:
    start(trainer, engine)
    trainer.epoch()
    trainer.run()
    assert engine.all(Go) == [Go(), Go(epochs=1)]


def test_problems_refuse_a_run_with_a_sentence(trainer: Trainer, engine: FakeEngine, document: Document) -> None:
    told: list[str] = []
    trainer.refused.connect(told.append)
    document.edit_network("cut", remove(document.network, edges=[Edge("h", "act")]))
    trainer.run()
    assert engine.sent == []
    assert told[0].startswith(f"Solve {len(document.problems)} problem")
    assert document.problems[0].message in told[0]


def test_trained_weights_become_one_edit_that_undo_takes_back(
    trainer: Trainer, engine: FakeEngine, document: Document
) -> None:
    before = document.project
    start(trainer, engine)
    deliver(trainer, engine.epoch(4, 8), *engine.halted(4, 8))
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "train to epoch 4"
    assert np.all(document.project.weights["h.weight"] == 1.0)
    assert not trainer.running
    trainer.run()
    assert len(engine.all(Open)) == 1  # the engine has these weights
    deliver(trainer, *engine.halted(5, 10, 2.0))
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.project is before
    trainer.run()
    assert engine.all(Open)[-1].project is before  # it does not go on from what was taken back


def test_single_steps_are_one_edit(trainer: Trainer, engine: FakeEngine, document: Document) -> None:
    trainer.step()
    deliver(trainer, engine.opened(), *engine.halted(0, 1, 0.1))
    trainer.step()
    deliver(trainer, *engine.halted(0, 2, 0.2))
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert dict(document.project.weights) == {}


def test_messages_of_an_earlier_run_are_dropped(trainer: Trainer, engine: FakeEngine, document: Document) -> None:
    start(trainer, engine)
    late = engine.halted(9, 99)
    trainer.reset()
    deliver(trainer, *late, Failed(late[0].run, "late"))
    assert document.undo_stack.count() == 0
    assert trainer.failure is None


def test_reset_forgets_weights_undoably_and_opens_anew(
    trainer: Trainer, engine: FakeEngine, document: Document
) -> None:
    start(trainer, engine)
    deliver(trainer, engine.progress(3.0, 2.0), *engine.halted(1, 2))
    trained = dict(document.project.weights)
    trainer.reset()
    assert dict(document.project.weights) == {}
    assert trainer.history is None
    assert isinstance(engine.sent[-1], Open | Watch)
    assert document.undo_stack.undoText() == "reset the weights"
    document.undo_stack.undo()
    assert dict(document.project.weights) == trained


def test_reset_goes_back_to_the_weights_of_the_file_first(
    trainer: Trainer, engine: FakeEngine, document: Document
) -> None:
    start(trainer, engine)
    deliver(trainer, engine.progress(3.0, 2.0), *engine.halted(1, 2))
    kept = document.project.weights
    document.open(document.project)
    start(trainer, engine)
    deliver(trainer, engine.progress(3.0, 2.0), *engine.halted(1, 2, 0.7))
    assert not any(document.project.weights[name] is kept[name] for name in kept)
    trainer.reset()
    assert document.project.weights.keys() == kept.keys()
    assert all(document.project.weights[name] is kept[name] for name in kept)
    trainer.reset()
    assert dict(document.project.weights) == {}


def test_a_live_setting_is_told_while_it_runs(trainer: Trainer, engine: FakeEngine, document: Document) -> None:
    start(trainer, engine)
    deliver(trainer, engine.progress(3.0, 2.0))
    document.edit_setting("lr", 0.02)
    document.edit_setting("epochs", 20)
    assert engine.all(Set) == [Set("lr", 0.02), Set("epochs", 20)]
    assert engine.all(Stop) == []
    assert trainer.running
    assert trainer.state.epochs == 20
    assert trainer.history is not None
    assert [(change.before, change.after) for change in trainer.history.rate_changes] == [(0.1, 0.02)]


def test_moving_a_node_does_not_stop_a_run(trainer: Trainer, engine: FakeEngine, document: Document) -> None:
    start(trainer, engine)
    document.edit_network("move h", move(document.network, {"h": (50.0, 60.0)}))
    assert engine.all(Stop) == []


def test_another_network_stops_the_run_and_keeps_what_fits(
    trainer: Trainer, engine: FakeEngine, document: Document
) -> None:
    start(trainer, engine)
    document.edit_network("set units", set_params(document.network, "y", {"units": 1, "bias": False}))
    assert engine.all(Stop)
    assert trainer.note == "Stopped: the network was changed."
    deliver(trainer, *engine.halted(3, 6))
    assert set(document.project.weights) == {"h.weight", "h.bias", "y.weight"}
    assert document.problems == ()
    trainer.run()
    assert engine.all(Open)[-1].project is document.project
    assert trainer.note == ""


@pytest.mark.parametrize("name", ["batch_size", "seed", "cost"])
def test_a_fixed_setting_stops_the_run(trainer: Trainer, engine: FakeEngine, document: Document, name: str) -> None:
    start(trainer, engine)
    document.edit_setting(name, {"batch_size": 4, "seed": 7, "cost": "mse"}[name])
    assert len(engine.all(Stop)) == 1
    assert trainer.note == "Stopped: the settings were changed."


def test_other_data_stops_the_run(trainer: Trainer, engine: FakeEngine, document: Document) -> None:
    start(trainer, engine)
    data = replace(document.project.data, split=(0.5, 0.5, 0.0))
    document.edit("split the data", replace(document.project, data=data))
    assert trainer.note == "Stopped: the data were changed."


def test_undo_of_training_while_training_is_not_overwritten(
    trainer: Trainer, engine: FakeEngine, document: Document
) -> None:
    start(trainer, engine)
    deliver(trainer, *engine.halted(1, 2))
    trainer.run()
    document.undo_stack.undo()
    assert engine.all(Stop)
    deliver(trainer, *engine.halted(2, 4, 5.0))
    assert dict(document.project.weights) == {}
    assert document.undo_stack.canRedo()


def test_another_file_ends_the_run_and_forgets_it(trainer: Trainer, engine: FakeEngine, document: Document) -> None:
    start(trainer, engine)
    deliver(trainer, engine.progress(1.0))
    late = engine.halted(1, 2)
    document.open(small(seed=3))
    assert engine.all(Stop)
    assert (trainer.running, trainer.history, trainer.runs, trainer.data) == (False, None, (), None)
    deliver(trainer, *late)
    assert document.undo_stack.count() == 0


def test_a_failure_stays_until_it_is_dealt_with(trainer: Trainer, engine: FakeEngine, document: Document) -> None:
    start(trainer, engine)
    deliver(trainer, *engine.halted(1, 2), Failed(engine.run, "The cost became NaN at step 3.", "h", 3))
    assert trainer.failure is not None
    assert not trainer.running
    assert np.all(document.project.weights["h.weight"] == 1.0)
    document.select(("h",))
    assert trainer.failure is not None
    trainer.run()
    assert trainer.failure is None


def test_history_goes_on_after_a_pause_and_begins_anew_after_the_end(trainer: Trainer, engine: FakeEngine) -> None:
    start(trainer, engine)
    deliver(trainer, engine.progress(4.0, 3.0), engine.epoch(1, 2), *engine.halted(1, 2))
    trainer.run()
    deliver(trainer, engine.progress(2.0, 1.0, step=2), engine.epoch(2, 4))
    assert len(trainer.runs) == 1
    assert trainer.history is not None
    assert trainer.history.costs.values.tolist() == [4.0, 3.0, 2.0, 1.0]
    finished = Finished(engine.run, "all epochs are done", 0.3, 0.9)
    deliver(trainer, State(engine.run, "finished", 2, 4, 2), finished)
    assert trainer.history.finished is finished
    trainer.run()
    deliver(trainer, engine.progress(0.5))
    assert len(trainer.runs) == 2
    assert len(trainer.history.steps) == 1


def test_a_trace_is_answered_by_its_number(trainer: Trainer, engine: FakeEngine) -> None:
    told: list[Traced] = []
    trainer.traced.connect(told.append)
    first, second = trainer.trace((0,)), trainer.trace((1, 2), 3)
    deliver(trainer, Traced(second), Traced(second), Traced(99))
    assert [message.request for message in told] == [second]
    assert first != second


def test_polling_rests_when_nothing_can_come(trainer: Trainer, engine: FakeEngine) -> None:
    poller = trainer._poller
    assert poller.interval == 0
    start(trainer, engine)
    assert poller.interval == 33
    deliver(trainer, *engine.halted(1, 2))
    trainer._poll()
    assert poller.interval == 0


@pytest.mark.parametrize("phase", ["running", "paused"])
def test_it_listens_until_a_stop_is_answered(trainer: Trainer, engine: FakeEngine, phase: str) -> None:
    start(trainer, engine)
    if phase == "paused":
        deliver(trainer, *engine.halted(1, 2))
        trainer._poll()
        assert trainer._poller.interval == 0
    trainer.stop()
    engine.leave(*engine.halted(1, 2))  # it had come to rest by itself before
    trainer._poll()
    assert trainer._poller.interval == 33
    engine.leave(State(engine.run, "stopped", 1, 2, 10), Finished(engine.run, "stopped", 0.3, None))
    trainer._poll()
    assert trainer.state.phase == "stopped"
    assert trainer._poller.interval == 0


def test_a_rest_from_before_does_not_hide_the_run_that_follows(trainer: Trainer, engine: FakeEngine) -> None:
    start(trainer, engine)
    trainer.pause()
    trainer.step()  # before the pause is answered
    engine.leave(*engine.halted(0, 1))
    trainer._poll()
    assert trainer._poller.interval == 33
    engine.leave(engine.running())
    trainer._poll()
    assert trainer.running
    engine.leave(*engine.halted(0, 2))
    trainer._poll()
    assert (trainer.running, trainer.state.step, trainer._poller.interval) == (False, 2, 0)


def test_a_failure_is_the_last_that_is_waited_for(trainer: Trainer, engine: FakeEngine) -> None:
    trainer.run()
    trainer.stop()
    engine.leave(Failed(engine.run, "There are no examples to train on."))
    trainer._poll()
    assert (trainer.running, trainer.starting, trainer._poller.interval) == (False, False, 0)
    trainer.stop()  # there is no run
    assert len(engine.all(Stop)) == 1


def test_pause_and_stop_are_commands(trainer: Trainer, engine: FakeEngine) -> None:
    start(trainer, engine)
    trainer.run_or_pause()
    trainer.stop()
    assert [type(command) for command in engine.sent[-2:]] == [Pause, Stop]


def test_closing_ends_the_engine_and_takes_nothing_more(document: Document, engine: FakeEngine) -> None:
    trainer = Trainer(document, engine)
    start(trainer, engine)
    late = engine.halted(1, 2)
    trainer.close()
    deliver(trainer, *late)
    trainer.run()
    assert engine.closed == 1
    assert document.undo_stack.count() == 0


def test_layers_that_get_other_names_take_their_trained_weights_along(
    trainer: Trainer, engine: FakeEngine, document: Document
) -> None:
    start(trainer, engine)
    engine.leave(*engine.halted(1, 4, fill=0.5))  # the answer to the pause that the edit asks for
    moved = group(document.network, {"h", "act"})
    document.edit_network("group", moved.network, names=moved.names)
    assert engine.all(Pause)
    assert not trainer.running
    assert set(document.project.weights) == {"block/h.weight", "block/h.bias", "y.weight", "y.bias"}
    assert (document.project.weights["block/h.weight"] == 0.5).all()
    document.undo_stack.undo()
    assert (document.project.weights["h.weight"] == 0.5).all()
    document.undo_stack.undo()
    assert document.project.weights == {}


def test_a_change_inside_a_subnetwork_stops_the_run_and_a_moved_layer_does_not(
    trainer: Trainer, engine: FakeEngine, document: Document
) -> None:
    moved = group(document.network, {"h", "act"})
    document.edit_network("group", moved.network, names=moved.names)
    start(trainer, engine)
    inner = Network(moved.network.templates["block"].nodes, moved.network.templates["block"].edges)
    placed = move(inner, {"h": (9.0, 9.0)})
    document.edit_network("move", replace(placed, templates=document.network.templates), path=("block",))
    assert not engine.all(Stop)
    wider = set_params(placed, "h", {"units": 5})
    document.edit_network("units", replace(wider, templates=document.network.templates), path=("block",))
    assert engine.all(Stop)
    assert trainer.note == "Stopped: the network was changed."
