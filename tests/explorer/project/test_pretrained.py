"""add_pretrained: a trained project inside another gives what it gave, and training leaves it as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.compiler import compile_project
from explorer.network import Edge, Network, NetworkError, Node, add_node, connect
from explorer.project.format import dumps_project, loads_project
from explorer.project.model import Data, Project
from explorer.project.pretrained import add_pretrained
from explorer.resolve import resolve
from explorer.settings import Settings
from explorer.training.session import Session

BLOCK = Network(
    (Node("in", "input", {"shape": (3,)}), Node("d", "dense", {"units": 3}), Node("t", "tanh")),
    (Edge("in", "d"), Edge("d", "t")),
)
NESTED = Network(
    (
        Node("x", "input", {"shape": (3,)}),
        Node("b", "subnetwork", {"template": "block"}),
        Node("h", "dense", {"units": 3}),
        Node("k", "dense", {"units": 3, "share": "h"}),
    ),
    (Edge("x", "b"), Edge("b", "h"), Edge("h", "k")),
    templates={"block": BLOCK},
)
INPUTS = np.random.default_rng(1).normal(size=(6, 3))


def trained() -> Project:
    project = Project("Sinus & <b>", NESTED, settings=Settings({"precision": "float64"}))
    module = compile_project(project, resolve(NESTED), torch.float64)
    return replace(project, weights=module.weight_arrays())


def outputs(project: Project) -> np.ndarray:
    module = compile_project(project, resolve(project.network), torch.float64)
    result: np.ndarray = module(torch.tensor(INPUTS)).detach().numpy()
    return result


def host() -> Project:
    data = Data("inline", {"inputs": INPUTS.tolist(), "targets": INPUTS[:, :2].tolist()}, (1.0, 0.0, 0.0))
    network = Network((Node("x", "input", {"shape": (3,)}),), templates={"block": Network(BLOCK.nodes[:2])})
    return Project(network=network, data=data, settings=Settings({"precision": "float64"}, {"lr": 0.1}))


def test_it_gives_what_the_other_project_gave_and_travels_with_its_weights() -> None:
    other = trained()
    project, name = add_pretrained(host(), other)
    project = replace(project, network=connect(project.network, "x", name))
    assert resolve(project.network).problems == ()
    np.testing.assert_array_equal(outputs(project), outputs(other))
    opened = loads_project(dumps_project(project, ".nnx"))
    np.testing.assert_array_equal(outputs(opened), outputs(other))


def test_training_what_is_behind_leaves_it_as_it_is_and_computes_it_once() -> None:
    other = trained()
    project, name = add_pretrained(host(), other)
    network = add_node(connect(project.network, "x", name), Node("y", "dense", {"units": 2}))
    session = Session(replace(project, network=connect(network, name, "y")))
    assert session.bottleneck is not None
    rows = torch.as_tensor(session.examples.train)
    first = session.cost_in_use(rows)
    for _ in range(20):
        session.update(session.forward(rows).total, rows)
    assert session.cost_in_use(rows) < first
    for key, array in other.weights.items():
        np.testing.assert_array_equal(session.weights()[f"{name}/{key}"], array)


def test_the_projects_own_templates_stay_as_they_are() -> None:
    project, _ = add_pretrained(host(), trained())
    again, second = add_pretrained(project, trained())
    assert project.network.templates["block"] == host().network.templates["block"]
    assert second == "pretrained_2"
    assert len(again.weights) == 2 * len(trained().weights)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (Project("p", NESTED), "no weights yet"),
        (replace(trained(), network=Network(BLOCK.nodes[1:])), "no input"),
        (replace(trained(), network=Network(BLOCK.nodes)), "has 3 outputs"),
    ],
)
def test_what_cannot_be_a_feature_extractor_is_refused(other: Project, words: str) -> None:
    with pytest.raises(NetworkError, match=words):
        add_pretrained(host(), other)
