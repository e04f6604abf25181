"""Why: in networks made so that one thing is to blame, that thing is blamed, with its numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from explorer.settings import Settings
from explorer.stepping.compute import compute_records
from explorer.stepping.naming import shown_name
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import Exact
from explorer.stepping.trace import Trace
from explorer.stepping.why import PER_STEP, Why, _through_time, can_ask, judge, norms_through_time, why
from tests.explorer.networks import projects
from tests.explorer.stepping.recurrent import recurrent


def asked(project: Project, q: Quantity, samples: tuple[int, ...] = (0,)) -> Why:
    (record,) = compute_records(project, samples)
    rules = Trace(record).rules
    notation = Notation(rules.resolved, "names", rules.batch)
    assert can_ask(rules, q)
    return why(rules, q, Exact(rules), lambda quantity: shown_name(notation, quantity))


def chain(
    *kinds: tuple[str, dict[str, Any]], inputs: Any, target: Any, cost: str = "squared_error", **weights: Any
) -> Project:
    """Layers one after the other, called by their kind and place: dense1, relu2."""
    given_inputs = np.asarray(inputs, dtype=float)
    nodes = [Node("x", "input", {"shape": given_inputs.shape})]
    nodes += [Node(f"{kind}{place}", kind, params) for place, (kind, params) in enumerate(kinds, start=1)]
    edges = tuple(Edge(one.id, two.id) for one, two in pairwise(nodes))
    arrays = {name.replace("__", "."): np.asarray(array, dtype=float) for name, array in weights.items()}
    data = Data("inline", {"inputs": [given_inputs.tolist()], "targets": [target]})
    return Project(
        network=Network(tuple(nodes), edges),
        weights=arrays,
        data=data,
        settings=Settings({"cost": cost, "batch_size": 1}),
    )


ONE: dict[str, Any] = {"units": 1}


def gradient(node: str, j: int = 0, i: int = 0) -> Quantity:
    return Quantity("gradient", node, "weight", (j, i))


def through(activation: str, net: float, target: float = 0.0, x: float = 1.0) -> Project:
    """One unit with a net input of ``net`` and an activation, and a dense layer behind it."""
    return chain(
        ("dense", ONE), (activation, {}), ("dense", ONE), inputs=[x], target=[target],
        dense1__weight=[[1.0]], dense1__bias=[net - x], dense3__weight=[[1.0]], dense3__bias=[1.0],
    )  # fmt: skip


def test_a_dead_relu_is_blamed_with_its_net_input() -> None:
    answer = asked(through("relu", -0.3), gradient("dense1"))
    assert (answer.value, answer.verdict) == (0.0, "vanishing")
    assert answer.culprits[0].sort == "dead ReLU"
    assert "= −0.3 is not positive" in answer.sentence
    assert answer.culprits[0].quantity == Quantity("slope", "relu2", index=(0,), label="dense1")
    assert asked(through("relu", 0.3), gradient("dense1")).verdict == "ordinary"


@pytest.mark.parametrize(("kind", "net"), [("sigmoid", 8.0), ("sigmoid", -7.0), ("tanh", 6.0)])
def test_a_saturated_activation_is_blamed_with_its_slope(kind: str, net: float) -> None:
    answer = asked(through(kind, net), gradient("dense1"))
    assert answer.culprits[0].sort == f"saturated {kind}"
    slope = {"sigmoid": np.exp(-abs(net)) / (1 + np.exp(-abs(net))) ** 2, "tanh": 1 / np.cosh(net) ** 2}[kind]
    assert f"{slope:.4g}".replace("e-0", "e−") in answer.sentence
    assert answer.verdict in ("small", "vanishing")
    assert answer.parts[0].value == pytest.approx(slope)
    sizes = [abs(part.value) for part in answer.parts]
    assert sizes == sorted(sizes)


def test_a_zero_input_is_blamed() -> None:
    answer = asked(through("tanh", 0.5, x=0.0), gradient("dense1"))
    assert (answer.verdict, answer.culprits[0].sort) == ("vanishing", "zero input")


def test_an_output_that_equals_its_target_is_blamed() -> None:
    answer = asked(through("relu", 0.5, target=1.5), gradient("dense1"))
    assert (answer.verdict, answer.culprits[0].sort) == ("vanishing", "cost flat")
    assert "equals" in answer.sentence
    assert "1.5" in answer.sentence


def test_paths_that_cancel_are_blamed_before_any_factor() -> None:
    project = chain(
        ("dense", ONE), ("dense", {"units": 2}), ("dense", ONE), inputs=[1.0], target=[0.0],
        dense1__weight=[[1.0]], dense1__bias=[0.0], dense2__weight=[[1.0], [1.0]], dense2__bias=[0.0, 0.5],
        dense3__weight=[[1.0, -1.0]], dense3__bias=[0.0],
    )  # fmt: skip
    answer = asked(project, gradient("dense1"))
    assert (answer.value, answer.verdict) == (0.0, "vanishing")
    assert answer.culprits[0].sort == "cancelling"
    assert "Its 2 paths cancel: their sizes add up to 1," in answer.sentence


def test_max_pooling_blames_the_input_that_won() -> None:
    project = chain(
        ("max_pool2d", {"size": 2}), ("flatten", {}), ("dense", ONE), inputs=[[[0.1, 0.9], [0.2, 0.3]]], target=[0.0],
        dense3__weight=[[1.0]], dense3__bias=[0.0],
    )  # fmt: skip
    answer = asked(project, Quantity("delta", "x", index=(0, 0, 0)))
    assert (answer.value, answer.culprits[0].sort) == (0.0, "another input won")
    assert "0.9" in answer.sentence
    assert asked(project, Quantity("delta", "x", index=(0, 0, 1))).culprits == ()


def test_a_saturated_softmax_is_blamed() -> None:
    project = chain(
        ("dense", {"units": 2}), ("softmax", {}), inputs=[1.0], target=[0.0, 1.0],
        dense1__weight=[[12.0], [0.0]], dense1__bias=[0.0, 0.0],
    )  # fmt: skip
    answer = asked(project, gradient("dense1"))
    assert answer.verdict in ("small", "vanishing")
    assert answer.culprits[0].sort == "softmax saturated"


def test_a_frozen_weight_is_blamed() -> None:
    project = through("tanh", 0.5)
    nodes = tuple(
        replace(node, params={**node.params, "freeze": True}) if node.id == "dense1" else node
        for node in project.network.nodes
    )
    frozen = replace(project, network=replace(project.network, nodes=nodes))
    answer = asked(frozen, Quantity("updated", "dense1", "weight", (0, 0)))
    assert (answer.verdict, answer.culprits[0].sort, answer.typical) == ("frozen", "frozen", 0.0)
    (record,) = compute_records(project)
    assert not can_ask(Trace(record).rules, Quantity("updated", "dense1", "weight", (0, 0)))


def test_large_weights_are_blamed_for_what_explodes() -> None:
    project = chain(
        ("dense", ONE), ("dense", ONE), ("dense", ONE), inputs=[1.0], target=[0.0],
        dense1__weight=[[1.0]], dense1__bias=[0.0], dense2__weight=[[200.0]], dense2__bias=[0.0],
        dense3__weight=[[1.0]], dense3__bias=[0.0],
    )  # fmt: skip
    answer = asked(project, gradient("dense1"))
    assert answer.verdict == "exploding"
    assert {culprit.sort for culprit in answer.culprits[:2]} == {"large weight", "large error"}
    sizes = [abs(part.value) for part in answer.parts]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    ("scale", "word", "verdicts"), [(0.1, "shrinks", ("small", "vanishing")), (1.2, "grows", ("large", "exploding"))]
)
def test_repeated_multiplication_through_time_is_measured(scale: float, word: str, verdicts: tuple[str, ...]) -> None:
    project = recurrent(steps=8, units=2)
    weights = {**project.weights, "r.weight_hh_l0": np.full((2, 2), scale), "r.weight_ih_l0": np.full((2, 2), 1e-3)}
    weights["y.weight"] = np.full((1, 2), 1.0)
    project = replace(project, weights=weights)
    answer = asked(project, Quantity("inner_delta", "r", "h", (0, 0)))
    (record,) = compute_records(project)
    norms = [float(np.linalg.norm(record.inner_deltas["r.h"][0, step])) for step in range(8)]
    assert answer.norms == pytest.approx(norms)
    assert answer.recurrent == "r"
    assert answer.verdict in verdicts
    assert answer.culprits[0].sort == "through time"
    assert word in answer.culprits[0].sentence
    told = [
        float(number) for number in re.findall(r" (\d[\d.]*(?:e-\d+)?)", answer.culprits[0].sentence.replace("−", "-"))
    ]
    assert told == pytest.approx([(norms[0] / norms[-1]) ** (1 / 7), norms[-1], norms[0], 8], rel=5e-3)
    assert norms_through_time(Trace(record).rules, "r") == answer.norms


def test_an_ordinary_gradient_names_its_smallest_factor() -> None:
    answer = asked(load_example("A1"), Quantity("gradient", "c", "weight", (0, 0)))
    assert (answer.verdict, answer.conspicuous, answer.culprits) == ("ordinary", False, ())
    assert answer.sentence.endswith("The smallest of its factors is ∂out c1/∂net c1 = 0.2413.")


@pytest.mark.parametrize(
    ("typical", "size", "verdict"),
    [
        *((0.0, 1001.0, "exploding"), (0.0, 999.0, "large"), (0.0, 11.0, "large"), (0.0, 9.0, "ordinary")),
        *((0.0, 2e-3, "ordinary"), (0.0, 9e-4, "small"), (0.0, 2e-6, "small"), (0.0, 9e-7, "vanishing")),
        *((0.0, np.nan, "exploding"), (0.0, np.inf, "exploding"), (0.0, 0.0, "vanishing")),
        *((0.1, 101.0, "exploding"), (0.1, 99.0, "large"), (0.1, 1.1, "large"), (0.1, 0.9, "ordinary")),
        *((0.1, 0.011, "ordinary"), (0.1, 0.009, "small"), (5.0, 0.0051, "small"), (5.0, 0.0049, "vanishing")),
        *((1e-5, 9e-4, "small"), (1e-5, 1.1e-3, "large"), (1e-4, 0.09, "large"), (1e-4, 0.11, "exploding")),
    ],
)
def test_a_size_is_judged_by_itself_and_beside_the_others(typical: float, size: float, verdict: str) -> None:
    (record,) = compute_records(load_example("A1"))
    gradients = {**record.gradients, "c.weight": np.array([[typical, -typical], [0.0, np.nan]])}
    rules = Trace(replace(record, gradients=gradients)).rules
    for value in (size, -size):
        assert judge(rules, gradient("c"), value) == (verdict, typical)


@settings(max_examples=20)
@given(projects())
def test_every_gradient_and_error_has_an_answer(project: Project) -> None:
    (record,) = compute_records(project, (0, 1))
    trace = Trace(record)
    exact = Exact(trace.rules)
    back = [step.quantity for step in trace if step.stage == 3 and can_ask(trace.rules, step.quantity)]
    for q in back[:: max(1, len(back) // 8)]:
        answer = why(trace.rules, q, exact, str)
        assert answer.sentence.endswith(".")
        array = {"delta": record.deltas.get(q.node), "term": record.deltas.get(q.node)}.get(q.role)
        if array is not None:
            sizes = np.abs(array[array != 0])
            assert answer.typical == pytest.approx(np.median(sizes) if sizes.size else 0.0)
        product = np.prod([part.value for part in answer.parts])
        assert np.isfinite(product) or not np.isfinite(answer.value)


@pytest.mark.parametrize(("factor", "low", "told"), [
    (PER_STEP[0] * 0.99, True, True), (PER_STEP[0] * 0.99, False, False), (PER_STEP[0] * 1.01, True, False),
    (PER_STEP[1] * 0.99, False, False), (PER_STEP[1] * 1.01, False, True), (PER_STEP[1] * 1.01, True, False),
])  # fmt: skip
def test_time_is_the_culprit_where_each_step_shrinks_or_lets_grow(factor: float, low: bool, told: bool) -> None:
    norms = tuple(factor**step for step in range(9, -1, -1))
    found = _through_time(norms, "r", low)
    assert (found is not None) == told
    if found is not None:
        assert ("shrinks" if low else "grows") in found.sentence
        assert "of 10." in found.sentence


def test_an_error_that_is_0_at_the_last_step_has_no_factor_through_time() -> None:
    assert _through_time((1e-3, 1e-2, 0.1, 0.5, 1.0, 0.0), "r", True) is None
    assert _through_time((0.0, 1e-2, 0.1, 0.5, 0.0, 1.0), "r", True) is not None
    assert _through_time((1e-3, 1e-2, float("inf"), 0.5, 1.0, 1.0), "r", True) is None


def test_what_is_conspicuous_is_compared_with_its_layer() -> None:
    (record,) = compute_records(load_example("A1"))
    gradients = {**record.gradients, "c.weight": np.array([[2e-5, 0.5], [0.25, 0.25]])}
    rules = Trace(replace(record, gradients=gradients)).rules
    answer = why(rules, gradient("c"), Exact(rules), str)
    assert (answer.verdict, answer.typical) == ("vanishing", 0.25)
    assert ", 8e−5 times the median of its layer, 0.25." in answer.sentence.replace("·10^−5", "e−5")
    ordinary = why(rules, gradient("c", 1, 1), Exact(rules), str)
    assert ordinary.verdict == "ordinary"
    assert "median" not in ordinary.sentence
