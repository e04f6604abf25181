"""A small recurrent network: a sequence in, one number out."""

from __future__ import annotations

import numpy as np

from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from explorer.settings import Settings


def recurrent(steps: int, units: int, scale: float = 0.5, seed: int = 0) -> Project:
    """``scale`` is the spread of the weights."""
    rng = np.random.default_rng(seed)
    nodes = (
        Node("x", "input", {"shape": (steps, 2)}),
        Node("r", "rnn", {"units": units}),
        Node("y", "dense", {"units": 1}),
    )
    network = Network(nodes, (Edge("x", "r"), Edge("r", "y")))
    weights = {
        "r.weight_ih_l0": rng.normal(0, scale, (units, 2)),
        "r.weight_hh_l0": rng.normal(0, scale, (units, units)),
        "r.bias_ih_l0": np.zeros(units),
        "r.bias_hh_l0": np.zeros(units),
        "y.weight": rng.normal(0, 1, (1, units)),
        "y.bias": np.zeros(1),
    }
    data = Data("inline", {"inputs": rng.normal(size=(1, steps, 2)).tolist(), "targets": [[1.0]]})
    return Project(network=network, weights=weights, data=data, settings=Settings({"batch_size": 1}))
