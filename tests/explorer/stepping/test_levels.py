"""Steps by levels lead through all of an iteration and back, and matrix forms give what torch computed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.project.model import Project
from explorer.stepping.compute import compute_records
from explorer.stepping.levels import LEVELS, PARTIAL, Level, next_step, previous_step
from explorer.stepping.numbers import stored
from explorer.stepping.trace import Trace
from explorer.stepping.whole import Arrays, whole
from tests.explorer.networks import networks, projects
from tests.explorer.stepping.held_back import held_back_project

ANY = projects() | projects(networks(inputs=3, several=True))


def trace_of(project: Project, samples: tuple[int, ...] = (0,)) -> Trace:
    return Trace(compute_records(project, samples)[0])


def walk(trace: Trace, level: Level) -> list[int]:
    """Every step at a level, from the first on."""
    places = [0]
    while places[-1] < len(trace) - 1:
        places.append(next_step(trace, places[-1], level))
    return places


@settings(max_examples=30)
@given(ANY, st.sampled_from(LEVELS))
def test_every_level_leads_to_the_end_and_the_same_way_back(project: Project, level: Level) -> None:
    trace = trace_of(project, (0, 1))
    there = walk(trace, level)
    assert there == sorted(set(there))
    back = [there[-1]]
    while back[-1] > 0:
        back.append(previous_step(trace, back[-1], level))
    assert back[::-1] == there
    assert (next_step(trace, len(trace) - 1, level), previous_step(trace, 0, level)) == (len(trace) - 1, 0)


def test_levels_are_coarser_one_than_the_other() -> None:
    trace = trace_of(load_example("A1"))
    counts = [len(walk(trace, level)) for level in LEVELS]
    assert counts[0] == len(trace)
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) == len(LEVELS)
    assert [trace[place].stage for place in walk(trace, "stage")] == [1, 1, 2, 3, 4, 5]
    assert not any(trace[place].quantity.role in PARTIAL for place in walk(trace, "unit")[1:])


@settings(max_examples=60)
@given(ANY, st.sampled_from([(0,), (0, 2)]))
def test_matrix_forms_give_what_torch_computed(project: Project, samples: tuple[int, ...]) -> None:
    trace = trace_of(project, samples)
    seen = set()
    for section in trace.sections:
        for quantity in section.pattern:
            found = whole(trace.rules, quantity)
            if found is None or found.equation is None or found in seen:
                continue
            seen.add(found)
            expected = np.asarray(stored(trace.record, found.quantity))
            value = np.broadcast_to(found.equation.evaluate(Arrays(trace.rules)), expected.shape)
            size = np.abs(expected[np.isfinite(expected)]).max(initial=1.0)
            np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-11 * size, err_msg=str(found.quantity))
    assert seen


def test_the_four_laws_are_named() -> None:
    trace = trace_of(load_example("A1"))
    laws = [found.law for section in trace.sections if (found := whole(trace.rules, section.pattern[-1])) is not None]
    assert [law for place, law in enumerate(laws) if law and law not in laws[:place]] == ["BP1", "BP4", "BP3", "BP2"]


def test_gradients_with_penalties_and_shared_weights_have_a_matrix_form() -> None:
    trace = trace_of(held_back_project(), (0, 1))
    found = whole(trace.rules, Quantity("gradient", "h", "weight", (0, 1)))
    assert found is not None
    assert found.equation is not None
    value = found.equation.evaluate(Arrays(trace.rules))
    np.testing.assert_allclose(value, trace.record.gradients["h.weight"], rtol=1e-12)


@pytest.mark.parametrize("role", ["cost", "local", "rate", "target"])
def test_single_numbers_have_no_array(role: str) -> None:
    trace = trace_of(load_example("A1"))
    assert whole(trace.rules, Quantity(role)) is None
