"""Starter templates: each opens, resolves, fits its data, is written as the program writes, and learns."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest

from explorer.examples import EXAMPLES, STARTERS, Example, load_example
from explorer.layers import kind_of
from explorer.library import blocks
from explorer.network import Edge, Network, Node
from explorer.project.check import check_project
from explorer.project.format import dumps_project
from explorer.project.model import Data, Project
from explorer.resolve import resolve
from explorer.settings import Settings, change
from explorer.templates import unused
from explorer.training.events import EpochDone
from explorer.training.loop import train
from explorer.training.session import Session

PARAMETERS = {
    "perceptron": 3, "mlp": 17, "lenet": 7690, "vgg": 25274, "resnet": 14442, "autoencoder": 4744,
    "rnn": 2063, "lstm": 1250, "transformer": 2023,
}  # fmt: skip
each = pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.id)


def few(project: Project, count: int = 96) -> Project:
    """With at most so many examples, for three epochs, so that a test is quick."""
    params = {"count": count} if any(param.name == "count" for param in project.data.kind.params) else {}
    return replace(
        project,
        data=replace(project.data, params={**project.data.params, **params}),
        settings=change(project.settings, "epochs", 3),
    )


def test_every_file_is_listed_and_written_as_the_program_writes() -> None:
    folder = files("resources").joinpath("templates")
    assert {entry.name for entry in folder.iterdir()} == {starter.file for starter in STARTERS}
    for starter in STARTERS:
        assert folder.joinpath(starter.file).read_bytes() == dumps_project(load_example(starter.id), ".json")


def test_ids_are_those_of_no_example() -> None:
    ids = [example.id.lower() for example in (*EXAMPLES, *STARTERS)]
    assert len(set(ids)) == len(ids)


@each
def test_each_opens_without_problems(starter: Example) -> None:
    project = load_example(starter.id)
    resolved, problems = check_project(project)
    assert problems == ()
    assert resolved.parameters == PARAMETERS[starter.id]
    assert project.description
    assert unused(project.network) == ()
    for network in (project.network, *project.network.templates.values()):
        assert all(node.position for node in network.nodes)


@each
def test_each_learns(starter: Example) -> None:
    epochs = [event for event in train(Session(few(load_example(starter.id)), "cpu")) if isinstance(event, EpochDone)]
    costs = [event.train_cost for event in epochs]
    assert costs[-1] < costs[0], costs


@pytest.mark.parametrize(("starter", "largest"), [("perceptron", 0.1), ("mlp", 0.02)])
def test_logic_is_learned_whole(starter: str, largest: float) -> None:
    epochs = [event for event in train(Session(load_example(starter), "cpu")) if isinstance(event, EpochDone)]
    assert epochs[-1].train_cost < largest


def test_blocks_come_with_all_that_they_use_and_learn() -> None:
    shapes = {"residual block": (16, 4, 4), "VGG stage 16": (3, 4, 4), "transformer block": (5, 8)}
    assert [block.name for block in blocks()] == list(shapes)
    for block in blocks():
        nodes = (
            Node("x", "input", {"shape": shapes[block.name]}),
            Node("block", "subnetwork", {"template": block.name}),
            Node("flat", "flatten"),
            Node("y", "dense", {"units": 2}),
        )
        edges = (Edge("x", "block"), Edge("block", "flat"), Edge("flat", "y"))
        network = Network(nodes, edges, templates=block.templates)
        assert resolve(network).problems == ()
        assert all(kind_of(node.kind) for node in block.templates[block.name].nodes)
        assert block.sentence
        size = resolve(network).layers["x"].shape or ()
        inputs = [[[[(i * j + k) % 3 for k in range(size[-1])] for j in range(size[-2])] for _ in range(size[0])]
                  if len(size) == 3 else [[(i * j + k) % 3 for k in range(size[1])] for j in range(size[0])]
                  for i in range(4)]  # fmt: skip
        data = Data("inline", {"inputs": inputs, "targets": [[0, 1], [1, 0], [0, 1], [1, 0]]})
        settings = Settings({"cost": "cross_entropy", "optimizer": "adam", "epochs": 5, "batch_size": 4}, {"lr": 0.01})
        epochs = [e for e in train(Session(Project("b", network, data=data, settings=settings), "cpu"))
                  if isinstance(e, EpochDone)]  # fmt: skip
        assert epochs[-1].train_cost < epochs[0].train_cost
