"""Places of arrays: in C order, those with given numbers on some axes, and at once however large the array is."""

from __future__ import annotations

from itertools import islice

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explorer.stepping.places import Places, each_place

SHAPES = st.lists(st.integers(1, 4), max_size=4).map(tuple)


@given(SHAPES, st.dictionaries(st.integers(0, 3), st.integers(-1, 4)))
def test_each_place_is_numpys(shape: tuple[int, ...], fixed: dict[int, int]) -> None:
    fixed = {axis: number for axis, number in fixed.items() if axis < len(shape)}
    wanted = [p for p in np.ndindex(*shape) if all(p[axis] == number for axis, number in fixed.items())]
    assert list(each_place(shape, fixed)) == wanted
    places = Places(shape)
    assert [places.number(place) for place in each_place(shape)] == list(range(places.count))


def test_of_a_large_array_no_more_is_listed_than_is_asked_for() -> None:
    large = (10**9, 10**9)
    assert list(islice(each_place(large), 2)) == [(0, 0), (0, 1)]
    assert next(each_place(large, {0: 10**8})) == (10**8, 0)
    assert list(each_place(large, {0: 7, 1: 10**9 - 1})) == [(7, 10**9 - 1)]
    assert list(each_place(large, {0: 10**9})) == []
