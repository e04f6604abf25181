"""Gradient descent: the worked example's published updates, and when it has a velocity."""

from __future__ import annotations

import pytest

from explorer.equations import Quantity
from explorer.optimizer import UpdatePlace
from explorer.optimizers import optimizer_of

SGD = optimizer_of("sgd")
AT = UpdatePlace("c", "weight", (0, 0))


@pytest.mark.parametrize(
    ("weight", "gradient", "updated"),
    [
        (0.05, 0.100508254240, -0.000254127120),
        (0.40, -0.036167750675, 0.418083875337),
        (0.70, -0.051518554766, 0.725759277383),
    ],
)
def test_worked_example(weight: float, gradient: float, updated: float) -> None:
    ((name, tree),) = SGD.rule({"lr": 0.5, "momentum": 0.0, "nesterov": False}, AT)
    known = {AT.weight.quantity: weight, AT.gradient.quantity: gradient, Quantity("rate"): 0.5}
    assert name == "weight"
    assert tree.evaluate(known.__getitem__) == pytest.approx(updated, abs=2e-12)


def test_without_momentum_nesterov_changes_nothing() -> None:
    plain, nesterov = ({"lr": 0.1, "momentum": 0.0, "nesterov": on} for on in (False, True))
    assert SGD.rule(nesterov, AT) == SGD.rule(plain, AT)


def test_momentum_has_a_velocity_and_nesterov_looks_ahead() -> None:
    plain, nesterov = (dict(SGD.rule({"lr": 0.1, "momentum": 0.9, "nesterov": on}, AT)) for on in (False, True))
    assert plain["v"] == nesterov["v"]
    assert plain["weight"] == AT.weight - AT.rate * AT.state("v")
    assert nesterov["weight"] != plain["weight"]
