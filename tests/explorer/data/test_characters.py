"""Men and chickens: the clean drawings, and how the others vary."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.data import source_of
from explorer.data.characters import clean
from explorer.params import check_params

CHARACTERS = source_of("characters")


def params(**given: Any) -> dict[str, Any]:
    checked, problems = check_params(CHARACTERS.params, given)
    assert problems == []
    return checked


def test_the_chickens_first_four_pixels_are_the_worked_examples() -> None:
    assert clean("chicken")[0, :4].tolist() == [0.15, 0.35, 0.75, 0.75]


def test_the_man_is_as_wide_on_the_left_as_on_the_right() -> None:
    np.testing.assert_array_equal(clean("man"), clean("man")[:, ::-1])
    assert not np.array_equal(clean("man"), clean("chicken"))
    with pytest.raises(KeyError):
        clean("dragon")


def test_the_first_man_and_the_first_chicken_are_clean() -> None:
    data = CHARACTERS.load(params())
    assert len(data) == 200
    assert data.class_names == ("man", "chicken")
    np.testing.assert_array_equal(data.inputs[:2, 0], [clean("man"), clean("chicken")])
    np.testing.assert_array_equal(data.targets[:4], [[1, 0], [0, 1], [1, 0], [0, 1]])
    assert not np.array_equal(data.inputs[2], data.inputs[0])


def test_values_stay_grey_levels_however_strong_the_variation() -> None:
    inputs = CHARACTERS.load(params(noise=1.0, grey=1.0, shift=7)).inputs
    assert inputs.min() == 0.0
    assert inputs.max() == 1.0


def test_more_characters_begin_with_the_same_ones() -> None:
    few, many = (CHARACTERS.load(params(count=count)).inputs for count in (50, 90))
    np.testing.assert_array_equal(few, many[:50])


def test_without_variation_all_are_clean() -> None:
    inputs = CHARACTERS.load(params(count=6, shift=0, noise=0.0, grey=0.0)).inputs[:, 0]
    np.testing.assert_array_equal(inputs, [clean("man"), clean("chicken")] * 3)


def test_shift_moves_by_every_amount_up_to_it_over_empty_paper() -> None:
    inputs = CHARACTERS.load(params(count=400, shift=1, noise=0.0, grey=0.0)).inputs[::2, 0]
    paper = np.pad(clean("man"), 1)
    windows = {paper[i : i + 8, j : j + 8].tobytes() for i in range(3) for j in range(3)}
    assert {np.ascontiguousarray(image).tobytes() for image in inputs} == windows


def test_grey_scales_the_whole_drawing() -> None:
    inputs = CHARACTERS.load(params(count=100, shift=0, noise=0.0, grey=0.2)).inputs[2::2, 0]
    ink = (clean("man") > 0) & (clean("man") < 0.8)
    ratios = inputs[:, ink] / clean("man")[ink]
    np.testing.assert_allclose(ratios, np.repeat(ratios[:, :1], ratios.shape[1], axis=1), rtol=1e-12)
    assert 0.8 <= ratios.min() < 0.85
    assert 1.15 < ratios.max() <= 1.2


def test_noise_has_its_standard_deviation() -> None:
    inputs = CHARACTERS.load(params(count=400, shift=0, noise=0.05, grey=0.0)).inputs[2::2, 0]
    middle = np.isclose(clean("man"), 0.35) | np.isclose(clean("man"), 0.75)
    assert (inputs - clean("man"))[:, middle].std() == pytest.approx(0.05, rel=0.05)
