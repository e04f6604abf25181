"""Params: what fits is kept, what does not is told with its range, and typed text reads back."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.array_params import PaddingParam, PairParam, RowsParam, ShapeParam
from explorer.costs import COSTS
from explorer.data import SOURCES
from explorer.layers import KINDS
from explorer.optimizers import OPTIMIZERS
from explorer.params import (
    BoolParam,
    ChoiceParam,
    FloatParam,
    IntParam,
    Param,
    ParamError,
    check_params,
    unknown_key,
)
from explorer.settings import SETTINGS
from tests.explorer.param_values import value

EVERY_PARAM: list[Param] = [*SETTINGS, *(param for entry in (*KINDS, *OPTIMIZERS, *SOURCES) for param in entry.params)]
JUNK: list[Any] = [None, "", "x", [], {}, [None], ["a"], [[1], [1, 2]], math.nan, math.inf, -math.inf, 10**400]

INT = IntParam("n", 3, minimum=1, maximum=9)
FLOAT = FloatParam("f", 0.5, minimum=0.0, maximum=1.0, below_maximum=True)
PAIR = PairParam("p", (3, 3))
MAYBE = PairParam("m", None)
SHAPE = ShapeParam("s", (1,))
ROWS = RowsParam("r", [])


@pytest.mark.parametrize(
    ("param", "given", "kept"),
    [
        (INT, 3, 3), (INT, 3.0, 3), (FLOAT, 0, 0.0), (FLOAT, 0.25, 0.25), (BoolParam("b", True), False, False),
        (ChoiceParam("c", "a", choices=("a", "b")), "b", "b"), (PAIR, 5, (5, 5)), (PAIR, [2, 3.0], (2, 3)),
        (MAYBE, None, None), (PaddingParam("q", "valid"), "same", "same"), (PaddingParam("q", "valid"), 2, 2),
        (SHAPE, [1, 8, 8], (1, 8, 8)), (SHAPE, 64, (64,)), (ROWS, [], []), (ROWS, [[0, 1.5]], [[0, 1.5]]),
    ],
)  # fmt: skip
def test_what_fits_is_kept(param: Param, given: Any, kept: Any) -> None:
    assert param.check(given) == kept
    assert type(param.check(given)) is type(kept)


@pytest.mark.parametrize(
    ("param", "wrong"),
    [
        *((INT, wrong) for wrong in (0, 10, 3.5, True, "3", [3])),
        *((FLOAT, wrong) for wrong in (-0.1, 1.0, True, "0.5", [0.5])),
        *((BoolParam("b", True), wrong) for wrong in (0, 1, "true", [])),
        *((ChoiceParam("c", "a", choices=("a", "b")), wrong) for wrong in ("c", 1, ["a"], {})),
        *((PAIR, wrong) for wrong in (0, None, [1], [1, 2, 3], [0, 1], 5000, True)),
        *((PaddingParam("q", "valid"), wrong) for wrong in ("full", -1, 1.5, True, [1])),
        *((SHAPE, wrong) for wrong in ([], 0, [1] * 5, [2**31], [True], "64")),
        *((ROWS, wrong) for wrong in (1, [[]], [[1], [1, 2]], [["1"]], [[True]], [math.nan], [[10**400]], "1")),
    ],
)
def test_what_does_not_fit_is_told_with_its_range(param: Param, wrong: Any) -> None:
    with pytest.raises(ParamError) as caught:
        param.check(wrong)
    sentence = str(caught.value)
    assert sentence.startswith(f"{param.label} must be {param.range_text()}; ")
    assert sentence.endswith(" is not.")


@pytest.mark.parametrize("param", EVERY_PARAM, ids=lambda param: param.name)
def test_every_param_has_words_and_a_default_that_fits(param: Param) -> None:
    assert param.check(param.default) == param.default
    assert param.help.endswith((".", ")"))
    assert param.range_text()
    assert param.schema()
    assert not ("a" <= param.label[0] <= "z")


@pytest.mark.parametrize("param", EVERY_PARAM, ids=lambda param: param.name)
@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:12])
def test_junk_is_refused_with_a_short_sentence_or_kept_as_it_is(param: Param, junk: Any) -> None:
    try:
        kept = param.check(junk)
    except ParamError as error:
        told = str(error)
    else:
        told = ""
        assert param.check(kept) == kept
    assert len(told) < 300


@pytest.mark.parametrize("param", EVERY_PARAM, ids=lambda param: param.name)
@given(data=st.data())
def test_what_is_shown_reads_back(param: Param, data: st.DataObject) -> None:
    wanted = data.draw(value(param))
    if wanted != []:  # an empty table is the one value that nobody can type
        assert param.parse(param.show(wanted)) == wanted


@pytest.mark.parametrize(
    ("param", "text", "kept"),
    [
        (INT, " 3 ", 3), (FLOAT, "0,5", 0.5), (FloatParam("g", 0.0), "−1e-3", -0.001), (PAIR, "3x5", (3, 5)),
        (PAIR, "4", (4, 4)), (PAIR, "3×5", (3, 5)), (MAYBE, " ", None), (SHAPE, "1, 8, 8", (1, 8, 8)),
        (BoolParam("b", True), "off", False),
        (ROWS, "1 2; 3,4", [[1, 2], [3, 4]]), (ROWS, "1\n2", [[1], [2]]), (PaddingParam("q", "valid"), "2", 2),
    ],
)  # fmt: skip
def test_typed_text_is_read(param: Param, text: str, kept: Any) -> None:
    assert param.parse(text) == kept


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "1e999", "1_0x", "--1", "9" * 400])
def test_typed_nonsense_is_refused(text: str) -> None:
    for param in (INT, FLOAT, PAIR, SHAPE, ROWS, PaddingParam("q", "valid"), BoolParam("b", True)):
        if not (text == "" and param is ROWS):
            with pytest.raises(ParamError):
                param.parse(text)


def test_params_are_completed_and_problems_told() -> None:
    checked, problems = check_params((INT, FLOAT), {"n": 0, "ff": 1})
    assert checked == {"n": 3, "f": 0.5}
    assert len(problems) == 2
    assert "did you mean f?" in problems[0]


def test_the_nearest_key_is_named() -> None:
    assert unknown_key("unit", ["units", "bias"]) == "'unit' is not known here; did you mean units?"
    assert unknown_key("zzz", ["units", "bias"]) == "'zzz' is not known here; known are units, bias."
    assert unknown_key("zzz", []) == "'zzz' is not known here; none is expected."


def test_ids_are_unique() -> None:
    for entries in (KINDS, OPTIMIZERS, SOURCES, COSTS):
        ids = [entry.id for entry in entries]
        assert len(set(ids)) == len(ids)
