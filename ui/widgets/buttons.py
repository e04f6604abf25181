"""Buttons: with text (accent, plain, ghost; three heights), and with an icon alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QWidget,
)

from ui import theme
from ui.widgets.text import badge_width, native_keys, paint_badge, tooltip

ButtonVariant = Literal["plain", "accent", "ghost"]
Scale = Literal["normal", "compact", "small"]

_HEIGHTS = {"normal": 32, "compact": 28, "small": 24}
_GAP = 8


@dataclass(frozen=True)
class _Piece:
    """One thing in a row inside the button: what it is and how wide, in pixels."""

    what: Literal["icon", "text", "keys", "badge", "menu"]
    width: int


class PushButton(QPushButton):
    """A button with an icon, text, the keys that do the same, and a count, as far as given.

    ``keys`` is shown on the button and in the tooltip; the action behind it binds them. ``chip`` frames the keys.
    """

    def __init__(
        self,
        text: str,
        icon: str = "",
        variant: ButtonVariant = "plain",
        scale: Scale = "normal",
        keys: str = "",
        chip: bool = False,
        tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon, self._variant, self._keys, self._chip = icon, variant, native_keys(keys).replace("+", " "), chip
        self._tip = tip or text
        self._badge: tuple[int, bool] | None = None
        self._height = _HEIGHTS[scale]
        self._small = scale == "small"
        self.setProperty("variant", variant)
        self.setProperty("scale", scale)
        self.setFont(theme.text_font(11 if self._small else 13, 500))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(tooltip(tip or text, keys))

    def setMenu(self, menu: QMenu) -> None:
        """Open a menu when pressed; the keys of what is in it go on belonging to where they did."""
        super().setMenu(menu)
        # Qt would take a key of the canvas, such as Tab, as meant for the canvas while this button has the keyboard.
        self.removeAction(menu.menuAction())

    def set_icon(self, name: str) -> None:
        """Show another icon of the set; an empty name shows none."""
        if name != self._icon:
            self._icon = name
            self._refresh()

    def set_keys(self, keys: str, shown: bool = True) -> None:
        """Tell of other keys in the tooltip, and on the button too if they are ``shown``."""
        self._keys = native_keys(keys).replace("+", " ") if shown else ""
        self.setToolTip(tooltip(self._tip, keys))
        self._refresh()

    def tell_keys(self, keys: str) -> None:
        """Tell of other keys in the tooltip alone."""
        self.set_keys(keys, shown=False)

    def set_badge(self, count: int | None, problem: bool = False) -> None:
        """Show a count behind the text; None shows none."""
        badge = None if count is None else (count, problem)
        self.setAccessibleName(self.text() if count is None else f"{self.text()}, {count}")
        if badge != self._badge:
            self._badge = badge
            self._refresh()

    def fit(self, width: int) -> None:
        """Shorten the text to a button no wider than this; the tooltip and screen readers have the whole."""
        missing, text = self.sizeHint().width() - width, self.text()
        if missing > 0:
            room = self.fontMetrics().horizontalAdvance(text) - missing
            self.setAccessibleName(text)
            self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))

    def set_variant(self, variant: ButtonVariant) -> None:
        """Become the main button, or an ordinary one."""
        if variant == self._variant:
            return
        self._variant = variant
        self.setProperty("variant", variant)
        self.style().unpolish(self)
        self.style().polish(self)
        self._refresh()

    def sizeHint(self) -> QSize:
        pieces = self._pieces()
        inner = sum(piece.width for piece in pieces) + self._gap() * max(0, len(pieces) - 1)
        return QSize(inner + 2 * (8 if self._small else 11), self._height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            option = QStyleOptionButton()
            self.initStyleOption(option)
            option.text = ""
            self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
            pieces = self._pieces()
            gap = self._gap()
            left = (self.width() - sum(piece.width for piece in pieces) - gap * max(0, len(pieces) - 1)) // 2
            for piece in pieces:
                self._paint_piece(painter, piece.what, QRect(left, 0, piece.width, self.height()))
                left += piece.width + gap

    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()

    def _gap(self) -> int:
        return 6 if self._small else _GAP

    def _icon_size(self) -> int:
        return 14 if self._small else 16

    def _pieces(self) -> list[_Piece]:
        pieces = []
        if self._icon:
            pieces.append(_Piece("icon", self._icon_size()))
        if self.text():
            pieces.append(_Piece("text", self.fontMetrics().horizontalAdvance(self.text()) + 1))
        if self._keys:
            width = QFontMetrics(theme.text_font(11)).horizontalAdvance(self._keys)
            pieces.append(_Piece("keys", width + (10 if self._chip else 1)))
        if self._badge is not None:
            pieces.append(_Piece("badge", badge_width(self._badge[0])))
        if self.menu() is not None:
            pieces.append(_Piece("menu", 14))
        return pieces

    def _paint_piece(self, painter: QPainter, what: str, where: QRect) -> None:
        if what == "text":
            painter.setFont(self.font())
            painter.setPen(theme.current().tokens.color(self._ink()))
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        elif what == "keys":
            self._paint_keys(painter, where)
        elif what == "badge" and self._badge is not None:
            box = QRectF(where.x(), (self.height() - 18) / 2, where.width(), 18)
            paint_badge(painter, box, *self._badge)
        elif what in ("icon", "menu"):
            size = where.width()
            name = self._icon if what == "icon" else "chevron-down"
            picture = theme.pixmap(name, self._ink(), size, self.devicePixelRatioF())
            painter.drawPixmap(QPoint(where.x(), (self.height() - size) // 2), picture)

    def _paint_keys(self, painter: QPainter, where: QRect) -> None:
        tokens = theme.current().tokens
        if self._chip:
            paint_keys_chip(painter, QRectF(where.x(), (self.height() - 18) / 2, where.width(), 18), self._keys)
            return
        ink = self._ink() if self._variant == "accent" or not self.isEnabled() else "text3"
        painter.setFont(theme.text_font(11))
        painter.setPen(tokens.color(ink))
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._keys)

    def _ink(self) -> str:
        if not self.isEnabled():
            return "line2"
        return "onacc" if self._variant == "accent" else "text"


class IconButton(QToolButton):
    """A square button with an icon alone; its tooltip says what it does and which keys do the same."""

    def __init__(
        self,
        icon: str,
        tip: str,
        keys: str = "",
        icon_size: int = 16,
        side: int = 32,
        outlined: bool = False,
        token: str = "text2",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._token, self._icon_size = token, icon_size
        self.setFixedSize(side, side)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("scale", "small" if side <= 24 else "normal")
        self.setProperty("variant", "outlined" if outlined else "ghost")
        self.set_icon(icon)
        self.set_tip(tip, keys)

    def set_icon(self, name: str) -> None:
        """Show another icon of the set."""
        theme.themed_icon(self, name, self._token, self._icon_size)

    def set_tip(self, tip: str, keys: str = "") -> None:
        """Say what it does, and which keys do the same (they are bound by the action, not here)."""
        self._tip = tip
        self.setAccessibleName(tip)
        self.set_keys(keys)

    def set_keys(self, keys: str) -> None:
        """Tell of other keys."""
        self.setToolTip(tooltip(self._tip, keys))


class ActionButton(IconButton):
    """An icon for an action: enabled, checked and explained as the action is, with the keys that it has now."""

    def __init__(self, action: QAction, icon: str, icon_size: int = 16, side: int = 32, outlined: bool = False) -> None:
        token = "text" if outlined else "text2"
        super().__init__(icon, "", icon_size=icon_size, side=side, outlined=outlined, token=token)
        self._action = action
        self.setCheckable(action.isCheckable())
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setChecked(self._action.isChecked())
        keys = self._action.shortcut().toString(QKeySequence.SequenceFormat.PortableText)
        self.set_tip(self._action.toolTip(), keys)


def paint_keys_chip(painter: QPainter, where: QRectF, keys: str) -> None:
    """Draw keys such as ``Ctrl K`` in a small frame."""
    tokens = theme.current().tokens
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(tokens.color("surf2"))
    painter.setPen(QPen(tokens.color("line"), 1))
    painter.drawRoundedRect(where.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setFont(theme.text_font(11))
    painter.setPen(tokens.color("text3"))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, keys)
