"""The contract that every optimizer keeps."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.equations import Quantity
from explorer.optimizer import Optimizer, UpdatePlace
from explorer.optimizers import OPTIMIZERS, optimizer_of
from explorer.params import check_params
from tests.explorer.entries import check_entry, check_ids, check_params_described
from tests.explorer.param_values import values

each_optimizer = pytest.mark.parametrize("entry", OPTIMIZERS, ids=lambda entry: entry.id)
STEPS = 5
TINY = 1e-290
SLOPE = st.floats(1e-6, 10.0)
GRADIENTS = st.lists(SLOPE | SLOPE.map(lambda g: -g) | st.just(0.0), min_size=STEPS, max_size=STEPS)


def by_rule(entry: Optimizer, params: dict[str, Any], weight: float, gradients: list[float]) -> list[dict[str, float]]:
    """The weight and every state after each iteration, from the trees."""
    history: list[dict[str, float]] = []
    for step, gradient in enumerate(gradients, start=1):
        at = UpdatePlace("h", "weight", (0, 1), step)
        before = history[-1] if history else {"weight": weight}
        known = {at.weight.quantity: before["weight"], at.gradient.quantity: gradient, Quantity("rate"): params["lr"]}
        after: dict[str, float] = {}
        for name, tree in entry.rule(params, at):
            known[at.before(name).quantity] = before.get(name, 0.0)
            after[name] = known[at.state(name).quantity] = tree.evaluate(known.__getitem__)
        history.append(after)
    return history


def by_torch(entry: Optimizer, params: dict[str, Any], weight: float, gradients: list[float]) -> list[dict[str, float]]:
    """The weight and the states that torch keeps after each iteration, from torch's optimizer in float64."""
    parameter = torch.nn.Parameter(torch.tensor([weight], dtype=torch.float64))
    torch_optimizer = entry.create([parameter], params)
    history = []
    for gradient in gradients:
        parameter.grad = torch.tensor([gradient], dtype=torch.float64)
        torch_optimizer.step()
        kept = torch_optimizer.state[parameter]
        states = {name: kept[key].item() for name, key in entry.torch_states.items() if kept.get(key) is not None}
        history.append({**states, "weight": parameter.item()})
    return history


@each_optimizer
@given(data=st.data())
def test_rule_agrees_with_torch(entry: Optimizer, data: st.DataObject) -> None:
    params = data.draw(values(entry.params), label="params")
    weight = data.draw(st.floats(-10.0, 10.0), label="weight")
    gradients = data.draw(GRADIENTS, label="gradients")
    rule, expected = (run(entry, params, weight, gradients) for run in (by_rule, by_torch))
    for name in expected[0]:
        # Rounding is relative to what was added up on the way, which may have cancelled since; below TINY floats
        # have fewer digits.
        scale = max(abs(weight) if name == "weight" else 0.0, *(abs(step[name]) for step in expected))
        found, wanted = ([step[name] for step in history] for history in (rule, expected))
        assert found == pytest.approx(wanted, rel=0, abs=1e-12 * max(scale, TINY))


@each_optimizer
def test_states_that_torch_keeps_are_states_of_the_rule(entry: Optimizer) -> None:
    params = {**check_params(entry.params, {})[0], **{p.name: 0.5 for p in entry.params if p.name == "momentum"}}
    names = [name for name, _ in entry.rule(params, UpdatePlace("h", "weight", (0, 0)))]
    assert names[-1] == "weight"
    assert len(set(names)) == len(names)
    assert set(entry.torch_states) <= set(names)
    assert by_torch(entry, params, 1.0, [0.5])[0].keys() == {*entry.torch_states, "weight"}


@each_optimizer
def test_learning_rate_is_an_operand_of_the_update(entry: Optimizer) -> None:
    params, _ = check_params(entry.params, {})
    at = UpdatePlace("h", "weight", (0, 0))
    trees, operands = [dict(entry.rule(params, at))["weight"]], []
    while trees:
        tree = trees.pop()
        operands.append(tree)
        trees.extend(tree.parts)
    assert at.rate in operands
    assert at.weight in operands


@each_optimizer
def test_optimizer_is_known_by_its_file_name_and_explained(entry: Optimizer) -> None:
    check_entry(entry, optimizer_of)
    check_params_described(entry.params)
    assert entry.params[0].name == "lr"


def test_ids_are_unique_and_an_unknown_one_is_a_key_error() -> None:
    check_ids(OPTIMIZERS, optimizer_of)
