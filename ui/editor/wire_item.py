"""WireItem: draws one wire along its way, with the shape that it carries."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ui import theme
from ui.editor.look import WireLook
from ui.editor.metrics import text_width
from ui.editor.routing import Points, label_place, length, longest_level, rounded
from ui.widgets.text import tooltip

LONG = 260.0
_REACH = 12.0
_TOKENS = {"fine": "wire", "problem": "prob", "waiting": "line2"}


class WireItem(QGraphicsItem):
    """One wire; its way is set by the scene, which knows what lies between."""

    def __init__(self, look: WireLook) -> None:
        super().__init__()
        self.look = look
        self.selected = False
        self.touched = False
        """Whether one of its nodes is selected."""
        self.hovered = False
        self._points: Points = []
        self._path = QPainterPath()
        self._shape: QPainterPath | None = None
        self._label_at = QPointF()
        self._long = False
        self._room = 0.0
        self._bounds = QRectF()
        self._explain()

    @property
    def points(self) -> Points:
        """The corners of its way, in the scene."""
        return self._points

    def set_way(self, points: Points) -> None:
        """Go along other corners."""
        if points == self._points:
            return
        self.prepareGeometryChange()
        self._points = points
        self._path, self._shape = rounded(points), None
        self._label_at = label_place(points)
        self._room = longest_level(points)
        self._long = length(points) >= LONG
        self._bounds = (
            self._path.boundingRect().adjusted(-8, -12, 8, 12).united(self._label_box().adjusted(-4, -4, 4, 4))
        )

    def show_look(self, look: WireLook) -> None:
        """Draw another look."""
        if look != self.look:
            self.prepareGeometryChange()
            self.look = look
            self._explain()
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

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        if self._shape is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(_REACH)
            self._shape = stroker.createStroke(self._path)
        return self._shape

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = theme.current().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.selected or self.hovered or (self.touched and self.look.state == "fine")
        pen = QPen(tokens.color("acc" if lit else _TOKENS[self.look.state]), 3 if self.selected else 2)
        if self.look.state != "fine":
            pen.setDashPattern([2, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        if self._long or self.selected or self.hovered:
            self._paint_label(painter)

    def _explain(self) -> None:
        edge = self.look.edge
        self.setToolTip(tooltip(f"{edge.source} → {edge.target}: {self.look.label}"))

    def _paint_label(self, painter: QPainter) -> None:
        tokens = theme.current().tokens
        box = self._label_box()
        if box.width() > self._room:
            return
        painter.fillRect(box, tokens.color("canvas"))
        painter.setFont(theme.mono_font(11))
        painter.setPen(tokens.color("acc" if self.selected or self.hovered else "text2"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.look.label)

    def _label_box(self) -> QRectF:
        width = text_width(self.look.label, True, 11) + 14
        return QRectF(self._label_at.x() - width / 2, self._label_at.y() - 8, width, 16)
