"""The tasks over sequences, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.data import source_of
from explorer.params import check_params
from explorer.source import DataProblem, Dataset

SOURCE = source_of("sequences")


def load(task: str, **params: Any) -> Dataset:
    checked, problems = check_params(SOURCE.params, {"task": task, "count": 40, "length": 5, **params})
    assert problems == []
    return SOURCE.load(checked)


def test_parity_counts_the_ones() -> None:
    data = load("parity")
    for bits, target in zip(data.inputs[:, :, 0], data.targets, strict=True):
        assert set(bits) <= {0.0, 1.0}
        assert data.class_names[int(target.argmax())] == ("odd" if list(bits).count(1.0) % 2 else "even")


def test_the_next_letter_is_that_of_the_text() -> None:
    text = "ab cab"
    data = load("next_letter", text=text, length=2)
    assert data.class_names == ("␣", "a", "b", "c")
    found = set()
    for piece, after in zip(data.inputs, data.targets, strict=True):
        found.add("".join(" abc"[row.argmax()] for row in (*piece, after)))
    assert found == {"ab ", "b c", " ca", "cab"}


def test_a_running_sum_adds_up() -> None:
    data = load("running_sum")
    for numbers, sums in zip(data.inputs[:, :, 0], data.targets[:, :, 0], strict=True):
        assert sums == pytest.approx([sum(numbers[: step + 1]) for step in range(5)])


def test_an_echo_comes_two_steps_later() -> None:
    data = load("echo")
    assert (data.targets[:, :2] == 0).all()
    np.testing.assert_array_equal(data.targets[:, 2:], data.inputs[:, :3])
    assert load("echo", length=1).targets.tolist() == [[[0.0]]] * 40


def test_reverse_writes_backwards_what_it_has_read() -> None:
    data = load("reverse")
    for read, written in zip(data.inputs[:, :, 0], data.targets[:, :, 0], strict=True):
        assert list(written[:5]) == list(read[5:]) == [0.0] * 5
        assert list(written[5:]) == list(reversed(read[:5]))


def test_a_wave_has_the_frequency_of_the_first_step() -> None:
    data = load("wave")
    assert (data.inputs[:, 1:] == 0).all()
    frequency, wave = data.inputs[3, 0, 0], data.targets[3, :, 0]
    assert wave == pytest.approx([np.sin(2 * np.pi * frequency * step / 5) for step in (1, 2, 3, 4, 5)])


def test_more_sequences_begin_with_the_same_ones() -> None:
    for task in ("parity", "next_letter", "running_sum", "wave"):
        few, many = load(task, count=10), load(task, count=20)
        np.testing.assert_array_equal(few.inputs, many.inputs[:10])
        np.testing.assert_array_equal(few.targets, many.targets[:10])


@pytest.mark.parametrize("text", ["", "aaaaaaaaaa", "abcde"])
def test_too_short_a_text_is_told(text: str) -> None:
    with pytest.raises(DataProblem, match=r"different: give one .* longer than the 5 time steps.$"):
        load("next_letter", text=text)
