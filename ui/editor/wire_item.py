"""WireItem: draws one wire along its way, with the shape that it carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from explorer.network import Position
from ui import theme
from ui.editor.bends import HANDLE
from ui.editor.boxes import MARGIN
from ui.editor.look import WireLook
from ui.editor.metrics import text_width
from ui.editor.routing import Points, label_place, length, rounded

LONG = 260.0
_REACH = 12.0
_TOKENS = {"fine": "wire", "problem": "prob", "waiting": "line2"}


class _Drawn(NamedTuple):
    """A way as it is drawn, where its label lies, whether there is room for that, and whether the way is long."""

    path: QPainterPath
    label: QRectF
    room: bool
    long: bool


class WireItem(QGraphicsRectItem):
    """One wire; its way is set by the scene, which knows what lies between."""

    def __init__(self, look: WireLook) -> None:
        super().__init__()
        self.look = look
        self.selected = False
        self.touched = False
        """Whether one of its nodes is selected."""
        self.hovered = False
        self._points: Points = []
        self._curved = False
        self._bends: tuple[Position, ...] = ()
        self._drawn: _Drawn | None = None

    @property
    def points(self) -> Points:
        """The corners of its way, in the scene."""
        return self._points

    def set_way(self, points: Points, curved: bool = False, bends: Sequence[Position] = ()) -> bool:
        """Go along other corners, or along the points of a curve; ``bends`` are marked with dots.

        Returns whether that is another way.
        """
        if (points, curved) == (self._points, self._curved) and tuple(bends) == self._bends:
            return False
        self._points, self._curved, self._bends, self._drawn = points, curved, tuple(bends), None
        xs, ys = [point.x() for point in points], [point.y() for point in points]
        left, top = min(xs) - MARGIN, min(ys) - MARGIN
        self.setRect(left, top, max(xs) + MARGIN - left, max(ys) + MARGIN - top)
        self.update()
        return True

    def show_look(self, look: WireLook) -> None:
        """Draw another look."""
        if look != self.look:
            self.look, self._drawn = look, None
            self.update()

    def set_marks(
        self, *, selected: bool | None = None, touched: bool | None = None, hovered: bool | None = None
    ) -> None:
        """Draw it selected, at a selected node, or under the pointer; None leaves that as it is."""
        wanted = (
            self.selected if selected is None else selected,
            self.touched if touched is None else touched,
            self.hovered if hovered is None else hovered,
        )
        if wanted != (self.selected, self.touched, self.hovered):
            self.selected, self.touched, self.hovered = wanted
            self.setZValue(0.5 if self.selected or self.hovered else 0)
            self.update()

    def shape(self) -> QPainterPath:
        stroker = QPainterPathStroker()
        stroker.setWidth(_REACH)
        return stroker.createStroke(self._drawing().path)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = theme.current().tokens
        drawn = self._drawing()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.selected or self.hovered or (self.touched and self.look.state == "fine")
        pen = QPen(tokens.color("acc" if lit else _TOKENS[self.look.state]), 3 if self.selected else 2)
        if self.look.state != "fine":
            pen.setDashPattern([2, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(drawn.path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen.color())
        for x, y in self._bends:
            painter.drawEllipse(QPointF(x, y), HANDLE, HANDLE)
        if drawn.room and (drawn.long or self.selected or self.hovered):
            self._paint_label(painter, drawn.label)

    def paint_plain(self, painter: QPainter) -> None:
        """Draw it as when it is not selected, for a picture of the network."""
        marks = self.selected, self.touched, self.hovered
        self.selected = self.touched = self.hovered = False
        self.paint(painter, QStyleOptionGraphicsItem())
        self.selected, self.touched, self.hovered = marks

    def _drawing(self) -> _Drawn:
        """What its way looks like; most wires of a large network are never seen at a size that asks for it."""
        if self._drawn is None:
            points = self._points
            whole, width = length(points), text_width(self.look.label, True, 11) + 14
            middle, room = label_place(points, width)
            if self._curved:
                middle, room = points[len(points) // 2], width <= whole / 3
            label = QRectF(middle.x() - width / 2, middle.y() - 8, width, 16)
            path = QPainterPath() if self._curved else rounded(points)
            if self._curved:
                path.addPolygon(QPolygonF(points))
            self._drawn = _Drawn(path, label, room, whole >= LONG)
        return self._drawn

    def _paint_label(self, painter: QPainter, box: QRectF) -> None:
        tokens = theme.current().tokens
        painter.fillRect(box, tokens.color("canvas"))
        painter.setFont(theme.mono_font(11))
        painter.setPen(tokens.color("acc" if self.selected or self.hovered else "text2"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.look.label)
