"""A dense layer on each time step: its gradients are summed over the steps, however many units it has."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from explorer.settings import Settings
from explorer.stepping.compute import compute_records
from explorer.stepping.numbers import Exact
from explorer.stepping.trace import Trace


@pytest.mark.parametrize(("time", "units"), [(4, 2), (2, 4), (1, 3), (3, 1), (3, 3)])
def test_gradients_are_sums_over_the_time_steps(time: int, units: int) -> None:
    numbers = np.random.default_rng(time * 10 + units)
    nodes = (Node("x", "input", {"shape": (time, 2)}), Node("d", "dense", {"units": units, "each_step": True}))
    x, target = numbers.normal(size=(time, 2)), numbers.normal(size=(time, units))
    weights = {"d.weight": numbers.normal(size=(units, 2)), "d.bias": numbers.normal(size=units)}
    data = Data("inline", {"inputs": [x.tolist()], "targets": [target.tolist()]})
    network = Network(nodes, (Edge("x", "d"),))
    project = Project(network=network, weights=weights, data=data, settings=Settings({"cost": "squared_error"}))
    trace = Trace(compute_records(project)[0])
    exact = Exact(trace.rules)
    delta = x @ weights["d.weight"].T + weights["d.bias"] - target
    expected = {"weight": delta.T @ x, "bias": delta.sum(0)}
    steps = [step for step in trace if step.quantity.role == "gradient"]
    assert len(steps) == 3 * units
    for step in steps:
        assert step.equation is not None
        wanted = expected[step.quantity.part][step.quantity.index]
        assert float(step.equation.evaluate(exact)) == pytest.approx(wanted, rel=1e-10)
