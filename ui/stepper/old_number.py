"""The old number before the new one, while something is tried out, in a row of the list of quantities."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from explorer.printing import show_plain
from ui import theme


def paint_old(painter: QPainter, room: QRect, old: str, name: str) -> QRect:
    """``0.1432 →`` at the right of ``room``, with three figures if ``name`` does not fit beside; returns the rest."""
    painter.setFont(theme.mono_font(11))
    painter.setPen(theme.current().tokens.color("text3"))
    needed = QFontMetrics(theme.text_font(13)).horizontalAdvance(name)
    fits = room.width() - painter.fontMetrics().horizontalAdvance(f"{old} →") - 8 >= needed
    text = f"{old if fits else shortened(old)} →"
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
    return room.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(text) - 8, 0)


def shortened(number: str) -> str:
    """A number as it is shown, with three figures; what is none stays."""
    try:
        return show_plain(float(number.replace("−", "-")), digits=3)
    except ValueError:
        return number
