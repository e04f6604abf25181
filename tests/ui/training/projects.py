"""Small projects for tests of training."""

from __future__ import annotations

from itertools import pairwise

from explorer.network import Edge, Network, Node
from explorer.output_settings import OutputSettings
from explorer.project.model import Data, Project
from explorer.settings import Settings


def small(**settings: object) -> Project:
    """2-3-1 with a tanh, on four typed examples."""
    nodes = (
        Node("x", "input", {"shape": (2,)}),
        Node("h", "dense", {"units": 3}),
        Node("act", "tanh"),
        Node("y", "dense", {"units": 1}),
    )
    edges = (Edge("x", "h"), Edge("h", "act"), Edge("act", "y"))
    rows = {"inputs": [[0, 0], [0, 1], [1, 0], [1, 1]], "targets": [[0], [1], [1], [0]]}
    values = {"batch_size": 2, "epochs": 10, **settings}
    return Project("small", Network(nodes, edges), data=Data("inline", rows), settings=Settings(values))


def pictures(epochs: int = 2) -> Project:
    """A convolution on men and chickens."""
    nodes = (
        Node("x", "input", {"shape": (1, 8, 8)}),
        Node("conv", "conv2d", {"filters": 4}),
        Node("act", "relu"),
        Node("conv2", "conv2d", {"filters": 3}),
        Node("flat", "flatten"),
        Node("y", "dense", {"units": 2}),
    )
    edges = tuple(Edge(a.id, b.id) for a, b in pairwise(nodes))
    settings = Settings({"cost": "cross_entropy", "epochs": epochs, "batch_size": 20})
    return Project("pictures", Network(nodes, edges), data=Data("characters", {"count": 60}), settings=settings)


def sine(epochs: int = 3, rate: float = 0.05) -> Project:
    """1-4-1 on the noisy sine."""
    nodes = (
        Node("x", "input", {"shape": (1,)}),
        Node("h", "dense", {"units": 4}),
        Node("act", "tanh"),
        Node("y", "dense", {"units": 1}),
    )
    edges = (Edge("x", "h"), Edge("h", "act"), Edge("act", "y"))
    settings = Settings({"epochs": epochs, "batch_size": 20}, {"lr": rate})
    return Project("sine", Network(nodes, edges), data=Data("noisy_sine", {"count": 100}), settings=settings)


def two_headed() -> Project:
    """Two numbers in; a class of three and a value out, on four typed examples."""
    nodes = (
        Node("x", "input", {"shape": (2,)}),
        Node("c", "dense", {"units": 3}),
        Node("v", "dense", {"units": 1}),
    )
    rows = {"inputs": [[0, 0], [0, 1], [1, 0], [1, 1]], "targets": [[0, 0.5], [1, 1], [2, -1], [0, 0]]}
    settings = Settings({"batch_size": 2}, outputs={"c": OutputSettings("cross_entropy")})
    network = Network(nodes, (Edge("x", "c"), Edge("x", "v")))
    return Project("two-headed", network, data=Data("inline", rows), settings=settings)
