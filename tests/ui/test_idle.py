"""An idle editor does nothing: no timer goes on, and nothing is painted."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.ui.window import shown_window
from ui.bench.window import idle
from ui.garbage import collected_by_the_window


def test_nothing_wakes_the_idle_editor(qapp: QApplication) -> None:
    with shown_window() as window, collected_by_the_window():
        window.show_workspace("build")
        assert idle(qapp, 0.7)["wakings"] == 0
        assert [timer for timer in window.findChildren(QTimer) if timer.isActive()] == []


def test_a_hand_that_rests_leaves_nothing_behind(qapp: QApplication) -> None:
    with shown_window() as window, collected_by_the_window():
        editor = window.panels.editor
        editor.view.hurry()
        editor.zoom_in()
        editor.document.select(tuple(editor.document.network.by_id)[:1])
        idle(qapp, 0.0)
        assert not editor.view.hurried
        assert idle(qapp, 0.5)["wakings"] == 0
