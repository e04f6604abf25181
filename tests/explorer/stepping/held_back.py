"""A small project with everything that changes how weights are trained, for tests of steps."""

from __future__ import annotations

from explorer.network import Edge, Network, Node
from explorer.output_settings import OutputSettings
from explorer.project.model import Data, Project
from explorer.settings import Settings


def held_back_project() -> Project:
    """Two outputs, weights that two layers share, with penalties and a max norm, and frozen ones."""
    held = {"units": 2, "l1": 0.01, "l2": 0.1, "max_norm": 0.6}
    nodes = (
        Node("x", "input", {"shape": (2,)}), Node("h", "dense", held), Node("t", "tanh"),
        Node("g", "dense", {"units": 2, "share": "h"}), Node("y", "dense", {"units": 2, "freeze": True}),
    )  # fmt: skip
    edges = (Edge("x", "h"), Edge("h", "t"), Edge("t", "g"), Edge("t", "y"))
    rows = {"inputs": [[0.5, -1.0], [0.25, 2.0]], "targets": [[1, 0, 0.5, 0.1], [0, 1, 0.2, 0.3]]}
    outputs = {"g": OutputSettings("cross_entropy", 0.5)}
    settings = Settings({"batch_size": 2, "init": "normal"}, outputs=outputs)
    return Project(network=Network(nodes, edges), data=Data("inline", rows), settings=settings)
