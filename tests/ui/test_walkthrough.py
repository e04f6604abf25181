"""What a person meets who clicks through the window: menus, search, views, the start page, failures, keys."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from explorer.examples import EXAMPLES, STARTERS, load_example
from explorer.network import Node, add_node, connect, remove
from explorer.project.format import load_project
from explorer.settings import change
from tests.ui.window import shown_window, under_way
from ui.command_palette import Entry
from ui.home.card import ExampleCard
from ui.main_window import MainWindow
from ui.watch.sketch import SketchRow
from ui.widgets.buttons import PushButton

pytestmark = pytest.mark.usefixtures("qapp")


def submenus(menu: QMenu) -> dict[str, QMenu]:
    """The menus inside a menu, by title."""
    found = [action.menu() for action in menu.actions()]
    return {inner.title(): inner for inner in found if isinstance(inner, QMenu)}


def found_entry(window: MainWindow, text: str, title: str) -> Entry:
    """The entry that the search lists first for a text, which must have the title."""
    window._open_search()
    window.search.field.setText(text)
    entry = window.search._shown[0]
    assert entry.title == title
    return entry


def test_the_menu_is_ordered_and_marks_panels_and_theme(qtbot: QtBot) -> None:
    with shown_window() as window:
        menu = window.top_bar.file.menu()
        groups = list(submenus(menu))
        assert groups == ["New from template", "Open recent", "Examples", "Edit", "View", "Run", "Step", "Help"]
        inner = submenus(submenus(menu)["View"])
        panels = {action.text(): action for action in inner["Panels"].actions()}
        assert panels["Inspector"].isChecked()
        assert not panels["Data"].isChecked()
        panels["Inspector"].trigger()
        assert window.workspaces.docks["inspector"].isHidden()
        themes: dict[str, QAction] = {action.text(): action for action in inner["Theme"].actions()}
        themes["Dark theme"].trigger()
        assert [name for name, action in themes.items() if action.isChecked()] == ["Dark theme"]
        themes["Theme of the system"].trigger()


def test_the_search_does_commands_of_other_workspaces(qtbot: QtBot) -> None:
    with shown_window("digits") as window:
        found_entry(window, "step over", "Step over").run()
        assert window.workspaces.current == "step"
        found_entry(window, "select all", "Select all").run()
        assert window.workspaces.current == "build"
        assert set(window.document.selection) == set(window.document.network.by_id)
        found_entry(window, "view fitted", "Add view Fitted curve").run()
        assert window.workspaces.current == "train"
        assert "curve" in window.panels.views.shown()
        entry = found_entry(window, "open", "Open…")
        assert (entry.group, entry.keys) == ("File", "Ctrl+O")
        window.search.hide()


def test_a_view_is_added_from_the_run_settings(qtbot: QtBot) -> None:
    with shown_window("digits") as window:
        window.show_workspace("train")
        views = window.panels.views
        menu = QMenu(window)
        views.fill_menu(menu)
        rows = {row.text(): row for row in menu.findChildren(SketchRow)}
        closed = {dock.view.title for name, dock in views.docks.items() if name not in views.shown()}
        assert set(rows) == closed
        before = views.docks["cost"].height()
        rows["Kernels"].click()
        assert "kernels" in views.shown()
        QApplication.processEvents()
        assert views.docks["kernels"].height() <= 1.5 * before
        menu.deleteLater()


def test_a_view_floats_beside_its_place_and_comes_back(qtbot: QtBot) -> None:
    with shown_window("digits") as window:
        window.show_workspace("train")
        dock = window.panels.views.docks["cost"]
        place = dock.mapToGlobal(QPoint(0, 0))
        dock.float_or_put_back()
        assert dock.isFloating()
        assert dock.geometry().topLeft() != place
        dock.float_or_put_back()
        assert not dock.isFloating()


def test_the_start_page_marks_no_workspace_and_is_used_by_keys(qtbot: QtBot) -> None:
    with shown_window() as window:
        window.show_workspace("home")
        assert window.top_bar.tabs.current() == ""
        cards = window.panels.home.findChildren(ExampleCard)
        assert len({card.width() for card in cards}) == 1
        assert len(cards) == len(EXAMPLES) + len(STARTERS)
        card = next(card for card in cards if card.accessibleName().endswith("Handwritten digits"))
        card.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(card, Qt.Key.Key_Space)
        assert window.document.project.name == "digits"
        assert window.workspaces.current == "build"
        assert window.top_bar.tabs.current() == "build"
        assert not window.trainer.running


def test_buttons_tell_of_the_keys_that_press_them_now(qtbot: QtBot) -> None:
    with shown_window() as window:
        bar = window.panels.run_bar
        assert "F10" in bar.step.toolTip()
        assert "F11" in bar.epoch.toolTip()
        window.show_workspace("step")
        assert "F10" not in bar.step.toolTip()
        assert "F11" not in bar.epoch.toolTip()
        window.show_workspace("train")
        assert "F10" in bar.step.toolTip()


def test_a_run_that_fails_says_what_to_do_and_runs_again(qtbot: QtBot) -> None:
    project = load_example("digits-conv")
    settings = change(change(change(project.settings, "cost", "mse"), "optimizer", "sgd"), "lr", 1e6)
    with shown_window(replace(project, settings=settings)) as window:
        window.show_workspace("train")
        window.trainer.run()
        figures = window.panels.run_bar.figures
        qtbot.waitUntil(lambda: window.trainer.failure is not None, timeout=60_000)
        assert "layer" in figures.sentence.text
        assert "step" in figures.sentence.text
        assert figures.sentence.isVisible()
        assert all(bool((abs(array) < math.inf).all()) for array in window.document.project.weights.values())
        figures.dismiss.click()
        assert not figures.sentence.isVisible()
        window.trainer.reset()
        window.document.edit_setting("lr", 0.001)
        window.trainer.run()
        qtbot.waitUntil(lambda: under_way(window), timeout=60_000)
        assert window.trainer.failure is None


def test_a_refused_learning_rate_stays_refused_until_it_is_dealt_with(qtbot: QtBot) -> None:
    with shown_window("digits") as window:
        window.show_workspace("train")
        rate = window.panels.run_settings.rate
        rate.number.setFocus()
        rate.number.setText("1e30")
        QTest.keyClick(rate.number, Qt.Key.Key_Return)
        assert "at most 1,000,000" in rate.problem.text()
        window.document.edit_setting("epochs", 3)
        assert rate.problem.isVisible()
        assert rate.number.text() == "1e30"
        window.document.edit_setting("lr", 0.25)
        assert not rate.problem.isVisible()
        assert rate.number.text() == "0.25"


def test_the_device_menu_marks_the_choice(qtbot: QtBot) -> None:
    with shown_window() as window:
        actions = window.top_bar.device.menu().actions()
        assert [action.isChecked() for action in actions] == [True, False, False, False]
        actions[1].trigger()
        assert window.document.project.settings["device"] == "cpu"
        assert window.top_bar.device.text() == "cpu"
        window.document.undo_stack.undo()
        assert actions[0].isChecked()


def test_saving_asks_where_and_adds_the_suffix(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def accept(dialog: QFileDialog) -> int:
        assert dialog.selectedFiles()[0].endswith("man-vs-chicken.nnx")
        dialog.setDirectory(str(tmp_path))
        dialog.selectNameFilter(dialog.nameFilters()[1])
        dialog.filterSelected.emit(dialog.nameFilters()[1])
        dialog.selectFile("mine")
        return 1

    monkeypatch.setattr(QFileDialog, "exec", accept)
    with shown_window() as window:
        assert window.files.save()
        assert window.document.path == tmp_path / "mine.json"
        assert load_project(tmp_path / "mine.json").name == window.document.project.name


def test_what_lies_over_the_canvas_keeps_its_place_when_problems_show(qtbot: QtBot) -> None:
    with shown_window() as window:
        editor = window.panels.editor
        window.document.edit_network("add", add_node(window.document.network, Node("loose", "relu")))
        QApplication.processEvents()
        assert editor.strip.isVisible()
        assert editor.view.rect().contains(editor.minimap.geometry())
        assert editor.view.rect().contains(editor.counts.geometry())


def test_the_bubble_has_room_for_another_problem_and_its_fix(qtbot: QtBot) -> None:
    with shown_window("digits-conv") as window:
        editor = window.panels.editor
        network = remove(window.document.network, ["flat"])
        window.document.edit_network("delete flat", network)
        QApplication.processEvents()
        assert editor.bubble.isVisible()
        before = editor.bubble.height()
        window.document.edit_network("connect", connect(network, "pool2", "y", 0))
        QApplication.processEvents()
        buttons = editor.bubble.findChildren(PushButton)
        assert [button.text() for button in buttons if button.isVisible()] == ["Insert Flatten", "Other fixes"]
        assert editor.bubble.height() >= before + buttons[0].height()
        assert editor.bubble.sentence.height() >= editor.bubble.sentence.heightForWidth(editor.bubble.sentence.width())
        next(button for button in buttons if button.text() == "Insert Flatten").click()
        assert window.document.problems == ()


@pytest.mark.parametrize("size", [(1024, 640), (1100, 700), (1280, 800)])
def test_no_field_of_the_run_settings_is_cut(qtbot: QtBot, size: tuple[int, int]) -> None:
    with shown_window("digits") as window:
        window.resize(*size)
        for workspace in ("step", "build", "train"):
            window.show_workspace(workspace)
            QApplication.processEvents()
        settings = window.panels.run_settings
        assert settings.widget().width() <= settings.viewport().width()
