"""Curve: the function that the network is now, over the points that it learns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QWidget

from explorer.engine.messages import Watch
from explorer.project.model import Project
from explorer.resolve import Resolved
from ui.watch.plot import Plot, Row
from ui.watch.scales import nice_ticks
from ui.watch.sketch import Sketch
from ui.watch.view import Missing, Rows, View
from ui.widgets.number import show_number

_MOST_POINTS = 2000


class Curve(View):
    """For one number in and one out: the examples as points, and the network's outputs as a line over them."""

    id = "curve"
    title = "Fitted curve"
    icon = "chart-bell-curve"
    help = "The function of one variable that the network computes, over the points that it learns from."
    sketch = Sketch(
        lines=(("text", (0.35, 0.05, 0.3, 0.7, 0.95, 0.65)),),
        points=(
            (0.05, 0.2),
            (0.15, 0.15),
            (0.3, 0.05),
            (0.42, 0.4),
            (0.55, 0.5),
            (0.66, 0.85),
            (0.8, 0.9),
            (0.95, 0.7),
        ),
    )

    @classmethod
    def suits(cls, project: Project, resolved: Resolved) -> bool:
        """One number goes in, and one comes out."""
        ends = (resolved.inputs, resolved.outputs)
        return all(len(end) == 1 and _single(resolved.layers[end[0]].shape) for end in ends)

    def build(self) -> QWidget:
        """Points below, the line above."""
        self.plot = Plot()
        self._points = {
            "training": self.plot.dots("neg", 4, 0.45),
            "validation": self.plot.dots("pos", 4, 0.55),
        }
        self._line = self.plot.line("text", 2.0)
        self.plot.tell(self._tell)
        return self.plot

    def wanted(self) -> Watch:
        """The network's outputs over the range of its input."""
        return Watch(curve=self.suits(self.document.project, self.document.resolved))

    def missing(self) -> Missing | None:
        """Another number of inputs or outputs, or nothing from the engine yet."""
        if self.document.problems:
            return self.needs_run("The points and the curve appear here.")
        if not self.suits(self.document.project, self.document.resolved):
            return self.needs_layer("It needs a network with one number in and one out.")
        data = self.trainer.data
        if data is None or data.inputs[0].size != 1:
            return Missing("The data is being loaded.")
        return None

    def draw(self) -> str:
        """The points of the data, and the curve of the last snapshot."""
        data, snapshot = self.trainer.data, self.trainer.last_snapshot
        if data is None:
            return ""
        x, y = data.inputs.reshape(-1), data.targets.reshape(len(data.targets), -1)[:, 0]
        parts = {"training": data.train, "validation": data.validation}
        for name, item in self._points.items():
            rows = parts[name][:_MOST_POINTS]
            item.setData(x[rows], y[rows])
        curve = snapshot.curve if snapshot is not None else None
        low, high = float(y.min()), float(y.max())
        if curve is not None:
            self._line.setData(curve[0], curve[1])
            finite = curve[1][np.isfinite(curve[1])]
            reach = high - low or 1.0
            low = max(low - reach, min([low, *finite]))
            high = min(high + reach, max([high, *finite]))
        left, right = float(x.min()), float(x.max())
        self.plot.axes(nice_ticks(left, right, 4), nice_ticks(low, high, 4), fit_x=(left, right))
        return "training, validation" if len(data.validation) else "training"

    def restyle(self) -> None:
        """The colours of the theme."""
        self.plot.restyle()

    def table(self) -> tuple[Sequence[str], Rows]:
        """The curve: input and output."""
        snapshot = self.trainer.last_snapshot
        curve = snapshot.curve if snapshot is not None else None
        return ("input", "output"), [] if curve is None else curve.T.tolist()

    def _tell(self, x: float) -> tuple[float, str, Sequence[Row]] | None:
        snapshot = self.trainer.last_snapshot
        if snapshot is None or snapshot.curve is None:
            return None
        place = int(np.abs(snapshot.curve[0] - x).argmin())
        at, value = (float(number) for number in snapshot.curve[:, place])
        return at, f"input {show_number(at)}", [Row("output", show_number(value), "text", value)]


def _single(shape: tuple[int, ...] | None) -> bool:
    return shape is not None and all(size == 1 for size in shape)
