"""The timeline: the five stages as segments, with the current step on them, to be dragged along."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.stepping.levels import LEVELS, Level, next_step
from explorer.stepping.report import stage_title
from explorer.stepping.trace import STAGES
from explorer.stepping.whole import whole
from ui import theme
from ui.stepper.session import StepSession
from ui.widgets.segmented import SegmentedControl

HEIGHT, PADDING, GAP, BAR = 80, 16, 4, 8
BAR_TOP = 35
LEAST = 92.0
PAGE = 10
_LEVEL_TIPS: dict[Level, str] = {
    "term": "Step by every number, the terms of sums too",
    "unit": "Step by the results of units and weights",
    "layer": "Step by layers, in matrix form",
    "stage": "Step by the five stages",
}


class Timeline(QWidget):
    """Five segments as wide as their stages are long; arrows, page keys, Home and End move along it."""

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Steps of the iteration")
        self.setToolTip("Drag to move through the steps; the arrow keys go step by step")
        self.levels = SegmentedControl(
            [(level, level.capitalize()) for level in LEVELS], name="What a step is", parent=self
        )
        for level in LEVELS:
            self.levels.set_segment_tip(level, _LEVEL_TIPS[level])
        self.levels.picked.connect(session.set_level)
        for signal in (session.trace_changed, session.step_changed, session.shown_changed, session.status_changed):
            signal.connect(self._refresh)

    def sizeHint(self) -> QSize:
        return QSize(640, HEIGHT)

    @property
    def caption(self) -> str:
        """``Iteration 1, sample 1 of 200``."""
        session = self._session
        if session.trace is None:
            return ""
        record = session.trace.record
        number = f"Iteration {record.iteration}"
        if record.step:
            number = f"Iteration {record.step:,} of the run"
        many = len(record.samples)
        among = f"in a batch of {many}" if many > 1 else f"of {record.examples}"
        return f"{number}, sample {record.samples[session.example] + 1} {among}"

    @property
    def next_caption(self) -> str:
        """``next: ∂E/∂w2``."""
        session = self._session
        if session.trace is None or session.at_end or not len(session.trace):
            return "last step" if session.trace is not None else ""
        following = next_step(session.trace, session.number, session.level)
        step = session.trace[following]
        if session.level == "stage":
            return f"next: {stage_title(step.stage)}"
        found = whole(session.trace.rules, step.quantity) if session.level == "layer" else None
        return f"next: {session.name(found.quantity if found is not None else step.quantity)}"

    def titles(self) -> list[str]:
        """The segments' titles; the current one tells the step."""
        session = self._session
        found = [stage_title(stage) for stage in range(1, len(STAGES) + 1)]
        step = session.step
        if step is not None and session.trace is not None:
            steps = session.trace.stage_range(step.stage)
            found[step.stage - 1] += f" · {step.number - steps.start + 1:,} of {len(steps):,}"
        return found

    def segments(self) -> list[QRectF]:
        """Where the five bars are."""
        counts = self._counts()
        room = self.width() - 2 * PADDING - GAP * (len(counts) - 1)
        least = min(LEAST, room / len(counts))
        widths = _shared(counts, room, least)
        left, bars = float(PADDING), []
        for width in widths:
            bars.append(QRectF(left, BAR_TOP, width, BAR))
            left += width + GAP
        return bars

    def number_at(self, x: float) -> int:
        """The step under a place."""
        trace = self._session.trace
        if trace is None:
            return 0
        number = 0
        for stage, bar in enumerate(self.segments(), 1):
            steps = trace.stage_range(stage)
            if len(steps) and x >= bar.left():
                share = min(1.0, max(0.0, (x - bar.left()) / bar.width()))
                number = steps.start + min(len(steps) - 1, int(share * len(steps)))
        return number

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._session.go(self.number_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._session.go(self.number_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        session, key = self._session, event.key()
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -PAGE, Qt.Key.Key_PageDown: PAGE}
        if key in moves:
            session.go(session.number + moves[Qt.Key(key)])
        elif key == Qt.Key.Key_Home:
            session.first()
        elif key == Qt.Key.Key_End:
            session.last()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        size = self.levels.sizeHint()
        self.levels.setGeometry((self.width() - size.width()) // 2, BAR_TOP + BAR + 5, size.width(), size.height())
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._session.set_visible(self, True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._session.set_visible(self, False)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), tokens.color("surf"))
            step = self._session.step
            current = step.stage if step is not None else 0
            handle: QPointF | None = None
            for stage, (bar, title) in enumerate(zip(self.segments(), self.titles(), strict=True), 1):
                self._paint_title(painter, bar, title, stage == current)
                self._paint_bar(painter, bar, tokens.color("surf2"))
                if step is None:
                    continue
                if stage < current:
                    self._paint_bar(painter, bar, tokens.color("accline"))
                elif stage == current:
                    done = QRectF(bar.left(), bar.top(), self._done(stage) * bar.width(), BAR)
                    self._paint_bar(painter, done, tokens.color("accfill"))
                    handle = QPointF(done.right(), bar.center().y())
            self._paint_captions(painter)
            if handle is not None:
                self._paint_handle(painter, handle)

    def _paint_title(self, painter: QPainter, bar: QRectF, title: str, current: bool) -> None:
        painter.setFont(theme.text_font(11, 600 if current else 400))
        painter.setPen(theme.current().tokens.color("acc" if current else "text2"))
        shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(bar.width()) + 1)
        where = QRectF(bar.left(), BAR_TOP - 22, bar.width() + 2, 18)
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _paint_bar(self, painter: QPainter, bar: QRectF, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(bar, 3, 3)

    def _paint_captions(self, painter: QPainter) -> None:
        where = QRectF(PADDING, BAR_TOP + 16, self.width() - 2 * PADDING, 20)
        painter.setFont(theme.text_font(11))
        painter.setPen(theme.current().tokens.color("text2"))
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.caption)
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.next_caption)

    def _paint_handle(self, painter: QPainter, at: QPointF) -> None:
        tokens = theme.current().tokens
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.focus_pen())
            painter.drawEllipse(at, 9, 9)
        painter.setBrush(tokens.color("surf"))
        painter.setPen(QPen(tokens.color("accfill"), 3))
        painter.drawEllipse(at, 5.5, 5.5)

    def _done(self, stage: int) -> float:
        trace = self._session.trace
        steps = trace.stage_range(stage) if trace is not None else range(0)
        return (self._session.number - steps.start + 1) / len(steps) if len(steps) else 0.0

    def _counts(self) -> list[int]:
        trace = self._session.trace
        return [len(trace.stage_range(stage)) if trace is not None else 1 for stage in range(1, len(STAGES) + 1)]

    def _refresh(self) -> None:
        self.levels.set_current(self._session.level)
        self.setAccessibleDescription(self.titles()[(self._session.step.stage if self._session.step else 1) - 1])
        self.update()


def _shared(counts: list[int], room: float, least: float) -> list[float]:
    """The room shared out by the square roots of the counts, each part at least ``least`` wide.

    By the counts themselves, the check of a wide network would leave nothing for the other stages.
    """
    weights = [count**0.5 for count in counts]
    spare = max(0.0, room - least * len(counts))
    whole = sum(weights) or 1.0
    return [least + spare * weight / whole for weight in weights]
