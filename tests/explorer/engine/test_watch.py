"""What the views watch is computed, and nothing else; a reader that does not come costs nothing."""

from __future__ import annotations

from typing import Any

import pytest
from numpy.testing import assert_allclose, assert_array_equal

from explorer.engine.messages import (
    EpochDone,
    Go,
    Progress,
    Snapshot,
    Watch,
)
from explorer.engine.worker import CURVE_PLACES
from explorer.training.session import Session
from tests.explorer.engine.pipe import Piped, of, project


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
