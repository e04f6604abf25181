"""RateSlider: the learning rate on a logarithmic slider, with the number to type."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from explorer.optimizer import LEARNING_RATE
from explorer.params import ParamError
from ui.document import Document
from ui.widgets.fields import NumberField
from ui.widgets.text import TextLabel, tooltip

LOWEST, HIGHEST = -5.0, 1.0
"""Powers of ten at the ends of the slider; other rates can be typed."""
_PLACES = 600


class RateSlider(QWidget):
    """Moves the optimizer's ``lr``; a whole drag is one edit."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._drag = 0
        self._rate: float | None = None
        self.number = NumberField(self._accepts, arrows=False)
        self.number.setFixedWidth(72)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.number.setAccessibleName(LEARNING_RATE.label)
        self.number.setToolTip(tooltip(f"{LEARNING_RATE.help} It is {LEARNING_RATE.range_text()}."))
        self.number.committed.connect(self._typed)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _PLACES)
        self.slider.setAccessibleName(LEARNING_RATE.label)
        self.slider.setToolTip(tooltip("Learning rate, from 0.00001 to 10"))
        self.slider.sliderPressed.connect(self._begin)
        self.slider.valueChanged.connect(self._moved)
        self.problem = TextLabel("", "problem", wrap=True)
        head = QHBoxLayout()
        head.addWidget(TextLabel(LEARNING_RATE.label, "secondary"), 1)
        head.addWidget(self.number)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.slider)
        column.addWidget(self.problem)
        column.addWidget(TextLabel("changes apply at the next step", "caption"))
        document.changed.connect(self.refresh)
        document.opened.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the document's learning rate."""
        settings = self._document.project.settings
        self.setVisible("lr" in settings.optimizer_params)
        if "lr" not in settings.optimizer_params:
            return
        rate = settings["lr"]
        # What is typed, and why it is refused, stays until it is dealt with or the rate becomes another.
        if rate != self._rate or not self.number.typing():
            self._rate = rate
            self.number.show_text(LEARNING_RATE.show(rate))
            self._say("")
        if not self.slider.isSliderDown():
            with QSignalBlocker(self.slider):
                self.slider.setValue(place_of(rate))

    def _begin(self) -> None:
        self._drag += 1

    def _moved(self, place: int) -> None:
        if not self.slider.isSliderDown():
            self._drag += 1
        self._document.edit_setting("lr", rate_at(place), merge=f"learning rate {self._drag}")

    def _typed(self, text: str) -> None:
        try:
            rate = LEARNING_RATE.parse(text)
        except ParamError as error:
            self._say(str(error))
            return
        self.number.show_text(LEARNING_RATE.show(rate))
        self._document.edit_setting("lr", rate)

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.number.mark(bool(sentence))

    def _accepts(self, text: str) -> bool:
        try:
            LEARNING_RATE.parse(text)
        except ParamError:
            return False
        return True


def rate_at(place: int) -> float:
    """The learning rate at a place of the slider, with two significant figures."""
    return float(f"{10 ** (LOWEST + (HIGHEST - LOWEST) * place / _PLACES):.2g}")


def place_of(rate: float) -> int:
    """The place of a learning rate; the nearest end for one beyond."""
    power = math.log10(rate) if rate > 0 else LOWEST
    return round(_PLACES * (min(HIGHEST, max(LOWEST, power)) - LOWEST) / (HIGHEST - LOWEST))
