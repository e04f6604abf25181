"""The example that is stepped through, alone or in a batch: its picture, its class, and the ways to others."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.kind import show_shape
from explorer.params import ParamError
from explorer.printing import show_plain
from explorer.stepping.record import Record
from explorer.stepping.samples import MOST, read_samples, show_samples
from ui import theme
from ui.stepper.session import StepSession
from ui.widgets.buttons import IconButton
from ui.widgets.fields import LineField
from ui.widgets.text import ElidedLabel, TextLabel, tooltip

CHOOSING = "The example by its number; or several, for a batch: 1-10, or 2, 5, 9-12"
FIELD_WIDTH = 64
SIDE = 80
FEW = 6
LEAST_WIDTH, WIDTH_WITH_COUNT, WIDTH_WITH_LEGEND = 290, 330, 496


class SamplePanel(QWidget):
    """Thumbnail, name and arrows at the left, the legend at the right."""

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.picture = Thumbnail()
        self.title = ElidedLabel("", "heading")
        self.caption = ElidedLabel("", "caption")
        self.previous = IconButton("chevron-left", "The example before", side=32, outlined=True)
        self.next = IconButton("chevron-right", "The next example", side=32, outlined=True)
        for button in (self.previous, self.next):
            button.setFixedSize(28, 28)
        self.position = LineField()
        self.position.setFont(theme.mono_font(11))
        self.position.setFixedSize(FIELD_WIDTH, 28)
        self.position.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.position.setAccessibleName("Examples")
        self.position.setToolTip(tooltip(CHOOSING))
        self.count = TextLabel("")
        self.count.setFont(theme.mono_font(11))
        self.batch = IconButton("layers-triple-outline", "", side=24)
        self.batch.setAccessibleName("Batch")
        self.batch.setCheckable(True)
        self.problem = TextLabel("", "problem", wrap=True)
        self.problem.hide()
        self.previous.clicked.connect(lambda: session.turn(-1))
        self.next.clicked.connect(lambda: session.turn(1))
        self.position.committed.connect(self._choose)
        self.batch.clicked.connect(self._take_batch)
        self._shown: tuple[object, int] | None = None
        self._legend = QWidget()
        self._lay_out()
        session.trace_changed.connect(self.refresh)
        session.step_changed.connect(self._follow)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.count.setVisible(event.size().width() >= WIDTH_WITH_COUNT)
        self._legend.setVisible(event.size().width() >= WIDTH_WITH_LEGEND)
        super().resizeEvent(event)

    def refresh(self) -> None:
        """Show the session's example."""
        trace = self._session.trace
        if trace is None:
            return
        record, at = trace.record, self._session.example
        self._shown = (trace, at)
        alone = len(record.targets) == 1
        targets = [
            sample_name(array[at], record.class_names, "target" if alone else node)
            for node, array in record.targets.items()
        ]
        self.title.setText(f"Sample {record.samples[at] + 1}: {' · '.join(targets)}")
        inputs = [record.values[node][at] for node in trace.rules.resolved.inputs]
        many = len(record.samples)
        place = f"{at + 1} of the batch {show_samples(record.samples, 2)}"
        self.caption.setText(" · ".join([*([place] if many > 1 else []), *map(_description, inputs)]))
        values = inputs[0]
        self.picture.show_values(as_picture(values))
        self.picture.setVisible(values.size > 1)
        self._show_choice(record)

    def _show_choice(self, record: Record) -> None:
        """What is chosen, and what else can be."""
        session = self._session
        chosen = session.chosen_examples.wanted if not session.revisited else record.samples
        self.position.show_text(show_samples(chosen, 3))
        self._say(session.choice_problem)
        self.count.setText(f"/ {record.examples}")
        size = min(session.document.project.settings["batch_size"], record.examples, MOST)
        self.batch.setChecked(len(chosen) > 1)
        alone = f"This example alone, no batch of {len(chosen)}"
        self._set_tip(alone if len(chosen) > 1 else f"A batch of {size} examples, from this one on")
        for widget in (self.position, self.batch):
            widget.setEnabled(not session.revisited)
        self.batch.setVisible(size > 1 or len(chosen) > 1)
        for button in (self.previous, self.next):
            button.setEnabled(record.examples > 1)

    def _set_tip(self, tip: str) -> None:
        self.batch.setToolTip(tooltip(tip))

    def _follow(self) -> None:
        """Another step may be about another example."""
        if self._shown != (self._session.trace, self._session.example):
            self.refresh()

    def _choose(self, text: str) -> None:
        """Take the examples that were typed, or say why not."""
        try:
            samples = read_samples(text, self._session.samples)
        except ParamError as error:
            self._say(str(error))
            return
        self._say("")
        self._session.set_samples(samples)

    def _take_batch(self) -> None:
        """A batch as large as in training, from this example on; or this example alone again."""
        session = self._session
        first = session.sample
        size = 1 if len(session.chosen_examples.wanted) > 1 else session.document.project.settings["batch_size"]
        size = min(size, session.samples, MOST)
        session.set_samples(tuple((first + place) % session.samples for place in range(size)))

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.caption.setVisible(not sentence)
        self.position.mark(bool(sentence))

    def _lay_out(self) -> None:
        arrows = QHBoxLayout()
        arrows.setSpacing(4)
        for widget in (self.previous, self.position, self.count, self.next):
            arrows.addWidget(widget)
        arrows.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.title, 1)
        head.addWidget(self.batch)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addStretch(1)
        texts.addLayout(head)
        texts.addWidget(self.caption)
        texts.addWidget(self.problem)
        texts.addSpacing(3)
        texts.addLayout(arrows)
        texts.addStretch(1)
        legend = QVBoxLayout(self._legend)
        legend.setContentsMargins(0, 0, 0, 0)
        legend.setSpacing(0)
        legend.addStretch(1)
        for line in ("solid: this step", "dashed: paths that carry its error"):
            legend.addWidget(TextLabel(line, "caption"), 0, Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 16)
        row.setSpacing(12)
        row.addWidget(self.picture)
        row.addLayout(texts, 1)
        row.addWidget(self._legend)


class Thumbnail(QWidget):
    """The example as grey cells, one per number; a list that is no picture is a strip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(SIDE, SIDE)
        self._values: NDArray[np.float64] | None = None

    def show_values(self, values: NDArray[np.float64]) -> None:
        """Show an array (rows, columns)."""
        self._values = values
        self.setToolTip(f"{show_shape(values.shape)}, from {values.min():.4g} to {values.max():.4g}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            if self._values is not None:
                picture = grey_image(self._values)
                scale = min((SIDE - 2) / picture.width(), (SIDE - 2) / picture.height())
                width, height = picture.width() * scale, picture.height() * scale
                where = QRectF((SIDE - width) / 2, (SIDE - height) / 2, width, height)
                painter.fillRect(self.rect(), tokens.color("surf"))
                painter.drawImage(where, picture)
            painter.setPen(QPen(tokens.color("line2"), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))


def as_picture(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """An example as (rows, columns): the first channel of an image, a square list as a square, any other as a row."""
    if values.ndim >= 2:
        return values.reshape(-1, *values.shape[-2:])[0]
    side = math.isqrt(values.size)
    return values.reshape(side, side) if side * side == values.size and side >= 3 else values.reshape(1, -1)


def grey_image(values: NDArray[np.float64]) -> QImage:
    """Small numbers light, large ones dark, as ink on paper: from 0 to 1, or over the range if it goes beyond."""
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    span = (high - low) or 1.0
    grey = np.ascontiguousarray(np.rint(255 * (1 - (values - low) / span)).astype(np.uint8))
    rows, columns = grey.shape
    return QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8).copy()


def sample_name(targets: NDArray[np.float64], names: tuple[str, ...], word: str = "target") -> str:
    """The class of an example, or its targets after a word."""
    flat = targets.reshape(-1)
    if names and len(names) == flat.size:
        return names[int(flat.argmax())]
    few = ", ".join(show_plain(float(value), digits=4) for value in flat[:FEW])
    return f"{word} {few}{' …' if flat.size > FEW else ''}"


def _description(values: NDArray[np.float64]) -> str:
    """The numbers if they are few, else the shape."""
    if values.size <= FEW:
        return "input " + ", ".join(show_plain(float(value), digits=4) for value in values.reshape(-1))
    shape = as_picture(values).shape
    return show_shape(shape) if values.ndim < 2 and shape[0] > 1 else f"{show_shape(values.shape)} numbers"
