"""Man vs. chicken, 2-2-2: every number of the worked example, as printed, at four decimals and exact."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.stepping.compute import compute_records
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import Exact, Rounded
from explorer.stepping.record import verdict
from explorer.stepping.trace import Step, Trace

# stage, quantity, printed, carried at four decimals (- where no rounding is carried), exact, is the print a slip
TABLE = """
1 | net_b1             | 0.857        | 0.857         | 0.857           |
1 | net_b2             | 0.3395       | 0.3395        | 0.3395          |
1 | out_b1             | 0.7020       | 0.7020        | 0.702033487531  |
1 | out_b2             | 0.5841       | 0.5841        | 0.584069061847  |
1 | net_c1             | 0.3779       | 0.3779        | 0.377844464786  |
1 | net_c2             | 1.0217       | 1.0217        | 1.021698229342  |
1 | out_c1             | 0.5934       | 0.5934        | 0.593353109033  |
1 | out_c2             | 0.7353       | 0.7353        | 0.735303261929  |
2 | local_c1           | 0.3521       | 0.3521        | 0.352067911999  |
2 | local_c2           | 0.070        | 0.0701        | 0.070064363145  | slip
2 | local_sum          | 0.4221       | 0.4222        | 0.422132275144  | slip
2 | E                  | 0.21105      | 0.2111        | 0.211066137572  | slip
3 | delta_c1           | 0.1432       | 0.1432        | 0.143167321824  |
3 | dE/dbw3            | 0.1432       | 0.1432        | 0.143167321824  |
3 | delta_c2           | -0.0515      | -0.0515       | -0.051518554766 |
3 | dE/dbw4            | -0.0515      | -0.0515       | -0.051518554766 |
3 | dE/dw5             | 0.1005       | 0.1005        | 0.100508254240  |
3 | dE/dw6             | -0.0362      | -0.0362       | -0.036167750675 |
3 | dE/dw7             | 0.0836       | 0.0836        | 0.083619603345  |
3 | dE/dw8             | -0.0301      | -0.0301       | -0.030090393950 |
3 | delta_c1·w5        | 0.0072       | 0.0072        | 0.007158366091  |
3 | delta_c2·w6        | -0.0206      | -0.0206       | -0.020607421906 |
3 | dE/dout_b1         | -0.0134      | -0.0134       | -0.013449055815 |
3 | dout_b1/dnet_b1    | 0.2092       | 0.2092        | 0.209182469916  |
3 | delta_c1·w7        | 0.0473       | 0.0473        | 0.047245216202  |
3 | delta_c2·w8        | -0.0036      | -0.0036       | -0.003606298834 |
3 | dE/dout_b2         | 0.0437       | 0.0437        | 0.043638917368  |
3 | dout_b2/dnet_b2    | 0.2429       | 0.2429        | 0.242932392840  |
3 | dE/dw1             | -0.000420492 | -0.000420492  | -0.000421996007 | slip
3 | dE/dw2             | 0.00159221   | 0.0015922095  | 0.001590195993  |
3 | dE/dw3             | -0.000981148 | -0.000981148  | -0.000984657350 |
3 | dE/dw4             | 0.003715156  | 0.0037151555  | 0.003710457316  |
3 | delta_b1           | -0.0028      | -0.0028       | -0.002813306713 |
3 | dE/dbw1            | -0.0028      | -0.0028       | -0.002813306713 |
3 | delta_b2           | 0.0106       | 0.0106        | 0.010601306617  |
3 | dE/dbw2            | 0.016        | 0.0106        | 0.010601306617  | slip
4 | E(w5+eps)          | 0.211045192  | -             | 0.211076188475  | slip
4 | E(w5-eps)          | 0.211025091  | -             | 0.211056086824  | slip
4 | numeric dE/dw5     | 0.100505     | -             | 0.100508254185  |
4 | relative error w5  | 9.5e-5       | -             | 5.6e-10         | slip
5 | new w8             | 0.0826       | 0.0851        | 0.085045196975  | slip
5 | new w7             | 0.2882       | 0.2882        | 0.288190198328  |
5 | new w6             | 0.4181       | 0.4181        | 0.418083875337  |
5 | new w5             | -0.00025     | -0.00025      | -0.000254127120 |
5 | new w4             | 0.1514       | 0.1681        | 0.168144771342  | slip
5 | new w3             | 0.1205       | 0.1205        | 0.120492328675  |
5 | new w2             | 0.1992       | 0.1992        | 0.199204902004  |
5 | new w1             | 0.1002       | 0.1002        | 0.100210998004  |
5 | new bw4            | 0.7258       | 0.7258        | 0.725759277383  |
5 | new bw3            | 0.0784       | 0.0784        | 0.078416339088  |
5 | new bw2            | 0.242        | 0.2447        | 0.244699346691  | slip
5 | new bw1            | 0.814        | 0.8014        | 0.801406653357  | slip
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
DENOMINATORS = {"out_b1": "1.424433719", "out_b2": "1.71212646", "out_c1": "1.685299201", "out_c2": "1.359982697"}

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])


@pytest.fixture(scope="module")
def trace() -> Trace:
    return Trace(compute_records(load_example("A1"))[0])


@pytest.fixture(scope="module")
def named(trace: Trace) -> dict[str, Step]:
    names = Notation(trace.rules.resolved)
    return {names.text(step.quantity): step for step in trace}


def half_a_digit(text: str) -> float:
    """Half of the last digit that is given."""
    mantissa, _, exponent = text.partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


@each_row
def test_exact_numbers(row: list[str], trace: Trace, named: dict[str, Step]) -> None:
    stage, name, _, _, exact, *_ = row
    assert named[name].stage == int(stage)
    # Differences of costs are only as good as the costs are: seven digits of 1e-13.
    room = 3e-11 if name == "relative error w5" else 0.0
    assert abs(Exact(trace.rules).step_value(named[name].quantity) - float(exact)) <= 1.02 * half_a_digit(exact) + room


@each_row
def test_numbers_carried_at_four_decimals(row: list[str], trace: Trace, named: dict[str, Step]) -> None:
    _, name, _, rounded, exact, *_ = row
    found = Rounded(trace.rules, 4).step_value(named[name].quantity)
    if rounded == "-":  # the gradient check needs all digits
        assert abs(found - float(exact)) <= 1.02 * half_a_digit(exact) + 3e-11
    else:
        assert math.isclose(found, float(rounded), rel_tol=1e-12, abs_tol=0.0)


@each_row
def test_printed_numbers_and_slips(row: list[str], trace: Trace, named: dict[str, Step]) -> None:
    _, name, printed, rounded, _, slip = row
    entries = [entry for entry in load_example("A1").textbook if entry.quantity == name]
    assert len(entries) == 1
    assert printed in entries[0].text.replace(",", "").split()
    assert entries[0].slip == bool(slip)
    assert bool(entries[0].note) or not slip
    if not slip and rounded != "-":
        # What is no slip agrees with the numbers carried at four decimals, to the digits that are printed.
        assert abs(float(printed) - float(rounded)) <= 1.02 * half_a_digit(printed)


def test_every_entry_of_the_textbook_names_a_step(named: dict[str, Step]) -> None:
    entries = [entry.quantity for entry in load_example("A1").textbook]
    assert sorted(entries) == sorted(row[1] for row in ROWS)
    assert set(entries) <= set(named)


@pytest.mark.parametrize(("name", "printed"), DENOMINATORS.items())
def test_printed_denominators(name: str, printed: str, trace: Trace, named: dict[str, Step]) -> None:
    entry = next(entry for entry in load_example("A1").textbook if entry.quantity == name)
    assert printed in entry.note
    net = Rounded(trace.rules, 4)(named[name.replace("out", "net")].quantity)
    assert 1 + math.exp(-net) == pytest.approx(float(printed), rel=2e-7)  # its e has five decimals


def test_slips_name_the_right_number() -> None:
    right = {"local_c2": "0.0701", "local_sum": "0.4222", "E": "0.2111", "new w4": "0.1681", "new bw1": "0.8014"}
    right |= {"new bw2": "0.2447", "new w8": "0.0851", "dE/dbw2": "0.0106", "relative error w5": "5.0e-5"}
    notes = {entry.quantity: entry.note for entry in load_example("A1").textbook}
    for name, number in right.items():
        assert number in notes[name]


def test_the_formula_slip_is_told() -> None:
    project = load_example("A1")
    told = project.description + "".join(entry.note for entry in project.textbook)
    assert "mean squared error" in told
    assert "root" in told


def test_the_gradient_check_calls_it_right(trace: Trace) -> None:
    assert 0 < trace.record.max_relative_error <= 1e-7
    assert verdict(trace.record.max_relative_error) == "probably right"


@pytest.mark.parametrize("make", [Exact, lambda rules: Rounded(rules, 4)], ids=["exact", "rounded"])
def test_a_second_iteration_starts_from_the_new_weights(make: Callable[..., Exact | Rounded]) -> None:
    first, second = (Trace(record) for record in compute_records(load_example("A1"), (0,), 2))
    weight = Quantity("weight", "c", "weight", (0, 0))
    new = Quantity("updated", "c", "weight", (0, 0))
    before = make(first.rules)
    after = Rounded(second.rules, 4, before) if isinstance(before, Rounded) else Exact(second.rules)
    assert after(weight) == before(new)
    assert after(Quantity("cost")) < before(Quantity("cost"))
