"""The examples open, have no problems, and do what their descriptions and the sources say."""

from __future__ import annotations

from importlib.resources import files

import pytest

from explorer.examples import EXAMPLES, load_example
from explorer.project.check import check_project
from explorer.project.errors import ProjectError
from explorer.project.format import dumps_project
from explorer.stepping.compute import compute_records
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import Exact, Rounded
from explorer.stepping.trace import Trace
from explorer.training.events import EpochDone
from explorer.training.loop import train
from explorer.training.session import Session

PARAMETERS = {"A1": 12, "A2": 4290, "B2": 2, "B6": 20, "digits": 2260, "digits-conv": 1898}


def trained(example: str) -> tuple[Session, list[EpochDone]]:
    session = Session(load_example(example), "cpu")
    return session, [event for event in train(session) if isinstance(event, EpochDone)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_each_opens_without_problems(example: object) -> None:
    project = load_example(example.id)  # type: ignore[attr-defined]
    resolved, problems = check_project(project)
    assert problems == ()
    assert resolved.parameters == PARAMETERS[example.id]  # type: ignore[attr-defined]
    assert project.description
    assert all(node.position for node in project.network.nodes)


def test_every_file_is_listed_and_written_as_the_program_writes() -> None:
    folder = files("resources").joinpath("examples")
    assert {entry.name for entry in folder.iterdir()} == {example.file for example in EXAMPLES}
    for example in EXAMPLES:
        assert folder.joinpath(example.file).read_bytes() == dumps_project(load_example(example.id), ".json")


def test_an_example_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(ProjectError, match="did you mean digits"):
        load_example("digit")


def test_every_printed_figure_is_what_the_steps_give_and_each_slip_is_one() -> None:
    """Held against the steps themselves: rounded as with a calculator, and exact."""
    project = load_example("A1")
    trace = Trace(compute_records(project)[0])
    rounded, exact, names = Rounded(trace.rules, 4), Exact(trace.rules), Notation(trace.rules.resolved)
    steps = {names.text(step.quantity): step.quantity for step in trace}
    assert len(project.textbook) == 52
    for row in project.textbook:
        assert row.quantity in steps
        last = row.text.split()[-1]
        if row.slip and row.quantity != "dE/dw1":  # that print is right; its copy in the update is not
            assert rounded(steps[row.quantity]) != pytest.approx(float(last), rel=1e-5)
            assert row.note
        else:
            figures = (rounded(steps[row.quantity]), exact.step_value(steps[row.quantity]))
            assert any(abs(figure - float(last)) <= 4e-5 * abs(figure) for figure in figures)


def test_a2_tells_men_from_chickens_on_characters_that_it_has_not_seen() -> None:
    session, epochs = trained("A2")
    assert epochs[-1].validation_accuracy == 1.0
    assert session.measure(session.examples.test).accuracy == 1.0
    assert len(session.examples.test) == 120


def test_b2_falls_from_about_1_01_to_its_plateau() -> None:
    _, epochs = trained("B2")
    assert epochs[0].train_cost == pytest.approx(1.01, abs=0.005)
    assert epochs[-1].train_cost == pytest.approx(0.408, abs=0.001)
    assert abs(epochs[-1].train_cost - epochs[-2].train_cost) < 1e-6
    assert len(epochs) <= 500


def test_b6_bends_like_the_sine() -> None:
    _, epochs = trained("B6")
    assert epochs[-1].train_cost == pytest.approx(0.253, abs=0.001)
    assert len(epochs) == 100


@pytest.mark.parametrize("example", ["digits", "digits-conv"])
def test_digits_are_read(example: str) -> None:
    session, epochs = trained(example)
    assert epochs[-1].train_cost < epochs[0].train_cost
    accuracy = session.measure(session.examples.test).accuracy
    assert accuracy is not None
    assert accuracy > 0.95
