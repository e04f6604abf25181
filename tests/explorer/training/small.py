"""A small network on numbers, and projects of it, for tests of training."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from explorer.settings import Settings, change

COUNT = 23
NUMBERS = np.random.default_rng(0)
INPUTS = NUMBERS.normal(size=(COUNT, 3))
TARGETS = np.stack([np.sin(INPUTS.sum(1)), INPUTS[:, 0] * INPUTS[:, 1]], 1)


def chain(*layers: tuple[str, str, dict[str, Any]]) -> Network:
    """Layers one after the other."""
    nodes = tuple(Node(*layer) for layer in layers)
    return Network(nodes, tuple(Edge(a.id, b.id) for a, b in pairwise(nodes)))


NETWORK = chain(
    ("x", "input", {"shape": (3,)}),
    ("h", "dense", {"units": 4}),
    ("t", "tanh", {}),
    ("o", "dense", {"units": 2}),
)
LINEAR = chain(("x", "input", {"shape": (3,)}), ("o", "dense", {"units": 2}))
WEIGHTS = {
    "h.weight": NUMBERS.normal(size=(4, 3)),
    "h.bias": NUMBERS.normal(size=4),
    "o.weight": NUMBERS.normal(size=(2, 4)),
    "o.bias": NUMBERS.normal(size=2),
}


def project(network: Network = NETWORK, targets: np.ndarray = TARGETS, split: Any = None, **values: Any) -> Project:
    settings = Settings({"precision": "float64", "batch_size": 4, "epochs": 3, "device": "cpu"})
    for name in sorted(values, key=lambda name: name != "optimizer"):
        settings = change(settings, name, values[name])
    data = Data("inline", {"inputs": INPUTS.tolist(), "targets": targets.tolist()}, split or (0.6, 0.2, 0.2))
    weights = WEIGHTS if network is NETWORK else {}
    return Project(network=network, weights=weights, data=data, settings=settings)
