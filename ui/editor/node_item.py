"""NodeItem: draws one node from its look; it knows nothing of kinds, and changes nothing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from ui import theme
from ui.editor import metrics
from ui.editor.blocks import block_colours, block_style
from ui.editor.look import NodeLook
from ui.editor.pictures import Pictures
from ui.editor.thumbnail import paint_thumbnail

Size = tuple[float, float]

RADIUS = 6
_BADGE = 10.0
_MUTED = 0.5
"""How much of a muted node is seen."""
_MARGIN = 12.0
_REACH = 11.0
_SHEET = 3.0
"""How far each sheet of a stack stands out below the one over it."""
_CLEAR_TEXT_ZOOM = 0.55
_LEAST_NAME = 9.5
"""Pixels of the screen that a name is high at least; it grows in the node as the node shrinks."""


class NodeItem(QGraphicsRectItem):
    """One node on the canvas; its position is the upper left corner of its box.

    Qt asks every item for its bounding rectangle, often: a rectangle's item answers without calling Python.
    """

    def __init__(self, look: NodeLook, size: Size, pictures: Pictures, down: bool = False) -> None:
        super().__init__()
        self._pictures = pictures
        self.look = look
        self.selected = False
        self.hot_port: int | None = None
        """The port that is lit: -1 is the output, None is no port."""
        self.hot_fine = True
        self._offered: frozenset[int] = frozenset()
        self._down = down
        self.left = self.top = 0.0
        """The position, kept: to ask Qt for it takes longer."""
        self._resize(size)
        self.setZValue(1)

    @property
    def size(self) -> Size:
        """Width and height of the box."""
        return self._width, self._height

    def place(self, left: float, top: float) -> None:
        """Lie there in the scene."""
        self.left, self.top = left, top
        self.setPos(left, top)

    def box(self) -> QRectF:
        """The box in the scene."""
        return QRectF(self.left, self.top, self._width, self._height)

    def input_place(self, port: int) -> QPointF:
        """The middle of an input port in the scene."""
        return QPointF(self.left, self.top) + self._port_offset(port)

    def output_place(self) -> QPointF:
        """The middle of the output port in the scene."""
        return QPointF(self.left, self.top) + self._output_offset()

    def port_at(self, where: QPointF) -> int | None:
        """The port near a point of the scene: -1 is the output, None is no port."""
        places = [(-1, self.output_place())] + [(port, self.input_place(port)) for port in range(self.look.ports)]
        port, place = min(places, key=lambda pair: (pair[1] - where).manhattanLength())
        return port if (place - where).manhattanLength() <= _REACH else None

    def header_contains(self, where: QPointF) -> bool:
        """Whether a point of the scene is on the header."""
        return QRectF(self.pos(), self.pos() + QPointF(self._width, metrics.HEADER)).contains(where)

    def show_look(self, look: NodeLook, size: Size) -> bool:
        """Draw another look; returns whether the size changed."""
        resized = size != self.size
        if resized:
            self._resize(size)
        self.look = look
        self.redraw()
        return resized

    def redraw(self) -> None:
        """Draw it anew: it looks different."""
        self._pictures.forget(self)
        self.update()

    def set_down(self, down: bool) -> None:
        """Have the ports on top and at the bottom, as where the network runs down, or at the sides."""
        if down != self._down:
            self._down = down
            self.redraw()

    def set_selected(self, selected: bool) -> None:
        """Draw it selected, or not."""
        if selected != self.selected:
            self.selected = selected
            self.setZValue(2 if selected else 1)
            self.redraw()

    def light_port(self, port: int | None, fine: bool = True) -> None:
        """Light one port (-1: the output), as one that a wire may end at, or as one that refuses it."""
        if (port, fine) != (self.hot_port, self.hot_fine):
            self.hot_port, self.hot_fine = port, fine
            self.redraw()

    def offer(self, ports: frozenset[int]) -> None:
        """Mark the ports that the wire being drawn may end at."""
        if ports != self._offered:
            self._offered = ports
            self.redraw()

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(QRectF(-_REACH, 0, self._width + 2 * _REACH, self._height))
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self._pictures.draw(painter, self, self.rect(), self._paint, self._paint_block)

    def paint_plain(self, painter: QPainter) -> None:
        """Draw it anew and as when it is not selected, for a picture of the network."""
        selected, self.selected = self.selected, False
        self._paint(painter, 1.0)
        self.selected = selected

    def _resize(self, size: Size) -> None:
        self._width, self._height = size
        self.setRect(-_MARGIN, -_MARGIN, self._width + 2 * _MARGIN, self._height + 2 * _MARGIN)

    def _paint(self, painter: QPainter, zoom: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(_MUTED if self.look.muted else 1.0)
        if self.look.stack:
            self._paint_sheets(painter)
        self._paint_box(painter)
        self._paint_name(painter, zoom)
        if zoom >= _CLEAR_TEXT_ZOOM:
            self._paint_text(painter)
        self._paint_picture(painter)
        painter.setOpacity(1.0)
        if self.look.muted and self.look.ports:
            self._paint_bypass(painter)
        self._paint_ports(painter)
        if self.look.state == "problem":
            self._paint_badge(painter)

    def _port_offset(self, port: int) -> QPointF:
        return QPointF(*metrics.port_offset(port, self.look.ports, self._width, self._down))

    def _output_offset(self) -> QPointF:
        return QPointF(*metrics.output_offset(self.size, self._down))

    def _paint_bypass(self, painter: QPainter) -> None:
        """A dashed wire from the first input to the output: what comes in goes on."""
        pen = QPen(theme.current().tokens.color("wire"), 2)
        pen.setDashPattern([2, 2])
        painter.setPen(pen)
        painter.drawLine(self._port_offset(0), self._output_offset())

    def _paint_block(self, painter: QPainter) -> None:
        painter.fillRect(
            QRectF(0, 0, self._width, self._height), block_colours(block_style(self.look), self.selected)[0]
        )

    def _paint_box(self, painter: QPainter) -> None:
        tokens = theme.current().tokens
        state, waiting = self.look.state, self.look.state == "waiting"
        frame = QRectF(0, 0, self._width, self._height)
        if self.selected:
            painter.setPen(QPen(tokens.color("accsoft"), 6))
            painter.drawRoundedRect(frame, RADIUS + 1, RADIUS + 1)
        outline = QPainterPath()
        outline.addRoundedRect(frame, RADIUS, RADIUS)
        painter.fillPath(outline, tokens.color("surf"))
        painter.save()
        painter.setClipRect(QRectF(0, 0, self._width, metrics.HEADER))
        painter.fillPath(outline, tokens.color("accsoft" if self.selected else "surf2"))
        painter.restore()
        painter.setPen(QPen(tokens.color("line"), 1))
        painter.drawLine(QPointF(1, metrics.HEADER + 0.5), QPointF(self._width - 1, metrics.HEADER + 0.5))
        token, width = ("prob", 2.0) if state == "problem" else ("acc", 2.0) if self.selected else ("line2", 1.0)
        pen = QPen(tokens.color(token), width)
        if waiting:
            pen.setDashPattern([3, 3] if width == 1 else [2, 2])
        inset = width / 2
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame.adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)

    def _paint_sheets(self, painter: QPainter) -> None:
        """The edges of two sheets below the box: there is more inside."""
        tokens = theme.current().tokens
        token = "acc" if self.selected else "prob" if self.look.state == "problem" else "line2"
        painter.setPen(QPen(tokens.color(token), 1))
        painter.setBrush(tokens.color("surf2"))
        for step in (2 * _SHEET, _SHEET):
            sheet = QRectF(0.5, 0.5, self._width - 1, self._height - 1)
            painter.drawRoundedRect(sheet.translated(step, step), RADIUS, RADIUS)

    def _paint_name(self, painter: QPainter, zoom: float) -> None:
        waiting = self.look.state == "waiting"
        size, left = max(13, round(_LEAST_NAME / zoom)), metrics.INSET - 2
        if zoom >= _CLEAR_TEXT_ZOOM:
            ink = "acc" if self.selected else "text3" if waiting else "text2"
            picture = theme.pixmap(self.look.icon, ink, 16, _ratio(painter))
            painter.drawPixmap(QPointF(metrics.INSET, (metrics.HEADER - 16) / 2), picture)
            left = metrics.NAME_LEFT
        ink, room = "text3" if waiting else "text", self._width - left - 8
        cut = Qt.TextElideMode.ElideRight if size == 13 else Qt.TextElideMode.ElideMiddle
        self._line(painter, self.look.id, theme.text_font(size, 600), ink, left, 0, metrics.HEADER, room, cut)

    def _paint_text(self, painter: QPainter) -> None:
        look = self.look
        ink = "text3" if look.state == "waiting" else "text2"
        top = float(metrics.TEXT_TOP)
        room = self._width - 2 * metrics.INSET + 4
        shape_ink = "prob" if look.state == "problem" and "?" in look.shape else ink
        self._line(painter, metrics.node_shape_text(look), theme.mono_font(12), shape_ink, metrics.INSET, top, 18, room)
        for port, name in enumerate(() if self._down else look.port_names):
            middle = self._port_offset(port).y()
            self._line(painter, name, theme.text_font(11), ink, metrics.INSET, middle - 9, 18, room)
        top = metrics.caption_top(look)
        for text in filter(None, (look.caption, look.count)):
            self._line(painter, text, theme.text_font(11), "text3", metrics.INSET, top, 18, room)
            top += metrics.LINE

    def _line(
        self, painter: QPainter, text: str, font: QFont, ink: str, left: float, top: float, height: float, room: float,
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:  # fmt: skip
        painter.setFont(font)
        painter.setPen(theme.current().tokens.color(ink))
        shown = QFontMetricsF(font).elidedText(text, cut, room + 1)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip
        painter.drawText(QRectF(left, top, room + 4, height), flags, shown)

    def _paint_picture(self, painter: QPainter) -> None:
        width, height = metrics.thumbnail_size(self.look)
        if width:
            top = metrics.text_bottom(self.look) + (4 if self.look.curve else 6)
            paint_thumbnail(painter, self.look, QRectF((self._width - width) / 2, top, width, height))

    def _paint_ports(self, painter: QPainter) -> None:
        tokens = theme.current().tokens
        usual = tokens.color("acc" if self.selected else "wire")
        broken = tokens.color("prob") if self.look.state == "problem" else usual
        for port in range(self.look.ports):
            self._port(painter, self._port_offset(port), port, broken)
        self._port(painter, self._output_offset(), -1, usual)

    def _port(self, painter: QPainter, place: QPointF, port: int, colour: QColor) -> None:
        tokens = theme.current().tokens
        lit = self.hot_port == port
        radius = metrics.PORT_RADIUS + (2 if lit else 0)
        if port in self._offered:
            colour = tokens.color("acc")
        if lit:
            colour = tokens.color("acc" if self.hot_fine else "prob")
        painter.setPen(QPen(colour, 2))
        painter.setBrush(tokens.color("accsoft") if lit and self.hot_fine else tokens.color("surf"))
        painter.drawEllipse(place, radius, radius)

    def _paint_badge(self, painter: QPainter) -> None:
        tokens = theme.current().tokens
        fill = tokens.color("prob")
        middle = QPointF(self._width - 1, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawEllipse(middle, _BADGE, _BADGE)
        painter.setPen(theme.ink_on(fill))
        painter.setFont(theme.text_font(13, 600))
        painter.drawText(QRectF(middle.x() - 10, middle.y() - 10, 20, 20), Qt.AlignmentFlag.AlignCenter, "!")


def _ratio(painter: QPainter) -> float:
    """Pixels of the screen per pixel of the scene, for icons that stay sharp when zoomed in."""
    device = painter.device()
    base = device.devicePixelRatio() if device else 1.0
    return float(min(3.0, max(1.0, base * painter.worldTransform().m11())))
