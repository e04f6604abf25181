"""Back to iterations that are kept: their records are what training did, and training goes on from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from explorer.engine.messages import (
    Failed,
    Go,
    GoBack,
    Halted,
    Hit,
    Kept,
    Open,
    Progress,
    Remember,
    Revisit,
    SetBreakpoints,
    State,
    Stop,
    Traced,
    WentBack,
)
from explorer.optimizer import Optimizer
from explorer.optimizers import OPTIMIZERS
from explorer.project.model import Project
from explorer.stepping.numbers import Exact, has
from explorer.stepping.record import Record
from explorer.stepping.trace import Trace
from explorer.training.breakpoints import Breakpoint
from explorer.training.history import MEMORY
from tests.explorer.engine.pipe import Piped, of, phases
from tests.explorer.training.small import chain
from tests.explorer.training.small import project as small

NETWORK = chain(
    ("x", "input", {"shape": (3,)}),
    ("h", "dense", {"units": 5, "bias": False}),  # before batch norm, the gradient of a bias is nothing but noise
    ("n", "batch_norm", {}),
    ("a", "tanh", {}),
    ("d", "dropout", {"p": 0.4}),
    ("o", "dense", {"units": 2}),
)


def project(**values: Any) -> Project:
    return small(NETWORK, **values)


def trained(opened: Project, steps: int = 9) -> Piped:
    """A run of so many steps, of which all are kept."""
    pipe = Piped()
    for command in (Remember(MEMORY), Open(1, opened), Go(steps=steps)):
        pipe.send(command)
    pipe.run()
    pipe.take()
    return pipe


def revisit(pipe: Piped, step: int, first: int | None = None) -> Record:
    pipe.send(Revisit(5, step, first))
    (traced,) = of(Traced, pipe.take())
    assert traced.request == 5
    assert traced.problem == ""
    (record,) = traced.records
    return record


def watched(pipe: Piped, steps: int) -> list[dict[str, Any]]:
    """What training computes in each of its next steps, looked at from outside: batch, cost, gradients, weights."""
    session, found = pipe.session, []
    for _ in range(steps):
        before = dict(session.weights())
        pipe.send(Go(steps=1))
        messages = pipe.run()
        (progress,) = of(Progress, messages)
        state = {
            (name, key): value.clone().double().numpy()
            for name, weight in session.parameters.items()
            for key, value in session.optimizer.state[weight].items()
            if isinstance(value, torch.Tensor) and value.dim()
        }
        found.append(
            {
                "step": int(progress.steps[-1]),
                "cost": float(progress.costs[-1]),
                "before": before,
                "after": dict(session.weights()),
                "gradients": {name: weight.grad.clone().numpy() for name, weight in session.parameters.items()},
                "state": state,
            }
        )
    return found


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda entry: entry.id)
def test_a_record_is_what_training_did(optimizer: Optimizer, precision: str) -> None:
    own = {"momentum": 0.9} if optimizer.id in ("sgd", "rmsprop") else {}
    pipe = trained(project(optimizer=optimizer.id, precision=precision, **own), steps=3)
    truth = watched(pipe, 4)
    exact = precision == "float64"
    # float32 has 7 digits; where a rule divides by the root of a small mean, or searches along a line, less is left.
    near = {"rtol": 1e-9, "atol": 1e-11} if exact else {"rtol": 2e-3, "atol": 2e-5}
    for place, told in enumerate(truth):
        record = revisit(pipe, told["step"])
        assert record.step == told["step"]
        assert record.cost == pytest.approx(told["cost"], rel=1e-11 if exact else 1e-5)
        for name, array in record.weights.items():
            assert_array_equal(array, told["before"][name])
        if not optimizer.searches:
            for name, gradient in record.gradients.items():
                assert_allclose(gradient, told["gradients"][name], **near)
        if exact or not optimizer.searches:
            for name, array in record.updated.items():
                assert_allclose(array, told["after"][name], **near)
        for (name, state), array in record.states_before.items():
            key = optimizer.torch_states[state]
            if place:
                assert_array_equal(array, truth[place - 1]["state"][name, key])
        assert record.iteration == told["step"]


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rprop", "adagrad"])
def test_every_number_of_it_follows_from_its_formula(optimizer: str) -> None:
    pipe = trained(project(optimizer=optimizer, precision="float64"), steps=6)
    record = revisit(pipe, 5)
    mask = record.inner["d.mask"]
    assert set(mask.flatten()) == {0.0, 1.0}
    trace = Trace(record)
    exact = Exact(trace.rules)
    dropped = 0
    for step in trace:
        if step.equation is not None and has(record, step.quantity):
            assert exact.step_value(step.quantity) == pytest.approx(exact(step.quantity), rel=1e-10, abs=1e-12)
        q = step.quantity
        if q.role == "value" and q.node == "d":
            gone = mask[q.example][q.index] == 0
            dropped += gone
            assert exact(q) == (0 if gone else pytest.approx(record.values["a"][q.example][q.index] / 0.6))
            assert any(need.part == "mask" for need in step.needs)
    assert dropped > 0


def test_the_example_that_is_looked_at_comes_first_with_its_mask() -> None:
    pipe = trained(project(precision="float64"))
    record = revisit(pipe, 6)
    other = revisit(pipe, 6, record.samples[2])
    order = [2, 3, 0, 1]
    assert other.samples == tuple(record.samples[place] for place in order)
    assert_array_equal(other.inner["d.mask"], record.inner["d.mask"][order])
    assert other.cost == pytest.approx(record.cost, rel=1e-12)
    assert revisit(pipe, 6, 10**6).samples == record.samples


def test_a_revisit_disturbs_nothing() -> None:
    weights = []
    for steps in ((), (2, 5, 9)):  # one run after the other: they draw from one generator
        pipe = trained(project(epochs=4))
        for step in steps:
            revisit(pipe, step)
        pipe.send(Go())
        pipe.run()
        weights.append(dict(pipe.session.weights()))
    for name, array in weights[0].items():
        assert_array_equal(array, weights[1][name])


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda entry: entry.id)
def test_training_goes_on_from_an_earlier_iteration_as_it_did(optimizer: Optimizer) -> None:
    pipe = trained(project(optimizer=optimizer.id, precision="float32"), steps=5)
    weights = []
    for _ in range(4):
        pipe.send(Go(steps=1))
        weights.append(of(Halted, pipe.run())[-1].weights)
    pipe.send(GoBack(6))
    went, state = pipe.take()
    assert isinstance(went, WentBack)
    assert (went.run, went.step) == (1, 6)
    assert isinstance(state, State)
    assert (state.phase, state.step) == ("paused", 5)
    for wanted in weights:
        pipe.send(Go(steps=1))
        (halted,) = of(Halted, pipe.run())
        for name, array in wanted.items():
            assert_array_equal(halted.weights[name], array)


def test_going_back_while_it_runs_and_after_its_end() -> None:
    pipe = trained(project(epochs=10**6))
    pipe.send(Go())
    pipe.run(2)
    pipe.take()
    pipe.send(GoBack(4))
    assert phases(pipe.take())[-1] == "paused"
    assert not pipe.worker.busy
    assert pipe.session.step == 3
    pipe.send(Stop())
    pipe.take()
    assert pipe.session.step == 0
    pipe.send(GoBack(2))
    pipe.send(Go(steps=1))
    assert of(Halted, pipe.run())[-1].step == 2


def test_an_iteration_that_is_not_kept_is_told() -> None:
    pipe = trained(project())
    pipe.send(GoBack(100))
    (failed,) = of(Failed, pipe.take())
    assert "100 is not kept" in failed.message
    for command in (Revisit(8, 100), Revisit(9, 0)):
        pipe.send(command)
        (traced,) = pipe.take()
        assert "is not kept" in traced.problem
    nothing = Piped()
    nothing.send(Revisit(1, 1))
    assert "is not kept" in nothing.take()[0].problem


def test_what_is_kept_is_told_as_it_grows_and_shrinks() -> None:
    pipe = trained(project(epochs=10**6), steps=7)
    pipe.send(Go(steps=3))
    kept = of(Kept, pipe.run())[-1]
    assert (kept.run, kept.first, kept.last, kept.needed) == (1, 1, 10, 0)
    pipe.send(Remember(kept.size // 2))
    less = of(Kept, pipe.take())[-1]
    assert 1 < less.first <= 7
    assert less.last == 10
    assert less.size <= kept.size // 2
    pipe.send(Remember(10))
    pipe.send(Go(steps=1))
    none = of(Kept, pipe.run())[-1]
    assert (none.first, none.last, none.size) == (0, 0, 0)
    assert none.needed > 10
    pipe.send(Remember(0))
    pipe.send(Go(steps=1))
    assert of(Kept, pipe.run()) == []
    assert pipe.session.history is None


def test_a_breakpoint_halts_the_run_which_then_goes_on() -> None:
    pipe = Piped()
    points = (Breakpoint(3, "iteration", {"iteration": 4}), Breakpoint(4, "iteration", {"iteration": 6}, on=False))
    for command in (Remember(MEMORY), SetBreakpoints(points), Open(1, project(epochs=2)), Go()):
        pipe.send(command)
    found = pipe.run()
    assert phases(found) == ["ready", "running", "paused"]
    (hit,) = of(Hit, found)
    assert (hit.run, hit.epoch, hit.step) == (1, 1, 4)
    assert hit.hits[3].startswith("Iteration 4: the cost is ")
    assert of(State, found)[-1].reason == hit.hits[3]
    (halted,) = of(Halted, found)
    assert halted.step == 3
    record = revisit(pipe, 4)
    for name, array in record.weights.items():
        assert_array_equal(array, halted.weights[name])
    pipe.send(SetBreakpoints(tuple(replace(point, on=True) for point in points)))
    pipe.send(Go())
    (hit,) = of(Hit, pipe.run())
    assert hit.step == 6
    pipe.send(Go())
    found = pipe.run()
    assert phases(found) == ["running", "finished"]
    free = Piped()
    for command in (Open(1, project(epochs=2)), Go()):
        free.send(command)
    free.run()
    for name, array in free.session.weights().items():
        assert_array_equal(array, pipe.session.weights()[name])


def test_what_a_breakpoint_halts_at_can_be_looked_into_without_memory_for_more() -> None:
    pipe = Piped()
    points = (Breakpoint(1, "iteration", {"iteration": 3}),)
    for command in (Remember(0), SetBreakpoints(points), Open(1, project()), Go()):
        pipe.send(command)
    found = pipe.run()
    assert of(Hit, found)[0].step == 3
    assert (of(Kept, found)[-1].first, of(Kept, found)[-1].last) == (3, 3)
    assert revisit(pipe, 3).step == 3


@pytest.mark.parametrize("how", ["go on", "stop", "go back"])
def test_a_cost_that_is_not_finite_is_looked_into_but_its_weights_go_no_further(how: str) -> None:
    linear = chain(("x", "input", {"shape": (3,)}), ("o", "dense", {"units": 2}))
    pipe = Piped()
    opened = small(linear, lr=1e5, epochs=300)
    points = (Breakpoint(1, "not_finite"),)
    for command in (Remember(MEMORY), SetBreakpoints(points), Open(1, opened), Go()):
        pipe.send(command)
    found = pipe.run()
    (hit,), (halted,) = of(Hit, found), of(Halted, found)
    record = revisit(pipe, hit.step)
    assert not np.isfinite(record.cost)
    assert len(Trace(record)) > 0
    before = revisit(pipe, hit.step - 1)  # its update is the one that made the cost infinite
    for name, array in halted.weights.items():
        assert np.isfinite(array).all()
        assert_array_equal(array, before.weights[name])
    pipe.send({"go on": Go(steps=1), "stop": Stop(), "go back": GoBack(2)}[how])
    found = pipe.run()
    if how == "go on":
        assert of(Failed, found)[0].step == hit.step
    assert all(np.isfinite(array).all() for rest in of(Halted, found) for array in rest.weights.values())
    assert pipe.session.finite()


def test_a_step_by_hand_makes_the_update_that_a_breakpoint_came_before() -> None:
    pipe = Piped()
    for command in (SetBreakpoints((Breakpoint(1, "iteration", {"iteration": 2}),)), Open(1, project()), Go(steps=1)):
        pipe.send(command)
    pipe.run()
    pipe.send(Go(steps=1))
    (hit,) = of(Hit, pipe.run())
    assert hit.step == 2
    pipe.send(Go(steps=1))
    found = pipe.run()
    assert of(Hit, found) == []
    assert of(Halted, found)[0].step == 2
