"""Several outputs, penalties, frozen and limited weights, against a plain loop in torch, written out here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from torch.nn.functional import cross_entropy

from explorer.network import Edge, Network, Node, set_params
from explorer.output_settings import OutputSettings
from explorer.project.model import Data, Project
from explorer.settings import Settings
from explorer.training.events import EpochDone, Score, StepDone
from explorer.training.loop import train
from explorer.training.session import Session
from tests.explorer.training.small import COUNT, INPUTS, NETWORK, TARGETS, WEIGHTS, project

CLASSES = (INPUTS[:, 0] > 0).astype(float) + (INPUTS[:, 1] > 0)
LABELS = np.column_stack([CLASSES, TARGETS[:, 0]])
NUMBERS = np.random.default_rng(1)
START = {
    "h.weight": NUMBERS.normal(size=(4, 3)), "h.bias": NUMBERS.normal(size=4),
    "c.weight": NUMBERS.normal(size=(3, 4)), "c.bias": NUMBERS.normal(size=3),
    "v.weight": NUMBERS.normal(size=(1, 4)), "v.bias": NUMBERS.normal(size=1),
}  # fmt: skip


def two_headed(**params: Any) -> Project:
    """A class and a value from the same hidden layer, whose dense layer h has these params."""
    nodes = (
        Node("x", "input", {"shape": (3,)}), Node("h", "dense", {"units": 4} | params), Node("t", "tanh"),
        Node("c", "dense", {"units": 3}), Node("v", "dense", {"units": 1}),
    )  # fmt: skip
    edges = (Edge("x", "h"), Edge("h", "t"), Edge("t", "c"), Edge("t", "v"))
    values = {"precision": "float64", "batch_size": 4, "epochs": 3, "shuffle": False}
    outputs = {"c": OutputSettings("cross_entropy"), "v": OutputSettings("mse", 0.25)}
    data = Data("inline", {"inputs": INPUTS.tolist(), "targets": LABELS.tolist()}, (0.6, 0.2, 0.2))
    settings = Settings(values, {"lr": 0.1}, outputs)
    return Project(network=Network(nodes, edges), weights=START, data=data, settings=settings)


def heads(weights: Mapping[str, torch.Tensor], rows: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """(cross-entropy of the class, mean squared error of the value) on some examples."""
    hidden = torch.tanh(torch.from_numpy(INPUTS[rows]) @ weights["h.weight"].T + weights["h.bias"])
    logits = hidden @ weights["c.weight"].T + weights["c.bias"]
    value = hidden @ weights["v.weight"].T + weights["v.bias"]
    wanted = torch.from_numpy(CLASSES[rows]).long()
    return cross_entropy(logits, wanted), ((value[:, 0] - torch.from_numpy(LABELS[rows, 1])) ** 2).mean()


def test_several_outputs_train_on_the_weighted_sum_of_their_costs() -> None:
    session = Session(two_headed())
    weights = {name: torch.tensor(array, requires_grad=True) for name, array in START.items()}
    for event in train(session):
        if isinstance(event, StepDone):
            place = 4 * ((event.step - 1) % 4)
            costs = heads(weights, session.examples.train[place : place + 4])
            assert event.outputs == pytest.approx({"c": costs[0].item(), "v": costs[1].item()}, rel=1e-12)
            assert event.cost == pytest.approx(costs[0].item() + 0.25 * costs[1].item(), rel=1e-12)
            slopes = torch.autograd.grad(costs[0] + 0.25 * costs[1], list(weights.values()))
            for weight, slope in zip(weights.values(), slopes, strict=True):
                weight.data -= 0.1 * slope
        elif isinstance(event, EpochDone):
            for name, array in session.weights().items():
                assert_allclose(array, weights[name].detach().numpy(), rtol=1e-11, atol=1e-13)
            found = event.validation_outputs
            expected = [cost.item() for cost in heads(weights, session.examples.validation)]
            assert [found["c"].cost, found["v"].cost] == pytest.approx(expected, rel=1e-12)
            assert event.validation_cost == pytest.approx(expected[0] + 0.25 * expected[1], rel=1e-12)
            trained = event.train_outputs
            assert event.train_cost == pytest.approx((trained["c"].cost or 0) + 0.25 * (trained["v"].cost or 0))
            assert event.train_accuracy == trained["c"].accuracy is not None
            assert trained["v"].accuracy is None
    assert session.epoch == 3


def test_one_output_tells_no_figures_of_single_outputs() -> None:
    events = list(train(Session(project(epochs=1))))
    assert all(event.outputs == {} for event in events if isinstance(event, StepDone))
    (done,) = [event for event in events if isinstance(event, EpochDone)]
    assert done.train_outputs == done.validation_outputs == {}


def test_the_accuracy_of_several_class_outputs_is_their_mean() -> None:
    made = two_headed()
    flags = (INPUTS[:, 2] > 0).astype(float)
    data = Data("inline", {"inputs": INPUTS.tolist(), "targets": np.column_stack([CLASSES, flags]).tolist()})
    score = Session(replace(made, data=data)).measure(np.arange(COUNT))
    assert isinstance(score, Score)
    shares = [own.accuracy for own in score.outputs.values()]
    assert None not in shares
    assert score.accuracy == pytest.approx(np.mean(np.array(shares, dtype=float)))


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "lbfgs"])
def test_penalties_are_trained_on_and_curves_show_the_cost_without_them(optimizer: str) -> None:
    held = project(set_params(NETWORK, "h", {"l1": 0.03, "l2": 0.2}), epochs=1, optimizer=optimizer, batch_size=100)
    session = Session(replace(held, weights=WEIGHTS))
    free = Session(project(epochs=1, optimizer=optimizer, batch_size=100))
    first = [next(event for event in train(each) if isinstance(event, StepDone)) for each in (session, free)]
    assert first[0].cost == first[1].cost
    rows = torch.from_numpy(session.examples.train)
    w = WEIGHTS["h.weight"]
    penalty = 0.03 * np.abs(w).sum() + 0.1 * (w**2).sum()
    slopes = []
    for each in (session, free):
        each.restore()
        total = each.forward(rows).total
        slopes.append(torch.autograd.grad(total, list(each.module.weights().values())))
    assert session.forward(rows).total.item() == pytest.approx(first[0].cost + penalty, rel=1e-12)
    for name, held_back, plain in zip(WEIGHTS, *slopes, strict=True):
        extra = 0.03 * np.sign(w) + 0.2 * w if name == "h.weight" else 0.0
        assert_allclose(held_back.numpy(), plain.numpy() + extra, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "rprop", "lbfgs", "conjugate_gradient"])
def test_frozen_weights_stay_under_every_optimizer_and_decay(optimizer: str) -> None:
    frozen = project(set_params(NETWORK, "h", {"freeze": True}), optimizer=optimizer)
    decay = {"weight_decay": 0.1} if "weight_decay" in frozen.settings.optimizer_params else {}
    own = {**frozen.settings.optimizer_params, **decay}
    session = Session(replace(frozen, weights=WEIGHTS, settings=replace(frozen.settings, optimizer_params=own)))
    list(train(session))
    left = session.weights()
    for name in ("h.weight", "h.bias"):
        assert_array_equal(left[name], WEIGHTS[name])
    assert np.any(left["o.weight"] != WEIGHTS["o.weight"])


def test_with_everything_frozen_nothing_changes_and_training_ends() -> None:
    frozen = set_params(set_params(NETWORK, "h", {"freeze": True}), "o", {"freeze": True})
    session = Session(replace(project(frozen), weights=WEIGHTS))
    assert sum(isinstance(event, EpochDone) for event in train(session)) == 3
    for name, array in session.weights().items():
        assert_array_equal(array, WEIGHTS[name])


def test_weights_into_a_unit_are_never_longer_than_max_norm() -> None:
    limited = replace(project(set_params(NETWORK, "h", {"max_norm": 0.8}), lr=0.2), weights=WEIGHTS)
    session = Session(limited)
    for event in train(session):
        if isinstance(event, StepDone):
            lengths = np.linalg.norm(session.weights()["h.weight"], axis=1)
            assert lengths.max() <= 0.8 * (1 + 1e-12)
            assert event.step > 1 or np.all(lengths > 0.79)  # they began longer, and keep their directions
    assert np.linalg.norm(session.weights()["o.weight"], axis=1).max() > 0.8


def test_layers_that_share_weights_train_as_one() -> None:
    nodes = (
        Node("x", "input", {"shape": (3,)}), Node("a", "dense", {"units": 3}), Node("t", "tanh"),
        Node("b", "dense", {"units": 3, "share": "a"}),
    )  # fmt: skip
    network = Network(nodes, (Edge("x", "a"), Edge("a", "t"), Edge("t", "b")))
    targets = np.hstack([TARGETS, TARGETS[:, :1]])
    session = Session(project(network, targets, batch_size=100, epochs=1, lr=0.1, split=(1.0, 0.0, 0.0)))
    start = session.weights()
    assert set(start) == {"a.weight", "a.bias"}
    w, b = (torch.tensor(start[name], requires_grad=True) for name in ("a.weight", "a.bias"))
    out = torch.tanh(torch.from_numpy(INPUTS) @ w.T + b) @ w.T + b
    cost = 0.5 * ((out - torch.from_numpy(targets)) ** 2).sum() / COUNT
    slopes = torch.autograd.grad(cost, [w, b])
    list(train(session))
    for name, weight, slope in zip(start, (w, b), slopes, strict=True):
        assert_allclose(session.weights()[name], (weight - 0.1 * slope).detach().numpy(), rtol=1e-11)
