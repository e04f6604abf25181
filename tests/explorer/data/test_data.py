"""The contract that every source of examples keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.array_params import RowsParam
from explorer.data import SOURCES, source_of
from explorer.params import check_params
from explorer.source import DataProblem, DataSource
from tests.explorer.entries import check_entry, check_ids, check_params_described
from tests.explorer.param_values import ROWS, values

each_source = pytest.mark.parametrize("entry", SOURCES, ids=lambda entry: entry.id)


def usable(entry: DataSource) -> dict[str, Any]:
    """The defaults, with rows where a person would type them in."""
    rows = {param.name: ROWS for param in entry.params if isinstance(param, RowsParam)}
    params, problems = check_params(entry.params, rows)
    assert problems == []
    return params


def check(entry: DataSource, params: dict[str, Any]) -> None:
    """Load twice, and hold the examples against everything that a source promises."""
    input_shape, target_shape = entry.shapes(params)
    data, again = entry.load(params), entry.load(params)
    assert data.inputs.shape == (len(data), *input_shape)
    assert data.targets.shape == (len(data), *target_shape)
    assert len(data) >= 1
    assert data.inputs.dtype == data.targets.dtype == np.float64
    assert np.isfinite(data.inputs).all()
    assert np.isfinite(data.targets).all()
    np.testing.assert_array_equal(data.inputs, again.inputs)
    np.testing.assert_array_equal(data.targets, again.targets)
    if data.class_names:
        assert target_shape == (len(set(data.class_names)),)
        assert set(np.unique(data.targets)) <= {0.0, 1.0}
        assert (data.targets.sum(1) == 1.0).all()


@each_source
def test_defaults_load(entry: DataSource) -> None:
    check(entry, usable(entry))


@each_source
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_any_params_load_or_say_why_not(entry: DataSource, data: st.DataObject) -> None:
    params = data.draw(values(entry.params))
    try:
        entry.shapes(params)
    except DataProblem:
        with pytest.raises(DataProblem, match=r"\.$"):
            entry.load(params)
    else:
        check(entry, params)


@each_source
def test_a_seed_makes_a_difference(entry: DataSource) -> None:
    if "seed" not in {param.name for param in entry.params}:
        return
    params = usable(entry)
    other = {**params, "seed": params["seed"] + 1}
    assert not np.array_equal(entry.load(params).inputs, entry.load(other).inputs)


@each_source
def test_source_is_known_by_its_file_name_and_explained(entry: DataSource) -> None:
    check_entry(entry, source_of)
    check_params_described(entry.params)
    assert entry.icon.startswith("mdi6.")
    assert sum(entry.default_split) == pytest.approx(1.0)
    assert min(entry.default_split) >= 0.0


def test_ids_are_unique_and_an_unknown_one_is_a_key_error() -> None:
    check_ids(SOURCES, source_of)
