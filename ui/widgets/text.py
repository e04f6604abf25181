"""Pieces of text: labels by role, labels that shorten themselves, chips and count badges."""

from __future__ import annotations

from html import escape
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui import theme

Role = Literal["text", "secondary", "caption", "heading", "title", "accent", "problem", "warning"]
Variant = Literal["neutral", "accent", "warn", "problem"]

_SIZES: dict[str, tuple[int, int]] = {"caption": (11, 400), "heading": (13, 600), "title": (16, 600)}
_CHIPS: dict[str, tuple[str, str, str]] = {  # fill, border, text
    "neutral": ("surf2", "line", "text2"),
    "accent": ("accsoft", "accline", "acc"),
    "warn": ("warnsoft", "warnline", "warn"),
    "problem": ("probsoft", "probline", "prob"),
}


def tooltip(text: str, shortcut: str = "") -> str:
    """A tooltip that Qt wraps, with the shortcut (as QKeySequence reads it) behind the text."""
    keys = f"&nbsp; <b>{escape(native_keys(shortcut))}</b>" if shortcut else ""
    return f"<p>{escape(text)}{keys}</p>"


def native_keys(shortcut: str) -> str:
    """A shortcut as this system writes it, such as ``Ctrl+K`` or ``⌘K``."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def role_font(role: Role) -> QFont:
    """The font of a role: 11 for captions, 13 semibold for headings, 16 semibold for titles, 13 for all else."""
    return theme.text_font(*_SIZES.get(role, (13, 400)))


class TextLabel(QLabel):
    """Plain text in one of the type sizes and colours of the look."""

    def __init__(self, text: str = "", role: Role = "text", wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setFont(role_font(role))
        self.setWordWrap(wrap)


class ElidedLabel(TextLabel):
    """A label that shortens its text to the room it has, and then tells the whole text on hover."""

    def __init__(
        self,
        text: str = "",
        role: Role = "text",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        # Set before Qt's constructor: setting the font there already asks for a new fit.
        self._mode, self._whole = mode, ""
        super().__init__("", role, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def whole_text(self) -> str:
        """The text before shortening."""
        return self._whole

    def setText(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._shorten()

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._whole) + 1
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        few = self._whole if len(self._whole) <= 3 else self._whole[:2] + "…"
        return QSize(self.fontMetrics().horizontalAdvance(few), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._shorten()

    def _shorten(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, self._mode, self.contentsRect().width())
        QLabel.setText(self, shown)
        self.setToolTip("" if shown == self._whole else tooltip(self._whole))


class Chip(QWidget):
    """A short label in a rounded frame: a shape, a caution, a state; an icon may stand before it."""

    def __init__(
        self,
        text: str,
        variant: Variant = "neutral",
        mono: bool = False,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text, self._variant, self._icon = text, variant, icon
        self.setFont(theme.mono_font(12) if mono else theme.text_font(11))
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def set_text(self, text: str, variant: Variant | None = None) -> None:
        """Say something else, perhaps in another colour."""
        self._text, self._variant = text, variant or self._variant
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        icon = 20 if self._icon else 0
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + icon + 14, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        fill, border, ink = (theme.current().tokens.color(token) for token in _CHIPS[self._variant])
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(fill)
            painter.setPen(QPen(border, 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            left = 7
            if self._icon:
                picture = theme.pixmap(self._icon, _CHIPS[self._variant][2], 14, self.devicePixelRatioF())
                painter.drawPixmap(left, (self.height() - 14) // 2, picture)
                left += 20
            painter.setPen(ink)
            where = self.rect().adjusted(left, 0, -7, 0)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._text)


def badge_width(count: int) -> int:
    """The width of a badge with this number, in pixels; its height is 18."""
    return max(18, QFontMetrics(theme.text_font(11, 500)).horizontalAdvance(f"{count:,}") + 10)


def paint_badge(painter: QPainter, where: QRectF, count: int, problem: bool) -> None:
    """Draw a count badge into ``where``."""
    tokens = theme.current().tokens
    fill = tokens.color("prob" if problem else "surf2")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(where, where.height() / 2, where.height() / 2)
    painter.setPen(theme.ink_on(fill) if problem else tokens.color("text2"))
    painter.setFont(theme.text_font(11, 500))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, f"{count:,}")
