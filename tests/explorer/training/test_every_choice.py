"""Every cost and every optimizer trains: they lower the cost, live settings change, what breaks is taken back."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from explorer.cost import CostFunction
from explorer.costs import COSTS
from explorer.optimizer import Optimizer
from explorer.optimizers import OPTIMIZERS
from explorer.params import FloatParam, IntParam
from explorer.project.model import Project
from explorer.training.events import Diverged, Ended, EpochDone, StepDone
from explorer.training.loop import train
from explorer.training.session import Session
from tests.explorer.training.small import INPUTS, chain, project

each_cost = pytest.mark.parametrize("cost", COSTS, ids=lambda entry: entry.id)
each_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda entry: entry.id)
CLASSES = np.stack([INPUTS.sum(1) > 0, INPUTS.sum(1) <= 0], 1).astype(float)
EXAMPLES = len(INPUTS)


def fitting(cost: CostFunction, optimizer: Optimizer, batch_size: int = EXAMPLES, **values: Any) -> Project:
    """A small network that ends as the cost wants it, and learns to tell two classes."""
    ending = [("p", "softmax" if cost.classes else "sigmoid", {})] if cost.probabilities else [("p", "tanh", {})]
    layers = [("x", "input", {"shape": (3,)}), ("h", "dense", {"units": 4}), ("a", "tanh", {})]
    network = chain(*layers, ("o", "dense", {"units": 2}), *ending)
    settings = {"optimizer": optimizer.id, "batch_size": batch_size, "cost": cost.id, "shuffle": False, **values}
    return project(network, targets=CLASSES, split=(1.0, 0.0, 0.0), **settings)


@each_cost
@each_optimizer
def test_they_lower_the_cost(cost: CostFunction, optimizer: Optimizer) -> None:
    rate = 0.01 if cost.summed and optimizer.id == "sgd" else 0.05
    values = {} if optimizer.searches or optimizer.id == "adadelta" else {"lr": rate}
    events = list(train(Session(fitting(cost, optimizer, epochs=30, **values))))
    assert not any(isinstance(event, Diverged) for event in events)
    assert isinstance(events[-1], Ended)
    costs = [event.train_cost for event in events if isinstance(event, EpochDone)]
    assert len(costs) == 30
    assert costs[-1] < costs[0]
    if optimizer.searches:
        assert all(after <= before for before, after in pairwise(costs))


@each_optimizer
def test_mini_batches_train_too(optimizer: Optimizer) -> None:
    values = {"epochs": 8, "batch_size": 5, "precision": "float32"}
    events = list(train(Session(fitting(COSTS[0], optimizer, **values))))
    costs = [event.train_cost for event in events if isinstance(event, EpochDone)]
    assert len(costs) == 8
    assert all(math.isfinite(cost) for cost in costs)


@each_optimizer
def test_each_of_its_params_can_change_while_it_trains(optimizer: Optimizer) -> None:
    session = Session(fitting(COSTS[0], optimizer, epochs=50))
    events = train(session)
    for param in optimizer.params:
        for value in changed(param):
            session.set(param.name, value)
            event = next(event for event in events if isinstance(event, StepDone))
            assert math.isfinite(event.cost)
            fresh = optimizer.create([torch.nn.Parameter(torch.zeros(1))], session.settings.optimizer_params)
            mine, theirs = session.optimizer.param_groups[0], fresh.param_groups[0]
            assert {k: mine[k] for k in mine if k != "params"} == {k: theirs[k] for k in theirs if k != "params"}


def changed(param: Any) -> list[Any]:
    """Some values that a param accepts, its default last."""
    if isinstance(param, FloatParam):
        return [v for v in (0.01, 0.9, 2.0) if accepts(param, v)] + [param.default]
    if isinstance(param, IntParam):
        return [param.minimum, param.default + 3, param.default]
    return [True, False, param.default]


def accepts(param: FloatParam, value: float) -> bool:
    """Whether a value is in range."""
    above = value > param.minimum if param.above_minimum else value >= param.minimum
    return above and (value < param.maximum if param.below_maximum else value <= param.maximum)


@each_optimizer
def test_an_update_is_taken_back_and_training_goes_on(optimizer: Optimizer) -> None:
    session = Session(fitting(COSTS[0], optimizer, epochs=50))
    events = train(session)
    for _ in range(3):
        kept = dict(session.weights())
        next(event for event in events if isinstance(event, StepDone))
    session.restore()
    for name, array in session.weights().items():
        assert_array_equal(array, kept[name])
    kept_by_optimizer = [value for state in session.optimizer.state.values() for value in state.values()]
    assert not any(torch.as_tensor(value).any() for value in kept_by_optimizer)
    assert all(isinstance(next(events), StepDone | EpochDone) for _ in range(4))


@each_optimizer
def test_a_run_that_breaks_is_told_and_goes_on(optimizer: Optimizer) -> None:
    session = Session(fitting(COSTS[0], optimizer, epochs=20))
    step = session.optimizer.step

    def leap(*given: Any) -> Any:
        """An update that overflows, once."""
        session.optimizer.step = step
        for weight in session.module.weights().values():
            weight.data.fill_(math.nan)

    session.optimizer.step = leap
    events = list(train(session))
    assert [type(event) for event in events].count(Diverged) == 1
    assert isinstance(events[-1], Ended)
    assert all(np.isfinite(array).all() for array in session.weights().values())


@pytest.mark.parametrize("optimizer", [entry for entry in OPTIMIZERS if entry.searches], ids=lambda entry: entry.id)
def test_a_search_compares_costs_under_one_choice_of_dropout(optimizer: Optimizer) -> None:
    layers = [("x", "input", {"shape": (3,)}), ("h", "dense", {"units": 30}), ("d", "dropout", {"p": 0.5})]
    network = chain(*layers, ("o", "dense", {"units": 2}))
    session = Session(project(network, optimizer=optimizer.id, batch_size=EXAMPLES, epochs=3))
    found: list[list[float]] = []
    step = session.optimizer.step

    def watched(closure: Any) -> Any:
        found.append([closure(), closure()])
        return step(closure)

    session.optimizer.step = watched
    list(train(session))
    assert len(found) == 3
    assert all(first == again for first, again in found)
    assert len({first for first, _ in found}) == 3
