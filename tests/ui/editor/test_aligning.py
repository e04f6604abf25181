"""Aligning and distributing plain boxes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.editor.aligning import Box, Side, aligned, distributed

NUMBER = st.integers(-2000, 2000)
SIZE = st.integers(20, 300)
BOXES = st.dictionaries(st.text(min_size=1, max_size=3), st.tuples(NUMBER, NUMBER, SIZE, SIZE), max_size=8)
SHARES = {"left": (0, 0), "centre": (0, 1), "right": (0, 2), "top": (1, 0), "middle": (1, 1), "bottom": (1, 2)}


@given(BOXES, st.sampled_from(list(SHARES)))
def test_one_side_is_in_line_and_the_rest_stays(boxes: dict[str, Box], side: Side) -> None:
    axis, halves = SHARES[side]
    places = aligned(boxes, side)
    assert places.keys() == boxes.keys()
    lines = [places[name][axis] + halves * box[axis + 2] / 2 for name, box in boxes.items()]
    assert max(lines, default=0) - min(lines, default=0) <= 1  # whole pixels
    assert all(places[name][1 - axis] == box[1 - axis] for name, box in boxes.items())
    if boxes and halves != 1:
        ends = [box[axis] + halves * box[axis + 2] / 2 for box in boxes.values()]
        assert lines[0] == (min(ends) if halves == 0 else max(ends))


@given(BOXES, st.sampled_from([0, 1]))
def test_gaps_become_equal_and_the_outer_two_stay(boxes: dict[str, Box], axis: int) -> None:
    places = distributed(boxes, axis)
    assert places.keys() == boxes.keys()
    assert all(places[name][1 - axis] == box[1 - axis] for name, box in boxes.items())
    if len(boxes) < 3:
        assert all(places[name] == box[:2] for name, box in boxes.items())
        return
    order = sorted(boxes, key=lambda name: boxes[name][axis] + boxes[name][axis + 2] / 2)
    gaps = [places[two][axis] - places[one][axis] - boxes[one][axis + 2] for one, two in itertools.pairwise(order)]
    assert max(gaps) - min(gaps) <= 2
    assert all(places[name] == boxes[name][:2] for name in (order[0], order[-1]))


def test_a_worked_example() -> None:
    boxes: dict[str, Box] = {"a": (0, 0, 100, 50), "b": (30, 100, 50, 50), "c": (200, 20, 100, 80)}
    assert aligned(boxes, "centre") == {"a": (100, 0), "b": (125, 100), "c": (100, 20)}
    assert distributed(boxes, 0) == {"a": (0, 0), "b": (125, 100), "c": (200, 20)}
    assert aligned({}, "left") == {}


@pytest.mark.parametrize("side", list(SHARES))
def test_aligning_twice_changes_nothing_more(side: Side) -> None:
    boxes: dict[str, Box] = {"a": (0, 0, 100, 50), "b": (30, 100, 60, 50), "c": (200, 20, 100, 80)}
    once = aligned(boxes, side)
    assert aligned({name: (*once[name], *box[2:]) for name, box in boxes.items()}, side) == once
