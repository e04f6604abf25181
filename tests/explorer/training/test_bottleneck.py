"""Bottleneck: frozen layers are computed once for each example, and training is the same as without."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.network import Edge, Network, Node, set_params
from explorer.project.model import Data, Project
from explorer.resolve import resolve
from explorer.settings import Settings
from explorer.training import bottleneck
from explorer.training.bottleneck import fixed_layers, front
from explorer.training.session import Session

NODES = (
    Node("x", "input", {"shape": (4,)}),
    Node("h", "dense", {"units": 6, "freeze": True}),
    Node("a", "tanh"),
    Node("drop", "dropout", {"p": 0.5}),
    Node("skip", "concat"),
    Node("o", "dense", {"units": 2}),
)
EDGES = (
    Edge("x", "h"),
    Edge("h", "a"),
    Edge("a", "drop"),
    Edge("drop", "skip"),
    Edge("x", "skip", 1),
    Edge("skip", "o"),
)
NETWORK = Network(NODES, EDGES)
ROWS = np.random.default_rng(5).normal(size=(10, 4)).tolist()
TARGETS = np.random.default_rng(6).normal(size=(10, 2)).tolist()


def project(network: Network = NETWORK, **settings: object) -> Project:
    values = {"batch_size": 3, "precision": "float64", **settings}
    return Project(
        network=network,
        data=Data("inline", {"inputs": ROWS, "targets": TARGETS}, (0.8, 0.2, 0.0)),
        settings=Settings(values, {"lr": 0.1}),
    )


def train(session: Session, epochs: int = 3) -> dict[str, np.ndarray]:
    for epoch in range(epochs):
        for rows in torch.as_tensor(session.examples.train).split(3):
            session.update(session.forward(rows).total, rows)
        session.measure(session.examples.validation)
        assert epoch >= 0
    return dict(session.weights())


def test_what_is_fixed_and_what_is_kept_of_it() -> None:
    resolved = resolve(NETWORK)
    assert fixed_layers(resolved) == ("x", "h", "a")
    assert front(resolved, fixed_layers(resolved)) == {"a", "x"}


def test_each_example_goes_through_frozen_layers_once(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(project())
    assert session.bottleneck is not None
    seen: list[torch.Tensor] = []
    (frozen,) = [module for node, _, module in session.module.plan if node == "h"]
    frozen.register_forward_hook(lambda _module, given, _out: seen.append(given[0].detach().clone()))
    train(session)
    rows = torch.cat(seen)
    assert len(rows) == 10
    assert len(rows.unique(dim=0)) == 10


def test_training_is_the_same_as_without(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = train(Session(project()))
    monkeypatch.setattr("explorer.training.session.bottleneck_for", lambda *_: None)
    plain = Session(project())
    assert plain.bottleneck is None
    for name, array in train(plain).items():
        np.testing.assert_allclose(kept[name], array, rtol=1e-12, atol=1e-14, err_msg=name)
    np.testing.assert_array_equal(kept["h.weight"], Session(project()).weights()["h.weight"])


def test_there_is_none_where_it_saves_nothing_or_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Session(project(set_params(NETWORK, "h", {"freeze": False}))).bottleneck is None
    assert Session(project(set_params(NETWORK, "o", {"freeze": True}))).bottleneck is None
    session = Session(project())
    assert bottleneck.bottleneck_for(session.module, session.inputs, 6 * 8 * 10 * 4) is not None
    assert bottleneck.bottleneck_for(session.module, session.inputs, 6 * 8 * 10 * 4 - 4) is None


def test_shared_weights_are_fixed_with_their_owner() -> None:
    nodes = (NODES[0], Node("p", "dense", {"units": 4, "freeze": True}), Node("q", "dense", {"units": 4, "share": "p"}))
    resolved = resolve(Network((*nodes, Node("o", "dense")), (Edge("x", "p"), Edge("p", "q"), Edge("q", "o"))))
    assert fixed_layers(resolved) == ("x", "p", "q")
