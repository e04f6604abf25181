"""Accuracy: how many examples get the right class, over the epochs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from explorer.project.goals import goals_of
from explorer.project.model import Project
from explorer.resolve import Resolved
from ui import theme
from ui.watch.plot import Plot, Row, faded
from ui.watch.scales import nice_ticks
from ui.watch.sketch import Sketch
from ui.watch.view import Missing, Rows, View

_LINES = {"train_accuracy": "neg", "validation_accuracy": "pos"}
_NAMES = {"train_accuracy": "training", "validation_accuracy": "validation"}

_LINE_PIXELS = 18
"""The least distance of the two figures, so that they never cover each other."""


class Accuracy(View):
    """The share of examples whose class is told right, in percent: training in blue, validation in orange."""

    id = "accuracy"
    title = "Accuracy"
    icon = "bullseye-arrow"
    help = "The share of examples whose class the network tells right, epoch by epoch."
    sketch = Sketch(lines=(("neg", (0.0, 0.55, 0.8, 0.9, 0.95, 0.98)), ("pos", (0.0, 0.5, 0.7, 0.78, 0.82, 0.84))))

    @classmethod
    def suits(cls, project: Project, resolved: Resolved) -> bool:
        """An output tells, as far as can be known, classes: by several numbers, or one that is squeezed."""
        return any(
            resolved.layers[goal.node].shape is not None
            and goal.target != "inputs"
            and (goal.size > 1 or resolved.layers[goal.node].kind.output_range == (0.0, 1.0) or goal.cost.classes)
            for goal in goals_of(project.settings, resolved)
        )

    def build(self) -> QWidget:
        """The plot, its lines and the last figures."""
        self.plot = Plot()
        self._curves = {name: self.plot.curve(token) for name, token in _LINES.items()}
        self._texts = {name: pg.TextItem(anchor=(1, 0.5)) for name in _LINES}
        for text in self._texts.values():
            text.setFont(theme.mono_font(12))
            self.plot.addItem(text, ignoreBounds=True)
        self.plot.tell(self._tell)
        return self.plot

    def missing(self) -> Missing | None:
        """No epoch is done, or the targets are no classes."""
        history = self.trainer.history
        if history is None or not history.epochs:
            return self.needs_run("Train one epoch, and its figures stand here.")
        if not len(history.figures("train_accuracy")[0]):
            return Missing("These targets are numbers, not classes.", "Data", lambda: self.asked.emit("data"))
        return None

    def draw(self) -> str:
        """All epochs of the latest run, in percent."""
        history = self.trainer.history
        if history is None:
            return ""
        lowest, last = 100.0, dict[str, float]()
        for name, curve in self._curves.items():
            epochs, values = history.figures(name)
            curve.show_points(epochs, 100 * values)
            if len(values):
                lowest, last[name] = min(lowest, float(100 * values.min())), float(100 * values[-1])
        ends = float(max(self.trainer.state.epochs, history.epoch, 1))
        y = nice_ticks(min(lowest, 90.0), 100.0, 3)
        self.plot.axes(nice_ticks(0.0, ends, 4, whole=True), y, fit_x=(0.0, ends))
        self._place(last, ends, y)
        return "%"

    def restyle(self) -> None:
        """The colours of the theme."""
        self.plot.restyle()

    def table(self) -> tuple[Sequence[str], Rows]:
        """A row per epoch, as fractions."""
        history = self.trainer.history
        rows = [(e.epoch, e.train_accuracy, e.validation_accuracy) for e in history.epochs] if history else []
        return ("epoch", "training accuracy", "validation accuracy"), rows

    def _place(self, last: dict[str, float], ends: float, y: Sequence[float]) -> None:
        """The last figures at the right, at whichever height the curves leave free."""
        span = y[-1] - y[0]
        high = bool(last) and np.mean(list(last.values())) > y[0] + 0.55 * span
        top = y[0] + (0.42 if high else 0.95) * span
        line = _LINE_PIXELS * span / max(1.0, self.plot.getViewBox().height())
        for row, (name, text) in enumerate(self._texts.items()):
            text.setVisible(name in last)
            if name in last:
                text.setText(f"{last[name]:.1f} %", faded(_LINES[name], 1.0))
                text.setPos(ends, top - max(0.18 * span, line) * row)

    def _tell(self, x: float) -> tuple[float, str, Sequence[Row]] | None:
        history = self.trainer.history
        if history is None or not history.epochs:
            return None
        done = min(history.epochs, key=lambda epoch: abs(epoch.epoch - x))
        rows = [
            Row(_NAMES[name], f"{100 * value:.2f} %", token, 100 * value)
            for name, token in _LINES.items()
            if (value := getattr(done, name)) is not None
        ]
        return done.epoch, f"epoch {done.epoch}", rows
