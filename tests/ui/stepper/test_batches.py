"""A batch in the stepper: chosen by numbers, walked through, and shown example by example everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.settings import change
from tests.ui.stepper.conftest import Bench
from ui.stepper.diagram_items import GIVEN, QUANTITY, UnitItem
from ui.stepper.tensors import tensors_of


@pytest.fixture
def a2(bench: Callable[..., Bench]) -> Bench:
    """64-64-2, stepped through on its first example."""
    return bench(load_example("A2"))


def choose(found: Bench, text: str) -> None:
    """Type examples into the field, and let the engine answer."""
    field = found.diagram.sample.position
    field.setText(text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    found.tracer.answer()


def unit_texts(found: Bench) -> dict[str, str]:
    """The numbers in the circles of the diagram, by name."""
    return {item.name: item.value for item in found.diagram.view.scene().items() if isinstance(item, UnitItem)}


def test_a_number_and_a_range_are_typed(a2: Bench) -> None:
    choose(a2, "7")
    assert a2.tracer.asked[-1] == ((6,), 1)
    assert a2.diagram.sample.title.whole_text().startswith("Sample 7: ")
    choose(a2, "7-9")
    assert a2.tracer.asked[-1] == ((6, 7, 8), 1)
    assert a2.diagram.sample.position.text() == "7–9"
    assert a2.diagram.sample.caption.whole_text().startswith("1 of the batch 7–9")
    assert a2.timeline.caption == "Iteration 1, sample 7 in a batch of 3"
    assert a2.diagram.sample.batch.isChecked()


def test_what_is_no_example_is_told_beside_the_field(a2: Bench) -> None:
    asked = len(a2.tracer.asked)
    choose(a2, "601")
    assert len(a2.tracer.asked) == asked
    assert a2.diagram.sample.problem.isVisible()
    assert a2.diagram.sample.problem.text() == "There are the examples 1 to 600; 601 is not among them."
    choose(a2, "600")
    assert not a2.diagram.sample.problem.isVisible()


def test_the_batch_button_takes_as_many_as_training_does_and_one_again(bench: Callable[..., Bench]) -> None:
    project = load_example("A2")
    found = bench(replace(project, settings=change(project.settings, "batch_size", 4)))
    choose(found, "599")
    found.diagram.sample.batch.click()
    found.tracer.answer()
    assert found.tracer.asked[-1] == ((598, 599, 0, 1), 1)
    found.diagram.sample.next.click()
    assert found.session.sample == 599
    found.diagram.sample.batch.click()
    found.tracer.answer()
    assert found.tracer.asked[-1] == ((599,), 1)
    assert not found.diagram.sample.batch.isChecked()


def test_arrows_go_to_the_same_step_of_the_next_example(a2: Bench) -> None:
    choose(a2, "1-3")
    session, trace = a2.session, a2.session.trace
    assert trace is not None
    assert session.go_to(Quantity("value", "c_out", index=(1,)))
    a2.diagram.sample.next.click()
    assert session.step is not None
    assert session.step.quantity == Quantity("value", "c_out", index=(1,), example=1)
    assert (session.example, session.sample) == (1, 1)
    a2.diagram.sample.previous.click()
    a2.diagram.sample.previous.click()
    assert session.step.quantity.example == 2
    session.go_to(Quantity("gradient", "c", "weight", (0, 0)))
    assert session.example == 2  # what the batch has in common leaves the example that is shown
    number = session.number
    a2.diagram.sample.next.click()
    assert (session.number, session.example) == (number, 0)


@pytest.mark.parametrize("example", [0, 1, 2])
def test_units_tensors_and_layers_show_the_numbers_of_the_example(a2: Bench, example: int) -> None:
    choose(a2, "4, 9, 2")
    session = a2.session
    session.set_mode("exact")
    assert session.trace is not None
    session.last()
    while session.example != example:
        session.turn(1)
    record = session.trace.record
    assert record.samples == (3, 8, 1)
    shown = unit_texts(a2)
    for unit in range(2):
        assert float(shown[f"c{unit + 1}"]) == pytest.approx(record.values["c_out"][example, unit], rel=2e-3)
    items = a2.diagram.view.scene().items()
    quantities = [q for item in items for q in (item.data(QUANTITY), item.data(GIVEN)) if isinstance(q, Quantity)]
    own = {q.example for q in quantities if q.role in ("value", "delta", "target")}
    assert own == {example}
    a2.diagram.kind.picked.emit("layers")
    session.go_to(Quantity("delta", "c", index=(0,), example=example))
    found = {tensor.quantity: tensor for tensor in tensors_of(session) if tensor.quantity is not None}
    value = found[Quantity("value", "c", example=example)]
    np.testing.assert_array_equal(value.values.reshape(-1), record.values["c"][example])
    assert value.at(0, 1) == Quantity("value", "c", index=(1,), example=example)


def test_another_number_of_the_shown_example_is_tried(a2: Bench) -> None:
    choose(a2, "4, 9")
    a2.session.turn(1)
    a2.panels.what_if.try_number(Quantity("target", "c_out", index=(0,), example=1), 0.25)
    tried = dict(a2.panels.what_if.changes.numbers)
    assert list(tried) == [Quantity("target", "c_out", index=(0,), example=8)]


def test_examples_that_are_there_no_more_give_way_to_the_first(a2: Bench) -> None:
    choose(a2, "500-510")
    project = a2.document.project
    few = {**project.data.params, "count": 100}
    a2.document.edit("fewer", replace(project, data=replace(project.data, params=few)))
    a2.tracer.refuse("There is no example 499, which would be the 500th: the data has 100.")
    assert a2.session.status != "failed"
    a2.tracer.answer()
    assert a2.session.status == "ready"
    assert a2.tracer.asked[-1] == ((0,), 1)
    assert "the data has 100" in a2.diagram.sample.problem.text()
    choose(a2, "2")
    assert not a2.diagram.sample.problem.isVisible()


def test_another_project_is_not_told_what_was_wrong_with_the_last(a2: Bench) -> None:
    choose(a2, "500")
    project = a2.document.project
    a2.document.edit(
        "fewer", replace(project, data=replace(project.data, params={**project.data.params, "count": 100}))
    )
    a2.tracer.refuse("There is no example 499, which would be the 500th: the data has 100.")
    a2.tracer.answer()
    assert a2.diagram.sample.problem.isVisible()
    a2.document.open(load_example("A1"))
    a2.tracer.answer()
    assert not a2.diagram.sample.problem.isVisible()


def test_another_project_begins_with_its_first_example(a2: Bench) -> None:
    choose(a2, "5-6")
    a2.document.open(load_example("A1"))
    a2.tracer.answer()
    assert a2.tracer.asked[-1] == ((0,), 1)
    assert a2.diagram.sample.position.text() == "1"
    assert not a2.diagram.sample.batch.isVisible()
