"""Scales, pixels, plots, and the grid of docks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.ui.training.fake_engine import FakeEngine
from tests.ui.training.projects import pictures, sine
from ui import theme
from ui.document import Document
from ui.training.client import Trainer
from ui.views import VIEWS
from ui.watch.grid import ViewGrid
from ui.watch.pixels import Mosaic, as_matrix, coloured, shrunk, symmetric_level
from ui.watch.plot import Plot, Row
from ui.watch.scales import best_columns, nice_ticks, tick_text

ends = st.floats(-1e6, 1e6)


@given(ends, st.floats(1e-3, 1e6), st.integers(2, 6))
def test_ticks_are_even_and_cover_the_range(low: float, span: float, parts: int) -> None:
    ticks = nice_ticks(low, low + span, parts)
    steps = np.diff(ticks)
    assert np.allclose(steps, steps[0])
    slack = 1e-6 * span
    assert ticks[0] <= low + slack
    assert ticks[-1] >= low + span - slack
    assert len(ticks) <= parts + 3


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_ticks_of_nonsense_are_still_ticks(bad: float) -> None:
    assert len(nice_ticks(bad, bad, 3)) >= 2


def test_ticks_are_written_alike_with_a_real_minus() -> None:
    assert [tick_text(tick, 0.25) for tick in nice_ticks(-0.5, 0.5, 4)] == ["−0.50", "−0.25", "0", "0.25", "0.50"]
    assert [tick_text(tick, 5) for tick in nice_ticks(0, 15, 3)] == ["0", "5", "10", "15"]


@given(st.integers(1, 200), st.floats(0.2, 5), st.floats(0.2, 5))
def test_no_other_number_of_columns_makes_larger_tiles(count: int, tile: float, box: float) -> None:
    def size(columns: int) -> float:
        return min(box / (columns * tile), 1 / math.ceil(count / columns))

    assert size(best_columns(count, tile, box)) == max(size(columns) for columns in range(1, count + 1))


def test_zero_is_in_the_middle_of_the_map_and_nan_is_clear() -> None:
    picture = coloured(np.array([-2.0, 0.0, 2.0, np.nan]), -2.0, 2.0, theme.diverging_lut("#F7F7F7"))
    assert np.abs(picture[1, :3].astype(int) - 0xF7).max() <= 1  # 256 colours have no exact middle
    assert picture[0, 2] > picture[0, 0]  # blue
    assert picture[2, 0] > picture[2, 2]  # orange
    assert picture[3, 3] == 0


def test_a_convolution_is_summed_over_its_window() -> None:
    weight = np.arange(2 * 3 * 2 * 2.0).reshape(2, 3, 2, 2)
    assert as_matrix(weight).tolist() == weight.sum((2, 3)).tolist()
    assert symmetric_level(np.array([-3.0, 2.0])) == 3.0
    assert symmetric_level(np.zeros(3)) == 1.0


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 12))
def test_a_shrunk_matrix_shows_means_of_blocks(rows: int, columns: int, largest: int) -> None:
    matrix = np.random.default_rng(rows * 100 + columns).normal(size=(rows, columns))
    small, block = shrunk(matrix, largest)
    assert max(small.shape) <= largest
    for row in range(small.shape[0]):
        for column in range(small.shape[1]):
            part = matrix[row * block[0] : (row + 1) * block[0], column * block[1] : (column + 1) * block[1]]
            assert small[row, column] == pytest.approx(part.mean())


@given(st.integers(1, 50), st.integers(1, 9), st.integers(1, 9), st.integers(30, 600), st.integers(30, 400))
def test_every_cell_of_a_mosaic_is_found_where_it_is_drawn(
    count: int, height: int, width: int, room: int, high: int
) -> None:
    mosaic = Mosaic((count, height, width), (room, high))
    tile = count - 1
    x, y = mosaic.corner(tile)
    found = mosaic.find(x + mosaic.tile_width - 0.5, y + mosaic.tile_height - 0.5)
    assert found is not None
    assert found[0] == tile
    colours = np.zeros((count, height, width, 4), np.uint8)
    colours[tile, -1, -1] = 200
    if mosaic.tile_width >= width and mosaic.tile_height >= height:
        assert mosaic.compose(colours)[y + mosaic.tile_height - 1, x + mosaic.tile_width - 1, 0] == 200


def test_a_plot_reads_out_what_is_nearest(qtbot: QtBot, light: theme.Theme) -> None:
    plot = Plot()
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    plot.show()
    plot.axes([0.0, 5.0, 10.0], [0.0, 1.0])
    plot.tell(lambda x: (round(x), f"epoch {round(x)}", [Row("training", "0.5", "neg", 0.5)]))
    view = plot.getViewBox()
    plot._moved(view.sceneBoundingRect().center())
    assert plot.read_out.isVisible()
    assert plot.read_out.text == "epoch 5\ntraining 0.5"
    assert plot.rect().contains(plot.read_out.geometry())
    assert [(spot.pos().x(), spot.pos().y()) for spot in plot._marks.points()] == [(5.0, 0.5)]
    plot.grab()


@pytest.fixture
def document() -> Document:
    return Document(pictures())


@pytest.fixture
def grid(qtbot: QtBot, light: theme.Theme, document: Document) -> Iterator[ViewGrid]:
    trainer = Trainer(document, FakeEngine())
    grid = ViewGrid(VIEWS, document, trainer)
    qtbot.addWidget(grid)
    grid.resize(900, 700)
    grid.show()
    yield grid
    trainer.close()


def test_the_views_that_suit_are_open(grid: ViewGrid, document: Document) -> None:
    assert "curve" not in grid.shown()
    assert "kernels" in grid.shown()
    document.open(sine())
    assert "curve" in grid.shown()
    assert "kernels" not in grid.shown()


def test_the_first_arrangement_has_two_columns(grid: ViewGrid) -> None:
    places = [grid.docks[name].geometry() for name in grid.shown()]
    assert len({place.x() for place in places}) == 2
    assert len({place.y() for place in places}) == 3
    assert max(place.height() for place in places) - min(place.height() for place in places) <= 2


def test_a_closed_view_stays_closed_and_can_be_added(grid: ViewGrid, document: Document) -> None:
    grid.docks["kernels"].close_by_hand()
    document.open(pictures())
    assert "kernels" not in grid.shown()
    menu = QMenu(grid)
    grid.add_to_menu(menu)
    adds = menu.actions()[0].menu()
    titles = [action.text() for action in adds.actions()]
    assert titles == ["Fitted curve", "Kernels"]
    adds.actions()[1].trigger()
    assert "kernels" in grid.shown()


def test_the_arrangement_is_remembered(qtbot: QtBot, grid: ViewGrid, document: Document, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "views.ini"), QSettings.Format.IniFormat)
    grid.set_shown("cost", False)
    grid.set_shown("curve", True)
    grid.save(settings)
    settings.sync()
    trainer = Trainer(document, FakeEngine())
    other = ViewGrid(VIEWS, document, trainer)
    qtbot.addWidget(other)
    other.resize(900, 700)
    other.show()
    other.restore(QSettings(str(tmp_path / "views.ini"), QSettings.Format.IniFormat))
    assert other.shown() == grid.shown()
    other.arrange()
    assert "cost" in other.shown()
    trainer.close()


def test_all_closed_offers_to_open_them(grid: ViewGrid) -> None:
    for name in grid.shown():
        grid.set_shown(name, False)
    assert grid._empty.isVisible()
    grid._empty.acted.emit()
    assert "cost" in grid.shown()
    assert not grid._empty.isVisible()


def test_a_file_that_cannot_be_written_is_told(grid: ViewGrid, tmp_path: Path) -> None:
    told: list[str] = []
    grid.refused.connect(told.append)
    grid.docks["cost"].save_table(tmp_path / "missing" / "cost.csv")
    grid.docks["cost"].save_picture(tmp_path / "missing" / "cost.png")
    assert len(told) == 2
    grid.docks["cost"].save_picture(tmp_path / "cost.png")
    assert (tmp_path / "cost.png").stat().st_size > 100
    assert len(told) == 2


def test_the_corner_menu_offers_to_save_and_to_close(grid: ViewGrid) -> None:
    menu = grid.docks["weights"].menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[:3] == ["Save picture…", "Save numbers…", "Copy picture"]
    assert "Close" in texts
    menu.close()
