"""FrameItem: draws a titled frame behind the nodes that belong to it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from explorer.network import Frame
from ui import theme

PADDING = 20.0
TITLE = 26.0
"""The height of the band at the top that holds the title, and that a hand takes hold of."""
COLOURS = ("blue", "amber", "teal", "grey", "pink", "olive")
"""What a frame can be tinted with, in the order of the tokens' blocks; "" is no tint."""
_NOTE = 18.0
_INSET = 10.0
_RADIUS = 6.0
_TINT = 56
_LEAST_TITLE = 10.0
"""Pixels of the screen that a title is high at least, as long as the frame has room for it."""


class FrameItem(QGraphicsRectItem):
    """One frame; its rectangle follows from the boxes of its nodes."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.lit = False
        """Whether what is being dragged would come to belong to it."""
        self.setZValue(-1)

    def show_frame(self, frame: Frame) -> None:
        """Draw another title, note or colour."""
        if frame != self.frame:
            self.frame = frame
            self.update()

    def surround(self, nodes: QRectF) -> None:
        """Go round a rectangle that holds the nodes."""
        rect = frame_rect(nodes, bool(self.frame.note))
        if rect != self.rect():
            self.setRect(rect)

    def light(self, lit: bool) -> None:
        """Draw it as one that takes in what is being dragged, or as usual."""
        if lit != self.lit:
            self.lit = lit
            self.update()

    def title_band(self) -> QRectF:
        """The band at the top, in the scene."""
        return QRectF(self.rect().left(), self.rect().top(), self.rect().width(), TITLE)

    @property
    def words(self) -> tuple[str, str]:
        """The title and the note, whole."""
        return self.frame.title, self.frame.note

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = theme.current().tokens
        outline = QPainterPath()
        outline.addRoundedRect(self.rect(), _RADIUS, _RADIUS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(outline, _fill(self.frame.colour))
        pen = QPen(tokens.color("acc" if self.lit else "line2"), 2 if self.lit else 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawPath(outline)
        zoom = painter.worldTransform().m11() or 1.0
        size = min(max(11, round(_LEAST_TITLE / zoom)), 96)
        band = self.title_band().adjusted(_INSET, 0, -_INSET, 0)
        if size > TITLE - 4:  # far out the title is larger than its band, and stands over the nodes' rows
            band.setHeight(size * 1.4)
        self._line(painter, self.frame.title, band, size, 600, "text2")
        if self.frame.note and size <= TITLE - 4:
            self._line(painter, self.frame.note, band.translated(0, _NOTE), 11, 400, "text3")

    def paint_plain(self, painter: QPainter) -> None:
        """Draw it for a picture of the network."""
        self.paint(painter, QStyleOptionGraphicsItem())

    def _line(self, painter: QPainter, text: str, where: QRectF, size: int, weight: int, ink: str) -> None:
        font = theme.text_font(size, weight)
        painter.setFont(font)
        painter.setPen(theme.current().tokens.color(ink))
        line = " ".join(text.split())
        shown = QFontMetricsF(font).elidedText(line, Qt.TextElideMode.ElideRight, where.width())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def frame_rect(nodes: QRectF, with_note: bool) -> QRectF:
    """The rectangle of a frame round a rectangle that holds its nodes."""
    above = PADDING / 2 + TITLE + (_NOTE if with_note else 0.0)
    return nodes.adjusted(-PADDING, -above, PADDING, PADDING)


def tint(colour: str) -> QColor:
    """The colour that a frame's name for it stands for; that of the canvas for none."""
    tokens = theme.current().tokens
    return QColor(tokens.blocks[COLOURS.index(colour)]) if colour in COLOURS else tokens.color("surf")


def _fill(colour: str) -> QColor:
    fill = tint(colour)
    fill.setAlpha(_TINT if colour in COLOURS else 110)
    return fill


def title_place(item: FrameItem) -> QPointF:
    """The upper left corner of the title, in the scene."""
    return item.rect().topLeft() + QPointF(_INSET - 6, 1)
