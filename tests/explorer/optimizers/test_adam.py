"""Adam: its own properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.equations import Quantity
from explorer.optimizer import UpdatePlace
from explorer.optimizers import optimizer_of
from explorer.params import check_params

ADAM = optimizer_of("adam")


def test_default_learning_rate_is_its_papers() -> None:
    assert check_params(ADAM.params, {})[0] == {
        "lr": 0.001,
        "beta1": 0.9,
        "beta2": 0.999,
        "eps": 1e-8,
        "weight_decay": 0.0,
    }


@given(gradient=st.floats(1e-3, 1e3))
def test_first_step_is_as_long_as_the_learning_rate(gradient: float) -> None:
    params, at = check_params(ADAM.params, {})[0], UpdatePlace("h", "bias", (0,))
    known = {at.weight.quantity: 0.0, at.gradient.quantity: gradient, Quantity("rate"): 0.001}
    for name, tree in ADAM.rule(params, at):
        known.setdefault(at.before(name).quantity, 0.0)
        known[at.state(name).quantity] = tree.evaluate(known.__getitem__)
    assert known[at.state("weight").quantity] == pytest.approx(-0.001, rel=1e-4)
