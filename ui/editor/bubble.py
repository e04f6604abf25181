"""The bubble below a node with a problem: the sentence, and the buttons that mend it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from explorer.kind import Fix
from explorer.resolve import Problem
from ui import theme
from ui.widgets.buttons import PushButton

WIDTH, SIDE = 240, 12
ROOM = WIDTH - 2 * SIDE
TIP = 8
_GAP = 4
"""Pixels from the node to the tip."""
_SHARES = (0.25, 0.1, 0.9)
"""Where along the bubble the tip may be: the first as long as nothing is covered."""


class Bubble(QWidget):
    """One problem; ``fix_wanted`` tells the node and the fix that was chosen."""

    fix_wanted = Signal(str, object)
    open_wanted = Signal(str)
    """The subnetwork in which the problem is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self._problem: Problem | None = None
        self._inside = ""
        self._tip = WIDTH / 2
        self._above = False
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.RichText)
        self.sentence.setWordWrap(True)
        self.sentence.setFont(theme.text_font(13))
        self._column = QVBoxLayout(self)
        self._column.setSpacing(8)
        self._column.addWidget(self.sentence)
        self._row: QWidget | None = None
        self.setFixedWidth(WIDTH)
        self._hang(above=False)
        self.hide()

    @property
    def problem(self) -> Problem | None:
        """The problem that is told."""
        return self._problem

    def tell(self, problem: Problem | None, inside: str = "") -> None:
        """Tell a problem, or none; ``inside`` is the subnetwork in which it is, if it is in one."""
        if (problem, inside) == (self._problem, self._inside):
            return
        self._problem, self._inside = problem, inside
        if self._row is not None:
            self._column.removeWidget(self._row)
            self._row.hide()
            self._row.deleteLater()
            self._row = None
        if problem is None:
            self.hide()
            return
        self.sentence.setText(f'<p style="line-height:120%">{rich(problem)}</p>')
        if problem.fixes or inside:
            self._row = self._buttons(problem)
            self._column.addWidget(self._row)
            # Qt would show it later, and leave it out of the height until then.
            self._row.show()
        self._column.invalidate()

    def point_at(self, box: QRectF, taken: Sequence[QRect]) -> None:
        """Lie below a box of the parent, or aside or above where that covers less of what is ``taken``."""
        self.setFixedHeight(self._column.heightForWidth(WIDTH))
        places = [(above, self._place(box, above, share)) for above in (False, True) for share in _SHARES]
        above, place = min(places, key=lambda found: self._covered(found[1], taken))
        self._hang(above)
        self._tip = max(16.0, min(box.center().x() - place.x(), WIDTH - 16.0))
        self.move(place.topLeft())
        self.update()

    def _hang(self, above: bool) -> None:
        """Let the tip point down from above, or up from below."""
        self._above = above
        self._column.setContentsMargins(SIDE, 10 + TIP * (not above), SIDE, 12 + TIP * above)

    def _place(self, box: QRectF, above: bool, share: float) -> QRect:
        """The bubble with its tip at a share of its width, pushed aside where the parent ends."""
        left = max(8.0, min(box.center().x() - WIDTH * share, self._canvas.width() - WIDTH - 8.0))
        top = box.top() - _GAP - self.height() if above else box.bottom() + _GAP
        return QRect(round(left), round(top), WIDTH, self.height())

    def _covered(self, place: QRect, taken: Sequence[QRect]) -> int:
        """How many pixels of it lie over what is taken, or outside the parent."""
        parts = [place & other for other in taken]
        seen = place & self._canvas.rect()
        return _area(place) - _area(seen) + sum(_area(part) for part in parts)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._above:
            painter.translate(0, self.height())
            painter.scale(1, -1)
        painter.setBrush(tokens.color("surf"))
        painter.setPen(QPen(tokens.color("probline"), 1))
        painter.drawRoundedRect(QRectF(0.5, TIP + 0.5, self.width() - 1, self.height() - TIP - 1), 6, 6)
        corners = [QPointF(self._tip - 8, TIP + 1), QPointF(self._tip, 1), QPointF(self._tip + 8, TIP + 1)]
        painter.drawPolyline(QPolygonF(corners))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(
            QPolygonF([corners[0] + QPointF(0.5, 0.6), corners[1] + QPointF(0, 1), corners[2] + QPointF(-0.5, 0.6)])
        )

    def _buttons(self, problem: Problem) -> QWidget:
        row = QWidget(self)
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight, row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        others = list(problem.fixes)
        if self._inside:
            name = self._inside
            show = PushButton("Open it", "open-in-app", "accent", scale="compact", tip=f"Show the inside of {name}")
            show.clicked.connect(lambda: self.open_wanted.emit(name))
            line.addWidget(show)
        else:
            first = others.pop(0)
            main = PushButton(first.label, "auto-fix", "accent", scale="compact")
            main.clicked.connect(lambda: self._want(first))
            main.fit(ROOM)
            line.addWidget(main)
        if others:
            more = PushButton("Other fixes", variant="ghost", scale="compact")
            menu = QMenu(more)
            for fix in others:
                menu.addAction(fix.label).triggered.connect(lambda _on=False, fix=fix: self._want(fix))
            more.setMenu(menu)
            line.addWidget(more)
            if row.sizeHint().width() > ROOM:
                line.setDirection(QBoxLayout.Direction.TopToBottom)
        line.addStretch(1)
        return row

    def _want(self, fix: Fix) -> None:
        if self._problem is not None and self._problem.node is not None:
            self.fix_wanted.emit(self._problem.node, fix)


def _area(rect: QRect) -> int:
    return max(0, rect.width()) * max(0, rect.height())


def rich(problem: Problem) -> str:
    """The sentence with the node's name, if it begins with it, in bold."""
    name = problem.node or ""
    text = problem.message
    if name and text.startswith(name):
        return f'<span style="font-weight:600">{escape(name)}</span>{escape(text[len(name) :])}'
    return escape(text)
