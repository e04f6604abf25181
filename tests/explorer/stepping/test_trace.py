"""Every step of random networks agrees with torch: forward, cost, gradients, check and update."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from explorer.equations import Quantity, operands
from explorer.examples import load_example
from explorer.layers import kind_of
from explorer.network import Edge, Network, Node
from explorer.optimizers import optimizer_of
from explorer.project.check import RunProblem, check_project
from explorer.project.examples import Examples, load_examples
from explorer.project.model import Data, Project
from explorer.settings import Settings
from explorer.source import DataProblem
from explorer.stepping import compute, passes
from explorer.stepping.checked import EPSILON, relative_errors
from explorer.stepping.compute import compute_records
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import Exact, Rounded, has, stored
from explorer.stepping.record import Record, verdict
from explorer.stepping.trace import Trace
from tests.explorer.networks import DENSE_KINDS, networks, projects
from tests.explorer.references import longest_allowed, reference
from tests.explorer.stepping.magnitude import magnitude
from tests.explorer.stepping.recurrent import recurrent

RELATIVE, FLOOR = 1e-10, 1e-12
ROUNDING = 1e-13
"""How much of a sum's terms rounding may leave where they cancel out."""
NORMED = 100.0
"""Batch norm divides by the spread of its batch: where that is tiny, rounding counts so many times as much."""
DENSE = networks([kind_of(kind) for kind in DENSE_KINDS], most=5)
SEVERAL = projects(networks(inputs=3, several=True))
ANY = projects() | SEVERAL
SAMPLES = st.lists(st.integers(0, 2), min_size=1, max_size=3).map(tuple)


def examples_of(project: Project) -> Examples:
    return load_examples(project, check_project(project)[0])


def agree(found: dict[str, np.ndarray], expected: dict[str, np.ndarray], largest: float = 1.0) -> None:
    """Equal to 1e-10 relative; numbers that cancelled out are compared with the ``largest`` that they came from."""
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert_allclose(found[name], array, rtol=RELATIVE, atol=FLOOR * max(1.0, largest), err_msg=name)


@settings(max_examples=30)
@given(ANY, SAMPLES, st.integers(1, 3))
def test_records_hold_what_autograd_and_torchs_optimizers_say(
    project: Project, samples: tuple[int, ...], iterations: int
) -> None:
    records = compute_records(project, samples, iterations)
    examples = examples_of(project)
    parameters = {name: torch.tensor(project.weights[name], requires_grad=True) for name in records[0].weights}
    trained = {name: parameters[name] for name in reference(project, examples, samples, project.weights).gradients}
    own = optimizer_of(project.settings["optimizer"])
    optimizer = own.create(trained.values(), project.settings.optimizer_params) if trained else None
    for number, record in enumerate(records, start=1):
        assert (record.iteration, record.samples) == (number, samples)
        agree(record.weights, {name: p.detach().numpy() for name, p in parameters.items()})
        expected = reference(project, examples, samples, record.weights)
        assert record.cost == pytest.approx(expected.cost, rel=RELATIVE, abs=FLOOR)
        normed = any(kind_of(node.kind).over_batch for node in project.network.nodes)
        agree(record.values, expected.values, NORMED if normed else 1.0)
        largest = max(float(np.abs(array[np.isfinite(array)]).max(initial=0.0)) for array in expected.deltas.values())
        agree(record.deltas, expected.deltas, largest)
        agree(record.gradients, expected.gradients, largest)
        for name, parameter in trained.items():
            # The record's own gradients: Adam's first steps make a whole step of a difference in the last digit.
            parameter.grad = torch.tensor(record.gradients[name])
            if own.searches:  # a search that compares costs may end elsewhere after a difference in the last digit
                step = record.overall["alpha"] * record.states[name, "d"]
                parameter.data += torch.from_numpy(step)
        if optimizer is not None and not own.searches:
            optimizer.step()
        left = longest_allowed(project, {name: p.detach().numpy() for name, p in parameters.items()})
        for name, parameter in parameters.items():
            parameter.data = torch.from_numpy(left[name])
        agree(record.updated, left)
    if own.searches and len(records) > 1:
        assert records[-1].cost <= records[0].cost


@settings(max_examples=25)
@given(ANY, SAMPLES, st.integers(1, 3))
def test_every_equation_gives_the_number_that_torch_computed(
    project: Project, samples: tuple[int, ...], iterations: int
) -> None:
    for record in compute_records(project, samples, iterations):
        trace = Trace(record)
        exact = Exact(trace.rules)
        known = given_quantities(trace)
        for step in trace:
            needs = [q for q in step.needs if q.role not in ("target", "weight", "rate", "epsilon")]
            assert [q for q in needs if q not in known] == [], step
            known.add(step.quantity)
            value = exact.step_value(step.quantity)
            floor = FLOOR + ROUNDING * (magnitude(step.equation, exact) if step.equation is not None else 0.0)
            assert value == pytest.approx(exact(step.quantity), rel=RELATIVE, abs=floor)
            if has(record, step.quantity):
                assert value == pytest.approx(stored(record, step.quantity), rel=RELATIVE, abs=floor)


def given_quantities(trace: Trace) -> set[Quantity]:
    """What is known before the first step, besides weights and targets: the inputs, and the optimizer's states."""
    known = set[Quantity]()
    for node, array in trace.record.values.items():
        if not trace.rules.resolved.layers[node].sources:
            for example, *place in np.ndindex(*array.shape):
                known.add(Quantity("value", node, index=tuple(place), example=example))
    for (name, state), array in trace.record.states_before.items():
        node, _, part = name.partition(".")
        known |= {Quantity("before", node, part, place, label=state) for place in np.ndindex(*array.shape)}
    return known


@settings(max_examples=25)
@given(ANY)
def test_steps_cover_every_number_once_in_stages_that_follow_each_other(project: Project) -> None:
    (record,) = compute_records(project, (0, 2))
    trace = Trace(record)
    steps = list(trace)
    assert len(steps) == len(trace) == sum(section.count for section in trace.sections)
    assert [step.number for step in steps] == list(range(len(trace)))
    stages = [step.stage for step in steps]
    assert stages == sorted(stages)
    quantities = [step.quantity for step in steps]
    assert len(set(quantities)) == len(quantities)
    for step in steps[:: max(1, len(steps) // 50)]:
        section, inside = trace.locate(step.number)
        assert section.make(inside) == step.quantity
        assert trace.start_of(section) + inside == step.number
        assert trace.find(step.quantity) == step.number
        if step.quantity.index:
            alike = (q for q in quantities if replace(q, index=()) == replace(step.quantity, index=()))
            first = 1 + max(q.index[0] for q in alike)
            for beyond in ((first, *step.quantity.index[1:]), (-1, *step.quantity.index[1:])):
                assert trace.find(replace(step.quantity, index=beyond)) is None
        assert step.number in trace.stage_range(step.stage)
    assert [number for stage in range(1, 6) for number in trace.stage_range(stage)] == list(range(len(trace)))
    layers = trace.rules.resolved.layers
    for role, arrays in (("value", record.values), ("delta", record.deltas)):
        wanted = sum(array.size for node, array in arrays.items() if layers[node].sources)
        assert sum(q.role == role for q in quantities) == wanted
    for role in ("gradient", "plus", "minus", "numeric", "relative"):
        assert sum(q.role == role for q in quantities) == trace.rules.resolved.trainable
    assert sum(q.role == "updated" for q in quantities) == trace.rules.resolved.parameters
    for name in record.weights:
        for role in ("gradient", "numeric", "updated"):
            own = [q.index for q in quantities if (q.role, f"{q.node}.{q.part}") == (role, name)]
            # All weights from one unit come before those from the next, as in w1, w2 ... of the worked example.
            assert own == sorted(own, key=lambda index: index[::-1] if len(index) == 2 else index)
    assert trace.find(Quantity("target", "nobody")) is None


def test_sections_inside_recurrent_layers_tell_their_time_step() -> None:
    (record,) = compute_records(recurrent(steps=3, units=2), (0,))
    sections = [section for section in Trace(record).sections if section.pattern[0].role == "inner"]
    assert [section.title.rpartition(" ")[2] for section in sections] == ["1", "1", "2", "2", "3", "3"]
    assert all(section.title.endswith(f"time step {section.make(0).index[0] + 1}") for section in sections)


@settings(max_examples=30)
@given(projects(networks([kind_of(kind) for kind in ("dense", "tanh", "sigmoid", "softplus", "add", "concat")])))
def test_the_gradient_check_finds_smooth_networks_right(project: Project) -> None:
    if project.settings["cost"] not in ("squared_error", "mse", "sse", "cross_entropy"):  # the rest bend
        project = replace(project, settings=Settings({**project.settings.values, "cost": "squared_error"}))
    (record,) = compute_records(project, (0, 1))
    examples = examples_of(project)
    for name in record.gradients:
        weights = project.weights[name]
        smooth = np.abs(weights) > EPSILON  # an L1 penalty has a kink at 0
        numeric, gradient = record.numeric[name][smooth], record.gradients[name][smooth]
        assert_allclose(numeric, gradient, rtol=1e-4, atol=1e-6)
        index = tuple(size - 1 for size in weights.shape)
        checked = record.checks[name]
        for costs, sign in ((checked.plus, 1), (checked.minus, -1)):
            changed = weights.copy()
            changed[index] += sign * EPSILON
            cost = reference(project, examples, (0, 1), {**project.weights, name: changed}).cost
            assert costs[checked.position(index)] == pytest.approx(cost, rel=1e-12, abs=1e-14)


@settings(max_examples=30)
@given(projects(DENSE), st.sampled_from(["names", "layers"]), st.sampled_from([(0,), (0, 2)]))
def test_names_in_dense_networks_are_unique(project: Project, style: str, samples: tuple[int, ...]) -> None:
    trace = Trace(compute_records(project, samples)[0])
    names = Notation(trace.rules.resolved, style, trace.rules.batch)
    quantities = {q for step in trace for q in (step.quantity, *step.needs)}
    texts = {q: names.text(q) for q in quantities}
    tex = {q: names.latex(q) for q in quantities}
    for written in (texts, tex):
        twice = [text for text in set(written.values()) if list(written.values()).count(text) > 1]
        assert twice == [], [q for q in quantities if written[q] in twice]
    assert not any(mark in text for text in texts.values() for mark in "\\{}")


@settings(max_examples=15)
@given(projects(), st.integers(0, 8))
def test_rounded_numbers_have_no_more_decimals_and_stay_near(project: Project, digits: int) -> None:
    (record,) = compute_records(project, (0,))
    trace = Trace(record)
    rounded, exact = Rounded(trace.rules, digits), Exact(trace.rules)
    for step in trace:
        value = rounded(step.quantity)
        if step.quantity.role in ("value", "delta", "local", "cost", "slope", "term"):
            assert value == round(value, digits)
        if step.stage == 1 and digits >= 8:
            assert value == pytest.approx(exact(step.quantity), rel=1e-3, abs=1e-4)


def small_project(**changes: object) -> Project:
    return replace(load_example("A1"), **changes)


def test_samples_that_are_not_there_are_told() -> None:
    for sample in (-1, 1):
        with pytest.raises(RunProblem, match=f"no example {sample}"):
            compute_records(small_project(), (sample,))
    places = {
        1: "2nd",
        2: "3rd",
        10: "11th",
        11: "12th",
        12: "13th",
        20: "21st",
        100: "101st",
        111: "112th",
        999: "1,000th",
    }
    for sample, place in places.items():
        with pytest.raises(RunProblem) as told:
            compute_records(small_project(), (sample,))
        assert str(told.value) == f"There is no example {sample}, which would be the {place}: the data has 1."


def test_a_project_with_a_problem_is_not_traced() -> None:
    data = Data("inline", {"inputs": [[1.0, 2.0, 3.0]], "targets": [[0.0, 1.0]]})
    with pytest.raises((RunProblem, DataProblem), match="input"):
        compute_records(small_project(data=data))


def test_a_large_network_is_checked_by_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "CHECK_LIMIT", 5)
    (record,) = compute_records(small_project(), (0,))
    checked = {name: np.isfinite(array) for name, array in record.numeric.items()}
    assert 0 < sum(int(places.sum()) for places in checked.values()) < 12
    steps = [step.quantity for step in Trace(record) if step.quantity.role == "numeric"]
    assert {(f"{q.node}.{q.part}", q.index) for q in steps} == {
        (name, tuple(map(int, place))) for name, places in checked.items() for place in np.argwhere(places)
    }
    assert np.isfinite(record.max_relative_error)


def test_the_check_is_the_same_however_many_costs_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    (at_once,) = compute_records(small_project(), (0,))
    monkeypatch.setattr(passes, "CHUNK_NUMBERS", 1)
    (one_by_one,) = compute_records(small_project(), (0,))
    for name, checked in at_once.checks.items():
        assert_allclose(one_by_one.checks[name].plus, checked.plus, rtol=1e-15)


def test_the_same_iteration_twice_is_the_same() -> None:
    one, other = (compute_records(small_project(), (0,), 2) for _ in range(2))
    for a, b in zip(one, other, strict=True):
        assert a.cost == b.cost
        for name in a.updated:
            assert_array_equal(a.updated[name], b.updated[name])


def test_operands_of_equations_have_values() -> None:
    trace = Trace(compute_records(small_project(), (0,))[0])
    exact = Exact(trace.rules)
    for step in trace:
        if step.equation is not None:
            assert all(np.isfinite(exact(q)) for q in operands(step.equation))
    with pytest.raises(KeyError):
        exact(Quantity("no_such_role"))
    for number in (-1, len(trace)):
        with pytest.raises(IndexError):
            trace[number]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (0.0, "probably right"),
        (1e-7, "probably right"),
        (1.1e-7, "caution"),
        (1e-4, "caution"),
        (1.1e-4, "something is wrong"),
        (1e-2, "something is wrong"),
        (1.1e-2, "the gradient is probably wrong"),
        (2.0, "the gradient is probably wrong"),
        (float("nan"), "not a number"),
    ],
)
def test_verdicts_have_the_bounds_of_the_textbook(error: float, words: str) -> None:
    assert verdict(error) == words


def test_relative_errors_are_relative_to_the_larger_and_0_where_both_are_0() -> None:
    found = relative_errors(np.array([0.0, 1.0, -2.0]), np.array([0.0, 0.0, -1.0]))
    assert found.tolist() == [0.0, 1.0, 0.5]


@pytest.mark.parametrize(("share", "explained"), [(0.0, False), (0.95, True), (-0.95, True), (1.05, False)])
def test_rounding_explains_some_units_in_the_last_place_of_both_costs(share: float, explained: bool) -> None:
    (record,) = compute_records(small_project(), (0,))
    name, checked = next(iter(record.checks.items()))
    largest = max(abs(checked.plus[0]), abs(checked.minus[0]))
    noise = 4 * 2.0**-52 * largest / (2 * EPSILON)
    gradient = checked.spread(checked.numeric)
    gradient.reshape(-1)[0] += share * noise
    assert bool(checked.only_rounding(gradient)[0]) == explained, name


def test_a_wrong_gradient_is_found() -> None:
    (record,) = compute_records(small_project(), (0,))
    assert record.max_relative_error < 1e-7
    wrong = {name: array * 1.5 for name, array in record.gradients.items()}
    tampered: Record = replace(record, gradients=wrong)
    assert verdict(tampered.max_relative_error) == "the gradient is probably wrong"


def test_a_gradient_of_0_whose_numeric_one_is_only_rounding_is_not_called_wrong() -> None:
    network = Network((Node("x", "input", {"shape": (1,)}), Node("y", "dense", {"units": 1})), (Edge("x", "y"),))
    weights = {"y.weight": np.array([[0.3]]), "y.bias": np.array([0.1])}
    data = Data("inline", {"inputs": [[-6.11], [8.46]], "targets": [[9.29], [-15.91]]})
    project = Project("cancelling", network, weights, data, Settings({"cost": "l1", "batch_size": 2}))
    (record,) = compute_records(project, (0, 1))
    assert record.gradients["y.bias"] == 0
    assert relative_errors(record.gradients["y.bias"], record.numeric["y.bias"]) == 1
    bias = Quantity("relative", "y", "bias", (0,))
    assert record.only_rounding(bias)
    wrong = replace(record, gradients={**record.gradients, "y.bias": np.array([1e-6])})
    assert not wrong.only_rounding(bias)
    assert verdict(record.max_relative_error) == "probably right"
