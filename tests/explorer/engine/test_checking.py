"""A check of all gradients goes on beside training, tells its progress, can be ended, and says what went wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from explorer.engine import checking
from explorer.engine.mailbox import Mailbox
from explorer.engine.messages import Check, CheckOne, Go, GradientsChecked, Open, StopCheck
from explorer.engine.worker import Worker
from explorer.examples import load_example
from explorer.project.model import Data
from explorer.stepping import passes
from explorer.stepping.compute import compute_records
from explorer.stepping.record import Record


@pytest.fixture(scope="module")
def record() -> Record:
    return compute_records(load_example("A2"), (3,))[0]


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setattr(checking, "TOLD_SECONDS", 0.0)
    return Worker(Mailbox())


def told(worker: Worker) -> list[GradientsChecked]:
    return [message for message in worker._mailbox.take() if isinstance(message, GradientsChecked)]


def finish(worker: Worker) -> list[GradientsChecked]:
    """What is told until the check is done."""
    found = told(worker)
    while worker._checker.busy:
        worker.work()
        found += told(worker)
    return found


def test_all_weights_are_checked_with_progress(worker: Worker, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "CHUNK_NUMBERS", 10_000)
    worker.handle(Check(7, replace(record, checks={})))
    assert worker.busy
    *before, last = finish(worker)
    assert not worker.busy
    assert {(message.request, message.total, message.problem) for message in (*before, last)} == {(7, 4290, "")}
    counts = [message.done for message in before]
    assert len(counts) > 5
    assert counts == sorted(set(counts))
    assert all(not message.checks for message in before)
    assert last.done == 4290
    for name, checked in last.checks.items():
        assert_allclose(checked.plus, record.checks[name].plus, rtol=1e-14)


def test_training_goes_on_meanwhile(worker: Worker, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "CHUNK_NUMBERS", 2000)
    worker.handle(Open(1, load_example("A2")))
    worker.handle(Go())
    worker.handle(Check(1, record))
    run = worker._run
    assert run is not None
    finish(worker)
    assert run.session.step > 0
    assert run.going


def test_a_check_is_ended_and_replaced(worker: Worker, record: Record) -> None:
    worker.handle(Check(1, record))
    worker.handle(StopCheck())
    assert not worker.busy
    worker.handle(Check(2, record))
    worker.handle(Check(3, record))
    assert {message.request for message in finish(worker)} == {3}


def test_one_weight_has_a_curve(worker: Worker, record: Record) -> None:
    worker.handle(CheckOne(5, record, "b.weight", (2, 7)))
    (found,) = finish(worker)
    checked = found.checks["b.weight"]
    assert checked.places.tolist() == [2 * 64 + 7]
    assert checked.plus[0] == pytest.approx(record.checks["b.weight"].plus[2 * 64 + 7], rel=1e-14)
    assert [epsilon for epsilon, _ in found.curve] == [10.0**-power for power in range(1, 13)]
    assert np.isfinite([error for _, error in found.curve]).all()


def test_what_goes_wrong_is_told(worker: Worker, record: Record) -> None:
    lost = replace(record, project=replace(record.project, data=Data("inline", {"inputs": [], "targets": []})))
    worker.handle(Check(9, lost))
    (found,) = finish(worker)
    assert found.request == 9
    assert found.problem
    worker.handle(CheckOne(10, record, "nobody.weight", (0, 0)))
    (found,) = finish(worker)
    assert found.problem.startswith("The check failed: KeyError")
