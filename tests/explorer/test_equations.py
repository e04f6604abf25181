"""Expression trees: they evaluate to what Python's and numpy's own arithmetic gives."""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from explorer.arrays import MatMul, Rearranged, Transposed
from explorer.equations import (
    FUNCTIONS,
    Apply,
    Choose,
    Expr,
    LogSumExp,
    Number,
    Power,
    Product,
    Quantity,
    Ref,
    SoftmaxShare,
    Sum,
    as_expr,
    exp,
    ln,
    operands,
    plain,
    total,
)
from explorer.network import Edge

NUMBERS = st.floats(-50.0, 50.0)
LISTS = st.lists(NUMBERS, min_size=1, max_size=6)
A, B = Quantity("value", "a"), Quantity("value", "b")


def refs(values: list[float]) -> tuple[tuple[Ref, ...], Any]:
    """Operands for values, and their lookup."""
    quantities = [Quantity("value", "z", index=(i,)) for i in range(len(values))]
    return tuple(Ref(q) for q in quantities), dict(zip(quantities, values, strict=True)).__getitem__


def value(expr: Expr, **names: Any) -> Any:
    return expr.evaluate({Quantity("value", name): number for name, number in names.items()}.__getitem__)


@given(NUMBERS, NUMBERS)
def test_operators_are_arithmetic(a: float, b: float) -> None:
    x, y = Ref(A), Ref(B)
    assert value(x + y, a=a, b=b) == a + b
    assert value(x - y, a=a, b=b) == a - b
    assert value(x * y, a=a, b=b) == a * b
    assert value(-x, a=a) == -a
    assert value(x**2, a=a) == pytest.approx(a**2, rel=1e-15)
    assert value(2 + x, a=a) == value(x + 2, a=a) == a + 2
    assert value(2 - x, a=a) == 2 - a
    assert value(2 * x, a=a) == value(x * 2, a=a) == 2 * a
    if b:
        assert value(x / y, a=a, b=b) == a / b
        assert value(3 / y, b=b) == 3 / b
    assert value(x / 4, a=a) == a / 4


@given(LISTS)
def test_sums_are_exactly_rounded(values: list[float]) -> None:
    terms, lookup = refs(values)
    assert Sum(terms).evaluate(lookup) == math.fsum(values)
    assert total(list(terms)).evaluate(lookup) == math.fsum(values)


def test_short_sums() -> None:
    assert total([]) == Number(0.0)
    assert total([Ref(A)]) == Ref(A)
    assert value(Sum((Ref(A), Ref(B))), a=math.inf, b=-math.inf) != 0  # NaN, and no error


@given(LISTS, st.integers(0, 5))
def test_softmax_and_log_sum_exp(values: list[float], place: int) -> None:
    terms, lookup = refs(values)
    k = place % len(values)
    powers = [math.exp(v - max(values)) for v in values]
    assert SoftmaxShare(terms, terms[k]).evaluate(lookup) == pytest.approx(powers[k] / math.fsum(powers), rel=1e-12)
    expected = max(values) + math.log(math.fsum(powers))
    assert LogSumExp(terms).evaluate(lookup) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    whole = {A: np.array(values)}.__getitem__
    assert_allclose(SoftmaxShare((Ref(A),)).evaluate(whole), np.array(powers) / math.fsum(powers), rtol=1e-12)
    assert LogSumExp((Ref(A),)).evaluate(whole) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_large_exponents_do_not_overflow() -> None:
    terms, lookup = refs([1000.0, 999.0])
    assert LogSumExp(terms).evaluate(lookup) == pytest.approx(1000 + math.log1p(math.exp(-1)), rel=1e-15)
    assert SoftmaxShare(terms, terms[0]).evaluate(lookup) == pytest.approx(1 / (1 + math.exp(-1)), rel=1e-15)
    assert value(exp(Ref(A)), a=1000.0) == math.inf
    assert value(1 / (1 + exp(-Ref(A))), a=-1000.0) == 0.0
    assert value(Apply("ln1pexp", (Ref(A),)), a=1000.0) == 1000.0
    assert value(Apply("ln1pexp", (Ref(A),)), a=-1000.0) == 0.0


def test_impossible_divisions_are_those_of_ieee() -> None:
    assert value(Ref(A) / Ref(B), a=1.0, b=0.0) == math.inf
    assert math.isnan(value(Ref(A) / Ref(B), a=0.0, b=0.0))
    assert value(ln(Ref(A)), a=0.0) == -math.inf
    assert math.isnan(value(ln(Ref(A)), a=-1.0))
    assert value(Ref(A) ** -1, a=0.0) == math.inf


@given(st.floats(0.01, 20.0), st.floats(-5.0, 5.0))
def test_functions_are_those_of_mathematics(positive: float, any_sign: float) -> None:
    expected = {
        "exp": math.exp(any_sign),
        "tanh": math.tanh(any_sign),
        "abs": abs(any_sign),
        "sign": float(np.sign(any_sign)),
        "erf": math.erf(any_sign),
        "sigmoid": 1 / (1 + math.exp(-any_sign)),
        "ln1pexp": math.log1p(math.exp(any_sign)),
    }
    for name, wanted in expected.items():
        assert value(Apply(name, (Ref(A),)), a=any_sign) == pytest.approx(wanted, rel=1e-13)
    assert value(ln(Ref(A)), a=positive) == pytest.approx(math.log(positive), rel=1e-13, abs=1e-15)
    assert value(Apply("sqrt", (Ref(A),)), a=positive) == pytest.approx(math.sqrt(positive), rel=1e-15)
    assert {*expected, "ln", "sqrt", "max", "min"} == set(FUNCTIONS)


@given(st.lists(NUMBERS, min_size=2, max_size=6))
def test_the_largest_of_any_number(values: list[float]) -> None:
    terms, lookup = refs(values)
    assert Apply("max", terms).evaluate(lookup) == max(values)


@given(NUMBERS)
def test_choices_at_the_border(test: float) -> None:
    for or_equal in (False, True):
        holds = test >= 0 if or_equal else test > 0
        assert value(Choose(Ref(A), Number(1.0), Number(2.0), or_equal), a=test) == (1.0 if holds else 2.0)
    found = value(Choose(Ref(A), Ref(A), Number(0.0)), a=np.array([-1.0, 0.0, test]))
    assert_allclose(found, [0.0, 0.0, max(0.0, test)])


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 1000))
def test_arrays(rows: int, columns: int, seed: int) -> None:
    numbers = np.random.default_rng(seed)
    w, x, y = numbers.normal(size=(rows, columns)), numbers.normal(size=columns), numbers.normal(size=rows)
    assert_allclose(value(MatMul(Ref(A), Ref(B)), a=w, b=x), w @ x)
    assert_allclose(value(MatMul(Transposed(Ref(A)), Ref(B)), a=w, b=y), w.T @ y)
    assert_allclose(value(MatMul(Ref(A), Ref(B), outer=True), a=y, b=x), np.outer(y, x))
    assert_allclose(value(Rearranged("flatten", (Ref(A),), np.ravel), a=w), w.ravel())
    assert_allclose(value(Product((Ref(A), Ref(B), Number(2.0))), a=x, b=x), 2 * x * x)
    assert_allclose(value(Power(Ref(A), 3.0), a=x), x**3)


def test_operands_come_once_in_the_order_of_writing() -> None:
    c = Ref(Quantity("value", "c"))
    tree = Choose(Ref(B) - Ref(A), exp(c) * Ref(B), Number(1.0)) / (Ref(A) + c)
    assert [q.node for q in operands(tree)] == ["b", "a", "c"]
    assert operands(Number(1.0)) == []


def test_equal_trees_are_equal_and_can_be_keys() -> None:
    assert {Ref(A) + 1, Ref(A) + 1, Ref(A) + 2} == {Ref(A) + 1, Ref(A) + 2}
    one, other = (Rearranged("flatten", (Ref(A),), function) for function in (np.ravel, np.sort))
    assert one == other


def test_numbers_become_trees_and_scalars_plain() -> None:
    assert as_expr(2) == Number(2.0)
    assert as_expr(Ref(A)) == Ref(A)
    assert type(plain(np.float64(1.5))) is float
    assert isinstance(plain(np.zeros(2)), np.ndarray)


def test_an_operand_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        value(Ref(A) + Ref(B), a=1.0)


def test_a_quantity_and_a_wire_take_no_hash_to_another_process() -> None:
    for one in (Quantity("value", "h", index=(1,), example=2), Edge("a", "b", 1, ((1.0, 2.0),))):
        text = pickle.dumps(one)
        assert b"_hash" not in text
        again = pickle.loads(text)
        assert again == one
        assert hash(again) == hash(one)
        assert vars(again) == vars(one)
