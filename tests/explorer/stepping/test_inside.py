"""Stepping through what layers compute inside: gates over time, statistics over a batch, attention."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from explorer.equations import Quantity
from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from explorer.settings import Settings
from explorer.stepping.compute import compute_records
from explorer.stepping.feeds import feeds
from explorer.stepping.naming import shown_name
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import Exact, Rounded, stored
from explorer.stepping.questions import question, section_words
from explorer.stepping.report import iteration_report
from explorer.stepping.trace import Trace


def project(kind: str, shape: tuple[int, ...], examples: int = 3, **params: Any) -> Project:
    """One layer of a kind between an input and a dense layer, with random examples."""
    nodes = [Node("x", "input", {"shape": shape}), Node("h", kind, params), Node("y", "dense", {"units": 2})]
    edges = [Edge("x", "h"), Edge("h", "y")]
    if len(shape) > 1 and kind not in ("rnn", "lstm", "gru"):
        nodes.insert(2, Node("flat", "flatten"))
        edges = [Edge("x", "h"), Edge("h", "flat"), Edge("flat", "y")]
    numbers = np.random.default_rng(7)
    inputs, targets = numbers.normal(size=(examples, *shape)), numbers.normal(size=(examples, 2))
    data = Data("inline", {"inputs": inputs.tolist(), "targets": targets.tolist()})
    return Project("inside", Network(tuple(nodes), tuple(edges)), {}, data, Settings({"batch_size": examples}))


def trace_of(given: Project, samples: tuple[int, ...] = (0,)) -> Trace:
    return Trace(compute_records(given, samples)[0])


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_a_sequence_of_50_steps_is_stepped_in_time_linear_in_it(kind: str) -> None:
    trace = trace_of(project(kind, (50, 2), units=2))
    started = time.monotonic()
    rounded, exact = Rounded(trace.rules), Exact(trace.rules)
    first = trace.rules.resolved.layers["h"].kind.inner_shapes(trace.rules.resolved.layers["h"].params, ((50, 2),))
    for name in first:
        assert rounded(Quantity("inner_delta", "h", name, (0, 0))) == pytest.approx(0.0, abs=0.5)
    for q in (Quantity("value", "h", index=(1,)), Quantity("gradient", "h", "weight_ih_l0", (0, 1))):
        assert exact.step_value(q) == pytest.approx(stored(trace.record, q), rel=1e-10)
        assert rounded(q) == pytest.approx(exact(q), abs=0.02)
    assert time.monotonic() - started < 10.0


def test_time_steps_follow_each_other_and_errors_go_back_through_them() -> None:
    trace = trace_of(project("rnn", (3, 1), units=1))
    inside = [step.quantity for step in trace if step.quantity.role in ("inner", "inner_delta")]
    assert [(q.part, q.index[0]) for q in inside[:6]] == [(part, t) for t in range(3) for part in ("net", "h")]
    assert [(q.part, q.index[0]) for q in inside[6:]] == [(part, t) for t in (2, 1, 0) for part in ("h", "net")]
    titles = {section.title for section in trace.sections}
    assert "net of h, time step 3" in titles


def test_statistics_of_a_batch_are_computed_once_when_all_its_examples_are_there() -> None:
    trace = trace_of(project("batch_norm", (2,)), (0, 1, 2))
    forward = [step.quantity for step in trace if step.stage == 1]
    means = [place for place, q in enumerate(forward) if q.part == "mean"]
    assert means == [0, 1]
    assert [q.part for q in forward if q.role == "inner"].count("normal") == 6
    back = [q.part for step in trace if (q := step.quantity).role == "inner_delta"]
    assert back == ["normal"] * 6 + ["variance"] * 2 + ["mean"] * 2


def test_stepping_normalises_by_the_batch_and_leaves_running_statistics_alone() -> None:
    given = project("batch_norm", (2,))
    kept = {"h.running_mean": np.array([5.0, -3.0]), "h.running_var": np.array([2.0, 4.0])}
    given = Project(given.name, given.network, kept, given.data, given.settings)
    first, second = compute_records(given, (0, 1, 2), 2)
    normal = first.inner["h.normal"]
    assert_allclose(normal.mean(0), 0.0, atol=1e-12)
    assert_allclose(normal.var(0), 1.0, rtol=1e-3)
    for record in (first, second):
        for name, array in kept.items():
            assert_array_equal(record.project.weights[name], array)
    assert "h.running_mean" not in first.updated
    report = iteration_report(Trace(first), Rounded(Trace(first).rules))
    assert set(report["updated"]) == {"h.weight", "h.bias", "y.weight", "y.bias"}


@pytest.mark.parametrize(("kind", "samples"), [("batch_norm", (1, 2, 0)), ("layer_norm", (1,))])
def test_an_example_has_a_batch_beside_it_where_layers_need_one(kind: str, samples: tuple[int, ...]) -> None:
    given = project(kind, (2,))
    assert compute_records(given, (1,), companions=True)[0].samples == samples
    assert compute_records(given, (1,))[0].samples == (1,)


def test_a_batch_of_one_has_the_variance_0_and_puts_out_the_bias() -> None:
    (record,) = compute_records(project("batch_norm", (2,)), (1,))
    assert_array_equal(record.inner["h.variance"], [[0.0, 0.0]])
    assert_array_equal(record.values["h"], [record.weights["h.bias"]])


NAMES = [
    ("lstm", (3, 2), Quantity("inner", "h", "net_f", (2, 0)), "h.net_f[2,0]", "forget gate of unit 1 at time step 3"),
    ("gru", (3, 2), Quantity("inner", "h", "z", (0, 1)), "h.z[0,1]", "update gate of unit 2 at time step 1"),
    ("batch_norm", (2,), Quantity("inner", "h", "variance", (1,)), "h.σ²[1]", "variance h.σ²[1]"),
    ("layer_norm", (2,), Quantity("inner", "h", "normal", (1,)), "h.x̂[1]", "normalised input h.x̂[1]"),
    ("self_attention", (2, 2), Quantity("inner", "h", "attention", (0, 1, 0)), "h.α[0,1,0]", "share h.α[0,1,0]"),
]


@pytest.mark.parametrize(("kind", "shape", "quantity", "name", "words"), NAMES)
def test_what_is_inside_has_a_name_a_question_and_links(
    kind: str, shape: tuple[int, ...], quantity: Quantity, name: str, words: str
) -> None:
    trace = trace_of(project(kind, shape))
    notation = Notation(trace.rules.resolved, "names", trace.rules.batch)
    assert shown_name(notation, quantity) == name
    assert words in question(trace.rules, quantity, notation)
    assert section_words(trace.rules, quantity, notation).startswith("h ")
    back = Quantity("inner_delta", quantity.node, quantity.part, quantity.index)
    assert shown_name(notation, back) == f"∂E/∂{name}"
    assert question(trace.rules, back, notation) == f"How much does a change in {name} change the total error?"
    for q in (quantity, back):
        assert trace.find(q) is not None
        fed = feeds(trace.rules, q)
        assert fed or q == back  # no step computes the error of an input
        for target in fed:
            equation = trace.rules.equation(target)
            assert equation is not None
            assert trace.find(target) is not None or target.role == "delta"


def test_inputs_and_weights_feed_what_is_inside() -> None:
    trace = trace_of(project("lstm", (3, 2)))
    x = feeds(trace.rules, Quantity("value", "x", index=(1, 0)))
    assert {(q.role, q.part, q.index[0]) for q in x} == {("inner", "net_i", 1)}
    w = feeds(trace.rules, Quantity("weight", "h", "weight_hh_l0", (25, 3)))
    assert w[0] == Quantity("inner", "h", "net_g", (1, 5))


def test_weights_have_short_names_of_their_kind() -> None:
    trace = trace_of(project("lstm", (3, 2)))
    notation = Notation(trace.rules.resolved, "names", 1)
    assert notation.text(Quantity("weight", "h", "weight_ih_l0", (2, 1))) == "h.W_ih[2,1]"
    assert shown_name(notation, Quantity("gradient", "h", "bias_hh_l0", (2,))) == "∂E/∂h.b_hh[2]"
