"""Typed-in examples: the shapes that rows may have, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.data import source_of
from explorer.params import check_params
from explorer.source import DataProblem

INLINE = source_of("inline")


def params(inputs: list[Any], targets: list[Any]) -> dict[str, Any]:
    checked, problems = check_params(INLINE.params, {"inputs": inputs, "targets": targets})
    assert problems == []
    return checked


def test_numbers_become_rows_of_one() -> None:
    given = params([1, 2, 3], [0.5, 0, 1])
    assert INLINE.shapes(given) == ((1,), (1,))
    np.testing.assert_array_equal(INLINE.load(given).inputs, [[1.0], [2.0], [3.0]])
    np.testing.assert_array_equal(INLINE.load(given).targets, [[0.5], [0.0], [1.0]])


def test_rows_may_be_images() -> None:
    images = np.arange(128.0).reshape(2, 1, 8, 8)
    given = params(images.tolist(), [[1, 0], [0, 1]])
    assert INLINE.shapes(given) == ((1, 8, 8), (2,))
    np.testing.assert_array_equal(INLINE.load(given).inputs, images)


def test_all_examples_train_unless_told_otherwise() -> None:
    assert INLINE.default_split == (1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("inputs", "targets", "named"),
    [
        ([], [], "No examples"),
        ([[1.0]], [], "No examples"),
        ([], [1.0], "No examples"),
        ([[1], [2], [3]], [[1], [0]], "3 rows"),
    ],
)
def test_missing_rows_are_a_sentence(inputs: list[Any], targets: list[Any], named: str) -> None:
    given = params(inputs, targets)
    for method in (INLINE.shapes, INLINE.load):
        with pytest.raises(DataProblem, match=named):
            method(given)


@pytest.mark.parametrize("rows", [[[1, 2], [3]], [["a"]], [[float("nan")]], [[True]], [[]], [10**400], "1,2", None])
def test_rows_that_are_no_table_are_a_sentence(rows: Any) -> None:
    _, problems = check_params(INLINE.params, {"inputs": rows})
    assert len(problems) == 1
    assert problems[0].startswith("Inputs must be ")
