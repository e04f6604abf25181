"""Masks: drawn anew, they are what training drew, whatever the other layers make of the numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from explorer.training.events import StepDone
from explorer.training.history import History
from explorer.training.loop import train
from explorer.training.masks import masks_of, project_at
from explorer.training.session import Session
from tests.explorer.training.small import chain, project

NETWORK = chain(
    ("x", "input", {"shape": (3,)}),
    ("c", "dropout", {"p": 0.3}),
    ("h", "dense", {"units": 12}),
    ("n", "batch_norm", {}),
    ("a", "relu", {}),
    ("d", "dropout", {"p": 0.5}),
    ("o", "dense", {"units": 2}),
)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "conjugate_gradient"])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_they_are_what_training_drew(optimizer: str, precision: str) -> None:
    session = Session(project(NETWORK, optimizer=optimizer, precision=precision, batch_size=5, epochs=2))
    session.history = History()
    passed: list[dict[str, torch.Tensor]] = []
    layers = {node: module for node, _, module in session.module.plan if node in ("c", "d")}
    factors: dict[str, torch.Tensor] = {}
    for node, module in layers.items():

        def keep(module: torch.nn.Module, given: tuple[torch.Tensor], output: torch.Tensor, node: str = node) -> None:
            # Where nothing came in, it cannot be told from what comes out whether it was dropped.
            if module.training:
                factors[node] = torch.where(given[0] == 0, torch.nan, output / given[0]).detach().clone()

        module.register_forward_hook(keep)
    for event in train(session):
        if isinstance(event, StepDone):
            passed.append(dict(factors))
    weights = dict(session.weights())
    state = torch.get_rng_state()
    kept = set()
    for step in session.history.steps:
        masks = masks_of(session, session.history[step])
        for node, module in layers.items():
            factor = passed[step - 1][node].numpy()
            seen = ~np.isnan(factor)
            assert seen.any()
            np.testing.assert_allclose(masks[node][seen], (factor * (1 - module.p))[seen], rtol=1e-6)
            kept |= set(masks[node].flatten().tolist())
    assert kept == {0.0, 1.0}
    assert torch.equal(torch.get_rng_state(), state)
    for name, array in session.weights().items():
        assert_array_equal(array, weights[name])


def test_the_project_of_an_iteration_has_its_weights_statistics_and_settings() -> None:
    session = Session(project(NETWORK, batch_size=5, epochs=2))
    session.history = History()
    kept = [dict(session.weights())]
    for event in train(session):
        if isinstance(event, StepDone):
            kept.append(dict(session.weights()))
            session.set("lr", 0.01 * event.step)
    for step in session.history.steps:
        found = project_at(session, session.history[step])
        assert found.settings["lr"] == pytest.approx(0.01 * (step - 1) if step > 1 else session.project.settings["lr"])
        assert found.weights.keys() == kept[0].keys()
        for name, array in found.weights.items():
            assert_array_equal(array, kept[step - 1][name])


def test_a_network_without_dropout_has_none() -> None:
    session = Session(project())
    session.history = History()
    next(train(session))
    assert masks_of(session, session.history[1]) == {}
