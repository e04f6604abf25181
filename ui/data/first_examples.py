"""FirstExamples: a few examples as pictures, as points, or as rows of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedLayout, QTableWidget, QTableWidgetItem, QWidget

from explorer.source import Dataset
from ui import theme
from ui.data.preview import rows_of
from ui.watch.picture import TileMap
from ui.watch.plot import Plot
from ui.watch.scales import nice_ticks
from ui.widgets.number import show_number

_MOST_PICTURES, _MOST_ROWS, _MOST_COLUMNS = 48, 100, 12


class FirstExamples(QWidget):
    """Pictures for channels×height×width, points for one number in and out, a table for anything else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._examples: Dataset | None = None
        self.pictures = TileMap(self._name)
        self.plot = Plot()
        self._points = self.plot.dots("neg", 4, 0.6)
        self.table = QTableWidget()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setFont(theme.mono_font())
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._nothing = QWidget()
        self._stack = QStackedLayout(self)
        for page in (self._nothing, self.pictures, self.plot, self.table):
            self._stack.addWidget(page)
        theme.current().changed.connect(self._restyle)

    def show_examples(self, examples: Dataset | None) -> None:
        """Show the first of ``examples``; None shows nothing."""
        self._examples = examples
        if examples is None or not len(examples):
            self._stack.setCurrentWidget(self._nothing)
        elif examples.inputs.ndim == 4:
            self._stack.setCurrentWidget(self.pictures)
            self._show_pictures(examples.inputs)
        elif rows_of(examples.inputs).shape[1] == rows_of(examples.targets).shape[1] == 1 and len(examples) > 2:
            self._stack.setCurrentWidget(self.plot)
            self._show_points(rows_of(examples.inputs)[:, 0], rows_of(examples.targets)[:, 0])
        else:
            self._stack.setCurrentWidget(self.table)
            self._show_table(rows_of(examples.inputs), rows_of(examples.targets))

    def _show_pictures(self, inputs: NDArray[Any]) -> None:
        tiles = inputs[:_MOST_PICTURES].mean(axis=1)
        self.pictures.show_tiles(tiles, min(0.0, float(tiles.min())), max(1.0, float(tiles.max())), _ink())

    def _show_points(self, x: NDArray[Any], y: NDArray[Any]) -> None:
        self._points.setData(x, y)
        left, right = float(x.min()), float(x.max())
        right = right if right > left else left + 1
        self.plot.axes(nice_ticks(left, right, 4), nice_ticks(float(y.min()), float(y.max()), 4), fit_x=(left, right))

    def _show_table(self, inputs: NDArray[Any], targets: NDArray[Any]) -> None:
        inputs, targets = inputs[:_MOST_ROWS, :_MOST_COLUMNS], targets[:_MOST_ROWS, :_MOST_COLUMNS]
        names = [f"input {place + 1}" for place in range(inputs.shape[1])]
        names += [f"target {place + 1}" for place in range(targets.shape[1])]
        whole = np.hstack([inputs, targets])
        self.table.setColumnCount(len(names))
        self.table.setRowCount(len(whole))
        self.table.setHorizontalHeaderLabels(names)
        for row, numbers in enumerate(whole):
            for column, number in enumerate(numbers):
                self.table.setItem(row, column, QTableWidgetItem(show_number(float(number), 4)))

    def _name(self, tile: int, row: int, column: int) -> str:
        name = f"example {tile + 1}"
        if self._examples is not None and self._examples.class_names:
            label = int(rows_of(self._examples.targets)[tile].argmax())
            name += f", {self._examples.class_names[label]}"
        return f"{name}: row {row}, column {column}"

    def _restyle(self) -> None:
        self.pictures.restyle()
        self.plot.restyle()
        self.show_examples(self._examples)


def _ink() -> NDArray[np.uint8]:
    """Ink on the paper of the theme, (256, 4) RGBA."""
    dark = theme.current().tokens.dark
    paper, ink = ((12, 14, 17), (255, 255, 255)) if dark else ((255, 255, 255), (20, 22, 26))
    ramp = np.linspace(0.0, 1.0, 256)[:, None]
    colours = np.array(paper) + ramp * (np.array(ink) - np.array(paper))
    return np.hstack([np.rint(colours), np.full((256, 1), 255)]).astype(np.uint8)
