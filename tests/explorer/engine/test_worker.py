"""The worker, driven by hand without a thread; everything that crosses is pickled both ways."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from explorer.engine.mailbox import Mailbox
from explorer.engine.messages import (
    EpochDone,
    Failed,
    Finished,
    Go,
    Halted,
    Message,
    Open,
    Opened,
    Pause,
    Progress,
    Set,
    State,
    Stop,
    Trace,
    Traced,
    TryOut,
    Watch,
)
from explorer.engine.worker import Worker
from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.network import Edge, Network
from explorer.stepping.compute import compute_records
from explorer.stepping.whatif import Changes
from explorer.training.session import Session
from tests.explorer.engine.pipe import Piped, of, phases, project
from tests.explorer.engine.plain import same


def test_opening_tells_the_data_and_every_weight() -> None:
    pipe = Piped(project())
    opened, ready = pipe.take()
    assert isinstance(opened, Opened)
    assert (opened.run, opened.device, opened.inputs.shape, opened.targets.shape) == (1, "cpu", (40, 1), (40, 1))
    assert [len(part) for part in (opened.train, opened.validation, opened.test)] == [24, 8, 8]
    assert sorted([*opened.train, *opened.validation, *opened.test]) == list(range(40))
    assert {name: array.shape for name, array in opened.weights.items()} == {
        "h.weight": (5, 1),
        "h.bias": (5,),
        "o.weight": (1, 5),
        "o.bias": (1,),
    }
    assert ready == State(1, "ready", 0, 0, 4)


def test_a_whole_run() -> None:
    pipe = Piped(project())
    pipe.take()
    pipe.send(Go())
    found = pipe.run()
    assert phases(found) == ["running", "finished"]
    assert [(done.epoch, done.step) for done in of(EpochDone, found)] == [(1, 6), (2, 12), (3, 18), (4, 24)]
    steps = np.concatenate([progress.steps for progress in of(Progress, found)])
    costs = np.concatenate([progress.costs for progress in of(Progress, found)])
    assert steps.tolist() == list(range(1, 25))
    assert of(EpochDone, found)[0].train_cost == pytest.approx(costs[:6].mean(), rel=1e-12)
    (halted,), (finished,) = of(Halted, found), of(Finished, found)
    assert (halted.epoch, halted.step) == (4, 24)
    assert finished.reason == "all epochs are done"
    assert finished.test_cost == pipe.session.measure(pipe.session.examples.test).cost
    for name, array in halted.weights.items():
        assert_array_equal(array, pipe.session.weights()[name])
    pipe.send(Go())  # once more, from these weights
    again = pipe.run()
    assert [done.epoch for done in of(EpochDone, again)] == [1, 2, 3, 4]
    assert of(EpochDone, again)[-1].train_cost < of(EpochDone, found)[-1].train_cost


@pytest.mark.parametrize(("go", "step", "epoch"), [(Go(steps=1), 1, 0), (Go(steps=7), 7, 1), (Go(epochs=2), 12, 2)])
def test_it_halts_where_it_was_told_to(go: Go, step: int, epoch: int) -> None:
    pipe = Piped(project())
    pipe.send(go)
    found = pipe.run()
    assert phases(found)[-1] == "paused"
    (halted,) = of(Halted, found)
    assert (halted.step, halted.epoch) == (step, epoch)
    pipe.send(go)
    (halted,) = of(Halted, pipe.run())
    assert halted.step == 2 * step


def test_steps_by_one_come_to_the_same_as_a_run() -> None:
    opened = project()
    whole, single = Piped(opened), Piped(opened)
    whole.send(Go(epochs=1))
    whole.run()
    for _ in range(6):
        single.send(Go(steps=1))
        single.run()
    for name, array in whole.session.weights().items():
        assert_array_equal(array, single.session.weights()[name])


def test_pause_and_stop() -> None:
    pipe = Piped(project(epochs=10**6))
    pipe.send(Go())
    pipe.run(3)
    pipe.send(Pause())
    found = pipe.run()
    assert phases(found) == ["paused"]
    step = of(Halted, found)[0].step
    assert step > 0
    pipe.send(Pause())  # there is nothing more to pause
    assert pipe.run() == []
    pipe.send(Go(steps=1))
    assert of(Halted, pipe.run())[0].step == step + 1
    pipe.send(Stop())
    found = pipe.run()
    assert phases(found) == ["stopped"]
    assert of(Finished, found)[0].reason == "stopped"
    weights = of(Halted, found)[0].weights
    pipe.send(Go(steps=1))
    (halted,) = of(Halted, pipe.run())
    assert halted.step == 1
    assert all(np.abs(array - weights[name]).max() < 0.5 for name, array in halted.weights.items())


def test_the_rate_changes_live() -> None:
    pipe = Piped(project(epochs=10**6))
    pipe.send(Go())
    pipe.run(2)
    pipe.send(Set("lr", 0.0))
    before = dict(pipe.session.weights())
    pipe.run(2)
    for name, array in pipe.session.weights().items():
        assert_array_equal(array, before[name])
    pipe.send(Set("lr", 0.1))
    pipe.run(2)
    assert any((array != before[name]).any() for name, array in pipe.session.weights().items())


@pytest.mark.parametrize(("name", "value"), [("lr", -1.0), ("lr", "fast"), ("cost", "l1"), ("no_such", 1)])
def test_a_setting_that_does_not_fit_is_told_and_the_run_goes_on(name: str, value: Any) -> None:
    pipe = Piped(project(epochs=10**6))
    pipe.send(Go())
    pipe.run(1)
    pipe.send(Set(name, value))
    (failed,) = of(Failed, pipe.take())
    assert failed.run == 1
    assert failed.details == ""
    assert pipe.worker.busy
    assert pipe.session.settings["lr"] == 0.05


def test_another_project_ends_the_run_in_progress() -> None:
    pipe = Piped(project(epochs=10**6))
    pipe.send(Go())
    pipe.run(2)
    pipe.take()
    pipe.send(Open(2, project(inputs=3)))
    found = pipe.take()
    assert [type(message) for message in found] == [Opened, State]
    assert {message.run for message in found} == {2}
    assert not pipe.worker.busy
    assert pipe.session.inputs[0].shape == (40, 3)


def test_a_project_that_cannot_run_is_told_with_its_layer() -> None:
    pipe = Piped(project())
    pipe.take()
    broken = project()
    broken = replace(broken, network=Network(broken.network.nodes, broken.network.edges[1:]))
    pipe.send(Open(2, broken))
    (failed,) = pipe.take()
    assert isinstance(failed, Failed)
    assert (failed.run, failed.node, failed.details) == (2, "h", "")
    for command in (Go(), Pause(), Stop(), Set("lr", 1.0), Watch(weights=("h",))):
        pipe.send(command)
    assert pipe.run() == []


class _Quick(Mailbox):
    """A mailbox that is emptied as soon as something is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[list[Message]] = []

    def post(self, *messages: Message) -> None:
        super().post(*messages)
        self.fetched.append(self.take())


@pytest.mark.parametrize("how", ["finished", "stopped", "paused", "diverged"])
def test_a_reader_that_learns_of_a_rest_has_all_about_it(how: str) -> None:
    mailbox = _Quick()
    worker = Worker(mailbox)
    worker.handle(Open(1, project(lr=1e6 if how == "diverged" else 0.05, epochs=300)))
    worker.handle(Go())
    if how in ("stopped", "paused"):
        worker.handle(Stop() if how == "stopped" else Pause())
    while worker.busy:
        worker.work()
    (rest,) = [group for group in mailbox.fetched if of(Halted, group)]
    more = {"paused": [], "diverged": [Failed]}.get(how, [Finished])
    assert [type(message) for message in rest] == [Halted, State, *more]


# What goes wrong


def test_a_cost_that_is_not_finite_pauses_and_a_smaller_rate_goes_on() -> None:
    pipe = Piped(project(lr=1e6, epochs=300))
    network = pipe.session.project.network
    linear = Network(
        (network.node("x"), network.node("h"), replace(network.node("o"), id="o")), (Edge("x", "h"), Edge("h", "o"))
    )
    pipe.send(Open(2, replace(pipe.session.project, network=linear)))
    pipe.take()
    pipe.send(Go())
    found = pipe.run()
    assert phases(found) == ["running", "paused"]
    (failed,) = of(Failed, found)
    assert failed.node in ("h", "o")
    assert failed.step == of(Halted, found)[0].step + 1
    assert failed.node in failed.message
    assert of(State, found)[-1].reason == failed.message
    assert all(np.isfinite(array).all() for array in of(Halted, found)[0].weights.values())
    pipe.send(Set("lr", 0.0))
    pipe.send(Go(steps=1))
    found = pipe.run()
    assert of(Failed, found) == []
    assert all(math.isfinite(cost) for progress in of(Progress, found) for cost in progress.costs)


def test_an_error_that_nobody_foresaw_pauses_the_run_which_can_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Piped(project())
    pipe.send(Go(steps=3))
    pipe.run()

    def broken(*_: Any) -> None:
        raise RuntimeError("the roof fell in\nand more")

    with monkeypatch.context() as patch:
        patch.setattr(Session, "update", broken)
        pipe.send(Go())
        found = pipe.run()
    (failed,) = of(Failed, found)
    assert failed.message == "Training failed: RuntimeError: the roof fell in"
    assert "Traceback" in failed.details
    assert phases(found) == ["running", "paused"]
    pipe.send(Go())
    found = pipe.run()
    assert phases(found) == ["running", "finished"]
    assert [done.epoch for done in of(EpochDone, found)] == [1, 2, 3, 4]


@pytest.mark.parametrize("name", ["values", "outputs"])
def test_an_error_in_a_snapshot_is_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    pipe = Piped(project())
    pipe.send(Watch(values=("h",), curve=True))
    pipe.take()

    def broken(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(Session, name, broken)
    pipe.send(Go())
    found = pipe.run()
    (failed,) = of(Failed, found)
    assert "memory" in failed.message
    assert phases(found)[-1] == "paused"
    assert not pipe.worker.busy


# Tracing


def test_a_trace_is_the_record_that_stepping_computes() -> None:
    pipe = Piped()
    example = load_example("A1")
    pipe.send(Trace(7, example, (0,), 2))
    (traced,) = pipe.take()
    assert isinstance(traced, Traced)
    assert (traced.request, traced.problem) == (7, "")
    assert same(traced.records, compute_records(example, (0,), 2))


def test_what_is_tried_out_comes_back_as_a_record_and_what_cannot_be_is_told() -> None:
    pipe = Piped()
    (record,) = compute_records(load_example("A1"))
    weight = Quantity("weight", "c", "weight", (0, 0))
    pipe.send(TryOut(3, record, Changes({weight: 0.1}, {"lr": 0.25})))
    (traced,) = pipe.take()
    assert (traced.request, traced.problem) == (3, "")
    (tried,) = traced.records
    assert (tried.weights["c.weight"][0, 0], tried.rate) == (0.1, 0.25)
    pipe.send(TryOut(4, record, Changes(settings={"cost": "unheard of"})))
    (traced,) = pipe.take()
    assert (traced.request, traced.records) == (4, ())
    assert "unheard of" in traced.problem


def test_a_trace_that_cannot_be_is_told_and_the_run_goes_on() -> None:
    pipe = Piped(project(epochs=10**6))
    pipe.send(Go())
    pipe.take()
    pipe.send(Trace(8, load_example("A1"), (5,)))
    (traced,) = of(Traced, pipe.take())
    assert (traced.request, traced.records) == (8, ())
    assert "no example 5" in traced.problem
    assert pipe.worker.busy


def test_a_trace_does_not_disturb_the_run_in_progress() -> None:
    opened = project()
    alone, traced = Piped(opened), Piped(opened)
    for pipe in (alone, traced):
        pipe.send(Go(steps=5))
        pipe.run()
        if pipe is traced:
            pipe.send(Trace(1, opened, (0,)))
        pipe.send(Go())
        pipe.run()
    for name, array in alone.session.weights().items():
        assert_array_equal(array, traced.session.weights()[name])
