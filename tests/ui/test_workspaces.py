"""Docks: those that show more in more room grow with the window, give way again, and keep what a person gave them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.window import shown_window
from ui.main_window import MainWindow
from ui.preferences import Preferences


def await_widths(qtbot: QtBot, window: MainWindow, diagram: int, quantities: int) -> None:
    """Until the stepper's docks have these widths in pixels; a splitter takes some of them."""
    docks = window.workspaces.docks

    def check() -> None:
        assert docks["diagram"].width() == pytest.approx(diagram, abs=6)
        assert docks["quantities"].width() == pytest.approx(quantities, abs=6)

    qtbot.waitUntil(check)


def test_the_diagram_and_the_list_have_their_share_of_a_wide_window(qtbot: QtBot) -> None:
    with shown_window() as window:
        window.show_workspace("step")
        await_widths(qtbot, window, 504, 256)
        window.resize(1920, 1000)
        await_widths(qtbot, window, 760, 320)
        window.resize(1280, 800)
        await_widths(qtbot, window, 504, 256)


def test_what_a_person_gave_a_dock_is_kept_in_windows_of_other_widths(qtbot: QtBot) -> None:
    with shown_window() as window:
        window.show_workspace("step")
        await_widths(qtbot, window, 504, 256)
        window.resizeDocks([window.workspaces.docks["diagram"]], [420], Qt.Orientation.Horizontal)
        await_widths(qtbot, window, 420, 256)
        window.resize(1920, 1000)
        await_widths(qtbot, window, 676, 320)
        window.show_workspace("build")
        window.resize(1280, 800)
        window.show_workspace("step")
        await_widths(qtbot, window, 420, 256)
        window.resize(1920, 1000)
        await_widths(qtbot, window, 676, 320)
    with shown_window() as window:
        window.show_workspace("step")
        await_widths(qtbot, window, 420, 256)


def test_reset_brings_back_the_sizes_of_this_window(qtbot: QtBot) -> None:
    with shown_window() as window:
        window.resize(1920, 1000)
        window.show_workspace("step")
        await_widths(qtbot, window, 760, 320)
        window.resizeDocks([window.workspaces.docks["diagram"]], [400], Qt.Orientation.Horizontal)
        await_widths(qtbot, window, 400, 320)
        window.workspaces.reset()
        await_widths(qtbot, window, 760, 320)


@pytest.mark.parametrize("told", ["", "nonsense", "window=x diagram=-3 quantities=999999999999", "window=1280 =4 a=b"])
def test_widths_that_are_none_are_left_out(told: str) -> None:
    preferences = Preferences()
    preferences.settings.setValue("layout/step widths", told)
    assert set(preferences.layout_widths("step").values()) <= {1280, 4}
