"""Cost: how it falls over the epochs, on the training and on the validation examples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from explorer.engine.messages import EpochDone
from ui import theme
from ui.training.history import Numbers, RunHistory
from ui.watch.plot import Plot, Row, faded
from ui.watch.scales import nice_ticks
from ui.watch.sketch import Sketch
from ui.watch.view import Missing, Rows, View
from ui.widgets.number import show_number

_STRETCHES = 120
"""The batch costs are drawn as a band of the least and the largest over so many stretches."""
_ORDINARY = 98
"""Percent of the batch costs that set the height of the plot; single leaps do not."""


class Cost(View):
    """The cost of every batch, faintly, and of every epoch: training in blue, validation in orange."""

    id = "cost"
    title = "Cost"
    icon = "chart-line"
    help = "How far the outputs are from the targets, epoch by epoch, on training and on validation examples."
    sketch = Sketch(lines=(("neg", (1.0, 0.5, 0.27, 0.16, 0.1, 0.06)), ("pos", (1.0, 0.6, 0.38, 0.28, 0.22, 0.2))))

    def build(self) -> QWidget:
        """The plot and its lines."""
        self.plot = Plot()
        self._band = self.plot.band("neg", 0.3)
        self._rates: list[tuple[pg.InfiniteLine, pg.TextItem]] = []
        self._marker = pg.InfiniteLine(pen=pg.mkPen(faded("acc", 1.0), width=1.5))
        self.plot.addItem(self._marker, ignoreBounds=True)
        self.trainer.marked_changed.connect(self.mark)
        self._curves = {"train_cost": self.plot.curve("neg"), "validation_cost": self.plot.curve("pos")}
        self.plot.tell(self._tell)
        return self.plot

    def missing(self) -> Missing | None:
        """Nothing has been trained yet."""
        history = self.trainer.history
        if history is not None and len(history.steps):
            return None
        return self.needs_run("Train, and the curve grows here.")

    def draw(self) -> str:
        """All steps and epochs of the latest run."""
        history = self.trainer.history
        if history is None:
            return ""
        places, *edges = envelope(history.steps.values, history.costs.values, _STRETCHES)
        self._band.set_edges(history.as_epochs(places), *edges)
        for name, curve in self._curves.items():
            curve.show_points(*history.figures(name))
        self._set_axes(history)
        self._mark_rates(history)
        self._marker.setVisible(self.trainer.marked > 0)
        self._marker.setPos(float(history.as_epochs(self.trainer.marked)))
        both = bool(len(history.figures("validation_cost")[0]))
        single = [f"{node} {show_number(cost, 3)}" for node, cost in history.outputs.items()]
        return " · ".join(["training, validation" if both else "training", *single])

    def restyle(self) -> None:
        """The colours of the theme."""
        self.plot.restyle()
        self._marker.setPen(pg.mkPen(faded("acc", 1.0), width=1.5))
        self._clear_rates()

    def table(self) -> tuple[Sequence[str], Rows]:
        """A row per epoch; for each of several outputs two more columns."""
        epochs = self.trainer.history.epochs if self.trainer.history else []
        outputs = list(epochs[-1].train_outputs) if epochs else []
        heads = [f"{part} cost of {node}" for node in outputs for part in ("training", "validation")]
        rows = [
            (e.epoch, e.step, e.train_cost, e.validation_cost, *(cost for _, *own in _single(e) for cost in own))
            for e in epochs
        ]
        return ("epoch", "step", "training cost", "validation cost", *heads), rows

    def _set_axes(self, history: RunHistory) -> None:
        figures = [history.figures(name)[1] for name in self._curves]
        shown = np.concatenate([*figures, np.percentile(history.costs.values, [0, _ORDINARY])])
        shown = shown[np.isfinite(shown)]
        low, high = (float(shown.min()), float(shown.max())) if len(shown) else (0.0, 1.0)
        low = 0.0 if low < 0.5 * high or low == high else low
        done = float(history.as_epochs(history.step))
        ends = max(done, 1.0) if done > self.trainer.state.epochs else float(self.trainer.state.epochs or 1)
        if done < 0.02 * ends:
            ends = max(1.0, 4 * done)
        self.plot.axes(nice_ticks(0.0, ends, 4, whole=ends >= 4), nice_ticks(low, high, 3), fit_x=(0.0, ends))

    def _mark_rates(self, history: RunHistory) -> None:
        if len(self._rates) == len(history.rate_changes):
            return
        self._clear_rates()
        for change in history.rate_changes:
            line = pg.InfiniteLine(
                float(history.as_epochs(change.step)), pen=pg.mkPen(faded("accline", 1.0), width=1.5)
            )
            text = pg.TextItem(f"η {change.before:g} → {change.after:g}", faded("acc", 1.0), anchor=(0, 0))
            text.setFont(theme.mono_font(11))
            text.setPos(line.value(), self.plot.getViewBox().viewRange()[1][1])
            self._rates.append((line, text))
            for item in (line, text):
                self.plot.addItem(item, ignoreBounds=True)

    def _clear_rates(self) -> None:
        for pair in self._rates:
            for item in pair:
                self.plot.removeItem(item)
        self._rates.clear()

    def _tell(self, x: float) -> tuple[float, str, Sequence[Row]] | None:
        history = self.trainer.history
        if history is None or not history.epochs:
            return None
        done = min(history.epochs, key=lambda epoch: abs(epoch.epoch - x))
        rows = [Row("training", show_number(done.train_cost), "neg", done.train_cost)]
        if done.validation_cost is not None:
            rows.append(Row("validation", show_number(done.validation_cost), "pos", done.validation_cost))
        for node, *own in _single(done):
            told = [cost for cost in own if cost is not None]
            rows.append(Row(node, ", ".join(show_number(cost) for cost in told), "text2"))
        return done.epoch, f"epoch {done.epoch}", rows


def _single(done: EpochDone) -> list[tuple[str, float | None, float | None]]:
    """(output, training cost, validation cost) of each of several outputs."""
    told = done.validation_outputs
    return [(node, own.cost, told[node].cost if node in told else None) for node, own in done.train_outputs.items()]


def envelope(x: Numbers, y: Numbers, stretches: int) -> tuple[Numbers, Numbers, Numbers]:
    """(x, least, largest) of about so many stretches of a curve, from its first point to its last."""
    if not len(x):
        return x, y, y
    starts = np.arange(0, len(x), max(1, -(-len(x) // stretches)))
    finite = np.nan_to_num(y, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = np.minimum.reduceat(finite, starts), np.maximum.reduceat(finite, starts)
    return np.append(x[starts], x[-1]), np.append(low, finite[-1]), np.append(high, finite[-1])
