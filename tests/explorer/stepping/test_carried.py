"""Carried rounding: the numbers of a calculator that rounds at each step, against decimal arithmetic of its own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, getcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.equations import Quantity
from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from explorer.settings import Settings
from explorer.stepping.compute import compute_records
from explorer.stepping.numbers import Rounded, round_given, round_half_up
from explorer.stepping.trace import Trace

getcontext().prec = 50
Numbers = dict[Quantity, Decimal]
GIVEN = st.integers(-200, 200).map(lambda hundredths: hundredths / 100)


class Calculator:
    """A person who works through a network of sigmoid units layer by layer, with ``digits`` decimals."""

    def __init__(self, digits: int) -> None:
        self.digits, self.found = digits, Numbers()

    def rounded(self, value: Decimal) -> Decimal:
        """Halves away from zero."""
        return value.quantize(Decimal(1).scaleb(-self.digits), ROUND_HALF_UP)

    def kept(self, value: Decimal) -> Decimal:
        """Whole, where rounding would leave fewer than three significant digits."""
        small = value != 0 and abs(self.rounded(value)) < Decimal(10) ** (2 - self.digits)
        return value if small else self.rounded(value)

    def layer(self, name: str, x: list[Decimal], weight: list[list[Decimal]], bias: list[Decimal]) -> list[Decimal]:
        """Net inputs, and what the sigmoid makes of them."""
        out = []
        for j, row in enumerate(weight):
            net = self.note("value", name, self.rounded(bias[j] + sum(w * i for w, i in zip(row, x, strict=True))), j)
            out.append(self.note("value", f"{name}_out", self.rounded(1 / (1 + (-net).exp())), j))
        return out

    def note(self, role: str, node: str, value: Decimal, *index: int, part: str = "", label: str = "") -> Decimal:
        """Keep a number under its name."""
        self.found[Quantity(role, node, part, index, label=label)] = value
        return value

    def back(self, name: str, out: list[Decimal], errors: list[Decimal]) -> list[Decimal]:
        """The errors of net inputs, from those of outputs."""
        deltas = []
        for j, error in enumerate(errors):
            slope = self.note("slope", f"{name}_out", self.rounded(out[j] * (1 - out[j])), j, label=name)
            deltas.append(self.note("delta", name, self.rounded(error * slope), j))
        return deltas

    def weights(
        self, name: str, x: list[Decimal], weight: list[list[Decimal]], bias: list[Decimal], errors: list[Decimal],
        out: list[Decimal], rate: Decimal,
    ) -> None:  # fmt: skip
        """Gradients, a factor at a time, and new weights."""
        for j, error in enumerate(errors):
            slope = self.rounded(out[j] * (1 - out[j]))
            gradient = self.note("gradient", name, self.kept(self.rounded(error * slope)), j, part="bias")
            self.note("updated", name, self.kept(bias[j] - rate * gradient), j, part="bias")
            for i, value in enumerate(x):
                gradient = self.note("gradient", name, self.kept(error * slope * value), j, i, part="weight")
                self.note("updated", name, self.kept(weight[j][i] - rate * gradient), j, i, part="weight")


@st.composite
def cases(draw: st.DrawFn) -> tuple[Project, int, int]:
    """A network of one hidden layer with weights of two decimals, and how many hidden units and outputs it has."""
    inputs, hidden, outputs = (draw(st.integers(1, 3)) for _ in range(3))

    def array(*shape: int) -> np.ndarray:
        count = int(np.prod(shape))
        return np.array(draw(st.lists(GIVEN, min_size=count, max_size=count))).reshape(shape)

    nodes = (
        Node("a", "input", {"shape": (inputs,)}), Node("b", "dense", {"units": hidden}), Node("b_out", "sigmoid"),
        Node("c", "dense", {"units": outputs}), Node("c_out", "sigmoid"),
    )  # fmt: skip
    edges = (Edge("a", "b"), Edge("b", "b_out"), Edge("b_out", "c"), Edge("c", "c_out"))
    weights = {
        "b.weight": array(hidden, inputs), "b.bias": array(hidden), "c.weight": array(outputs, hidden),
        "c.bias": array(outputs),
    }  # fmt: skip
    rows = {"inputs": array(1, inputs).tolist(), "targets": array(1, outputs).tolist()}
    chosen = Settings({"cost": "squared_error", "optimizer": "sgd"}, {"lr": draw(st.sampled_from([0.5, 0.1, 2.0]))})
    data = Data("inline", rows)
    return Project(network=Network(nodes, edges), weights=weights, data=data, settings=chosen), hidden, outputs


def decimals(array: object) -> list[Decimal]:
    return [Decimal(repr(float(number))) for number in np.ravel(np.asarray(array))]


def by_hand(project: Project, digits: int, hidden: int, outputs: int) -> Numbers:
    """All numbers of one iteration, as a person with a calculator finds them."""
    hand = Calculator(digits)
    x, target = (decimals(project.data.params[name]) for name in ("inputs", "targets"))
    w1, b1, w2, b2 = (project.weights[name] for name in ("b.weight", "b.bias", "c.weight", "c.bias"))
    first, second = [decimals(row) for row in w1], [decimals(row) for row in w2]
    out_b = hand.layer("b", x, first, decimals(b1))
    out_c = hand.layer("c", out_b, second, decimals(b2))
    pairs = list(zip(target, out_c, strict=True))
    local = [hand.note("local", "c_out", hand.rounded((t - z) ** 2), k) for k, (t, z) in enumerate(pairs)]
    total = hand.note("local_sum", "c_out", hand.rounded(sum(local, Decimal(0))))
    hand.note("cost", "", hand.rounded(total / 2))
    errors_c = [hand.note("delta", "c_out", hand.rounded(z - t), k) for k, (t, z) in enumerate(pairs)]
    rate = Decimal(repr(project.settings["lr"]))
    deltas = hand.back("c", out_c, errors_c)
    hand.weights("c", out_b, second, decimals(b2), errors_c, out_c, rate)
    errors_b = []
    for i in range(hidden):
        terms = [hand.rounded(deltas[k] * second[k][i]) for k in range(outputs)]
        if outputs > 1:
            for k, term in enumerate(terms):
                hand.note("term", "b_out", term, i, k, label="c")
        errors_b.append(hand.note("delta", "b_out", hand.rounded(sum(terms, Decimal(0))), i))
    hand.back("b", out_b, errors_b)
    hand.weights("b", x, first, decimals(b1), errors_b, out_b, rate)
    return hand.found


def compared(project: Project, digits: int, hidden: int, outputs: int) -> Iterator[tuple[Quantity, float, Decimal]]:
    (record,) = compute_records(project, (0,))
    rounded = Rounded(Trace(record).rules, digits)
    for quantity, value in by_hand(project, digits, hidden, outputs).items():
        yield quantity, rounded(quantity), value


def test_what_is_rounded_to_0_has_no_sign() -> None:
    assert [str(round_half_up(value, 4)) for value in (-4.9e-5, -0.0, 4.9e-5, -5.0e-5)] == [
        "0.0",
        "0.0",
        "0.0",
        "-0.0001",
    ]


@settings(max_examples=60)
@given(cases(), st.integers(2, 6))
def test_rounding_is_carried_as_decimal_arithmetic_does(case: tuple[Project, int, int], digits: int) -> None:
    project, hidden, outputs = case
    for quantity, found, expected in compared(project, digits, hidden, outputs):
        assert found == pytest.approx(float(expected), rel=1e-9, abs=1e-13), quantity


@pytest.mark.parametrize(
    ("value", "digits", "kept"),
    [
        (0.000123456, 2, 0.000123),
        (-0.0019996, 3, -0.002),
        (0.1, 6, 0.1),
        (123.4567, 2, 123.46),
        (0.0123456, 4, 0.0123),
        (0.00123456, 4, 0.00123),
        (9.996e-7, 4, 1.00e-6),
        (0.0, 3, 0.0),
    ],
)
def test_given_numbers_keep_three_significant_digits(value: float, digits: int, kept: float) -> None:
    assert round_given(value, digits) == kept
