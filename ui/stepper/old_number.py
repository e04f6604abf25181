"""The old number before the new one, while something is tried out, in a row of the list of quantities."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from explorer.printing import show_plain
from ui import theme


def paint_old(painter: QPainter, room: QRect, old: str, name: str) -> QRect:
    """``0.1432 →`` at the right of ``room``, shorter if ``name`` does not fit beside; returns the rest.

    With three figures, or where that is too much the arrow alone: the row's tooltip has the number.
    """
    painter.setFont(theme.mono_font(11))
    painter.setPen(theme.current().tokens.color("text3"))
    needed = QFontMetrics(theme.text_font(13)).horizontalAdvance(name)
    for text in (f"{old} →", f"{shortened(old)} →", "→"):
        left = room.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(text) - 8, 0)
        if left.width() >= needed:
            break
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
    return left


def shortened(number: str) -> str:
    """A number as it is shown, with three figures; what is none stays."""
    try:
        return show_plain(float(number.replace("−", "-")), digits=3)
    except ValueError:
        return number
