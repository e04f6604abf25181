"""History: from any kept iteration training goes on bit for bit, in as much memory as it may use."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from explorer.network import Network
from explorer.optimizer import Optimizer
from explorer.optimizers import OPTIMIZERS
from explorer.project.model import Data, Project
from explorer.settings import Settings
from explorer.training.breakpoints import Breakpoint
from explorer.training.events import BreakpointHit, EpochDone, Event, StepDone
from explorer.training.history import MEMORY, OVERHEAD, History, go_back
from explorer.training.loop import train
from explorer.training.session import Session
from explorer.training.watching import Watch
from tests.explorer.training.small import chain, project

DROPPING = chain(
    ("x", "input", {"shape": (3,)}),
    ("h", "dense", {"units": 6}),
    ("n", "batch_norm", {}),
    ("a", "relu", {}),
    ("d", "dropout", {"p": 0.4}),
    ("o", "dense", {"units": 2}),
)
FROZEN = chain(
    ("x", "input", {"shape": (3,)}),
    ("h", "dense", {"units": 6, "freeze": True}),
    ("a", "tanh", {}),
    ("d", "dropout", {"p": 0.5}),
    ("o", "dense", {"units": 2}),
)
PLAIN = chain(
    ("x", "input", {"shape": (3,)}), ("h", "dense", {"units": 5}), ("a", "tanh", {}), ("o", "dense", {"units": 2})
)  # fmt: skip
NETWORKS = {"dropout and batch norm": DROPPING, "a frozen front": FROZEN, "plain": PLAIN}


def remembering(network: Network = PLAIN, memory: int = MEMORY, **values: Any) -> Session:
    session = Session(project(network, **{"precision": "float32", **values}))
    session.history = History(memory)
    return session


def told(events: list[Event]) -> list[Any]:
    """What events tell, without the time that they took."""
    return [replace(event, seconds=0.0) if isinstance(event, EpochDone) else event for event in events]


def went_on(session: Session, events: Any) -> tuple[list[Any], list[dict[str, np.ndarray]]]:
    """All that is told, and everything that the project keeps after each step."""
    found, weights = [], []
    for event in events:
        found.append(event)
        if isinstance(event, StepDone):
            weights.append(dict(session.weights()))
    return told(found), weights


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda entry: entry.id)
@pytest.mark.parametrize("name", NETWORKS)
def test_training_goes_on_bit_for_bit_from_any_iteration(optimizer: Optimizer, name: str) -> None:
    own = {"momentum": 0.9} if optimizer.id in ("sgd", "rmsprop") else {}
    session = remembering(NETWORKS[name], optimizer=optimizer.id, epochs=4, **own)
    events, weights = went_on(session, train(session))
    assert session.history is not None
    assert session.history.steps == range(1, 17)
    for step in (1, 2, 6, 9, 16):
        moment = session.history[step]
        begun = go_back(session, moment)
        before = dict(session.weights())
        if step > 1:
            for key, array in weights[step - 2].items():
                assert_array_equal(before[key], array)
        again, repeated = went_on(session, train(session, begun))
        place = next(i for i, event in enumerate(events) if isinstance(event, StepDone) and event.step == step)
        assert again == events[place:]
        assert len(repeated) == 17 - step
        for one, other in zip(repeated, weights[step - 1 :], strict=True):
            for key, array in other.items():
                assert_array_equal(one[key], array)


@settings(max_examples=25, deadline=None)
@given(
    path=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 9)), min_size=1, max_size=4),
    batch=st.integers(1, 20),
    shuffle=st.booleans(),
)
def test_any_way_back_and_forth_leads_to_the_same(path: list[tuple[float, int]], batch: int, shuffle: bool) -> None:
    values = {"optimizer": "adam", "batch_size": batch, "shuffle": shuffle, "epochs": 3}
    straight = remembering(DROPPING, **values)
    _, weights = went_on(straight, train(straight))
    session = remembering(DROPPING, **values)
    events = train(session)
    list(islice((event for event in events if isinstance(event, StepDone)), 5))
    for where, count in path:
        assert session.history is not None
        kept = session.history.steps
        events = train(session, go_back(session, session.history[kept[int(where * (len(kept) - 1))]]))
        list(islice((event for event in events if isinstance(event, StepDone)), count))
        if session.step:
            for key, array in session.weights().items():
                assert_array_equal(array, weights[session.step - 1][key])


def test_another_way_drops_what_came_after() -> None:
    session = remembering(epochs=3)
    list(train(session))
    assert session.history is not None
    events = train(session, go_back(session, session.history[5]))
    assert session.history.steps == range(1, 13)
    session.set("lr", 0.3)
    next(events)
    assert session.history.steps == range(1, 6)
    assert session.history[5].settings["lr"] == 0.3
    assert session.history[4].settings["lr"] != 0.3


def test_a_new_count_begins_a_new_history() -> None:
    session = remembering(epochs=1)
    list(train(session))
    assert session.history is not None
    session.restart()
    assert session.history.steps == range(1, 5)
    next(train(session))
    assert session.history.steps == range(1, 2)


def large(optimizer: str = "adam") -> Session:
    """A network of 100,000 weights, about."""
    layers = [("x", "input", {"shape": (100,)}), ("h", "dense", {"units": 900}), ("a", "relu", {})]
    network = chain(*layers, ("o", "dense", {"units": 10}))
    data = Data("inline", {"inputs": np.zeros((4, 100)).tolist(), "targets": np.zeros((4, 10)).tolist()}, (1, 0, 0))
    return Session(Project(network=network, data=data, settings=Settings({"optimizer": optimizer, "batch_size": 4})))


def test_at_least_200_iterations_of_100_000_weights_with_adam_are_kept() -> None:
    session = large()
    assert sum(weight.numel() for weight in session.parameters.values()) >= 99_000
    session.history = History()
    session.set("epochs", 230)
    list(train(session))
    steps = session.history.steps
    assert steps[-1] == 230
    assert 200 <= len(steps) < 230  # the oldest are gone
    assert session.history.size <= MEMORY
    weights = dict(session.weights())
    list(train(session, go_back(session, session.history[steps[0]])))
    for name, array in session.weights().items():
        assert_array_equal(array, weights[name])


def test_one_that_does_not_fit_is_told_and_none_is_kept() -> None:
    session = large()
    session.history = History(OVERHEAD)
    next(train(session))
    assert session.history.steps == range(0)
    assert session.history.too_large > 4 * 99_000
    session.history.memory = MEMORY
    events = train(session)
    next(events)
    assert session.history.too_large == 0
    assert len(session.history) == 1


@given(st.lists(st.integers(1, 200_000), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_memory_is_never_exceeded_and_the_newest_stay(budgets: list[int]) -> None:
    session = remembering(DROPPING, epochs=20)
    assert session.history is not None
    events = (event for event in train(session) if isinstance(event, StepDone))
    for budget in budgets:
        session.history.memory = budget
        for event in islice(events, 12):
            assert session.history.size <= budget
            if session.history.too_large:
                assert session.history.too_large > budget
            else:
                assert session.history.steps[-1] == event.step


def test_the_newest_is_kept_while_there_are_breakpoints() -> None:
    session = remembering(DROPPING, memory=0, epochs=2)
    watch, events = Watch(session), train(session)
    assert session.history is not None
    next(events)
    assert len(session.history) == 0
    watch.set([Breakpoint(1, "iteration", {"iteration": 3})])
    assert isinstance([next(events), next(events)][-1], BreakpointHit)
    assert session.history.steps == range(3, 4)
    assert session.history.too_large == 0
    watch.set([])
    list(islice(events, 2))
    assert len(session.history) == 0


def test_an_update_that_was_taken_back_leaves_one_history() -> None:
    session = remembering(lr=0.1, epochs=3)
    events = train(session)
    next(events)
    for weight in session.parameters.values():
        weight.data.fill_(float("nan"))
    list(islice(events, 4))
    assert session.history is not None
    assert session.history.steps == range(1, session.step + 1)
