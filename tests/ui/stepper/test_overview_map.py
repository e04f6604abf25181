"""Large arrays as maps: each cell has the largest number of its block, and leads to where that is."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from explorer.equations import Quantity
from explorer.examples import load_example
from tests.explorer.stepping.recurrent import recurrent
from tests.ui.stepper.conftest import Bench
from ui.stepper import overview_map, tensors
from ui.stepper.finding import Finding
from ui.stepper.overview_map import MOST_CELLS, OverviewMap, overview, told, too_large
from ui.stepper.tensors import HeatTable, Tensor, tensors_of
from ui.widgets.text import TextLabel


@given(st.integers(1, 700), st.integers(1, 700), st.integers(0, 2**32 - 1), st.booleans())
def test_each_cell_is_the_largest_of_its_block(rows: int, columns: int, seed: int, some_unknown: bool) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rows, columns))
    if some_unknown:
        values[rng.random(values.shape) < 0.3] = np.nan
    found = overview(values)
    assert max(found.values.shape) <= MOST_CELLS
    known = found.places >= 0
    np.testing.assert_array_equal(found.values[known], values.reshape(-1)[found.places[known]])
    assert np.isnan(found.values[~known]).all()
    finite = np.abs(values[~np.isnan(values)])
    if finite.size:
        assert np.nanmax(np.abs(found.values)) == finite.max()
    cells = [found.cell_of(int(flat), (rows, columns)) for flat in found.places[known]]
    assert cells == [(int(row), int(column)) for row, column in np.argwhere(known)]
    assert found.block * found.values.size >= values.size


def test_a_long_row_and_a_long_column_become_squares() -> None:
    for shape in ((1, 10_000), (10_000, 1)):
        found = overview(np.arange(10_000.0).reshape(shape))
        assert found.values.shape == (100, 100)
        assert found.block == 1
        np.testing.assert_array_equal(found.values.reshape(-1), np.arange(10_000.0))


def test_small_arrays_are_left_as_they_are() -> None:
    assert not too_large(np.zeros((MOST_CELLS, MOST_CELLS)))
    assert not too_large(np.zeros((1, MOST_CELLS)))
    assert too_large(np.zeros((1, MOST_CELLS + 1)))


def test_a_cell_leads_to_the_number_that_it_shows() -> None:
    values = np.zeros((300, 400))
    values[211, 307] = -5.0
    found = overview(values)
    q = Quantity("weight", "h", "weight")
    tensor = Tensor("", found.values, None, q, (300, 400), found.places)
    row, column = found.cell_of(211 * 400 + 307, (300, 400))
    assert tensor.at(row, column) == Quantity("weight", "h", "weight", (211, 307))
    beyond = Tensor("", np.array([[np.nan]]), None, q, (300, 400), np.array([[-1]]))
    assert beyond.at(0, 0) is None


@pytest.mark.parametrize(
    ("values", "block", "words"),
    [
        ([1.0, -3.0, np.nan], 6, "each cell is the largest of 6; from −3 to 1, mean −1"),
        ([2.0], 1, "from 2 to 2, mean 2"),
        ([np.nan], 4, "each cell is the largest of 4"),
    ],
)
def test_what_a_map_leaves_out_is_told(values: list[float], block: int, words: str) -> None:
    assert told(np.array(values), block) == words


@pytest.mark.parametrize("practised", [False, True])
@pytest.mark.parametrize("project", ["A2", "digits-conv", "recurrent"])
def test_what_is_known_of_a_large_array_is_worked_out_as_if_each_element_were_asked_for(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch, project: str, practised: bool
) -> None:
    found = bench(recurrent(steps=3, units=2) if project == "recurrent" else load_example(project))
    session = found.session
    trace = session.trace
    assert trace is not None
    if practised:  # the number that is to be found, and all later ones
        session.hides = lambda q: (found := trace.find(q)) is not None and found >= session.number
    rng = np.random.default_rng(0)
    for number in rng.integers(0, len(trace), 40):
        session.go(int(number))
        asked = [tensor.values for tensor in tensors_of(session)]
        with monkeypatch.context() as patch:
            patch.setattr(tensors, "MOST_ASKED", 0)
            worked_out = [tensor.values for tensor in tensors_of(session)]
        for one, other in zip(asked, worked_out, strict=True):
            np.testing.assert_array_equal(one, other)


def test_maps_of_very_large_arrays_are_made_beside_the_window_and_kept(
    bench: Callable[..., Bench], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[tuple[int, int]]()

    def noted(values: np.ndarray) -> OverviewMap:
        made.append((threading.get_ident(), values.size))
        return overview(values)

    monkeypatch.setattr(Finding, "at_once", False)
    monkeypatch.setattr(overview_map, "MOST_CELLS", 16)
    monkeypatch.setattr(tensors, "overview", noted)
    monkeypatch.setattr(tensors, "AT_ONCE", 100)
    found = bench(load_example("A2"))
    session, view = found.session, found.diagram.tensors
    session.go_to(Quantity("updated", "b", "weight", (63, 63)))
    view.refresh()
    label = view.findChild(TextLabel)
    assert label is not None
    assert label.text() == "Looking at 4,096 numbers…"
    qtbot.waitUntil(lambda: len(view.findChildren(HeatTable)) > 3)
    assert [size for _, size in made].count(4096) == 3
    assert threading.get_ident() not in {thread for thread, _ in made}
    titles = [table.tensor.title for table in view.findChildren(HeatTable)]
    assert sum("each cell is the largest of 16" in title for title in titles) == 3  # weights, gradients, new weights
    count = len(made)
    session.go(session.number + 1)
    view.refresh()
    assert len(view.findChildren(HeatTable)) > 3  # what is there stays meanwhile
    monkeypatch.setattr(tensors, "AT_ONCE", 10**6)
    view.refresh()
    assert {size for _, size in made[count:]} <= {64}  # of a bias that is being computed


def test_maps_of_one_record_are_never_kept_for_another(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another example comes while those of the first are looked at."""
    monkeypatch.setattr(overview_map, "MOST_CELLS", 16)
    found = bench(load_example("A2"))
    session, maps, switched = found.session, tensors.Maps(), list[bool]()
    session.go_to(Quantity("updated", "b", "weight", (63, 63)))

    def switching(values: np.ndarray) -> OverviewMap:
        if not switched:
            switched.append(True)
            found.diagram.sample.next.click()
            found.tracer.answer()
        return overview(values)

    monkeypatch.setattr(tensors, "overview", switching)
    before = session.trace
    tensors_of(session, maps)
    assert session.trace is not before
    for one, other in zip(tensors_of(session, maps), tensors_of(session), strict=True):
        assert one.title == other.title
        np.testing.assert_array_equal(one.values, other.values)
