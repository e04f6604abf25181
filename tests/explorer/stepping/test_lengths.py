"""Equations that would be too long are not made: what PyTorch found is shown, and the others are not affected."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import Phase, given, settings

from explorer.costs import COSTS
from explorer.equations import Expr, Quantity, Sum
from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from explorer.settings import Settings
from explorer.stepping import lengths
from explorer.stepping.compute import compute_records
from explorer.stepping.explain import factors, general_formula, written_out
from explorer.stepping.feeds import feeds
from explorer.stepping.figures import Figures
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import stored
from explorer.stepping.trace import Trace
from tests.explorer.networks import networks, projects

WIDE = 300_000


def longest(tree: Expr) -> int:
    """The terms of the longest sum in a tree, or the arguments of what is made of many."""
    own = [len(part.parts) for part in _all(tree) if isinstance(part, Sum) or len(part.parts) > 3]
    return max(own, default=1)


def _all(tree: Expr) -> Iterator[Expr]:
    yield tree
    for part in tree.parts:
        yield from _all(part)


@settings(max_examples=15, phases=(Phase.generate,))
@given(projects(networks(inputs=2, several=True)))
def test_lengths_are_about_those_of_the_equations(project: Project) -> None:
    (record,) = compute_records(project, (0, 1))
    trace = Trace(record)
    for step in trace:
        if step.equation is not None and step.quantity.role in ("value", "delta", "inner", "inner_delta", "gradient"):
            told, real = trace.rules.lengths.of(step.quantity), longest(step.equation)
            assert told <= 8 * real + 64, (step.quantity, told, real)


@settings(max_examples=8, phases=(Phase.generate,))
@given(projects(networks(most=6)))
def test_with_a_low_limit_every_step_has_its_number(project: Project) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lengths, "MOST_TERMS", 2)
        (record,) = compute_records(project, (0, 1))
        trace = Trace(record)
        figures = Figures(trace)
        names = Notation(trace.rules.resolved, "names", 2)
        for number in range(0, len(trace), 1 + len(trace) // 60):
            step = trace[number]
            q = step.quantity
            if trace.rules.lengths.too_long(q):
                assert step.equation is None
                if q.role not in ("local", "local_sum"):  # which have a test of their own
                    np.testing.assert_equal(figures.value(q, "exact"), stored(record, q))
            assert figures.text(q, "exact")
            assert figures.text(q, "decimals")
            factors(trace.rules, q, names)
            written_out(trace.rules, q)
            general_formula(trace.rules, q)


def wide() -> Project:
    """One unit, very many, and one again."""
    nodes = (
        Node("x", "input", {"shape": (1,)}), Node("h", "dense", {"units": WIDE}), Node("a", "relu"),
        Node("y", "dense", {"units": 1}),
    )  # fmt: skip
    data = Data("inline", {"inputs": [[0.5], [0.25]], "targets": [[0.2], [0.1]]})
    return Project("wide", Network(nodes, (Edge("x", "h"), Edge("h", "a"), Edge("a", "y"))), data=data)


def test_a_very_wide_layer_is_neither_listed_nor_written() -> None:
    (record,) = compute_records(wide(), quick=True)
    trace = Trace(record)
    figures = Figures(trace)
    out, error = Quantity("value", "y", index=(0,)), Quantity("delta", "x", index=(0,))
    assert trace.rules.equation(out) is None
    assert trace.rules.lengths.of(out) == WIDE + 1
    expected = float(record.values["a"][0] @ record.weights["y.weight"][0] + record.weights["y.bias"][0])
    assert math.isclose(figures.value(out, "exact"), expected, rel_tol=1e-10)
    assert r"\sum" in general_formula(trace.rules, out)
    assert r"\delta" in general_formula(trace.rules, Quantity("delta", "x", index=(0,)))
    assert trace.rules.lengths.too_long(error)
    one = Quantity("gradient", "h", "weight", (WIDE - 1, 0))
    equation = trace.rules.equation(one)
    assert equation is not None  # of a weight it is as short as ever
    assert math.isclose(float(equation.evaluate(figures.exact)), float(record.gradients["h.weight"][WIDE - 1, 0]))


@pytest.mark.parametrize("cost", [each.id for each in COSTS])
def test_the_errors_of_very_many_outputs_are_computed_at_once(cost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = (Node("x", "input", {"shape": (2,)}), Node("h", "dense", {"units": 12}), Node("y", "softmax"))
    chain = nodes if cost != "cross_entropy" else nodes[:2]
    targets = np.random.default_rng(5).dirichlet(np.ones(12), 2).tolist()
    data = Data("inline", {"inputs": [[0.5, -1.0], [0.25, 2.0]], "targets": targets})
    network = Network(chain, tuple(Edge(one.id, two.id) for one, two in pairwise(chain)))
    project = Project(network=network, data=data, settings=Settings({"cost": cost, "batch_size": 2}))
    (record,) = compute_records(project, (0, 1))
    written = Figures(Trace(record))
    node = chain[-1].id
    sums = [Quantity("local_sum", node, example=example) for example in (0, 1)]
    each = [Quantity("local", node, index=(k,), example=1) for k in range(12)]
    expected = [written.value(q, "exact") for q in (*sums, *each)]
    monkeypatch.setattr(lengths, "MOST_TERMS", 6)
    short = Figures(Trace(record))
    assert short.trace.rules.equation(sums[0]) is None
    assert [short.value(q, "exact") for q in (*sums, *each)] == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert short.value(Quantity("cost"), "exact") == pytest.approx(record.cost, rel=1e-12)
    assert short.text(sums[0], "decimals")


def test_of_a_very_wide_layer_what_uses_a_number_is_found_among_the_nearest() -> None:
    (record,) = compute_records(wide(), quick=True)
    rules = Trace(record).rules
    last = WIDE - 1
    slope = Quantity("slope", "a", index=(last,), label="h")
    assert feeds(rules, Quantity("value", "h", index=(last,))) == [Quantity("value", "a", index=(last,)), slope]
    assert Quantity("delta", "h", index=(last,)) in feeds(rules, slope)
    assert Quantity("gradient", "y", "weight", (0, last)) in feeds(rules, Quantity("value", "a", index=(last,)))
