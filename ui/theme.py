"""The one theme: tokens in use, fonts, icons, and their application to Qt; it follows the system or a choice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Literal

import qtawesome
from numpy import uint8
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QIcon, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication
from shiboken6 import isValid

from ui.resources import MONO_FAMILY, TEXT_FAMILY, load_fonts
from ui.style import palette, style_sheet
from ui.tokens import DARK, LIGHT, Tokens, contrast, diverging_lut, ink_on, magnitude_lut

__all__ = [
    "DARK", "LIGHT", "Mode", "Theme", "Tokens", "contrast", "current", "diverging", "focus_pen", "icon", "ink_on",
    "magnitude", "mono_font", "pixmap", "text_font", "themed_icon",
]  # fmt: skip

Mode = Literal["system", "light", "dark"]
_SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
_PIXEL_RATIOS = (1, 2, 3)
# qtawesome draws a glyph at 7/8 of the given box; the pictures show it at the whole box.
_GLYPH_SCALE = 8 / 7


class Theme(QObject):
    """The tokens in use; ``changed`` fires after Qt has been given new ones."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode: Mode = "system"
        self._applied = False
        self._icons: dict[tuple[str, str, int], QIcon] = {}
        self._tokens = self._wanted()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._refresh)

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return self._tokens

    @property
    def mode(self) -> Mode:
        """What was chosen: follow the system, or always light or dark."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Follow the system, or stay light or dark; ``changed`` fires if the colours become others."""
        if mode not in _SCHEMES:
            raise ValueError(f"A theme is system, light or dark; {mode!r} is not.")
        self._mode = mode
        # Where the platform can, this also turns native title bars and file dialogs.
        QGuiApplication.styleHints().setColorScheme(_SCHEMES[mode])
        self._refresh()

    def apply(self, app: QApplication) -> None:
        """Give ``app`` the style, fonts, palette and style sheet, now and whenever the colours change."""
        load_fonts()
        app.setStyle("Fusion")
        app.setFont(text_font())
        self._applied = True
        self._dress(app)

    @contextmanager
    def borrowed(self, mode: Literal["light", "dark"]) -> Iterator[Tokens]:
        """Within, what paints itself does so in this theme; nothing on the screen changes."""
        kept = self._tokens, self._icons
        self._tokens, self._icons = DARK if mode == "dark" else LIGHT, {}
        try:
            yield self._tokens
        finally:
            self._tokens, self._icons = kept

    def icon(self, name: str, token: str = "text2", size: int = 16) -> QIcon:
        """The icon ``name`` of the set mdi6 in a token's colour, sharp at ``size`` pixels on any screen."""
        key = (name, token, size)
        if key not in self._icons:
            self._icons[key] = _draw_icon(name, getattr(self._tokens, token), self._tokens.line2, size)
        return self._icons[key]

    def _wanted(self) -> Tokens:
        if self._mode == "system":
            dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        else:
            dark = self._mode == "dark"
        return DARK if dark else LIGHT

    def _refresh(self) -> None:
        wanted = self._wanted()
        if wanted is self._tokens:
            return
        self._tokens = wanted
        self._icons.clear()
        app = QApplication.instance()
        if self._applied and isinstance(app, QApplication):
            self._dress(app)
        self.changed.emit()

    def _dress(self, app: QApplication) -> None:
        app.setPalette(palette(self._tokens))
        app.setStyleSheet(style_sheet(self._tokens))


def current() -> Theme:
    """The application's theme; it lives and dies with the QApplication, so a new application starts with a new one."""
    global _found
    app = QApplication.instance()
    if app is None:
        raise RuntimeError("A theme needs a QApplication first.")
    if _found is None or _found[0] is not app or not isValid(_found[1]):
        theme = Theme(app)
        _found = (app, theme)
    return _found[1]


_found: tuple[QCoreApplication, Theme] | None = None
"""The theme and its application; whatever paints asks for it, thousands of times a second."""


def text_font(size: int = 13, weight: int = 400) -> QFont:
    """The font for text: ``size`` in pixels, ``weight`` 400, 500 or 600, figures of equal width."""
    return QFont(_font((TEXT_FAMILY, *_system(QFontDatabase.SystemFont.GeneralFont)), size, weight, "tnum", 1))


def mono_font(size: int = 12, weight: int = 400) -> QFont:
    """The font for numbers, shapes and names of quantities: ``size`` in pixels, no ligatures."""
    font = QFont(_font((MONO_FAMILY, *_system(QFontDatabase.SystemFont.FixedFont)), size, weight, "calt", 0))
    font.setFixedPitch(True)
    return font


def icon(name: str, color_token: str = "text2", size: int = 16) -> QIcon:
    """An icon in the present colours; whoever keeps it makes it again when the theme has ``changed``."""
    return current().icon(name, color_token, size)


def pixmap(name: str, color_token: str = "text2", size: int = 16, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of ``size`` logical pixels for a painter on a screen with the pixel ``ratio``."""
    return icon(name, color_token, size).pixmap(QSize(size, size), ratio)


def themed_icon(button: QAbstractButton, name: str, color_token: str = "text2", size: int = 16) -> None:
    """Put an icon on ``button`` that keeps up with the theme; a second call replaces the first."""
    follower = button.findChild(_IconFollower, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if follower is None:
        follower = _IconFollower(button)
    follower.show_icon(name, color_token, size)


def diverging() -> NDArray[uint8]:
    """The map for signed values in the present theme, (256, 4) uint8 RGBA; zero is in the middle."""
    return diverging_lut(current().tokens.zero)


def magnitude() -> NDArray[uint8]:
    """The map for magnitudes (viridis), (256, 4) uint8 RGBA."""
    return magnitude_lut()


def focus_pen() -> QPen:
    """The ring of two pixels round what has the keyboard, for widgets that paint themselves."""
    return QPen(current().tokens.color("acc"), 2)


class _IconFollower(QObject):
    """A child of a button that draws its icon again on a new theme, and ends with the button."""

    def __init__(self, button: QAbstractButton) -> None:
        super().__init__(button)
        self._button = button
        self._what = ("", "text2", 16)
        current().changed.connect(self._refresh)

    def show_icon(self, name: str, token: str, size: int) -> None:
        self._what = (name, token, size)
        self._refresh()

    def _refresh(self) -> None:
        name, token, size = self._what
        self._button.setIcon(icon(name, token, size))
        self._button.setIconSize(QSize(size, size))


@cache
def _font(families: tuple[str, ...], size: int, weight: int, feature: str, on: int) -> QFont:
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag(feature), on)
    return font


@cache
def _system(kind: QFontDatabase.SystemFont) -> tuple[str, ...]:
    return (QFontDatabase.systemFont(kind).family(),)


def _draw_icon(name: str, colour: str, disabled: str, size: int) -> QIcon:
    """Pixmaps at every pixel ratio: Qt caches them, while qtawesome's own engine paints in Python each time."""
    glyph = qtawesome.icon(f"mdi6.{name}", color=colour, color_disabled=disabled, scale_factor=_GLYPH_SCALE)
    drawn = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
        for ratio in _PIXEL_RATIOS:
            picture = glyph.pixmap(QSize(size, size) * ratio, 1.0, mode)
            picture.setDevicePixelRatio(ratio)
            drawn.addPixmap(picture, mode)
    return drawn
