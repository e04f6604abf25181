"""Why?: a button that knows whether a number is conspicuous, and the card that tells what made it so."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from explorer.equations import Quantity
from explorer.printing import show_plain, text
from explorer.stepping.trace import Step
from explorer.stepping.why import (
    BELOW,
    FAR_ABOVE,
    FAR_BELOW,
    LITTLE,
    MUCH,
    NOTHING,
    TOO_MUCH,
    Part,
    Why,
    can_ask,
    judge,
    why,
)
from ui import theme
from ui.keys import follow_keys
from ui.stepper.finding import Finding
from ui.stepper.session import StepSession
from ui.widgets.buttons import IconButton, PushButton
from ui.widgets.containers import empty
from ui.widgets.number import NumberLabel
from ui.widgets.text import TextLabel, tooltip

KEYS = "Ctrl+Shift+Y"
MOST_BARS = 8
_TIP = "What made this gradient as small or large as it is"
_ASKS = {"vanishing": "Why so small?", "small": "Why so small?", "large": "Why so large?", "exploding": "Why so large?"}
BOUNDS = (
    f"Vanishing: below {NOTHING:g}, or {FAR_BELOW:g} of the median of its layer; small: below {LITTLE:g} or {BELOW:g} "
    f"of it; large: above {MUCH:g} or 10 times it; exploding: above {TOO_MUCH:g} or {FAR_ABOVE:g} times it."
)


class WhyCard(QFrame):
    """The sentence, the factors of the largest path as bars, and the norm per time step. ``button`` opens it."""

    picked = Signal(object)
    """A quantity whose step is wanted."""

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._step: Step | None = None
        self._finding = Finding(self)
        self.setProperty("role", "card")
        self.button = PushButton("Why?", "help-circle-outline", scale="small")
        self.button.setCheckable(True)
        self.action = QAction("Why is this gradient so small or large", self)
        self.action.setObjectName("step_why")
        self.action.setShortcut(QKeySequence(KEYS))
        self.action.triggered.connect(lambda _on=False: self.button.click())
        follow_keys(
            self.action, lambda keys: self.button.setToolTip(tooltip("What made this gradient what it is", keys))
        )
        self.sentence = TextLabel("", "text", wrap=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.others = TextLabel("", "secondary", wrap=True)
        self.heading = TextLabel("Factors of its largest path, by size", "caption")
        self.heading.setToolTip(tooltip(BOUNDS))
        self.bars = QGridLayout()
        self.bars.setHorizontalSpacing(8)
        self.bars.setVerticalSpacing(2)
        self.bars.setColumnStretch(1, 1)
        self.norms_title = TextLabel("", "caption")
        self.norms = NormBars()
        self._lay_out()
        self.button.toggled.connect(lambda _on: self._fill())
        self.action.setEnabled(False)
        session.status_changed.connect(self._rest)
        self.hide()

    def show_step(self, step: Step) -> None:
        """Offer the question for a step, and answer it if the card is open."""
        self._step = step
        figures = self._session.figures
        rules, q = figures.trace.rules, step.quantity
        able = can_ask(rules, q)
        self.button.setVisible(able)
        self.action.setEnabled(able)
        if able:
            verdict = judge(rules, q, figures.exact(q))[0]
            self.button.setText(_ASKS.get(verdict, "Why?"))
            self.button.set_variant("plain" if verdict == "ordinary" else "accent")
        self._fill()

    def _rest(self) -> None:
        """Ask nothing while there is no step."""
        self.action.setEnabled(self.action.isEnabled() and self._session.step is not None)

    def _fill(self) -> None:
        empty(self.bars)
        self._finding.forget()
        step, shown = self._step, self.button.isChecked() and not self.button.isHidden()
        self.setVisible(shown and step is not None)
        if step is None or not shown:
            return
        quantity, figures, name = step.quantity, self._session.figures, self._session.name
        if not self._finding.ask(lambda: why(figures.trace.rules, quantity, figures.exact, name), self._show):
            self.sentence.setText("Looking for the reason…")
            for widget in (self.others, self.heading, self.norms, self.norms_title):
                widget.hide()

    def _show(self, answer: Why) -> None:
        self.sentence.setText(answer.sentence)
        more = [culprit.sentence for culprit in answer.culprits[1:3]]
        self.others.setText(" ".join(more))
        self.others.setVisible(bool(more))
        self.heading.setVisible(bool(answer.parts))
        largest = max((abs(part.value) for part in answer.parts if math.isfinite(part.value)), default=1.0)
        for row, part in enumerate(answer.parts[:MOST_BARS]):
            self._add_bar(row, part, largest)
        self.norms.setVisible(bool(answer.norms))
        self.norms_title.setVisible(bool(answer.norms))
        self.norms_title.setText(f"Norm of the error per time step of {answer.recurrent}, the last at the right")
        self.norms.show_norms(answer.norms)

    def _add_bar(self, row: int, part: Part, largest: float) -> None:
        session = self._session
        q = part.quantity
        whole = session.name(q) if q is not None else text(part.formula, session.notation.text)
        name = whole if len(whole) <= 28 else f"{whole[:26]}…"
        leads = q is not None and session.trace is not None and session.trace.find(q) is not None
        told = part.culprit.sentence if part.culprit is not None else whole
        link: QWidget = PushButton(name, variant="ghost", scale="small", tip=told) if leads else TextLabel(name)
        if isinstance(link, PushButton):
            link.clicked.connect(lambda _on=False, q=q: self._pick(q))
        else:
            link.setToolTip(tooltip(told))
            link.setFont(theme.text_font(11, 500))
            link.setContentsMargins(8, 0, 8, 0)
        number = NumberLabel(size=12)
        number.set_value(part.value, show_plain(part.value, digits=4))
        self.bars.addWidget(link, row, 0)
        self.bars.addWidget(Bar(part.value, largest, part.culprit is not None), row, 1)
        self.bars.addWidget(number, row, 2)

    def _pick(self, q: Quantity | None) -> None:
        self.picked.emit(q)

    def _lay_out(self) -> None:
        close = IconButton("close", "Close this answer", side=24)
        close.clicked.connect(lambda: self.button.setChecked(False))
        head = QHBoxLayout()
        head.addWidget(self.sentence, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 8, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.others)
        column.addWidget(self.heading)
        column.addLayout(self.bars)
        column.addWidget(self.norms_title)
        column.addWidget(self.norms)


class Bar(QWidget):
    """The size of a factor on a logarithmic scale of six decades below the largest; 0 has none."""

    DECADES = 6.0

    def __init__(self, value: float, largest: float, blamed: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        size = abs(value)
        above = math.log10(max(size, 1e-300) / max(largest, 1e-300)) + self.DECADES if math.isfinite(size) else 1e9
        self.share = 0.0 if size == 0 else min(1.0, max(0.02, above / self.DECADES))
        self._blamed = blamed
        self.setMinimumWidth(60)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setToolTip("On a logarithmic scale")

    def sizeHint(self) -> QSize:
        return QSize(120, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            track = QRectF(0, self.height() / 2 - 4, self.width(), 8)
            painter.fillRect(track, tokens.color("surf2"))
            track.setWidth(track.width() * self.share)
            painter.fillRect(track, tokens.color("warn" if self._blamed else "acc"))


class NormBars(QWidget):
    """One bar per time step, by the norm of its error on a logarithmic scale."""

    DECADES = 6.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._norms: tuple[float, ...] = ()
        self.setFixedHeight(56)

    def show_norms(self, norms: Sequence[float]) -> None:
        """Show these, the first time step first."""
        self._norms = tuple(norms)
        lines = [f"{place}: {show_plain(norm, digits=4)}" for place, norm in enumerate(self._norms[:30], start=1)]
        self.setToolTip("\n".join(lines))
        self.setAccessibleName("Norm per time step: " + ", ".join(lines))
        self.update()

    def heights(self) -> list[float]:
        """The share of the height of each bar."""
        finite = [norm for norm in self._norms if math.isfinite(norm)]
        largest = max(finite, default=0.0)
        if not largest:
            return [0.0] * len(self._norms)
        logs = [math.log10(max(norm, 1e-300) / largest) if math.isfinite(norm) else 0.0 for norm in self._norms]
        return [max(0.03, 1 + log / self.DECADES) if norm else 0.0 for log, norm in zip(logs, self._norms, strict=True)]

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        heights = self.heights()
        if not heights:
            return
        pitch = min(32.0, self.width() / len(heights))
        with QPainter(self) as painter:
            for place, share in enumerate(heights):
                high = (self.height() - 2) * share
                box = QRectF(place * pitch, self.height() - high - 1, max(1.0, pitch - 2), high)
                painter.fillRect(box, tokens.color("acc"))
            painter.fillRect(QRectF(0, self.height() - 1, pitch * len(heights), 1), tokens.color("line2"))
