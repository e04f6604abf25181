"""The worker, driven by hand without a thread; everything that crosses is pickled both ways."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from explorer.engine.mailbox import Mailbox
from explorer.engine.messages import (
    Command,
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
    Snapshot,
    State,
    Stop,
    Trace,
    Traced,
    Watch,
)
from explorer.engine.worker import CURVE_PLACES, Worker
from explorer.examples import load_example
from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from explorer.settings import Settings
from explorer.stepping.compute import compute_records
from explorer.training.session import Session
from tests.explorer.engine.test_messages import same, through

NUMBERS = np.random.default_rng(1)


def project(inputs: int = 1, rows: int = 40, **values: Any) -> Project:
    """x -> h (dense) -> t (tanh) -> o (dense, 1), on numbers."""
    x = NUMBERS.normal(size=(rows, inputs))
    nodes = (
        Node("x", "input", {"shape": (inputs,)}),
        Node("h", "dense", {"units": 5}),
        Node("t", "tanh"),
        Node("o", "dense", {"units": 1}),
    )
    edges = (Edge("x", "h"), Edge("h", "t"), Edge("t", "o"))
    data = Data("inline", {"inputs": x.tolist(), "targets": np.sin(x.sum(1, keepdims=True)).tolist()}, (0.6, 0.2, 0.2))
    lr = values.pop("lr", 0.05)
    chosen = {"epochs": 4, "batch_size": 4, "device": "cpu", "precision": "float64"} | values
    return Project(network=Network(nodes, edges), data=data, settings=Settings(chosen, {"lr": lr}))


class Piped:
    """A worker behind a pipe: commands and messages cross as bytes."""

    def __init__(self, opened: Project | None = None) -> None:
        self.mailbox = Mailbox()
        self.worker = Worker(self.mailbox)
        if opened is not None:
            self.send(Open(1, opened))

    def send(self, command: Command) -> None:
        self.worker.handle(through(command))

    def take(self) -> list[Message]:
        return [through(message) for message in self.mailbox.take()]

    def run(self, slices: int = 100_000) -> list[Message]:
        """Work until nothing is left to do; the messages on the way."""
        found = self.take()
        while self.worker.busy and slices:
            self.worker.work()
            found += self.take()
            slices -= 1
        return found

    @property
    def session(self) -> Session:
        assert self.worker._run is not None
        return self.worker._run.session


def of(kind: type, found: list[Message]) -> list[Any]:
    return [message for message in found if isinstance(message, kind)]


def phases(found: list[Message]) -> list[str]:
    return [message.phase for message in of(State, found)]


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
    assert finished.test_cost == pipe.session.evaluate(pipe.session.examples.test)[0]
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
    assert pipe.session.inputs.shape == (40, 3)


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


# Watching


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the session's methods that look into the network, as they are called."""
    calls: list[str] = []
    for name in ("values", "outputs", "weights"):
        original = getattr(Session, name)

        def spy(self: Session, *args: Any, name: str = name, original: Any = original) -> Any:
            calls.append(name)
            return original(self, *args)

        monkeypatch.setattr(Session, name, spy)
    return calls


def test_nothing_is_computed_that_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Piped(project(epochs=10**6))
    pipe.send(Go())
    calls = counted(monkeypatch)
    found = pipe.run(5)
    assert calls == []
    assert of(Snapshot, found) == []
    assert of(Progress, found)


def test_only_what_is_watched_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Piped(project(epochs=10**6))
    pipe.send(Go())
    pipe.take()
    calls = counted(monkeypatch)

    def seen(watch: Watch) -> Snapshot:
        calls.clear()
        pipe.send(watch)
        (snapshot,) = of(Snapshot, pipe.take())
        assert isinstance(snapshot, Snapshot)
        return snapshot

    snapshot = seen(Watch(weights=("h", "no_such")))
    assert (set(snapshot.weights), dict(snapshot.values), snapshot.curve, calls) == (
        {"h.weight", "h.bias"},
        {},
        None,
        [],
    )
    snapshot = seen(Watch(values=("t", "x", "no_such"), sample=3))
    assert (dict(snapshot.weights), set(snapshot.values), snapshot.curve, calls) == ({}, {"t", "x"}, None, ["values"])
    assert snapshot.sample == 3
    assert_array_equal(snapshot.values["x"], pipe.session.examples.inputs[3])
    snapshot = seen(Watch(curve=True))
    assert (dict(snapshot.weights), dict(snapshot.values), calls) == ({}, {}, ["outputs"])
    assert snapshot.curve is not None
    assert snapshot.curve.shape == (2, CURVE_PLACES)
    inputs = pipe.session.examples.inputs
    assert (snapshot.curve[0].min(), snapshot.curve[0].max()) == (inputs.min(), inputs.max())
    assert_allclose(snapshot.curve[1], pipe.session.outputs(snapshot.curve[0][:, None])[:, 0], rtol=1e-12)
    snapshot = seen(Watch(all_weights=True))
    assert set(snapshot.weights) == set(pipe.session.module.weights())
    assert seen(Watch(values=("x",), sample=10**9)).sample == 39
    pipe.send(Watch())
    assert of(Snapshot, pipe.run(3)) == []


def test_snapshots_are_copies() -> None:
    pipe = Piped(project())
    pipe.send(Watch(all_weights=True))
    pipe.take()
    pipe.worker.handle(Watch(all_weights=True))
    (snapshot,) = of(Snapshot, pipe.mailbox.take())
    before = {name: array.copy() for name, array in snapshot.weights.items()}
    pipe.send(Go())
    pipe.run()
    for name, array in snapshot.weights.items():
        assert_array_equal(array, before[name])


def test_a_curve_needs_one_input_and_one_output() -> None:
    pipe = Piped(project(inputs=2))
    pipe.send(Watch(curve=True))
    assert all(snapshot.curve is None for snapshot in of(Snapshot, pipe.take()))


def test_a_reader_that_does_not_come_gets_one_snapshot_and_no_pile() -> None:
    pipe = Piped(project(epochs=10**6))
    pipe.send(Watch(all_weights=True, curve=True))
    pipe.send(Go())
    pipe.take()
    for _ in range(60):
        pipe.worker.work()
    found = pipe.take()
    assert len(of(Snapshot, found)) <= 1
    assert len(of(Progress, found)) <= 1
    assert len(of(EpochDone, found)) > 10
    for _ in range(3):
        pipe.worker.work()
    (progress,) = of(Progress, pipe.take())
    assert len(progress.steps) > 0
    assert progress.rate > 0


def test_costs_wait_for_the_reader_but_not_without_end() -> None:
    pipe = Piped(project())
    assert pipe.worker._run is not None
    assert pipe.worker._run.costs.maxlen == 100_000


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
