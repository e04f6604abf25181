"""The parts of a formula as cards: a chain of factors, the terms of a sum, an update; and the verdict of a check."""

from __future__ import annotations

import re

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer.equations import Quantity, Sum
from explorer.printing import show_plain, text
from explorer.stepping.explain import Factor
from explorer.stepping.record import verdict
from ui import theme
from ui.formula import FormulaLabel
from ui.stepper.session import StepSession
from ui.stepper.whatif import was
from ui.widgets.containers import empty
from ui.widgets.number import NumberLabel
from ui.widgets.text import ElidedLabel, TextLabel, tooltip

SHOWN_TERMS = 3
CARD_HEIGHT, SMALL_HEIGHT = 148, 112


class FactorCard(QFrame):
    """One factor: how it is computed, its value, what it asks, where it comes from. A click leads to its step."""

    clicked = Signal(object)
    asked = Signal(object, QPoint)
    """It was double-clicked, there on the screen: another number is to be tried."""

    def __init__(self, factor: Factor, session: StepSession, current: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.factor = factor
        self.setProperty("role", "card")
        self.setProperty("current", "true" if current else "false")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(CARD_HEIGHT if factor.question else SMALL_HEIGHT)
        name, value, shown, caption = _texts(factor, session)
        self.formula = FormulaLabel(session.figures.formula(factor.formula, session.notation), name, 14)
        self.value = NumberLabel(size=15)
        self.value.setFont(theme.mono_font(15, 500))
        self.value.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.value.set_value(value, shown)
        self.question = TextLabel(factor.question, "secondary", wrap=True)
        self.question.setFont(theme.text_font(11))
        self.question.setVisible(bool(factor.question))
        self.caption = ElidedLabel(caption, "caption")
        self.caption.setFont(theme.mono_font(10))
        quantity = factor.quantity
        self._leads = quantity is not None and session.trace is not None and session.trace.find(quantity) is not None
        if self._leads:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setToolTip(tooltip(f"Go to the step that computes {name}"))
        self.setAccessibleName(f"{name} {shown}")
        self._lay_out()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._leads and event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.clicked.emit(self.factor.quantity)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.factor.quantity is not None:
            self.asked.emit(self.factor.quantity, event.globalPosition().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._leads and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit(self.factor.quantity)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 8, 6)
        column.setSpacing(6)
        column.addWidget(self.formula)
        column.addWidget(self.value)
        column.addWidget(self.question)
        column.addStretch(1)
        column.addWidget(self.caption)


def _texts(factor: Factor, session: StepSession) -> tuple[str, float, str, str]:
    """(name, number, the number as shown, caption); errors sent back have their sum for a caption."""
    figures, mode, quantity = session.figures, session.mode, factor.quantity
    if quantity is None:
        value = figures.part_value(factor.part, mode)
        numbers = figures.plain(factor.part, Quantity(""), mode, short=True)
        return text(factor.part, session.notation.text), value, show_plain(value, digits=6), numbers
    equation = figures.trace.rules.equation(quantity)
    caption = factor.caption
    if quantity.role == "delta" and isinstance(equation, Sum) and len(equation.terms) <= SHOWN_TERMS:
        caption = re.sub(r"\+ \(−([^)]*)\)", r"− \1", figures.plain(equation, quantity, mode, short=True))
    old = was(session, quantity)
    caption = f"was {old}" if old else caption
    return session.name(quantity), figures.value(quantity, mode), session.short(quantity), caption


class FactorRow(QWidget):
    """Cards with the operators between them."""

    picked = Signal(object)
    asked = Signal(object, QPoint)

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.cards: list[FactorCard] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)

    def show_factors(self, factors: list[Factor], current: Quantity | None) -> None:
        """Show these factors; ``current`` is the one that Into leads to."""
        self.clear()
        for factor in factors:
            if factor.operator:
                operator = TextLabel(factor.operator, "heading")
                operator.setFixedWidth(16)
                operator.setAlignment(Qt.AlignmentFlag.AlignCenter)
                self._row.addWidget(operator)
            leads = current is not None and factor.quantity == current
            card = FactorCard(factor, self._session, leads)
            card.clicked.connect(self.picked)
            card.asked.connect(self.asked)
            self.cards.append(card)
            self._row.addWidget(card, 1)

    def clear(self) -> None:
        """Show none."""
        self.cards = []
        empty(self._row)


BANDS: tuple[tuple[float, str, str, str], ...] = (
    (1e-7, "≤ 1e−7", "probably right", "check-circle-outline"),
    (1e-4, "≤ 1e−4", "caution: one flag", "flag-outline"),
    (1e-2, "≤ 1e−2", "something is wrong: two flags", "flag-variant"),
    (float("inf"), "> 1e−2", "probably wrong", "close-circle-outline"),
)


class VerdictBands(QWidget):
    """The four verdicts on a relative error, the one that holds marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self.current = -1
        self.words = ""

    def show_error(self, error: float) -> None:
        """Mark the band of a relative error; none for one that is not a number."""
        empty(self._row)
        self.words = verdict(error)
        self.current = next((place for place, band in enumerate(BANDS) if error <= band[0]), -1)
        for place, (_, bound, words, icon) in enumerate(BANDS):
            self._row.addWidget(_band(bound, words, icon, place == self.current), 1)


def _band(bound: str, words: str, icon: str, current: bool) -> QWidget:
    frame = QFrame()
    frame.setProperty("role", "card")
    frame.setProperty("current", "true" if current else "false")
    picture = QLabel()
    picture.setPixmap(theme.pixmap(icon, "acc" if current else "text3", 16))
    number = TextLabel(bound, "text" if current else "caption")
    number.setFont(theme.mono_font(12, 500 if current else 400))
    sentence = TextLabel(words, "secondary" if current else "caption", wrap=True)
    sentence.setFont(theme.text_font(11))
    head = QHBoxLayout()
    head.setSpacing(6)
    head.addWidget(picture)
    head.addWidget(number)
    head.addStretch(1)
    column = QVBoxLayout(frame)
    column.setContentsMargins(10, 8, 8, 8)
    column.addLayout(head)
    column.addWidget(sentence)
    column.addStretch(1)
    return frame
