"""The pictures of a gradient check: how the relative errors are spread, and one weight's error against epsilon."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.printing import show_plain
from explorer.stepping.check_summary import DECADES, Summary
from explorer.stepping.record import verdict
from ui import theme

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 164, 44, 12, 22, 34
BANDS = ((-7, "neg", "probably right"), (-4, "text3", "caution"), (-2, "warn", "wrong?"), (1, "prob", "wrong"))
"""Up to which power of ten each verdict goes, its colour and its name."""
LOWEST, HIGHEST = -14, 1


class _Chart(QWidget):
    """A box with axes, whose ``spots`` tell what lies under the mouse."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spots: list[tuple[QRectF, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(360, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, HEIGHT)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = next((told for box, told in self.spots if box.contains(QPointF(event.pos()))), "")
            QToolTip.showText(event.globalPos(), found, self)
            return True
        return super().event(event)

    def box(self) -> QRectF:
        """Where the numbers are drawn."""
        return QRectF(LEFT, TOP, max(1, self.width() - LEFT - RIGHT), HEIGHT - TOP - BOTTOM)

    def write(self, painter: QPainter, where: QRectF, text: str, token: str = "text3", centre: bool = True) -> None:
        """A small text."""
        painter.setFont(theme.text_font(11))
        painter.setPen(theme.current().tokens.color(token))
        across = Qt.AlignmentFlag.AlignHCenter if centre else Qt.AlignmentFlag.AlignLeft
        painter.drawText(where, across | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, text)

    def across(self, painter: QPainter, y: float, text: str) -> None:
        """A line at a height, and its number at the left."""
        box = self.box()
        painter.setPen(QPen(theme.current().tokens.color("grid"), 1))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setFont(theme.mono_font(11))
        painter.setPen(theme.current().tokens.color("text3"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, y - 8, LEFT - 6, 16), right, text)


class ErrorHistogram(_Chart):
    """How many weights have a relative error of each power of ten, in the colours of the verdicts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Histogram of the relative errors", parent)
        self.summary: Summary | None = None

    def show_summary(self, summary: Summary | None) -> None:
        """Show another check."""
        self.summary = summary
        self.update()

    def counts(self) -> list[tuple[str, int]]:
        """(label, weights) of every bar; the first are those that agree but for rounding."""
        if self.summary is None:
            return []
        bars = zip(DECADES, self.summary.bars, strict=True)
        return [("0", self.summary.exact), *((f"1e{power}".replace("-", "−"), int(count)) for power, count in bars)]

    def paintEvent(self, event: QPaintEvent) -> None:
        counts, box = self.counts(), self.box()
        self.spots = []
        largest = max((count for _, count in counts), default=0)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.across(painter, box.bottom(), "0")
            if not largest:
                self.write(painter, box, "Nothing is checked yet.")
                return
            self.across(painter, box.top(), f"{largest:,}")
            width = box.width() / len(counts)
            for place, (label, count) in enumerate(counts):
                slot = QRectF(box.left() + place * width, box.top(), width, box.height())
                self._bar(painter, slot, place, count, largest)
                if place % 2 == 0:
                    self.write(painter, QRectF(slot.left() - 10, box.bottom() + 2, width + 20, 14), label)
            self._bands(painter, width)

    def _bar(self, painter: QPainter, slot: QRectF, place: int, count: int, largest: int) -> None:
        power = DECADES[place - 1] if place else DECADES[0]
        token, words = next((token, words) for bound, token, words in BANDS if power < bound)
        height = max(2.0, slot.height() * count / largest) if count else 0.0
        bar = QRectF(slot.left() + 1, slot.bottom() - height, slot.width() - 2, height)
        painter.fillRect(bar, theme.current().tokens.color(token))
        reach = f"from 1e{power} to 1e{power + 1}".replace("-", "−") if place else "equal, but for rounding"
        self.spots.append((slot, f"{count:,} weight{'s' * (count != 1)}: {reach} ({words})"))

    def _bands(self, painter: QPainter, width: float) -> None:
        """The verdicts over their bars, with a line where each begins."""
        box, left = self.box(), self.box().left()
        for bound, token, words in BANDS:
            right = min(box.right(), box.left() + (bound - DECADES[0] + 1) * width)
            self.write(painter, QRectF(left, 2, right - left, 16), words, token)
            painter.setPen(QPen(theme.current().tokens.color("line2"), 1, Qt.PenStyle.DotLine))
            if right < box.right() - 1:
                painter.drawLine(QPointF(right, 4), QPointF(right, box.bottom()))
            left = right


class ErrorCurve(_Chart):
    """The relative error of one weight's gradient against epsilon, both by powers of ten."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Relative error against epsilon", parent)
        self.curve: tuple[tuple[float, float], ...] = ()
        self.used = 0.0

    def show_curve(self, curve: Sequence[tuple[float, float]], used: float) -> None:
        """Show (epsilon, relative error) of a weight; ``used`` is the epsilon of the check."""
        self.curve, self.used = tuple(sorted(curve)), used
        self.update()

    @property
    def best(self) -> float:
        """The epsilon with the smallest error; of several the largest. 0 without a curve."""
        finite = [(error, -epsilon) for epsilon, error in self.curve if math.isfinite(error)]
        return -min(finite)[1] if finite else 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        box = self.box()
        self.spots = []
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for power in range(LOWEST, HIGHEST, 3):
                self.across(painter, self._y(10.0**power), f"1e{power}".replace("-", "−"))
            if not self.curve:
                return
            for epsilon, _ in self.curve[::2]:
                at = self._x(epsilon)
                self.write(painter, QRectF(at - 20, box.bottom() + 2, 40, 14), _power(epsilon))
            self.write(painter, QRectF(box.left(), box.bottom() + 17, 120, 14), "← rounding", centre=False)
            self.write(painter, QRectF(box.right() - 66, box.bottom() + 17, 66, 14), "truncation →")
            self._mark(painter, self.used, "used", "acc")
            if self.best != self.used:
                self._mark(painter, self.best, "best", "text2")
            self._line(painter)

    def _line(self, painter: QPainter) -> None:
        tokens = theme.current().tokens
        points = [(QPointF(self._x(epsilon), self._y(error)), epsilon, error) for epsilon, error in self.curve]
        painter.setPen(QPen(tokens.color("acc"), 2))
        painter.drawPolyline(QPolygonF([point for point, *_ in points]))
        for point, epsilon, error in points:
            painter.setBrush(tokens.color("acc" if epsilon in (self.used, self.best) else "surf"))
            painter.drawEllipse(point, 3.5, 3.5)
            told = f"ε = {_power(epsilon)}: relative error {show_plain(error, digits=2)}, {verdict(error)}"
            self.spots.append((QRectF(point.x() - 10, 0, 20, HEIGHT), told))

    def _mark(self, painter: QPainter, epsilon: float, word: str, token: str) -> None:
        box, at = self.box(), self._x(epsilon)
        painter.setPen(QPen(theme.current().tokens.color(token), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(at, box.top() - 4), QPointF(at, box.bottom()))
        self.write(painter, QRectF(at - 30, 2, 60, 14), word, token)

    def _x(self, epsilon: float) -> float:
        box, powers = self.box(), [math.log10(epsilon) for epsilon, _ in self.curve]
        span = max(1e-9, powers[-1] - powers[0])
        return box.left() + 8 + (box.width() - 16) * (math.log10(epsilon) - powers[0]) / span

    def _y(self, error: float) -> float:
        """Errors below the axis, and 0, lie on it."""
        power = math.log10(error) if error > 0 and math.isfinite(error) else float(LOWEST if error == 0 else HIGHEST)
        share = (min(HIGHEST, max(LOWEST, power)) - LOWEST) / (HIGHEST - LOWEST)
        return self.box().bottom() - share * self.box().height()


def _power(epsilon: float) -> str:
    return f"1e{round(math.log10(epsilon))}".replace("-", "−")
