"""Plot: lines over two axes in the look of the program, with a read-out that follows the mouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsPolygonItem, QWidget

from ui import theme
from ui.watch.scales import tick_text

_SLACK = 0.015
Numbers = NDArray[np.float64]


class Row(NamedTuple):
    """A line of a read-out: label, value, token of the label's colour, and the y where a dot marks it, if any."""

    label: str
    value: str
    token: str
    y: float | None = None


class Plot(pg.PlotWidget):
    """Axes without frames, lines across at the y ticks, tokens as colours; it zooms and pans by code only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, enableMenu=False)
        self._styled: list[tuple[Any, Callable[[Any], None]]] = []
        still(self)
        self.setAntialiasing(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumSize(80, 60)
        self.getViewBox().setDefaultPadding(0.0)
        self.getPlotItem().setContentsMargins(0, 8, 14, 0)
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setStyle(tickLength=0, tickTextOffset=8, hideOverlappingLabels=False)
            axis.enableAutoSIPrefix(False)
        # pyqtgraph's own grid would be drawn over the curves, and hide the labels at the ends.
        self._lines_across = pg.PlotCurveItem(connect="pairs")
        self._lines_across.setZValue(-100)
        self.addItem(self._lines_across, ignoreBounds=True)
        self.read_out = ReadOut(self)
        self._tell: Callable[[float], tuple[float, str, Sequence[Row]] | None] | None = None
        self._cursor = pg.InfiniteLine(angle=90)
        self._cursor.hide()
        self.addItem(self._cursor, ignoreBounds=True)
        self._marks = pg.ScatterPlotItem(size=9)
        self._marks.setZValue(10)
        self.addItem(self._marks, ignoreBounds=True)
        self.scene().sigMouseMoved.connect(self._moved)
        self.restyle()

    def styled(self, item: Any, style: Callable[[Any], None]) -> Any:
        """Add an item whose colours ``style`` sets, now and on every new theme."""
        self.addItem(item)
        self._styled.append((item, style))
        style(item)
        return item

    def line(self, token: str, width: float = 2.0, alpha: float = 1.0) -> Any:
        """A line in the colour of a token."""
        curve = pg.PlotCurveItem(antialias=True, connect="finite", skipFiniteCheck=False)
        return self.styled(curve, lambda item: item.setPen(pg.mkPen(faded(token, alpha), width=width)))

    def curve(self, token: str) -> Curve:
        """A line through points in the colour of a token; a single point is a dot."""
        return Curve(self.line(token), self.dots(token))

    def dots(self, token: str, size: int = 7, alpha: float = 1.0) -> Any:
        """Points in the colour of a token."""
        item = pg.ScatterPlotItem(size=size, pen=None)
        return self.styled(item, lambda dots: dots.setBrush(pg.mkBrush(faded(token, alpha))))

    def band(self, token: str, alpha: float) -> Band:
        """An area between two curves, filled faintly in the colour of a token."""
        band = Band()
        band.setPen(QPen(Qt.PenStyle.NoPen))
        band.setZValue(-10)
        self.addItem(band, ignoreBounds=True)
        self._styled.append((band, lambda item: item.setBrush(faded(token, alpha))))
        band.setBrush(faded(token, alpha))
        return band

    def axes(self, x: Sequence[float], y: Sequence[float], fit_x: tuple[float, float] | None = None) -> None:
        """Show from the first to the last tick of each axis; ``fit_x`` shows another part of the x axis."""
        left, right = fit_x or (x[0], x[-1])
        view = self.getViewBox()
        # A little more than asked for, so that lines and points at the ends are whole.
        wide, high = _SLACK * (right - left), _SLACK * (y[-1] - y[0])
        view.setRange(xRange=(left, right + wide), yRange=(y[0] - high, y[-1] + high), padding=0, disableAutoRange=True)
        slack = 1e-9 * (right - left)
        inside = [tick for tick in x if left - slack <= tick <= right + slack]
        for name, ticks, step in (("bottom", inside, x), ("left", y, y)):
            self.getAxis(name).setTicks([[(tick, tick_text(tick, step[1] - step[0])) for tick in ticks], []])
        self._lines_across.setData(np.tile([left, right], len(y)), np.repeat(y, 2))

    def tell(self, tell: Callable[[float], tuple[float, str, Sequence[Row]] | None]) -> None:
        """While the mouse is over the plot, ask ``tell`` for (x, heading, rows) of what lies nearest to an x."""
        self._tell = tell

    def restyle(self) -> None:
        """Take over the colours of the theme."""
        tokens = theme.current().tokens
        self.setBackground(tokens.color("surf"))
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            # A tick of no length would still be drawn, as a dot.
            axis.setTickPen(pg.mkPen(tokens.color("surf")))
            axis.setTextPen(tokens.color("text3"))
            axis.setTickFont(theme.mono_font(11))
        self._lines_across.setPen(pg.mkPen(tokens.color("grid"), width=1))
        self._cursor.setPen(pg.mkPen(tokens.color("text2"), width=1, style=Qt.PenStyle.DashLine))
        for item, style in self._styled:
            style(item)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._cursor.hide()
        self._marks.clear()
        self.read_out.hide()

    def _moved(self, where: QPointF) -> None:
        view = self.getViewBox()
        told = None
        if self._tell is not None and view.sceneBoundingRect().contains(where):
            told = self._tell(view.mapSceneToView(where).x())
        self._cursor.setVisible(told is not None)
        self._mark(*(told[0], told[2]) if told is not None else (0.0, ()))
        if told is None:
            self.read_out.hide()
            return
        self._cursor.setValue(told[0])
        self.read_out.tell(told[1], told[2], self.mapFromScene(view.mapViewToScene(QPointF(told[0], 0))).x(), where.y())

    def _mark(self, x: float, rows: Sequence[Row]) -> None:
        """Dots where the lines are at ``x``."""
        placed = [row for row in rows if row.y is not None]
        brushes = [pg.mkBrush(faded(row.token, 1.0)) for row in placed]
        ring = pg.mkPen(theme.current().tokens.color("surf"), width=1.5)
        self._marks.setData(x=[x] * len(placed), y=[row.y for row in placed], brush=brushes, pen=ring)


class Curve(NamedTuple):
    """A line, and the dot that stands for it while it has one point."""

    line: Any
    dot: Any

    def show_points(self, x: Numbers, y: Numbers) -> None:
        """Show the points (x, y), (n,) each."""
        self.line.setData(x, y)
        self.dot.setData(*((x, y) if len(x) == 1 else ([], [])))


class Band(QGraphicsPolygonItem):
    """The area between two curves over the same places."""

    def set_edges(self, x: Numbers, low: Numbers, high: Numbers) -> None:
        """Fill between ``low`` and ``high`` at the places ``x``, (n,) each."""
        there, back = zip(x, high, strict=True), zip(x[::-1], low[::-1], strict=True)
        self.setPolygon(QPolygonF([QPointF(*place) for place in (*there, *back)]))


class ReadOut(QWidget):
    """A small box beside the mouse: a heading and rows of label and number."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._heading, self._rows = "", list[Row]()
        self.hide()

    @property
    def text(self) -> str:
        """What it says, line by line."""
        return "\n".join([self._heading, *(f"{label} {value}" for label, value, *_ in self._rows)])

    def tell(self, heading: str, rows: Sequence[Row], x: float, y: float) -> None:
        """Show beside the place (x, y) of the parent, inside it."""
        self._heading, self._rows = heading, list(rows)
        self.ensurePolished()
        labels = [self._advance(label, False) for label, *_ in rows] + [0]
        values = [self._advance(value, True) for _, value, *_ in rows] + [0]
        width = max(self._advance(heading, False), max(labels) + 16 + max(values)) + 16
        room = self._parent.size()
        self.resize(width, 12 + 16 * (len(rows) + 1))
        left = x - width - 8 if x - width - 8 >= 0 else x + 8
        self.move(int(min(left, room.width() - width)), int(max(0, min(y - 20, room.height() - self.height()))))
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(tokens.color("surf2"))
        painter.setPen(QPen(tokens.color("line2"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        row = QRectF(8, 6, self.width() - 16, 16)
        _write(painter, row, self._heading, tokens.color("text2"))
        for label, value, token, _ in self._rows:
            row.translate(0, 16)
            _write(painter, row, label, tokens.color(token))
            painter.setFont(theme.mono_font(11))
            painter.setPen(tokens.color("text"))
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, value)

    def _advance(self, text: str, mono: bool) -> int:
        font = theme.mono_font(11) if mono else theme.text_font(11)
        return pg.QtGui.QFontMetrics(font).horizontalAdvance(text) + 1


def still(plot: pg.PlotWidget) -> None:
    """Take from a plot what pyqtgraph adds for the mouse; its menus, windows of their own, end with the plot."""
    plot.hideButtons()
    plot.setMouseEnabled(x=False, y=False)
    plot.destroyed.connect(plot.getPlotItem().ctrlMenu.deleteLater)


def faded(token: str, alpha: float) -> QColor:
    """A token's colour, more or less transparent."""
    colour = theme.current().tokens.color(token)
    colour.setAlphaF(alpha)
    return colour


def _write(painter: QPainter, where: QRectF, text: str, colour: QColor) -> None:
    painter.setFont(theme.text_font(11))
    painter.setPen(colour)
    painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
