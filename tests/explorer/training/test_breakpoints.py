"""Breakpoints: each halts exactly where its condition comes to hold, before the update, and costs nothing when off."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from explorer.params import ParamError
from explorer.resolve import resolve
from explorer.training import breakpoints, watching
from explorer.training.breakpoints import BREAKPOINTS, BY_ID, Breakpoint, BreakpointKind
from explorer.training.events import BreakpointHit, Diverged, StepDone
from explorer.training.history import History, go_back
from explorer.training.loop import train
from explorer.training.session import Session
from explorer.training.watching import Watch
from tests.explorer import param_values
from tests.explorer.training.small import INPUTS, chain, project

CLASSES = np.stack([INPUTS.sum(1) > 0, INPUTS.sum(1) <= 0], 1).astype(float)
RELUS = chain(
    ("x", "input", {"shape": (3,)}),
    ("h", "dense", {"units": 6}),
    ("a", "relu", {}),
    ("k", "dense", {"units": 5}),
    ("b", "relu", {}),
    ("o", "dense", {"units": 2}),
)


@dataclass
class Told:
    """Facts that a test makes up."""

    step: int = 1
    cost: float = 1.0
    norms: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return self.cost

    def gradient_norms(self, layer: str) -> dict[str, float]:
        return {name: norm for name, norm in self.norms.items() if layer in ("", name)}

    dead_shares = gradient_norms

    def mistake(self, sample: int) -> str:
        return "4, not 9" if sample == self.step else ""


def looked(kind: str, costs: list[float], **params: Any) -> list[int]:
    """The places of the costs at which the condition holds."""
    look = Breakpoint(1, kind, params).look()
    return [place for place, cost in enumerate(costs) if look(Told(place + 1, cost))]


COSTS = st.lists(st.floats(0, 100), max_size=40)


@given(COSTS, st.floats(1.01, 5))
def test_a_rise_over_the_best(costs: list[float], factor: float) -> None:
    wanted = [i for i in range(1, len(costs)) if costs[i] >= factor * min(costs[:i]) and costs[i] > min(costs[:i])]
    assert looked("cost_rises", costs, factor=factor) == wanted


@given(COSTS, st.floats(1.01, 5), st.integers(1, 6))
def test_a_rise_over_the_mean_of_the_last(costs: list[float], factor: float, last: int) -> None:
    means = {i: sum(costs[i - last : i]) / last for i in range(last, len(costs))}
    wanted = [i for i, mean in means.items() if costs[i] >= factor * mean and costs[i] > mean]
    assert looked("cost_rises", costs, factor=factor, over="mean", last=last) == wanted


@given(COSTS, st.floats(0, 100))
def test_a_crossing(costs: list[float], value: float) -> None:
    wanted = [i for i in range(1, len(costs)) if (costs[i - 1] < value) != (costs[i] < value)]
    assert looked("cost_crosses", costs, value=value) == wanted


def test_what_is_not_finite() -> None:
    assert looked("not_finite", [1.0, math.nan, 2.0, math.inf]) == [1, 3]
    assert looked("cost_crosses", [1.0, math.nan, 0.0], value=0.5) == []
    assert looked("cost_rises", [1.0, math.nan, 3.0], factor=2.0) == [2]


@pytest.mark.parametrize("kind", BREAKPOINTS, ids=lambda kind: kind.id)
@given(data=st.data())
def test_each_kind_tells_what_it_is(kind: BreakpointKind, data: st.DataObject) -> None:
    assert BY_ID[kind.id] is kind
    assert kind.title
    assert len(kind.help) > 40
    assert Breakpoint(1, kind.id).summary
    assert all(param.help for param in kind.params)
    values = data.draw(param_values.values(kind.params))
    point = Breakpoint(1, kind.id, values)
    assert point.values == values
    assert isinstance(point.look()(Told(norms={"h": 1.0})), str)


def test_the_layers_that_they_can_be() -> None:
    resolved = resolve(RELUS)
    assert BY_ID["gradient_norm"].layers(resolved) == ("h", "k", "o")
    assert BY_ID["dead_relus"].layers(resolved) == ("a", "b")
    assert BY_ID["iteration"].layers(resolved) == ()


# On a run


def session_with(*points: tuple[str, dict[str, Any]], **values: Any) -> Session:
    session = Session(project(RELUS, CLASSES, **{"epochs": 6, **values}))
    session.history = History()
    Watch(session).set([Breakpoint(i, kind, params) for i, (kind, params) in enumerate(points)])
    return session


def hits(session: Session) -> Iterator[BreakpointHit]:
    return (event for event in train(session) if isinstance(event, BreakpointHit))


def test_it_halts_before_the_update_and_then_goes_on_as_if_nothing_had_been() -> None:
    free = session_with()
    assert free.watch is None
    list(train(free))
    kinds = [("iteration", {"iteration": 3}), ("gradient_norm", {"bound": 0.0}), ("dead_relus", {"share": 0.01})]
    session = session_with(*kinds, ("misclassified", {"sample": 2}), ("cost_crosses", {"value": 0.4}))
    events = train(session)
    for event in events:
        if isinstance(event, BreakpointHit) and event.step == 3:
            break
    assert session.step == 2
    assert event.hits[0].startswith("Iteration 3: the cost is 0.")
    assert session.history is not None
    kept = session.history[3].arrays()
    for name, weight in session.parameters.items():
        assert torch.equal(weight, kept[name, ""])
    list(events)
    for name, array in free.weights().items():
        assert_array_equal(session.weights()[name], array)


def plain_gradient(session: Session, rows: torch.Tensor) -> dict[str, float]:
    """The length of each layer's gradient, by autograd on its own."""
    total = session.objective([x[rows] for x in session.inputs], [t[rows] for t in session.targets])
    weights = session.module.weights()
    slopes = torch.autograd.grad(total, list(weights.values()))
    lengths = dict.fromkeys(name.partition(".")[0] for name in weights)
    for layer in lengths:
        own = [g.flatten() for name, g in zip(weights, slopes, strict=True) if name.startswith(f"{layer}.")]
        lengths[layer] = float(torch.cat(own).norm())
    return lengths


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "conjugate_gradient"])
@pytest.mark.parametrize("layer", ["", "k"])
@pytest.mark.parametrize("side", ["above", "below"])
def test_gradients_are_those_of_the_update(optimizer: str, layer: str, side: str) -> None:
    free = Session(project(RELUS, CLASSES, optimizer=optimizer, epochs=6, batch_size=5))
    history = free.history = History()
    list(train(free))
    lengths = []
    for step in history.steps:
        under = go_back(free, history[step])
        lengths.append(plain_gradient(free, under.batches[under.done]))
    own = [found[layer] if layer else (max if side == "above" else min)(found.values()) for found in lengths]
    bound = float(np.median(own))
    holds = [length > bound if side == "above" else length < bound for length in own]
    wanted = [i + 1 for i, hold in enumerate(holds) if hold and not (i and holds[i - 1])]
    params = {"layer": layer, "side": side, "bound": bound}
    session = session_with(("gradient_norm", params), optimizer=optimizer, batch_size=5)
    found = list(hits(session))
    assert [event.step for event in found] == wanted
    assert "has the length" in found[0].hits[0]


@pytest.mark.parametrize("freeze", [False, True])
def test_dead_relus_are_those_that_are_0_for_the_whole_batch(freeze: bool) -> None:
    front = [("x", "input", {"shape": (3,)}), ("h", "dense", {"units": 20, "freeze": freeze}), ("a", "relu", {})]
    network = chain(*front, ("o", "dense", {"units": 2}))
    session = Session(project(network, CLASSES, epochs=1, batch_size=3))
    assert (session.bottleneck is not None) == freeze
    Watch(session).set([Breakpoint(7, "dead_relus", {"layer": "a", "share": 0.01})])
    rows = session.examples.train
    event = next(hits(session))
    batch = torch.from_numpy(rows)[torch.randperm(len(rows), generator=torch.Generator().manual_seed(0))][:3]
    outputs = session.values(batch.numpy())["a"]
    share = (outputs == 0).all(0).mean()
    assert event.step == 1
    assert share > 0
    assert event.hits[7].startswith("1 % of a dead: ")
    assert f"{100 * share:.4g} % of the ReLUs of a are 0" in event.hits[7]


def test_a_sample_that_is_told_wrong() -> None:
    session = session_with(("misclassified", {"sample": 5}))
    free = Session(project(RELUS, CLASSES, epochs=6))
    wrong = []
    events = train(free)
    while True:
        outputs = free.values(np.array([4]))["o"]
        wrong.append(bool(outputs.argmax() != CLASSES[4].argmax()))
        if next((event for event in events if isinstance(event, StepDone)), None) is None:
            break
    wanted = [i + 1 for i in range(len(wrong) - 1) if wrong[i] and not (i and wrong[i - 1])]
    assert [event.step for event in hits(session)] == wanted
    assert list(hits(session_with(("misclassified", {"sample": 10**6})))) == []


def test_a_cost_that_is_not_finite_halts_with_the_weights_that_made_it_so() -> None:
    session = session_with(("not_finite", {}))
    events = train(session)
    next(events)
    for weight in session.parameters.values():
        weight.data.fill_(math.nan)
    event = next(events)
    assert isinstance(event, BreakpointHit)
    assert event.hits == {0: "Cost NaN or infinite: the cost is NaN"}
    assert session.history is not None
    assert all(
        bool(array.isnan().all()) for (name, key), array in session.history[2].arrays().items() if name and not key
    )
    assert isinstance(next(events), Diverged)
    assert isinstance(next(events), StepDone)
    assert session.finite()


def test_breakpoints_can_be_set_and_taken_away_while_it_runs() -> None:
    session = session_with(epochs=10**6)
    watch, events = Watch(session), train(session)
    next(events)
    best = Breakpoint(1, "cost_rises", {"factor": 1e9})
    watch.set([best, Breakpoint(2, "iteration", {"iteration": 4}), Breakpoint(3, "iteration", {"iteration": 5}, False)])
    assert next(event for event in events if isinstance(event, BreakpointHit)).step == 4
    watch.set([best])
    assert session.watch is watch
    watch.set([])
    assert session.watch is None
    assert not any(isinstance(next(events), BreakpointHit) for _ in range(30))


def test_what_holds_already_where_a_branch_begins_is_not_hit_there() -> None:
    session = session_with(("iteration", {"iteration": 3}), ("gradient_norm", {"bound": 0.0}))
    assert [event.step for event in hits(session)] == [1, 3]
    assert session.history is not None
    begun = go_back(session, session.history[3])
    assert session.watch is not None
    session.watch.begin_anew()
    assert not any(isinstance(event, BreakpointHit) for event in train(session, begun))


def test_nothing_is_computed_that_no_breakpoint_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> Any:
        raise AssertionError("computed in vain")

    for name in ("_norms", "_dead"):
        monkeypatch.setattr(watching.Measured, name, property(refused))
    monkeypatch.setattr(Session, "mistake", refused)
    session = session_with(("iteration", {}), ("cost_rises", {}), ("not_finite", {}), ("cost_crosses", {}))
    list(train(session))
    assert not any(module._forward_hooks for module in session.module.modules())


def test_a_layer_that_is_gone_hits_nothing() -> None:
    session = session_with(("gradient_norm", {"layer": "gone", "bound": 0.0}), ("dead_relus", {"layer": "gone"}))
    assert list(hits(session)) == []


def test_a_value_that_does_not_fit_is_its_default() -> None:
    point = Breakpoint(1, "iteration", {"iteration": -3})
    with pytest.raises(ParamError):
        point.entry.params[0].check(-3)
    assert point.values == {"iteration": 100}
    assert breakpoints.Breakpoint(1, "iteration") != point
