"""Gradient descent: the worked example's published updates, and when it has a velocity."""

from __future__ import annotations

import pytest

from explorer.equations import Quantity
from explorer.optimizer import UpdatePlace
from explorer.optimizers import optimizer_of
from explorer.params import check_params

SGD = optimizer_of("sgd")
AT = UpdatePlace("c", "weight", (0, 0))


def given(**chosen: object) -> dict[str, object]:
    """The params, complete."""
    return check_params(SGD.params, chosen)[0]


@pytest.mark.parametrize(
    ("weight", "gradient", "updated"),
    [
        (0.05, 0.100508254240, -0.000254127120),
        (0.40, -0.036167750675, 0.418083875337),
        (0.70, -0.051518554766, 0.725759277383),
    ],
)
def test_worked_example(weight: float, gradient: float, updated: float) -> None:
    ((name, tree),) = SGD.rule(given(lr=0.5), AT)
    known = {AT.weight.quantity: weight, AT.gradient.quantity: gradient, Quantity("rate"): 0.5}
    assert name == "weight"
    assert tree.evaluate(known.__getitem__) == pytest.approx(updated, abs=2e-12)


def test_without_momentum_nesterov_changes_nothing() -> None:
    plain, nesterov = (given(nesterov=on) for on in (False, True))
    assert SGD.rule(nesterov, AT) == SGD.rule(plain, AT)


def test_momentum_has_a_velocity_and_nesterov_looks_ahead() -> None:
    plain, nesterov = (dict(SGD.rule(given(momentum=0.9, nesterov=on), AT)) for on in (False, True))
    assert plain["v"] == nesterov["v"]
    assert plain["weight"] == AT.weight - AT.rate * AT.state("v")
    assert nesterov["weight"] != plain["weight"]


def test_weight_decay_is_the_gradient_of_a_penalty_on_the_cost() -> None:
    decayed = dict(SGD.rule(given(lr=0.5, weight_decay=0.25), AT))["weight"]
    known = {AT.weight.quantity: 4.0, AT.gradient.quantity: 1.0, Quantity("rate"): 0.5}
    assert decayed.evaluate(known.__getitem__) == 4.0 - 0.5 * (1.0 + 0.25 * 4.0)
