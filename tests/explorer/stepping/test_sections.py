"""Sections of a trace: every step is found where it is, nothing else is found, and what is small is written out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from explorer.equations import Quantity, operands
from explorer.examples import load_example
from explorer.network import Edge, Network, Node, set_params
from explorer.output_settings import OutputSettings
from explorer.project.model import Data, Project
from explorer.settings import Settings, change
from explorer.stepping import rules as rules_module
from explorer.stepping.compute import COMPANIONS, compute_records, prepared
from explorer.stepping.numbers import Exact, Rounded
from explorer.stepping.trace import Trace
from explorer.stepping.whole import Arrays, whole
from tests.explorer.networks import networks, projects


def trace_of(project: Project, samples: tuple[int, ...] = (0,), iterations: int = 1) -> Trace:
    return Trace(compute_records(project, samples, iterations)[-1])


@settings(max_examples=15)
@given(projects(networks(most=6)), st.sampled_from([(0,), (0, 2)]))
def test_every_step_is_found_at_its_number_and_in_its_stage(project: Project, samples: tuple[int, ...]) -> None:
    trace = trace_of(project, samples)
    for step in trace:
        assert trace.find(step.quantity) == step.number
        assert step.number in trace.stage_range(step.stage)
    assert sum(len(trace.stage_range(stage)) for stage in range(7)) == len(trace)
    assert not trace.stage_range(7)


def test_terms_are_found_and_none_beyond_them() -> None:
    trace = trace_of(load_example("A1"))
    terms = [step.quantity for step in trace if step.quantity.role == "term"]
    assert [q.index for q in terms] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    for term in terms:
        place = trace.find(term)
        assert place is not None
        assert trace[place].quantity == term
        for place in ((2, 0), (0, 2), (1, 3), (3, 1), (-1, 0)):
            assert trace.find(replace(term, index=place)) is None
    assert all(trace.find(Quantity("delta", terms[0].node, index=(place,))) is None for place in (2, 3, 5))
    made = whole(trace.rules, terms[0])
    assert made is not None
    assert made.quantity == Quantity("delta", terms[0].node)


def test_the_penalty_is_written_over_every_weight() -> None:
    project = load_example("A1")
    network = set_params(project.network, "c", {"l1": 0.25, "l2": 0.5})
    trace = trace_of(replace(project, network=network))
    (step,) = [step for step in trace if step.quantity.role == "penalty"]
    assert step.equation is not None
    weights = (0.05, 0.33, 0.40, 0.07)
    expected = 0.25 * sum(weights) + 0.25 * sum(w * w for w in weights)
    assert float(step.equation.evaluate(Exact(trace.rules))) == pytest.approx(expected, rel=1e-12)
    assert {q.index for q in operands(step.equation)} == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_where_the_weights_are_too_many_no_sum_over_them_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    project = load_example("A1")
    network = set_params(project.network, "c", {"l2": 0.5})
    searching = replace(project, network=network, settings=change(project.settings, "optimizer", "conjugate_gradient"))
    for most, written in ((12, True), (11, False)):  # of eight weights and four biases
        monkeypatch.setattr(rules_module, "WEIGHTS_WRITTEN", most)
        rules = trace_of(searching, iterations=2).rules
        assert (rules.overall["beta"] is not None) == written
    for most, written in ((4, True), (3, False)):  # weights of c
        monkeypatch.setattr(rules_module, "WEIGHTS_WRITTEN", most)
        rules = trace_of(searching).rules
        assert (rules.equation(Quantity("penalty", "c", "weight")) is not None) == written


@pytest.mark.parametrize(
    ("outputs", "weight", "sums"), [(1, 1.0, False), (1, 2.0, True), (2, 1.0, True), (3, 1.0, True)]
)
def test_the_total_is_a_sum_where_there_is_something_to_add(outputs: int, weight: float, sums: bool) -> None:
    nodes = (Node("x", "input", {"shape": (1,)}), *(Node(f"y{k}", "dense", {"units": 1}) for k in range(outputs)))
    data = Data("inline", {"inputs": [[1.0]], "targets": [[0.5] * outputs]})
    own = {f"y{k}": OutputSettings("mse", weight=weight, target=(k, k + 1)) for k in range(outputs)}
    network = Network(nodes, tuple(Edge("x", f"y{k}") for k in range(outputs)))
    assert trace_of(Project(network=network, data=data, settings=Settings(outputs=own))).rules.adds_up == sums


def test_two_gradients_of_zero_have_no_relative_error_however_numbers_are_rounded() -> None:
    nodes = (Node("x", "input", {"shape": (1,)}), Node("y", "dense", {"units": 1}))
    data = Data("inline", {"inputs": [[0.0]], "targets": [[0.5]]})
    project = Project(network=Network(nodes, (Edge("x", "y"),)), data=data, settings=Settings({"cost": "mse"}))
    trace = trace_of(project)
    q = Quantity("relative", "y", "weight", (0, 0))
    assert trace.find(q) is not None
    assert Exact(trace.rules).step_value(q) == 0.0
    assert Rounded(trace.rules, 4)(q) == 0.0


def test_companions_are_for_one_example_alone() -> None:
    nodes = (Node("x", "input", {"shape": (2,)}), Node("n", "batch_norm"), Node("y", "dense", {"units": 1}))
    data = Data("inline", {"inputs": [[float(k), 1.0 - k * k] for k in range(6)], "targets": [[0.5]] * 6})
    network = Network(nodes, (Edge("x", "n"), Edge("n", "y")))
    project = Project(network=network, data=data, settings=Settings({"cost": "mse", "batch_size": 4}))
    assert prepared(project, (5,), companions=True).samples == (5, 0, 1, 2)
    assert prepared(project, (5,)).samples == (5,)
    assert prepared(project, (5, 3), companions=True).samples == (5, 3)
    many = {"inputs": [[float(k), 1.0] for k in range(3 * COMPANIONS)], "targets": [[0.5]] * 3 * COMPANIONS}
    larger = replace(project, data=Data("inline", many), settings=change(project.settings, "batch_size", 64))
    assert len(prepared(larger, (0,), companions=True).samples) == COMPANIONS + 1


def test_errors_in_matrix_form_are_the_records_and_nothing_comes_back_to_what_nobody_reads() -> None:
    trace = trace_of(load_example("A1"))
    for node in ("b", "b_out"):
        made = whole(trace.rules, Quantity("delta", node, index=(0,)))
        assert made is not None
        assert made.equation is not None
        found = np.asarray(made.equation.evaluate(Arrays(trace.rules)))
        assert_allclose(found, trace.record.deltas[node][0], rtol=1e-12)
    nodes = (
        Node("x", "input", {"shape": (2,)}), Node("e", "embedding", {"count": 4, "size": 2}), Node("f", "flatten"),
        Node("y", "dense", {"units": 1}),
    )  # fmt: skip
    network = Network(nodes, tuple(Edge(one.id, two.id) for one, two in pairwise(nodes)))
    data = Data("inline", {"inputs": [[1.0, 3.0]], "targets": [[0.5]]})
    rules = trace_of(Project(network=network, data=data, settings=Settings({"cost": "mse"}))).rules
    made = whole(rules, Quantity("delta", "x", index=(0,)))
    assert made is not None
    assert made.equation is None  # an embedding sends nothing back to its indices
