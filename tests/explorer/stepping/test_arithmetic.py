"""Typed arithmetic at its bounds: how deep brackets go, and words that it does not know."""

from __future__ import annotations

import math

import pytest

from explorer.stepping.arithmetic import ArithmeticProblem, calculate

DEEPEST = 40


def nested(depth: int) -> str:
    return "(" * depth + "2" + ")" * depth


def powers(depth: int) -> str:
    """1^1^…: each exponent is read one level deeper."""
    return "^".join(["1"] * (depth + 1))


@pytest.mark.parametrize("before", ["", "(1)+(1)+(1)+", "1^2+1^2+1^2+", "sqrt(4)+abs(1)+"])
def test_brackets_go_forty_deep_whatever_stands_before(before: str) -> None:
    plain = calculate(before + "0")
    assert calculate(before + nested(DEEPEST)) == plain + 2.0
    assert calculate(before + powers(DEEPEST)) == plain + 1.0
    for too_deep in (nested(DEEPEST + 1), powers(DEEPEST + 1)):
        with pytest.raises(ArithmeticProblem, match="brackets in brackets"):
            calculate(before + too_deep)


def test_an_unknown_word_is_told_with_those_that_are_known_each_once() -> None:
    with pytest.raises(ArithmeticProblem) as told:
        calculate("sin(1)")
    assert str(told.value).endswith("use numbers, and exp, ln, sqrt, tanh, abs, σ.")


@pytest.mark.parametrize("x", [-800.0, -2.0, 0.0, 0.5, 800.0])
def test_the_sigmoid_of_any_number(x: float) -> None:
    assert calculate(f"sigmoid({x})") == pytest.approx(1 / (1 + math.exp(-x)) if x > -700 else 0.0, rel=1e-14)
