"""PdfWorksheet: a worksheet on A4 pages, its formulas drawn as the window draws them."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from PySide6.QtCore import QBuffer, QByteArray, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen
from PySide6.QtSvg import QSvgRenderer

from explorer.stepping.reports.latex import Tex, chain, words
from explorer.stepping.reports.worksheet import Item, Worksheet, left_out_words
from ui import theme
from ui.formula import render_formula

DOTS = 96
"""Logical pixels per inch on paper; the writer has ten dots for each."""
FINER = 10
INK, SOFT, LINE = "#1A1F26", "#4B5563", "#B9C1CB"
FORMULA, GAP, BLANK_WIDTH, BLANK_HEIGHT = 15, 10, 150, 30


class PdfWorksheet:
    """Writes one worksheet; ``pages`` draws an item at a time, so that a window stays alive meanwhile."""

    def __init__(self, sheet: Worksheet, key: bool = True) -> None:
        self._sheet, self._key = sheet, key
        self._bytes = QByteArray()
        self._page = 1
        self._y = 0.0
        self._width = self._height = 0.0

    def written(self) -> bytes:
        """The whole document."""
        for _ in self.pages():
            pass
        return self.content

    @property
    def content(self) -> bytes:
        """The PDF, once all pages are drawn."""
        return bytes(self._bytes.data())

    def pages(self) -> Generator[float, None, None]:
        """Draw everything; yields the share that is done."""
        buffer = QBuffer(self._bytes)
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setResolution(DOTS * FINER)
        writer.setTitle(f"{self._sheet.title}: worksheet")
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setPageMargins(QMarginsF(18, 16, 18, 16), QPageLayout.Unit.Millimeter)
        self._width, self._height = writer.width() / FINER, writer.height() / FINER - 24
        painter = QPainter(writer)
        painter.scale(FINER, FINER)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        try:
            yield from self._draw(writer, painter)
        finally:
            painter.end()
            buffer.close()

    def _draw(self, writer: QPdfWriter, painter: QPainter) -> Iterator[float]:
        sheet, items = self._sheet, self._sheet.items
        blank = [item for item in items if item.blank] if self._key else []
        total, done = len(items) + len(blank) + 1, 0
        self._text(writer, painter, f"{sheet.title}: worksheet", 20, 600)
        self._who(painter)
        self._text(writer, painter, sheet.instructions + left_out_words(sheet), 11, 400, SOFT)
        self._picture(writer, painter)
        self._given(writer, painter)
        for title, own in sheet.stages:
            self._heading(writer, painter, title)
            for item in own:
                self._item(writer, painter, item)
                done += 1
                yield done / total
        if blank:
            self._new_page(writer, painter)
            self._text(writer, painter, f"{sheet.title}: key", 20, 600)
        for item in blank:
            self._answer(writer, painter, item)
            done += 1
            yield done / total
        self._number_page(painter)

    def _who(self, painter: QPainter) -> None:
        """Lines for name and date."""
        self._y += 18
        painter.setFont(theme.text_font(11))
        for left, width, label in ((0.0, 0.62, "Name"), (0.66, 0.34, "Date")):
            start, end = left * self._width, (left + width) * self._width
            painter.setPen(QColor(SOFT))
            painter.drawText(QRectF(start, self._y, 60, 16), Qt.AlignmentFlag.AlignLeft, label)
            painter.setPen(QPen(QColor(LINE), 1))
            painter.drawLine(round(start + 40), round(self._y + 15), round(end), round(self._y + 15))
        self._y += 34

    def _picture(self, writer: QPdfWriter, painter: QPainter) -> None:
        if not self._sheet.picture:
            return
        renderer = QSvgRenderer(QByteArray(self._sheet.picture.encode()))
        box = renderer.viewBoxF()
        if not renderer.isValid() or box.isEmpty():
            return
        scale = min(1.0, self._width / box.width(), 300 / box.height())
        width, height = box.width() * scale, box.height() * scale
        self._room(writer, painter, height + GAP)
        _render(renderer, painter, QRectF((self._width - width) / 2, self._y, width, height))
        self._y += height + GAP

    def _given(self, writer: QPdfWriter, painter: QPainter) -> None:
        """The given numbers, as many beside each other as fit."""
        items = self._sheet.items
        if not (self._sheet.given and items):
            return
        self._heading(writer, painter, "Given")
        tex, left, high = Tex(), 0.0, 0.0
        self._room(writer, painter, 30)
        for q, shown in self._sheet.given:
            number = shown.replace("−", "{-}")
            renderer = render_formula(f"{tex.name(items[0].line, q)} = {number}", FORMULA - 2, INK)
            if renderer is None:
                continue
            box = renderer.viewBoxF()
            if left and left + box.width() > self._width:
                self._y, left, high = self._y + high + 6, 0.0, 0.0
                self._room(writer, painter, 30)
            _render(renderer, painter, QRectF(left, self._y, box.width(), box.height()))
            left, high = left + box.width() + 22, max(high, box.height())
        self._y += high + GAP

    def _heading(self, writer: QPdfWriter, painter: QPainter, title: str) -> None:
        self._room(writer, painter, 130)  # never alone at the end of a page
        self._y += 6
        self._text(writer, painter, title, 14, 600)
        painter.setPen(QPen(QColor(LINE), 1))
        painter.drawLine(0, round(self._y), round(self._width), round(self._y))
        self._y += GAP

    def _item(self, writer: QPdfWriter, painter: QPainter, item: Item) -> None:
        """The question, the formula, and a box for the number or the number itself."""
        name, *forms = chain(item.line, Tex())
        tex = f"{name} = {forms[0]} =" if len(forms) > 1 else f"{name} ="
        renderer = render_formula(tex, FORMULA, INK)
        box = renderer.viewBoxF() if renderer is not None else QRectF(0, 0, 0, 18)
        room = self._width - 28 - BLANK_WIDTH
        scale = min(1.0, room / max(1.0, box.width()))
        height = max(BLANK_HEIGHT, box.height() * scale)
        self._room(writer, painter, height + 26)
        self._text(writer, painter, f"({item.number}) {item.asked}", 10, 400, SOFT)
        middle = self._y + height / 2
        if renderer is not None:
            drawn = QRectF(14, middle - box.height() * scale / 2, box.width() * scale, box.height() * scale)
            _render(renderer, painter, drawn)
        right = QRectF(14 + box.width() * scale + 8, middle - BLANK_HEIGHT / 2, BLANK_WIDTH - 14, BLANK_HEIGHT)
        if item.blank:
            painter.setPen(QPen(QColor(SOFT), 1))
            painter.drawRoundedRect(right, 4, 4)
        else:
            painter.setFont(theme.mono_font(13))
            painter.setPen(QColor(INK))
            painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, item.line.value)
        self._y += height + GAP

    def _answer(self, writer: QPdfWriter, painter: QPainter, item: Item) -> None:
        """The whole chain of one number."""
        name, *forms = chain(item.line, Tex())
        renderer = render_formula(" = ".join((name, *forms)), FORMULA - 1, INK)
        if renderer is None:
            text = f"({item.number}) {words(item.line.value)}"
            self._text(writer, painter, text, 12, 400)
            return
        box = renderer.viewBoxF()
        scale = min(1.0, (self._width - 40) / max(1.0, box.width()))
        height = box.height() * scale
        self._room(writer, painter, height + GAP)
        painter.setFont(theme.text_font(10))
        painter.setPen(QColor(SOFT))
        place = QRectF(0, self._y, 34, height)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, f"({item.number})")
        _render(renderer, painter, QRectF(40, self._y, box.width() * scale, height))
        self._y += height + GAP

    def _text(self, writer: QPdfWriter, painter: QPainter, text: str, size: int, weight: int, ink: str = INK) -> None:
        """A paragraph over the whole width."""
        font = theme.text_font(size, weight)
        metrics = QFontMetricsF(font)
        long = any(metrics.horizontalAdvance(word) > self._width for word in text.split())
        flags = Qt.TextFlag.TextWrapAnywhere if long else Qt.TextFlag.TextWordWrap
        box = metrics.boundingRect(QRectF(0, 0, self._width, 4000), int(flags), text)
        self._room(writer, painter, box.height() + 4)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(QRectF(0, self._y, self._width, box.height() + 4), int(flags), text)
        self._y += box.height() + 4

    def _room(self, writer: QPdfWriter, painter: QPainter, height: float) -> None:
        """Begin a page if there is too little room on this one."""
        if self._y > 0 and self._y + height > self._height:
            self._new_page(writer, painter)

    def _new_page(self, writer: QPdfWriter, painter: QPainter) -> None:
        self._number_page(painter)
        writer.newPage()
        self._page, self._y = self._page + 1, 0.0

    def _number_page(self, painter: QPainter) -> None:
        painter.setFont(theme.text_font(9))
        painter.setPen(QColor(SOFT))
        where = QRectF(0, self._height + 8, self._width, 16)
        painter.drawText(where, Qt.AlignmentFlag.AlignRight, f"{self._sheet.title[:60]}, page {self._page}")


def _render(renderer: QSvgRenderer, painter: QPainter, where: QRectF) -> None:
    """Draw without the painter's own pen, which would make letters bold."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    renderer.render(painter, where)
    painter.restore()
