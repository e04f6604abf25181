"""The theme: readable colours, maps, fonts, icons that follow, and the system or a choice."""

from __future__ import annotations

import dataclasses
import gc
import weakref
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPalette, QRawFont
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ui import theme
from ui.resources import load_fonts, resource
from ui.tokens import DIVERGING_STOPS

PAIRS = [
    *((ink, ground) for ink in ("text", "text2", "text3") for ground in ("win", "surf", "surf2", "canvas")),
    *((ink, "accsoft") for ink in ("text", "acc")),
    ("acc", "surf"), ("onacc", "accfill"), ("prob", "surf"), ("prob", "probsoft"), ("warn", "warnsoft"),
    ("text", "hover"), ("text2", "hover"), ("neg", "surf"), ("pos", "surf"),
]  # fmt: skip


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_is_readable(tokens: theme.Tokens, ink: str, ground: str) -> None:
    assert theme.contrast(tokens.color(ink), tokens.color(ground)) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=1e-3)  # published example of WCAG


def test_every_token_is_a_colour() -> None:
    for tokens in (theme.LIGHT, theme.DARK):
        for field in dataclasses.fields(tokens):
            if field.name != "dark":
                assert tokens.color(field.name).isValid()


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_ink_is_readable_on_any_colour(rgb: tuple[int, int, int]) -> None:
    assert theme.contrast(theme.ink_on(rgb), QColor(*rgb)) >= 4


def test_maps(qapp: QApplication, light: theme.Theme) -> None:
    signed, size = theme.diverging(), theme.magnitude()
    assert signed.shape == size.shape == (256, 4)
    assert signed.dtype == size.dtype == np.uint8
    assert QColor(*signed[0].tolist()).name().upper() == DIVERGING_STOPS[0]
    assert QColor(*signed[-1].tolist()).name().upper() == DIVERGING_STOPS[-1]
    assert np.abs(signed[127, :3].astype(int) - 0xF7).max() <= 3
    assert size[0, :3].tolist() == [68, 1, 84]  # viridis as published
    grey = size[:, :3] @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(grey) > -0.5).all()
    light.set_mode("dark")
    assert np.abs(theme.diverging()[127, :3].astype(int) - [0xEC, 0xEE, 0xF0]).max() <= 3


def test_bundled_fonts_load_with_their_weights_and_equal_figures(qapp: QApplication) -> None:
    assert {"Inter", "JetBrains Mono"} <= set(load_fonts())
    for make in (theme.text_font, theme.mono_font):
        for weight in (400, 500, 600):
            font = make(13, weight)
            used = QRawFont.fromFont(font)
            assert used.familyName() in ("Inter", "JetBrains Mono")
            assert used.weight() == weight
            metrics = QFontMetricsF(font)
            widths = [metrics.horizontalAdvance(figure * 4) for figure in "0123456789"]
            assert max(widths) - min(widths) < 0.2  # quarters of a pixel are rounding, not design
            assert all(used.supportsCharacter(ord(sign)) for sign in "\u2212×∂δηΣ→…·≥")


def test_font_licences_are_beside_the_fonts() -> None:
    for family in ("Inter", "JetBrainsMono"):
        assert "SIL OPEN FONT LICENSE" in resource(f"fonts/{family}-OFL.txt").read_text(encoding="utf-8")


def test_a_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="fonts/none.ttf"):
        resource("fonts/none.ttf")


def test_apply_and_choose(qtbot: QtBot, qapp: QApplication, light: theme.Theme) -> None:
    assert theme.current() is light
    with qtbot.waitSignal(light.changed):
        light.set_mode("dark")
    assert light.tokens is theme.DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme.DARK.color("win")
    assert theme.DARK.acc in qapp.styleSheet()
    with qtbot.assertNotEmitted(light.changed):
        light.set_mode("dark")
    with pytest.raises(ValueError, match="pink"):
        light.set_mode("pink")  # type: ignore[arg-type]


def test_it_follows_the_system_until_one_is_chosen(
    qapp: QApplication, light: theme.Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints, scheme = qapp.styleHints(), Qt.ColorScheme.Light

    class Hints:
        """The system's, where a person has chosen ``scheme``; no platform of these tests has a choice."""

        setColorScheme = staticmethod(hints.setColorScheme)  # noqa: N815

        def colorScheme(self) -> Qt.ColorScheme:  # noqa: N802
            return scheme

    monkeypatch.setattr(theme.QGuiApplication, "styleHints", Hints)
    light.set_mode("system")
    assert light.tokens is theme.LIGHT
    scheme = Qt.ColorScheme.Dark
    hints.colorSchemeChanged.emit(scheme)
    assert light.tokens is theme.DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme.DARK.color("win")
    light.set_mode("light")
    hints.colorSchemeChanged.emit(scheme)
    assert light.tokens is theme.LIGHT


def test_style_sheet_names_files_that_exist(light: theme.Theme, qapp: QApplication) -> None:
    for mode in ("dark", "light"):
        light.set_mode(mode)
        assert "$" not in qapp.styleSheet()
        paths = [part.split('"')[0] for part in qapp.styleSheet().split('url("')[1:]]
        assert paths
        assert all(Path(path).is_file() for path in paths)


def test_icons_follow_the_theme_and_end_with_their_button(qtbot: QtBot, light: theme.Theme) -> None:
    button = QPushButton()
    theme.themed_icon(button, "undo", "text", 18)
    theme.themed_icon(button, "redo", "text", 18)
    assert len(button.children()) == 1
    assert strongest(button) == theme.LIGHT.text.lower()
    light.set_mode("dark")
    assert strongest(button) == theme.DARK.text.lower()
    followers = [weakref.ref(child) for child in button.children()]
    button.deleteLater()
    del button
    qtbot.waitUntil(lambda: gc.collect() >= 0 and all(follower() is None for follower in followers))
    light.set_mode("light")


def test_every_icon_of_the_look_exists(light: theme.Theme) -> None:
    names = (
        "home-outline graph-outline chart-line debug-step-over undo redo magnify chip play pause skip-next stop "
        "restart alert-circle-outline history database-outline auto-fix help-circle-outline pin-outline chevron-down "
        "chevron-right"
    )
    for name in names.split():
        assert not theme.icon(name).pixmap(16, 16).toImage().isNull()
    assert theme.pixmap("play", size=16, ratio=2).size() == QSize(32, 32)


def strongest(button: QPushButton) -> str:
    """The colour of the most opaque pixel of a button's icon."""
    image = button.icon().pixmap(button.iconSize()).toImage()
    colours = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(colours, key=QColor.alpha).name()
