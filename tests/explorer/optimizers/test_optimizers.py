"""The contract that every optimizer keeps."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.equations import Quantity, operands
from explorer.optimizer import Optimizer, UpdatePlace
from explorer.optimizers import OPTIMIZERS, optimizer_of
from explorer.params import check_params
from explorer.settings import Settings, change
from tests.explorer.entries import check_entry, check_help_parts, check_ids, check_params_described
from tests.explorer.param_values import values

each_optimizer = pytest.mark.parametrize("entry", OPTIMIZERS, ids=lambda entry: entry.id)
each_that_steps = pytest.mark.parametrize(
    "entry", [entry for entry in OPTIMIZERS if not entry.searches], ids=lambda entry: entry.id
)
TORCHS = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
    "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta,
    "rprop": torch.optim.Rprop,
    "lbfgs": torch.optim.LBFGS,
}
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
        rule = entry.rule(params, at)
        known |= {at.before(name).quantity: before.get(name, 0.0) for name, _ in rule}
        for name, tree in rule:
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


@each_that_steps
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


@each_that_steps
def test_states_that_torch_keeps_are_states_of_the_rule(entry: Optimizer) -> None:
    params = {**check_params(entry.params, {})[0], **{p.name: 0.5 for p in entry.params if p.name == "momentum"}}
    names = [name for name, _ in entry.rule(params, UpdatePlace("h", "weight", (0, 0)))]
    assert names[-1] == "weight"
    assert len(set(names)) == len(names)
    assert set(entry.torch_states) <= set(names)
    assert by_torch(entry, params, 1.0, [0.5])[0].keys() == {*entry.torch_states, "weight"}


@each_optimizer
def test_what_the_learning_rate_is_a_learning_rate_of(entry: Optimizer) -> None:
    params, _ = check_params(entry.params, {})
    at = UpdatePlace("h", "weight", (0, 0))
    rule = dict(entry.rule(params, at))
    assert at.weight.quantity in operands(rule["weight"])
    used = {q for tree in rule.values() if tree is not None for q in operands(tree)}
    assert (at.rate.quantity in used) != entry.searches
    assert (at.overall("alpha").quantity in used) == entry.searches


@each_optimizer
def test_it_is_torchs_own_where_torch_has_one(entry: Optimizer) -> None:
    made = entry.create([torch.nn.Parameter(torch.zeros(2))], check_params(entry.params, {})[0])
    assert isinstance(made, TORCHS.get(entry.id, torch.optim.Optimizer))
    assert made.param_groups[0]["lr"] == entry.params[0].default


@each_optimizer
@given(data=st.data())
def test_another_optimizer_accepts_what_both_have(entry: Optimizer, data: st.DataObject) -> None:
    own = data.draw(values(entry.params), label="params")
    before = Settings({**Settings().values, "optimizer": entry.id}, own)
    for other in OPTIMIZERS:
        after = change(before, "optimizer", other.id)
        for param in other.params:
            wanted = own[param.name] if after["optimizer"] == entry.id else param.default
            mine = next((p for p in entry.params if p.name == param.name), None)
            if mine is not None and param.name != "lr" and own[param.name] != mine.default:
                wanted = own[param.name]
            assert after[param.name] == wanted


@each_optimizer
def test_optimizer_is_known_by_its_file_name_and_explained(entry: Optimizer) -> None:
    check_entry(entry, optimizer_of)
    check_help_parts(entry)
    check_params_described(entry.params)
    assert entry.params[0].name == "lr"


def test_ids_are_unique_and_an_unknown_one_is_a_key_error() -> None:
    check_ids(OPTIMIZERS, optimizer_of)


def test_rmsprop_has_a_velocity_with_momentum_alone_and_one_that_begins_at_0_under_way() -> None:
    entry = optimizer_of("rmsprop")
    at = UpdatePlace("h", "weight", (0, 0), 2)

    def params(momentum: float) -> dict[str, Any]:
        return check_params(entry.params, {"momentum": momentum})[0]

    assert [name for name, _ in entry.rule(params(0.0), at)] == ["v", "weight"]
    assert [name for name, _ in entry.rule(params(0.5), at)] == ["v", "u", "weight"]
    weights = [torch.nn.Parameter(torch.tensor([1.0], dtype=torch.float64)) for _ in range(2)]
    ours = entry.create(weights[:1], params(0.0))
    theirs = torch.optim.RMSprop(weights[1:], lr=params(0.0)["lr"], alpha=params(0.0)["smoothing"], momentum=1e-300)
    for momentum in (0.0, 0.5, 0.0, 0.9):
        ours.param_groups[0]["momentum"] = momentum
        theirs.param_groups[0]["momentum"] = max(momentum, 1e-300)
        if momentum == 0.5:
            assert "momentum_buffer" not in ours.state[weights[0]]
            theirs.state[weights[1]]["momentum_buffer"].zero_()
        for each in weights:
            each.grad = torch.tensor([0.5 + momentum], dtype=torch.float64)
        kept = theirs.state[weights[1]].get("momentum_buffer", torch.zeros(1)).clone()
        ours.step()
        theirs.step()
        if momentum == 0:  # without momentum the velocity waits
            theirs.state[weights[1]]["momentum_buffer"].copy_(kept)
        assert weights[0].item() == pytest.approx(weights[1].item(), rel=1e-12)
