"""Telling frozen values apart by which objects they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from explorer.identity import ByIdentity, differences

OBJECTS = [object() for _ in range(9)]
SOME = st.lists(st.sampled_from(OBJECTS), unique_by=id)


@given(SOME, SOME)
def test_differences_are_those_of_sets_of_objects(old: list[object], new: list[object]) -> None:
    given = differences(tuple(old), tuple(new))
    assert given == (tuple(one for one in new if one not in old), tuple(one for one in old if one not in new))


def test_equal_values_are_told_apart() -> None:
    one, two = frozenset("ab"), frozenset("ba")
    assert one == two
    assert ByIdentity(one) == ByIdentity(one)
    assert ByIdentity(one) != ByIdentity(two)
    assert differences((one,), (two,)) == ((two,), (one,))
