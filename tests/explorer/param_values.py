"""Random values for Params, for the contract tests of every list whose entries have params."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from explorer.array_params import PaddingParam, PairParam, RowsParam, ShapeParam
from explorer.params import BoolParam, ChoiceParam, FloatParam, IntParam, Param

ROWS = [[0.5, -1.0], [0.0, 1.0], [2.0, 3.0]]


def values(params: Iterable[Param]) -> st.SearchStrategy[dict[str, Any]]:
    """A dictionary with a value for each param, well inside its range."""
    return st.fixed_dictionaries({param.name: value(param) for param in params})


def value(param: Param) -> st.SearchStrategy[Any]:
    """A value that the param accepts."""
    if isinstance(param, BoolParam):
        return st.booleans()
    if isinstance(param, ChoiceParam):
        return st.sampled_from(param.choices)
    if isinstance(param, IntParam):
        return st.integers(param.minimum, min(param.maximum, param.minimum + 40))
    if isinstance(param, FloatParam):
        low, high = max(param.minimum, -10.0), min(param.maximum, 10.0)
        return st.floats(low + 1e-9 * param.above_minimum, high - 1e-3 * param.below_maximum)
    if isinstance(param, PairParam):
        pairs = st.tuples(st.integers(param.minimum, 3), st.integers(param.minimum, 3))
        return pairs if param.default is not None else pairs | st.none()
    if isinstance(param, PaddingParam):
        return st.sampled_from(["valid", "same", 0, 1, 2])
    if isinstance(param, ShapeParam):
        return st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple)
    return st.just(ROWS if isinstance(param, RowsParam) else param.default)
