"""Examples as people tell them: numbers from 1, ranges, and a sentence for what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.params import ParamError
from explorer.stepping.samples import MOST, read_samples, show_samples


@pytest.mark.parametrize(
    ("text", "samples"),
    [
        ("5", (4,)), (" 5 ", (4,)), ("1-3", (0, 1, 2)), ("1–3", (0, 1, 2)), ("3-1", (2, 1, 0)),
        ("2, 5,9 - 10", (1, 4, 8, 9)),
        ("10", (9,)), ("7-7", (6,)),
    ],
)  # fmt: skip
def test_texts_that_tell_examples(text: str, samples: tuple[int, ...]) -> None:
    assert read_samples(text, 10) == samples


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "Give the number"), ("all", "Give the number"), ("1,", "Give the number"), ("1--2", "Give the number"),
        ("-1", "Give the number"), ("1.5", "Give the number"), ("0", "examples 1 to 10; 0 is not"), ("11", "11 is not"),
        ("8-12", "8-12 is not"), ("99999999999999999999", "Give the number"),
        ("1, 1", "only once"), ("1-4, 3", "only once"),
    ],
)  # fmt: skip
def test_texts_that_tell_none(text: str, part: str) -> None:
    with pytest.raises(ParamError, match=part):
        read_samples(text, 10)


def test_so_many_at_once_are_refused_before_they_are_listed() -> None:
    with pytest.raises(ParamError, match=f"At most {MOST}"):
        read_samples("1-999999999", 999_999_999)
    assert len(read_samples(f"1-{MOST}", 1000)) == MOST


@given(st.lists(st.integers(0, 99), min_size=1, max_size=40, unique=True))
def test_what_is_shown_can_be_read(samples: list[int]) -> None:
    assert read_samples(show_samples(samples, 100), 100) == tuple(samples)


def test_many_are_cut() -> None:
    assert show_samples((0, 2, 4, 6, 8), 2) == "1, 3, …"
    assert show_samples(range(20)) == "1–20"
    assert show_samples((4, 5)) == "5, 6"
