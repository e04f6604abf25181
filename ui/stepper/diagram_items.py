"""What the diagram is drawn from: units, labels on edges and chips, blocks, edges, plain text."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsLineItem,
    QGraphicsSimpleTextItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from explorer.equations import Quantity
from ui import theme

State = Literal["idle", "step", "error"]
QUANTITY = 0
"""The key of an item's data under which the quantity lies that a click leads to."""
GIVEN = 1
"""The key of the given number that it shows, for which another can be tried."""
EDGES, LABELS, UNITS = 0.0, 1.0, 2.0


class UnitItem(QGraphicsItem):
    """A circle with the unit's name and its value."""

    def __init__(self, radius: float, name: str, value: str, state: State, old: str = "") -> None:
        super().__init__()
        self.name, self.value, self.state, self.old = name, value, state, old
        self._radius = radius
        self.setZValue(UNITS)

    def boundingRect(self) -> QRectF:
        reach = self._radius + 2
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = theme.current().tokens
        painter.setBrush(tokens.color("accsoft" if self.state == "step" else "surf"))
        painter.setPen(_outline(self.state))
        painter.drawEllipse(QPointF(0, 0), self._radius, self._radius)
        large = self._radius > 30
        painter.setPen(tokens.color("text2"))
        painter.setFont(theme.mono_font(12 if large else 10, 500))
        row = 18 if large else 14
        where = QRectF(-self._radius, -row, 2 * self._radius, row)
        painter.drawText(where, Qt.AlignmentFlag.AlignCenter, self.name)
        painter.setPen(tokens.color("acc" if self.old else "text"))
        painter.setFont(_fitting(theme.mono_font(13 if large else 11, 500), self.value, 2 * self._radius - 6))
        painter.drawText(where.translated(0, row), Qt.AlignmentFlag.AlignCenter, self.value)
        if self.old and large:
            painter.setPen(tokens.color("text2"))
            painter.setFont(_fitting(theme.mono_font(10), self.old, 1.4 * self._radius))
            painter.drawText(where.translated(0, row + 13), Qt.AlignmentFlag.AlignCenter, self.old)


class LabelItem(QGraphicsItem):
    """A name and a value in a small frame: on an edge, a bias, or an error above a unit."""

    def __init__(
        self, name: str, value: str, state: State = "idle", framed: bool = False, background: str = "canvas"
    ) -> None:
        super().__init__()
        self.name, self.value, self.state = name, value, state
        self._framed, self._background = framed or state == "step", background
        self._font = theme.mono_font(11, 500 if state == "step" else 400)
        metrics = QFontMetricsF(self._font)
        self._name_width = metrics.horizontalAdvance(name)
        gap = 11 if value else 0
        self._width = self._name_width + gap + metrics.horizontalAdvance(value) + 12
        self.setZValue(LABELS)

    def boundingRect(self) -> QRectF:
        return QRectF(-self._width / 2 - 1, -11, self._width + 2, 22)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = theme.current().tokens
        box = QRectF(-self._width / 2, -10, self._width, 20)
        accent = self.state != "idle"
        if self.state == "step":
            painter.setPen(QPen(tokens.color("acc"), 1))
            painter.setBrush(tokens.color("accsoft"))
        else:
            line = tokens.color("accline" if accent else "line")
            painter.setPen(QPen(line, 1) if self._framed else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color(self._background))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(self._font)
        painter.setPen(tokens.color("acc" if accent else "text2"))
        inner = box.adjusted(6, 0, -6, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.name)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.value)


class BlockItem(QGraphicsItem):
    """A layer as a box: its name, what it is, and a line of numbers."""

    def __init__(
        self, width: float, title: str, caption: str, detail: str = "", state: State = "idle", height: float = 60
    ) -> None:
        super().__init__()
        self.title, self.caption, self.detail, self.state = title, caption, detail, state
        self._box = QRectF(-width / 2, -height / 2, width, height)
        self.setZValue(UNITS)

    def boundingRect(self) -> QRectF:
        return self._box.adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = theme.current().tokens
        painter.setBrush(tokens.color("accsoft" if self.state == "step" else "surf"))
        painter.setPen(_outline(self.state))
        painter.drawRoundedRect(self._box, 6, 6)
        lines = [(self.title, theme.text_font(12, 600), "text"), (self.caption, theme.text_font(11), "text3")]
        if self.detail:
            lines.append((self.detail, theme.mono_font(11), "text2"))
        inner = self._box.adjusted(8, 0, -8, 0)
        top = inner.center().y() - 8 * len(lines)
        for text, font, token in lines:
            painter.setFont(font)
            painter.setPen(tokens.color(token))
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(QRectF(inner.x(), top, inner.width(), 16), Qt.AlignmentFlag.AlignCenter, shown)
            top += 16


class EdgeItem(QGraphicsLineItem):
    """A connection: thin, thick and solid for the step, dashed for an error on its way back."""

    def __init__(self, start: QPointF, end: QPointF, state: State) -> None:
        super().__init__(start.x(), start.y(), end.x(), end.y())
        self.state = state
        tokens = theme.current().tokens
        pen = QPen(tokens.color("line2"), 1.5)
        if state == "step":
            pen = QPen(tokens.color("acc"), 3)
        elif state == "error":
            pen = QPen(tokens.color("acc"), 2.5)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([2.4, 1.6])
        self.setPen(pen)
        self.setZValue(EDGES + (0.5 if state != "idle" else 0))


def text_item(text: str, centre: QPointF, token: str = "text2", weight: int = 400, size: int = 11) -> QGraphicsItem:
    """Plain text, centred at a point."""
    item = QGraphicsSimpleTextItem(text)
    item.setFont(theme.text_font(size, weight))
    item.setBrush(QColor(getattr(theme.current().tokens, token)))
    box = item.boundingRect()
    item.setPos(centre.x() - box.width() / 2, centre.y() - box.height() / 2)
    item.setZValue(LABELS)
    return item


def leading_to(item: QGraphicsItem, quantity: Quantity, tip: str) -> QGraphicsItem:
    """The item with a tooltip, and the quantity that a click on it leads to."""
    item.setData(QUANTITY, quantity)
    item.setToolTip(tip)
    return item


def _outline(state: State) -> QPen:
    tokens = theme.current().tokens
    if state == "idle":
        return QPen(tokens.color("line2"), 1.5)
    return QPen(tokens.color("acc"), 2 if state == "step" else 1.5)


def _fitting(font: QFont, text: str, width: float) -> QFont:
    """The font, smaller if the text is too wide."""
    needed = QFontMetricsF(font).horizontalAdvance(text)
    if needed > width:
        font.setPixelSize(max(7, int(font.pixelSize() * width / needed)))
    return font
