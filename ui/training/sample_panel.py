"""SamplePanel: the example that the views show: its picture or numbers, its class, and what the network says."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize, Signal
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.engine.messages import Opened, Watch
from explorer.project.goals import goals_of
from ui import theme
from ui.document import Document
from ui.training.client import Trainer
from ui.widgets.buttons import IconButton, PushButton
from ui.widgets.number import MINUS, show_number
from ui.widgets.text import ElidedLabel, TextLabel

_SIDE = 64
_MOST_NUMBERS = 4
MOST_OUTPUTS = 3
"""Of so many outputs the panel says what they say."""


class SamplePanel(QWidget):
    """One example; the buttons go to the one before, the next and a random one, or step into it."""

    step_asked = Signal(int)

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._trainer = document, trainer
        self._random = np.random.default_rng()
        self.picture = ExamplePicture()
        self.place, self.truth, self.answer = (
            ElidedLabel("", "caption"),
            ElidedLabel("", "heading"),
            ElidedLabel("", "caption"),
        )
        self._lay_out()
        for signal in (trainer.snapshot, trainer.opened, trainer.sample_changed, trainer.history_changed):
            signal.connect(self.refresh)
        for signal in (document.changed, document.opened):
            signal.connect(self._rewatch)
        self.refresh()

    def refresh(self) -> None:
        """Show the chosen example as the network sees it now."""
        data = self._trainer.data
        self._buttons.setEnabled(data is not None)
        if data is None or not len(data.inputs):
            self.picture.hide()
            self.place.setText("")
            self.truth.setText("")
            self.answer.setText("")
            problems = bool(self._document.problems)
            self._wait.setText(f"The example stands here {'once the problems are solved' if problems else 'soon'}.")
            self._wait.setVisible(True)
            return
        self._wait.setVisible(False)
        sample = min(self._trainer.sample, len(data.inputs) - 1)
        self.picture.setVisible(self.picture.show_example(data.inputs[sample]))
        self.place.setText(part_of(data, sample))
        self.truth.setText(_truth(data, sample))
        self.answer.setText(self._answer(data))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._rewatch()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._trainer.watch(self, None)

    def _rewatch(self) -> None:
        if self.isVisible():
            outputs = self._document.resolved.outputs
            self._trainer.watch(self, Watch(values=outputs[:MOST_OUTPUTS] if not self._document.problems else ()))
        self.refresh()

    def _answer(self, data: Opened) -> str:
        snapshot = self._trainer.last_snapshot
        if snapshot is None or snapshot.sample != self._trainer.sample:
            return ""
        goals = goals_of(self._document.project.settings, self._document.resolved)
        lines = []
        for goal in goals[:MOST_OUTPUTS]:
            output = snapshot.values.get(goal.node)
            if output is not None:
                names = data.class_names if len(data.class_names) == output.size else ()
                if not names and goal.cost.classes and len(goals) > 1:
                    names = tuple(str(number) for number in range(output.size))
                said = answer(output, names, goal.cost.classes and not goal.cost.probabilities)
                lines.append(said if len(goals) == 1 else f"{goal.node} {said}")
        return " · ".join(lines)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(TextLabel("Sample", "heading"))
        row, words = QHBoxLayout(), QVBoxLayout()
        row.setSpacing(8)
        words.setSpacing(0)
        words.addStretch(1)
        for label in (self.place, self.truth, self.answer):
            words.addWidget(label)
        words.addStretch(1)
        row.addWidget(self.picture)
        row.addLayout(words, 1)
        column.addLayout(row)
        self._wait = TextLabel("", "caption", wrap=True)
        column.addWidget(self._wait)
        self._buttons = QWidget()
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(4)
        for icon, tip, move in (
            ("chevron-left", "The example before", lambda: self._go(-1)),
            ("chevron-right", "The next example", lambda: self._go(1)),
            ("shuffle-variant", "A random example", self._go_anywhere),
        ):
            button = IconButton(icon, tip, side=24, icon_size=14, outlined=True)
            button.clicked.connect(move)
            buttons.addWidget(button)
        step = PushButton("Step into", "arrow-down", scale="small", tip="Follow every number of a training step on it")
        step.clicked.connect(lambda: self.step_asked.emit(self._trainer.sample))
        buttons.addWidget(step)
        buttons.addStretch(1)
        column.addWidget(self._buttons)

    def _go(self, by: int) -> None:
        self._trainer.set_sample(self._trainer.sample + by)

    def _go_anywhere(self) -> None:
        data = self._trainer.data
        if data is not None:
            self._trainer.set_sample(int(self._random.integers(len(data.inputs))))


class ExamplePicture(QWidget):
    """A picture of 1 or 3 channels, in ink on paper of the theme; anything else is not shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: NDArray[Any] = np.zeros((1, 1, 1))
        self.setFixedSize(_SIDE, _SIDE)
        self.setAccessibleName("The example as a picture")

    def show_example(self, values: NDArray[Any]) -> bool:
        """Show (channels, height, width); False if the example is no picture."""
        if values.ndim != 3 or min(values.shape[1:]) < 2:
            square = round(values.size**0.5)
            if values.ndim != 1 or square * square != values.size or square < 4:
                return False
            values = values.reshape(1, square, square)
        self._values = values
        self.update()
        return True

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        picture = as_image(self._values)
        side = max(picture.width(), picture.height())
        size = QSize(_SIDE * picture.width() // side, _SIDE * picture.height() // side)
        box = QRect((_SIDE - size.width()) // 2, (_SIDE - size.height()) // 2, size.width(), size.height())
        painter.drawImage(box, picture)
        painter.setPen(QPen(theme.current().tokens.color("line"), 1))
        painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))


def as_image(values: NDArray[Any]) -> QImage:
    """(channels, height, width) as an image: three channels as colours, one as ink on the paper of the theme."""
    low, high = min(0.0, float(values.min())), max(1.0, float(values.max()))
    levels = (values - low) / (high - low)
    if len(levels) == 3:
        pixels = np.moveaxis(levels, 0, -1) * 255
    else:
        dark = theme.current().tokens.dark
        paper, ink = np.array(((12, 14, 17), (255, 255, 255)) if dark else ((255, 255, 255), (20, 22, 26)), dtype=float)
        pixels = paper + levels[0][..., None] * (ink - paper)
    data = np.ascontiguousarray(np.rint(pixels).astype(np.uint8))
    height, width = data.shape[:2]
    return QImage(data.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def part_of(data: Opened, sample: int) -> str:
    """``validation 118``: the part of the data that an example is in, and its place there, from 1."""
    for name, rows in (("training", data.train), ("validation", data.validation), ("test", data.test)):
        found = np.flatnonzero(rows == sample)
        if len(found):
            return f"{name} {int(found[0]) + 1:,}"
    return f"example {sample + 1:,}"


def answer(output: NDArray[Any], names: tuple[str, ...], logits: bool) -> str:
    """What the network says: the class and how sure it is, or its numbers. ``logits`` still need a softmax."""
    flat = output.reshape(-1).astype(float)
    if not np.all(np.isfinite(flat)):
        return "says nothing finite"
    if len(flat) > 1 and names:
        if logits and not (np.all(flat >= 0) and abs(flat.sum() - 1) < 1e-3):
            flat = np.exp(flat - flat.max())
            flat /= flat.sum()
        best = int(flat.argmax())
        return f"says {names[best]}, {show_number(float(flat[best]), 2)}"
    return f"says {_numbers(flat)}"


def _truth(data: Opened, sample: int) -> str:
    target = data.targets[sample].reshape(-1)
    if len(data.class_names) == target.size:
        return f"class {data.class_names[int(target.argmax())]}"
    text = ", ".join(f"{value:.3g}".replace("-", MINUS) for value in target[:_MOST_NUMBERS])
    return f"target {text}" + (", …" if len(target) > _MOST_NUMBERS else "")


def _numbers(values: NDArray[Any]) -> str:
    text = ", ".join(show_number(float(value), 3) for value in values[:_MOST_NUMBERS])
    return text + (", …" if len(values) > _MOST_NUMBERS else "")
