"""Figures: what the run is doing, in numbers, and the sentence of what went wrong, until it is dealt with."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from ui import theme
from ui.document import Document
from ui.training.agreement import refusal
from ui.training.client import Trainer
from ui.widgets.buttons import IconButton
from ui.widgets.number import NumberLabel, show_number
from ui.widgets.text import ElidedLabel, TextLabel, tooltip


class Figures(QWidget):
    """Epoch, cost and speed at the right of the run bar; a problem or a failure takes their place."""

    problems_asked = Signal()

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._trainer = document, trainer
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addStretch(1)
        self.epoch, self.cost, self.rate = NumberLabel(size=13), NumberLabel(digits=3, size=13), NumberLabel(size=13)
        self._captions: list[TextLabel] = []
        for caption, label in (("epoch", self.epoch), ("cost", self.cost), ("samples/s", self.rate)):
            text = TextLabel(caption, "secondary")
            self._captions.append(text)
            row.addWidget(text)
            row.addWidget(label)
            if label is self.cost:
                self.outputs = ElidedLabel("", "secondary")
                row.addWidget(self.outputs, 1)
            row.addSpacing(10)
        self.problems = _ProblemLink()
        self.problems.clicked.connect(self.problems_asked)
        self.sentence = _Sentence()
        self.dismiss = IconButton("close", "Put this message away", icon_size=14, side=24)
        self.dismiss.clicked.connect(trainer.dismiss)
        row.addWidget(self.sentence, 100)
        row.addWidget(self.dismiss)
        row.addWidget(self.problems)
        self.refresh()

    def refresh(self) -> None:
        """Show the run as it is."""
        trainer, problems = self._trainer, len(self._document.problems)
        history, epochs = trainer.history, self._document.project.settings["epochs"]
        failure = trainer.failure
        message = failure.message if failure is not None else trainer.note
        self.sentence.setVisible(bool(message))
        self.dismiss.setVisible(bool(message))
        self.sentence.tell(message)
        self.problems.setVisible(bool(problems) and not message)
        self.problems.setText(refusal(problems))
        done = history.epoch if history is not None else None
        self.epoch.set_value(done, "" if done is None else f"{done:,}/{epochs:,}")
        cost = history.cost if history is not None and not math.isnan(history.cost) else None
        self.cost.set_value(cost)
        single = history.outputs if history is not None else {}
        self.outputs.setText(" · ".join(f"{node} {show_number(cost, 3)}" for node, cost in single.items()))
        self._show_numbers(bool(message))
        self.rate.set_value(round(history.rate) if history is not None and history.rate else None)
        if trainer.starting and trainer.running:
            self.epoch.set_value(None, "starting")

    def _show_numbers(self, message: bool) -> None:
        for place, (caption, label) in enumerate(zip(self._captions, (self.epoch, self.cost, self.rate), strict=True)):
            shown = not message and (place < 2 or not self._document.problems)
            caption.setVisible(shown)
            label.setVisible(shown)
        self.outputs.setVisible(not message and bool(self.outputs.whole_text()))


class _Sentence(QWidget):
    """What went wrong, small and in as many lines as the bar is high for; whole on hover, and to be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def tell(self, text: str) -> None:
        """Say something else."""
        if text == self.text:
            return
        self.text = text
        self.setAccessibleName(text)
        self.setToolTip(tooltip(text))
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy the message", lambda: QGuiApplication.clipboard().setText(self.text))
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.text_font(11))
        painter.setPen(theme.current().tokens.color("prob"))
        metrics, words = painter.fontMetrics(), int(Qt.TextFlag.TextWordWrap)
        text = self.text
        while len(text) > 4 and metrics.boundingRect(0, 0, self.width(), 10_000, words, text).height() > self.height():
            text = text.removesuffix("…")[:-3].rstrip() + "…"
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(self.rect()), side | Qt.TextFlag.TextWordWrap, text)


class _ProblemLink(QAbstractButton):
    """``Solve 1 problem to run``, in the colour of problems; it leads to them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(theme.text_font(13, 500))
        self.setToolTip(tooltip("Show the problems"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 22, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(theme.focus_pen())
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
        painter.drawPixmap(0, 6, theme.pixmap("alert-circle", "prob", 16, self.devicePixelRatioF()))
        painter.setPen(theme.current().tokens.color("prob"))
        painter.drawText(QRectF(21, 0, self.width(), 28), Qt.AlignmentFlag.AlignVCenter, self.text())
