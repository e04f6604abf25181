"""The training loop against a plain loop in torch, written out here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from explorer.network import Network
from explorer.params import ParamError
from explorer.project.check import RunProblem
from explorer.training.events import Ended, EpochDone, Event, Score, StepDone
from explorer.training.loop import train
from explorer.training.session import Session, pick_device
from tests.explorer.training.small import COUNT, INPUTS, LINEAR, NETWORK, TARGETS, WEIGHTS, chain, project


def plain_loop(optimizer: str, rates: list[float], seed: int, batch: int, **own: Any) -> Iterator[dict[str, Any]]:
    """What three epochs of training come to, with nothing of the program: one dictionary per epoch."""
    places = np.random.default_rng(seed).permutation(COUNT)
    train_rows, validation = torch.from_numpy(places[:14]), torch.from_numpy(places[14:19])
    x, t = torch.from_numpy(INPUTS), torch.from_numpy(TARGETS)
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)).double()
    with torch.no_grad():
        for parameter, array in zip(module.parameters(), WEIGHTS.values(), strict=True):
            parameter.copy_(torch.from_numpy(array))
    torch_optimizer = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimizer](
        module.parameters(), rates[0], **own
    )
    order = torch.Generator().manual_seed(seed)

    def cost(rows: torch.Tensor) -> torch.Tensor:
        return 0.5 * ((module(x[rows]) - t[rows]) ** 2).sum() / len(rows)

    for rate in rates:
        torch_optimizer.param_groups[0]["lr"] = rate
        shuffled = train_rows[torch.randperm(len(train_rows), generator=order)]
        total = 0.0
        for start in range(0, len(shuffled), batch):
            rows = shuffled[start : start + batch]
            torch_optimizer.zero_grad()
            error = cost(rows)
            error.backward()
            torch_optimizer.step()
            total += error.item() * len(rows)
        weights = [parameter.detach().numpy().copy() for parameter in module.parameters()]
        yield {"train": total / 14, "validation": cost(validation).item(), "weights": weights}


@pytest.mark.parametrize(
    ("optimizer", "own", "theirs"),
    [
        ("sgd", {}, {}),
        ("sgd", {"momentum": 0.9}, {"momentum": 0.9}),
        ("sgd", {"momentum": 0.9, "nesterov": True}, {"momentum": 0.9, "nesterov": True}),
        ("adam", {"beta1": 0.8}, {"betas": (0.8, 0.999)}),
    ],
)
@pytest.mark.parametrize("rates", [[0.05, 0.05, 0.05], [0.05, 0.2, 0.01]], ids=["steady", "changed live"])
@pytest.mark.parametrize("batch", [1, 4, 14, 100])
def test_training_is_the_plain_loop(
    optimizer: str, own: dict[str, Any], theirs: dict[str, Any], rates: list[float], batch: int
) -> None:
    session = Session(project(optimizer=optimizer, lr=rates[0], batch_size=batch, seed=5, **own))
    expected = plain_loop(optimizer, rates, 5, batch, **theirs)
    for event in train(session):
        if isinstance(event, EpochDone):
            wanted = next(expected)
            assert event.train_cost == pytest.approx(wanted["train"], rel=1e-12)
            assert event.validation_cost == pytest.approx(wanted["validation"], rel=1e-12)
            for found, array in zip(session.weights().values(), wanted["weights"], strict=True):
                assert_allclose(found, array, rtol=1e-11, atol=1e-13)
            if event.epoch < 3:
                session.set("lr", rates[event.epoch])
    assert next(expected, None) is None
    assert session.epoch == 3


def test_events_come_in_order_and_count_every_example() -> None:
    session = Session(project())
    events = list(train(session))
    steps = [event for event in events if isinstance(event, StepDone)]
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert [event.step for event in steps] == list(range(1, 13))
    assert [event.epoch for event in steps] == [1] * 4 + [2] * 4 + [3] * 4
    assert [event.examples for event in steps] == [4, 4, 4, 2] * 3
    assert [(event.epoch, event.step) for event in epochs] == [(1, 4), (2, 8), (3, 12)]
    for epoch in epochs:
        own = [step for step in steps if step.epoch == epoch.epoch]
        assert epoch.train_cost == pytest.approx(sum(step.cost * step.examples for step in own) / 14, rel=1e-12)
        assert epoch.seconds > 0
    assert events[-1] == Ended("all epochs are done")
    assert list(train(session)) == [Ended("all epochs are done")]


def test_without_shuffling_the_examples_keep_their_order() -> None:
    session = Session(project(shuffle=False, split=(1.0, 0.0, 0.0), batch_size=5, epochs=1, lr=0.0))
    costs = [event.cost for event in train(session) if isinstance(event, StepDone)]
    outputs = np.tanh(INPUTS @ WEIGHTS["h.weight"].T + WEIGHTS["h.bias"]) @ WEIGHTS["o.weight"].T + WEIGHTS["o.bias"]
    each = 0.5 * ((outputs - TARGETS) ** 2).sum(1)
    assert costs == pytest.approx([each[start : start + 5].mean() for start in range(0, COUNT, 5)], rel=1e-12)


def test_a_smaller_change_of_the_cost_than_asked_for_ends_the_run() -> None:
    free = [e.train_cost for e in train(Session(project(epochs=40, lr=0.02))) if isinstance(e, EpochDone)]
    limit = sorted(abs(a - b) for a, b in pairwise(free))[4]
    changes = [abs(a - b) < limit for a, b in pairwise(free)]
    events = list(train(Session(project(epochs=40, lr=0.02, stop_change=limit))))
    assert sum(isinstance(event, EpochDone) for event in events) == changes.index(True) + 2
    assert isinstance(events[-1], Ended)
    assert "changed by less than" in events[-1].reason


def test_no_epochs_is_no_training() -> None:
    session = Session(project(epochs=0))
    assert list(train(session)) == [Ended("all epochs are done")]
    for name, array in session.weights().items():
        assert_array_equal(array, WEIGHTS[name])


DROPOUT = chain(
    ("x", "input", {"shape": (3,)}),
    ("h", "dense", {"units": 16}),
    ("d", "dropout", {"p": 0.5}),
    ("o", "dense", {"units": 2}),
)


@pytest.mark.parametrize("network", [NETWORK, DROPOUT], ids=["plain", "dropout"])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_the_same_seed_gives_the_same_figures(network: Network, precision: str) -> None:
    def figures(seed: int) -> list[Any]:
        torch.manual_seed(999 + len(runs))  # what else the process drew must not matter
        session = Session(project(network, seed=seed, precision=precision))
        events = [replace(e, seconds=0.0) if isinstance(e, EpochDone) else e for e in train(session)]
        runs.append(events)
        return [events, [array.tolist() for array in session.weights().values()]]

    runs: list[list[Event]] = []
    assert figures(3) == figures(3)
    assert figures(3) != figures(4)


def test_dropout_is_off_in_evaluation_and_on_in_training() -> None:
    session = Session(project(DROPOUT, lr=0.0))
    everything = np.arange(COUNT)
    assert session.measure(everything) == session.measure(everything)
    values = session.values(everything)
    assert_array_equal(values["h"], values["d"])
    assert_allclose(session.outputs(INPUTS), values["o"], rtol=1e-12)
    rows = torch.arange(COUNT)
    assert session.forward(rows).total.item() != session.forward(rows).total.item()


def test_evaluation_is_the_mean_over_the_examples_however_many() -> None:
    session = Session(project())
    rows = np.arange(COUNT)
    many = np.concatenate([rows] * 130)  # several chunks, of unequal sizes
    alone = [session.measure(rows[i : i + 1]).cost for i in range(COUNT)]
    assert session.measure(rows).cost == pytest.approx(np.mean(alone), rel=1e-12)
    assert session.measure(many).cost == pytest.approx(np.mean(alone), rel=1e-12)
    assert session.measure(rows[:0]) == Score()


# Accuracy


def test_accuracy_by_the_largest_output() -> None:
    targets = np.eye(2)[(INPUTS[:, 0] > INPUTS[:, 1]).astype(int)]
    weights = {"o.weight": np.array([[0.0, 1.0, 0.9], [1.0, 0.0, 0.0]]), "o.bias": np.zeros(2)}
    session = Session(replace(project(LINEAR, targets, cost="cross_entropy", lr=0.0, epochs=1), weights=weights))
    told = (INPUTS @ weights["o.weight"].T).argmax(1) == targets.argmax(1)
    assert 0 < told.mean() < 1
    assert session.measure(np.arange(COUNT)).accuracy == told.mean()
    (done,) = [event for event in train(session) if isinstance(event, EpochDone)]
    assert done.train_accuracy == told[session.examples.train].mean()
    assert done.validation_accuracy == told[session.examples.validation].mean()


def test_accuracy_by_a_threshold() -> None:
    one = chain(("x", "input", {"shape": (3,)}), ("o", "dense", {"units": 1}), ("s", "sigmoid", {}))
    targets = (INPUTS[:, :1] > 0.3).astype(float)
    weights = {"o.weight": np.array([[1.0, 0.0, 0.0]]), "o.bias": np.zeros(1)}
    session = Session(replace(project(one, targets), weights=weights))
    told = (INPUTS[:, 0] > 0) == (targets[:, 0] == 1)
    assert 0 < told.mean() < 1
    assert session.measure(np.arange(COUNT)).accuracy == told.mean()


def test_numbers_that_are_no_classes_have_no_accuracy() -> None:
    session = Session(project(epochs=1))
    assert session.measure(np.arange(COUNT)).accuracy is None
    (done,) = [event for event in train(session) if isinstance(event, EpochDone)]
    assert (done.train_accuracy, done.validation_accuracy) == (None, None)


# Settings and what cannot run


def test_only_what_can_change_while_training_is_set() -> None:
    session = Session(project())
    session.set("epochs", 5)
    session.set("stop_change", 0.5)
    for name, value in (("cost", "l1"), ("optimizer", "adam"), ("batch_size", 2), ("no_such", 1)):
        before = session.settings
        with pytest.raises(ParamError):
            session.set(name, value)
        assert session.settings is before
    with pytest.raises(ParamError, match="Learning rate"):
        session.set("lr", -1.0)


def test_momentum_survives_a_change_of_the_rate() -> None:
    session = Session(project(momentum=0.9, epochs=1))
    list(train(session))
    assert session.optimizer is not None
    kept = [session.optimizer.state[p]["momentum_buffer"].clone() for p in session.module.weights().values()]
    session.set("lr", 0.001)
    assert session.optimizer.param_groups[0]["lr"] == 0.001
    for parameter, buffer in zip(session.module.weights().values(), kept, strict=True):
        assert torch.equal(session.optimizer.state[parameter]["momentum_buffer"], buffer)


def test_a_network_without_weights_can_be_run() -> None:
    session = Session(project(chain(("x", "input", {"shape": (3,)}), ("o", "sum", {})), TARGETS[:, :1], epochs=1))
    events = list(train(session))
    assert isinstance(events[-1], Ended)
    assert session.finite()


def test_a_project_with_a_problem_has_no_session() -> None:
    with pytest.raises(RunProblem) as caught:
        Session(replace(project(), network=Network(NETWORK.nodes)))
    assert caught.value.node is not None


@pytest.mark.parametrize("wish", ["gpu", "cpu:1", "cuda:x", "", "CPU"])
def test_a_device_that_is_none_is_told(wish: str) -> None:
    with pytest.raises(RunProblem, match="device"):
        pick_device(wish)


def test_devices_are_found() -> None:
    assert pick_device("cpu") == torch.device("cpu")
    if not torch.cuda.is_available():
        assert pick_device("auto") == torch.device("cpu")
        for wish in ("cuda", "cuda:0"):
            with pytest.raises(RunProblem, match="CUDA"):
                pick_device(wish)
