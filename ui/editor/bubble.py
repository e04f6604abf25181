"""The bubble below a node with a problem: the sentence, and the buttons that mend it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from explorer.kind import Fix
from explorer.resolve import Problem
from ui import theme
from ui.widgets.buttons import PushButton

WIDTH, SIDE = 240, 12
ROOM = WIDTH - 2 * SIDE
TIP = 8


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
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.RichText)
        self.sentence.setWordWrap(True)
        self.sentence.setFont(theme.text_font(13))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SIDE, 10 + TIP, SIDE, 12)
        self._column.setSpacing(8)
        self._column.addWidget(self.sentence)
        self._row: QWidget | None = None
        self.setFixedWidth(WIDTH)
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

    def point_at(self, tip: QPointF) -> None:
        """Lie below a point of the parent, pushed aside where the parent ends."""
        parent = self._canvas
        self.setFixedHeight(self._column.heightForWidth(WIDTH))
        left = max(8.0, min(tip.x() - WIDTH * 0.25, parent.width() - WIDTH - 8.0))
        self._tip = max(16.0, min(tip.x() - left, WIDTH - 16.0))
        self.move(round(left), round(tip.y()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
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


def rich(problem: Problem) -> str:
    """The sentence with the node's name, if it begins with it, in bold."""
    name = problem.node or ""
    text = problem.message
    if name and text.startswith(name):
        return f'<span style="font-weight:600">{escape(name)}</span>{escape(text[len(name) :])}'
    return escape(text)
