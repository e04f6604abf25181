"""Optimizers that search for the length of a step: their rules are what they do, and they find minima."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from explorer.optimizer import Optimizer, UpdatePlace
from explorer.optimizers import OPTIMIZERS, optimizer_of
from explorer.params import check_params
from explorer.torch_optimizers import DECREASE, EVALUATIONS, Point, between, beyond, search
from tests.explorer.optimizers.quadratics import COUNT, by_rule, follow, quadratic, rosenbrock, start

SEARCHING = [entry for entry in OPTIMIZERS if entry.searches]
CG, LBFGS = optimizer_of("conjugate_gradient"), optimizer_of("lbfgs")
each_that_searches = pytest.mark.parametrize("entry", SEARCHING, ids=lambda entry: entry.id)
SEEDS = st.integers(0, 2**32 - 1)


def given_params(entry: Optimizer, **chosen: Any) -> dict[str, Any]:
    """The params, complete."""
    return check_params(entry.params, chosen)[0]


@each_that_searches
@pytest.mark.parametrize("bent", [False, True])
@given(seed=SEEDS)
def test_every_update_is_what_the_rule_says(entry: Optimizer, bent: bool, seed: int) -> None:
    params = given_params(entry)
    cost = rosenbrock if bent else quadratic(seed)[2]
    earlier = None
    for step, moment in enumerate(follow(entry, params, cost, start(seed), 5), start=1):
        told = by_rule(entry, params, step, moment, earlier)
        scale = max(1.0, float(np.abs(moment.gradient).max()))
        assert_allclose(told.after, moment.after, rtol=1e-10, atol=1e-12 * scale)
        for name, array in moment.states.items():
            assert_allclose(told.states[name], array, rtol=1e-7, atol=1e-10 * scale, err_msg=name)
        for name in told.overall.keys() & moment.overall.keys():
            assert told.overall[name] == pytest.approx(moment.overall[name], rel=1e-7, abs=1e-10)
        earlier = moment


@each_that_searches
@given(seed=SEEDS)
def test_the_cost_never_rises(entry: Optimizer, seed: int) -> None:
    costs = [moment.cost for moment in follow(entry, given_params(entry), rosenbrock, start(seed), 12)]
    assert all(after <= before for before, after in pairwise(costs))


@each_that_searches
def test_it_finds_the_minimum_of_a_bent_valley(entry: Optimizer) -> None:
    last = follow(entry, given_params(entry), rosenbrock, np.zeros(COUNT), 200)[-1]
    assert_allclose(last.after, 1.0, atol=1e-5)


@given(seed=SEEDS)
def test_conjugate_gradients_solve_a_quadratic_of_n_weights_in_n_updates(seed: int) -> None:
    matrix, vector, cost = quadratic(seed)
    moments = follow(CG, given_params(CG, flat=1e-9), cost, start(seed), COUNT)
    weights = start(seed)
    residual = direction = vector - matrix @ weights
    for moment in moments:  # Hestenes and Stiefel's linear method, whose lengths are exact
        if np.linalg.norm(residual) < 1e-8:
            break
        assert_allclose(moment.before, weights, atol=1e-5)
        length = residual @ residual / (direction @ matrix @ direction)
        weights = weights + length * direction
        before, residual = residual, residual - length * matrix @ direction
        direction = residual + (residual @ residual) / (before @ before) * direction
    assert_allclose(moments[-1].after, np.linalg.solve(matrix, vector), atol=1e-5)


def test_conjugate_gradients_begin_afresh_where_they_would_go_uphill() -> None:
    weight = torch.nn.Parameter(torch.tensor([1.0, 1.0], dtype=torch.float64))
    optimizer = CG.create([weight], given_params(CG))

    def step(slopes: tuple[float, float]) -> None:
        """An update on a cost of which these are the gradients."""

        def closure() -> float:
            weight.grad = torch.tensor(slopes, dtype=torch.float64)
            return float(weight.detach() @ weight.grad)

        optimizer.step(closure)

    step((1.0, 0.0))
    assert optimizer.state[weight]["beta"] == 0  # there is no direction before
    step((-1.0, 1.0))  # Polak and Ribière's beta is 3, and with it the direction (-2, -1): uphill by 1
    assert optimizer.state[weight]["beta"] == 0
    assert optimizer.state[weight]["direction"].tolist() == [1.0, -1.0]
    step((0.0, 0.0))
    step((1.0, 0.0))  # behind a gradient of 0 there is no beta
    assert optimizer.state[weight]["beta"] == 0


def test_conjugate_gradients_begin_afresh_after_a_gradient_of_zero() -> None:
    rule = dict(CG.overall_rule(given_params(CG), [UpdatePlace("n", "weight", (0,), step=2)]))
    numbers = {"g·g": 4.0, "g·g_old": 0.0, "g_old·g_old": 0.0, "g·d_old": 1.0}
    assert rule["beta_PR"] is not None
    assert rule["beta_PR"].evaluate(lambda q: numbers[q.label]) == 0.0
    assert rule["beta_PR"].evaluate(lambda q: (numbers | {"g_old·g_old": 2.0, "g·g_old": 1.0})[q.label]) == 1.5


def test_the_rule_of_conjugate_gradients_has_no_beta_where_it_would_go_uphill() -> None:
    rule = dict(CG.overall_rule(given_params(CG), [UpdatePlace("n", "weight", (0,), step=2)]))
    assert rule["beta"] is not None
    for uphill, beta in ((1.0, 2.0), (2.0, 0.0), (3.0, 0.0), (-3.0, 2.0)):  # down by g·g - beta g·d
        numbers = {"g·g": 4.0, "g·d_old": uphill, "beta_PR": 2.0}
        assert rule["beta"].evaluate(lambda q, known=numbers: known[q.label]) == beta


def test_conjugate_gradients_have_a_rule_for_a_single_weight() -> None:
    at = UpdatePlace("h", "weight", (0, 0), 2)
    known = {at.gradient.quantity: 3.0, at.before("g").quantity: 2.0, at.before("d").quantity: -2.0}
    for name, tree in CG.overall_rule(given_params(CG), [at]):
        if tree is not None:
            known[at.overall(name).quantity] = tree.evaluate(known.__getitem__)
    assert known[at.overall("beta").quantity] == 3.0 * (3.0 - 2.0) / (2.0 * 2.0)


@given(seed=SEEDS, history=st.integers(1, 4))
def test_lbfgs_goes_along_the_two_loop_recursion(seed: int, history: int) -> None:
    pairs: list[tuple[np.ndarray, np.ndarray]] = []
    earlier = None
    for moment in follow(LBFGS, given_params(LBFGS, history=history), rosenbrock, start(seed), 8):
        if earlier is not None:
            pairs = [*pairs, (earlier.after - earlier.before, moment.gradient - earlier.gradient)][-history:]
            assert all(s @ y > 1e-10 for s, y in pairs)  # as the line search makes sure
        wanted = -two_loops(moment.gradient, pairs)
        assert_allclose(moment.states["d"], wanted, rtol=1e-6, atol=1e-8 * np.abs(wanted).max())
        earlier = moment


def two_loops(gradient: np.ndarray, pairs: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """H g: Nocedal and Wright, algorithm 7.4, with the usual first H."""
    q, shares = gradient.copy(), []
    for s, y in reversed(pairs):
        shares.append(s @ q / (s @ y))
        q -= shares[-1] * y
    if pairs:
        s, y = pairs[-1]
        q *= s @ y / (y @ y)
    for (s, y), share in zip(pairs, reversed(shares), strict=True):
        q += s * (share - y @ q / (s @ y))
    return q


@pytest.mark.parametrize("line_search", [True, False])
def test_iterations_of_lbfgs_are_those_of_torchs(line_search: bool) -> None:
    _, _, cost = quadratic(7)
    params = given_params(LBFGS, line_search=line_search, lr=0.5)
    ours = follow(LBFGS, params, cost, start(7), 5)[-1].after
    weight = torch.nn.Parameter(torch.tensor(start(7)))
    how = "strong_wolfe" if line_search else None
    theirs = torch.optim.LBFGS(
        [weight], lr=0.5, max_iter=5, max_eval=1000, tolerance_change=0, history_size=10, line_search_fn=how
    )

    def closure() -> torch.Tensor:
        theirs.zero_grad()
        value = cost(weight)
        value.backward()
        return value

    theirs.step(closure)
    assert_allclose(ours, weight.detach().numpy(), rtol=1e-10)


def test_the_history_of_lbfgs_can_change_while_it_learns() -> None:
    weight = torch.nn.Parameter(torch.zeros(COUNT, dtype=torch.float64))
    optimizer = LBFGS.create([weight], given_params(LBFGS, history=2))

    def closure() -> float:
        optimizer.zero_grad()
        value = rosenbrock(weight)
        value.backward()
        return float(value.detach())

    for history, kept in ((2, 2), (5, 5), (3, 3)):
        optimizer.param_groups[0]["history_size"] = history
        for _ in range(6):
            optimizer.step(closure)
        assert len(optimizer.state[weight]["old_dirs"]) == kept


@each_that_searches
def test_at_a_minimum_nothing_moves(entry: Optimizer) -> None:
    for moment in follow(entry, given_params(entry), rosenbrock, np.ones(COUNT), 3):
        assert_allclose(moment.after, 1.0, rtol=0, atol=0)
        assert moment.overall["alpha"] == 0


@each_that_searches
def test_what_the_cost_does_not_depend_on_stays(entry: Optimizer) -> None:
    moments = follow(entry, given_params(entry), lambda w: (w[:4] ** 2).sum(), start(1), 4)
    assert_allclose(moments[-1].after[4:], start(1)[4:], rtol=0)
    assert_allclose(moments[-1].after[:4], 0, atol=1e-6)


@each_that_searches
def test_of_many_weights_nothing_is_written_out(entry: Optimizer) -> None:
    params = given_params(entry)
    assert all(tree is None for _, tree in entry.overall_rule(params, ()))
    told = {name for name, _ in entry.overall_rule(params, ())}
    told |= {name for name, tree in entry.rule(params, UpdatePlace("h", "weight", (0, 0), 2)) if tree is None}
    assert told == entry.found.keys()
    assert all(sentence.endswith(".") for sentence in entry.found.values())
    assert {name for name, _ in entry.overall_rule(params, ())} == entry.torch_overall.keys()
    assert entry.copies(params) > len(entry.torch_states)


def cubic(minimum: float, bend: float, twist: float) -> Callable[[float], Point]:
    """bend x² + twist x³, with x from its minimum on."""
    return lambda alpha: Point(
        alpha,
        bend * (alpha - minimum) ** 2 + twist * (alpha - minimum) ** 3,
        2 * bend * (alpha - minimum) + 3 * twist * (alpha - minimum) ** 2,
    )


@given(
    share=st.floats(0.1, 0.9), width=st.floats(0.1, 10.0), bend=st.floats(0.1, 10.0), twist=st.floats(-1.0, 1.0),
    begin=st.floats(0.0, 5.0), back=st.booleans(),
)  # fmt: skip
def test_between_two_places_the_minimum_of_a_cubic_is_tried(
    share: float, width: float, bend: float, twist: float, begin: float, back: bool
) -> None:
    along = cubic(begin + share * width, bend, twist / width)
    ends = along(begin), along(begin + width)
    assert between(*(reversed(ends) if back else ends)) == pytest.approx(begin + share * width, rel=1e-5)


def test_what_is_tried_stays_between_the_places_and_not_too_near() -> None:
    for minimum, wanted in ((0.999, 1.95), (0.001, 1.05), (3.0, 1.95)):
        assert between(*map(cubic(1 + minimum, 1.0, 0.0), (1.0, 2.0))) == pytest.approx(wanted)
    for high in (Point(3.0, math.inf, 1.0), Point(3.0, 1.0, math.nan)):
        assert between(Point(1.0, 1.0, -1.0), high) == 2.0
    for slope in (0.0, 1.0):  # x³ and x³ + x have no minimum
        assert between(Point(1.0, -1.0 - slope, 3.0 + slope), Point(3.0, 1.0 + slope, 3.0 + slope)) == 2.0


@pytest.mark.parametrize(
    ("slope", "wanted"),
    [(-2.0, 3.5), (-1.0, 2.5), (-3.9, 20.0), (-4.0, 20.0), (-5.0, 20.0), (-0.01, 2.2), (-3.25, 8.5)],
)
def test_further_on_the_place_where_the_slope_becomes_0_is_tried(slope: float, wanted: float) -> None:
    assert beyond(Point(0.5, 9.0, -4.0), Point(2.0, 8.0, slope)) == pytest.approx(wanted)


FAR = Point(0.0, 1.0, -1.0)


@given(
    minimum=st.floats(0.01, 100.0),
    bend=st.floats(0.1, 10.0),
    first=st.floats(1e-3, 1e3),
    flat=st.floats(1e-3, 0.9),
)
def test_a_search_ends_where_the_wolfe_conditions_hold(minimum: float, bend: float, first: float, flat: float) -> None:
    def along(alpha: float) -> Point:
        """ln cosh, steep at first and flat further out, so no quadratic."""
        away = bend * (alpha - minimum)
        cost = abs(away) + math.log1p(math.exp(-2 * abs(away)))
        return Point(alpha, cost, bend * math.tanh(away))

    begin = along(0.0)
    assume(begin.slope < -1e-3)
    end = along(search(along, begin, first, flat))
    assert end.cost <= begin.cost + DECREASE * end.alpha * begin.slope
    assert abs(end.slope) <= flat * abs(begin.slope) + 1e-12


def test_a_search_on_a_cost_that_falls_for_ever_ends() -> None:
    asked = []

    def along(alpha: float) -> Point:
        asked.append(alpha)
        return Point(alpha, 1.0 - alpha, -1.0)

    assert search(along, FAR, 1.0, 0.1) > 1e20
    assert len(asked) == EVALUATIONS


@pytest.mark.parametrize("cost", [math.inf, math.nan, 2.0])
def test_a_search_that_finds_nothing_better_stays(cost: float) -> None:
    assert search(lambda alpha: Point(alpha, cost, math.nan), FAR, 1.0, 0.1) == 0


def test_a_cost_that_has_not_fallen_is_never_where_a_search_ends() -> None:
    higher = 1.0 + 0.5 * DECREASE
    assert search(lambda alpha: Point(alpha, higher, 0.0), FAR, 1.0, 0.1) == 0
    assert search(lambda alpha: Point(alpha, 1.0 - 0.5 * DECREASE * alpha, 0.0), FAR, 1.0, 0.1) == 0
    assert search(lambda alpha: Point(alpha, 1.0 - 2.0 * DECREASE * alpha, 0.0), FAR, 1.0, 0.1) == 1


def test_a_search_comes_back_from_where_the_cost_is_not_finite() -> None:
    def along(alpha: float) -> Point:
        return Point(alpha, (alpha - 1) ** 2, 2 * (alpha - 1)) if alpha < 5 else Point(alpha, math.inf, math.nan)

    assert search(along, along(0.0), 1e4, 0.01) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(("slope", "first"), [(0.0, 1.0), (1.0, 1.0), (math.nan, 1.0), (-1.0, 0.0)])
def test_where_no_way_leads_down_nothing_is_searched(slope: float, first: float) -> None:
    def along(alpha: float) -> Point:
        raise AssertionError("nothing is to be evaluated")

    assert search(along, FAR._replace(slope=slope), first, 0.1) == 0


def test_a_float32_run_is_the_float64_run_in_fewer_digits() -> None:
    _, _, cost = quadratic(3)
    for entry in SEARCHING:
        wide = follow(entry, given_params(entry), cost, start(3), 3)[-1]
        narrow = follow(entry, given_params(entry), lambda w: cost(w.double()), start(3).astype(np.float32), 3)[-1]
        assert_allclose(narrow.after, wide.after, rtol=1e-3, atol=1e-4)
