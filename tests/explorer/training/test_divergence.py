"""A cost that is not finite is told with its layer, and the weights before it are kept."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from explorer.project.model import Data
from explorer.training.events import Diverged, Ended, EpochDone, StepDone
from explorer.training.loop import train
from explorer.training.session import Session
from tests.explorer.training.small import INPUTS, LINEAR, TARGETS, chain, project


def until_not_finite(session: Session) -> tuple[list[dict[str, np.ndarray]], Diverged]:
    """The weights after each step, the initial ones first, and what was told."""
    history = [dict(session.weights())]
    for event in train(session):
        if isinstance(event, StepDone):
            history.append(dict(session.weights()))
        elif isinstance(event, Diverged):
            return history, event
    raise AssertionError("it did not diverge")


DEEP = chain(
    ("x", "input", {"shape": (3,)}),
    ("h", "dense", {"units": 4}),
    ("r", "relu", {}),
    ("o", "dense", {"units": 2}),
)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_a_cost_that_is_not_finite_is_told_and_taken_back(momentum: float, precision: str) -> None:
    session = Session(project(DEEP, momentum=momentum, lr=1e3, epochs=600, precision=precision, batch_size=1))
    history, told = until_not_finite(session)
    assert told.step == session.step + 1 == len(history)
    kept = session.weights()
    # A step with a finite cost came before the weights that broke it; the ones before that step are kept.
    for name, array in history[max(0, len(history) - 2)].items():
        assert_array_equal(kept[name], array)
        assert np.isfinite(array).all()
    assert str(told.step) in told.message
    assert told.node in told.message
    assert told.node in DEEP.by_id


def test_the_layer_that_is_named_is_the_first_that_is_not_finite() -> None:
    weights = {"h.weight": np.full((4, 3), 1e200), "h.bias": np.zeros(4)}
    weights |= {"o.weight": np.full((2, 4), 1e200), "o.bias": np.zeros(2)}
    inputs = np.abs(INPUTS)
    broken = replace(
        project(DEEP), weights=weights, data=Data("inline", {"inputs": inputs.tolist(), "targets": TARGETS.tolist()})
    )
    session = Session(broken)
    events = train(session)
    for _ in range(3):  # it is told again for as long as nothing is changed
        told = next(events)
        assert isinstance(told, Diverged)
        assert (told.node, told.step, told.epoch) == ("o", 1, 1)
        for name, array in session.weights().items():
            assert_array_equal(array, weights[name])
    assert "infinite" in told.message
    assert "reset the weights" in told.message  # a smaller learning rate would not help


def test_after_a_divergence_a_smaller_rate_goes_on_from_the_weights_that_were_kept() -> None:
    session = Session(project(DEEP, lr=1e6, epochs=60, batch_size=14))
    events = train(session)
    told = next(event for event in events if isinstance(event, Diverged))
    kept = dict(session.weights())
    session.set("lr", 0.0)
    after = next(events)
    assert isinstance(after, StepDone)
    assert math.isfinite(after.cost)
    assert after.step == told.step
    for name, array in session.weights().items():
        assert_array_equal(array, kept[name])
    assert isinstance(list(events)[-1], Ended)


def test_weights_that_the_last_update_of_a_run_broke_are_taken_back() -> None:
    session = Session(project(LINEAR, epochs=1, batch_size=100, split=(1.0, 0.0, 0.0)))
    before = dict(session.weights())

    def broken_step(*_: Any) -> None:
        for weight in session.module.weights().values():
            weight.data.mul_(math.inf)

    assert session.optimizer is not None
    session.optimizer.step = broken_step  # an update that overflows, whatever the optimizer
    events = list(train(session))
    assert [type(event) for event in events] == [StepDone, Diverged, EpochDone, Ended]
    for name, array in session.weights().items():
        assert_array_equal(array, before[name])


def test_a_cost_that_the_last_update_of_a_run_made_infinite_is_taken_back() -> None:
    session = Session(project(LINEAR, epochs=2, batch_size=100, split=(1.0, 0.0, 0.0), precision="float64"))
    history = [dict(session.weights())]

    def leap(*_: Any) -> None:
        history.append(dict(session.weights()))
        if session.epoch == 1:
            for weight in session.module.weights().values():
                weight.data.fill_(1e200)  # finite, but its square is not

    assert session.optimizer is not None
    session.optimizer.step = leap
    events = list(train(session))
    assert [type(event) for event in events] == [StepDone, EpochDone, StepDone, Diverged, EpochDone, Ended]
    assert "lower the learning rate" in events[3].message
    for name, array in session.weights().items():
        assert_array_equal(array, history[-1][name])
    assert math.isfinite(session.measure(session.examples.train).cost or 0.0)
