"""Paths: their products add up to autograd's gradient, however the network branches and merges."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import islice, pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.equations import Quantity, Ref
from explorer.examples import load_example
from explorer.layers import kind_of
from explorer.network import set_params
from explorer.project.model import Project
from explorer.stepping import paths as paths_module
from explorer.stepping.compute import compute_records
from explorer.stepping.numbers import Exact, stored
from explorer.stepping.paths import Paths, shares
from explorer.stepping.trace import Trace
from tests.explorer.networks import networks, projects
from tests.explorer.stepping.recurrent import recurrent

BRANCHING = networks([kind_of(kind) for kind in ("dense", "tanh", "relu", "add", "multiply", "concat")], most=7)


def unfolded(project: Project, samples: tuple[int, ...] = (0,)) -> tuple[Trace, Exact]:
    (record,) = compute_records(project, samples)
    trace = Trace(record)
    return trace, Exact(trace.rules)


@settings(max_examples=40)
@given(projects() | projects(BRANCHING), st.sampled_from([(0,), (0, 2)]), st.randoms(use_true_random=False))
def test_paths_add_up_to_autograds_gradients_and_errors(
    project: Project, samples: tuple[int, ...], rng: Random
) -> None:
    trace, exact = unfolded(project, samples)
    back = [step.quantity for step in trace if step.quantity.role in ("gradient", "delta", "inner_delta")]
    for q in rng.sample(back, min(6, len(back))):
        paths = Paths(trace.rules, q, exact)
        floor = 1e-12 * max(1.0, paths.size)
        assert paths.total == pytest.approx(stored(trace.record, q), rel=1e-10, abs=floor)
        assert paths.size >= abs(paths.total) - floor
        if paths.count <= 3000:
            every = list(paths.ranked())
            assert len(every) == paths.count
            assert math.fsum(path.product for path in every) == pytest.approx(paths.total, rel=1e-10, abs=floor)
            sizes = [abs(path.product) for path in every if path.product]
            assert all(larger >= smaller * (1 - 1e-9) for larger, smaller in pairwise(sizes))
            assert [abs(path.product) for path in paths.best(len(every))] == sizes
            for path in every[:20]:
                product = math.prod(float(factor.evaluate(exact)) for factor in path.factors)
                assert path.product == pytest.approx(product, rel=1e-9, abs=1e-300)


@settings(max_examples=15)
@given(projects(BRANCHING), st.integers(1, 12))
def test_bounded_paths_end_in_bundles_and_still_add_up(project: Project, most: int) -> None:
    trace, exact = unfolded(project)
    for q in [step.quantity for step in trace if step.quantity.role == "gradient"][:3]:
        paths, whole = Paths(trace.rules, q, exact, most), Paths(trace.rules, q, exact)
        assert paths.total == pytest.approx(stored(trace.record, q), rel=1e-10, abs=1e-12 * max(1.0, whole.size))
        assert paths.count <= whole.count
        for path in islice(paths.ranked(), 50):
            assert (path.bundle is not None) == (path.factors[0] == Ref(path.bundle) if path.bundle else False)


def test_a_hidden_weight_of_the_worked_example_has_one_path_per_output() -> None:
    trace, exact = unfolded(load_example("A1"))
    paths = Paths(trace.rules, Quantity("gradient", "b", "weight", (0, 0)), exact)
    assert paths.count == 2
    largest, second = paths.best(10)
    z = np.array([0.593353109033, 0.735303261929])
    into = np.array([z[0], z[1] - 1]) * z * (1 - z) * np.array([0.05, 0.40]) * 0.209182469916 * 0.15
    assert (largest.product, second.product) == pytest.approx((into[1], into[0]), rel=1e-9)
    roles = [factor.quantity.role for factor in largest.factors if isinstance(factor, Ref)]
    assert roles == ["delta", "slope", "weight", "slope", "value"]
    assert paths.total == pytest.approx(-0.000421996007, rel=1e-8)


def test_paths_through_time_are_counted_without_being_listed() -> None:
    trace, exact = unfolded(recurrent(steps=12, units=3))
    paths = Paths(trace.rules, Quantity("gradient", "r", "weight_hh_l0", (0, 0)), exact)
    assert paths.count == sum(3**steps for steps in range(11))  # from every use of the weight on through every unit
    found = paths.best(50)
    assert len(found) == 50
    assert paths.total == pytest.approx(trace.record.gradients["r.weight_hh_l0"][0, 0], rel=1e-10)


def test_the_shares_of_an_error_at_the_cost_are_the_error_itself() -> None:
    trace, exact = unfolded(load_example("A1"))
    end = trace.rules.output
    (share,) = shares(trace.rules, Quantity("delta", end, index=(0,)), exact)
    assert (share.on, share.number) == (None, pytest.approx(0.593353109033))


def test_what_is_not_unfolded_is_told_at_the_paths_end(monkeypatch: pytest.MonkeyPatch) -> None:
    trace, exact = unfolded(load_example("A1"))
    hidden = Quantity("gradient", "b", "weight", (0, 0))
    assert all(path.bundle is None for path in Paths(trace.rules, hidden, exact).ranked())
    bounded = Paths(trace.rules, hidden, exact, 1)
    assert [path.bundle for path in bounded.ranked()] == list(bounded.bundles)
    monkeypatch.setattr(paths_module, "SHARES", 1)  # the weight's gradient has one
    (path,) = Paths(trace.rules, hidden, exact).ranked()
    assert path.bundle not in (None, hidden)


def test_what_a_penalty_adds_stands_in_the_order_of_size_too() -> None:
    project = load_example("A1")
    network = set_params(project.network, "c", {"l2": 1.0})
    trace, exact = unfolded(replace(project, network=network))
    first, second = Paths(trace.rules, Quantity("gradient", "c", "weight", (0, 0)), exact).ranked()
    assert (first.product, second.product) == pytest.approx((0.100508254240, 0.05), rel=1e-9)
