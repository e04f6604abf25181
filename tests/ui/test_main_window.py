"""The window as a person meets it: workspaces, files, keys, training while other things happen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from explorer.examples import EXAMPLES, load_example
from explorer.network import Node, add_node
from explorer.project.format import load_project, save_project
from tests.ui.window import shown_window, under_way
from ui.main_window import MainWindow

pytestmark = pytest.mark.usefixtures("qapp")


def action(window: MainWindow, text: str) -> QAction:
    return next(a for a in window.actions() if a.text().split("…")[0] == text)


def visible_docks(window: MainWindow) -> set[str]:
    return {name for name, dock in window.workspaces.docks.items() if dock.isVisible()}


def test_each_workspace_shows_its_own_docks(qtbot: QtBot) -> None:
    with shown_window() as window:
        assert visible_docks(window) == {"palette", "inspector"}
        QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        assert visible_docks(window) == {"layers", "run_settings", "iterations"}
        QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
        assert visible_docks(window) == {"diagram", "quantities", "timeline"}
        assert window.top_bar.tabs.current() == "step"


def test_an_arrangement_is_remembered(qtbot: QtBot) -> None:
    with shown_window() as window:
        window.workspaces.docks["palette"].close()
        window.show_workspace("train")
        window.show_workspace("build")
        assert visible_docks(window) == {"inspector"}
    with shown_window() as window:
        assert visible_docks(window) == {"inspector"}
        action(window, "Reset the arrangement of docks").trigger()
        assert visible_docks(window) == {"palette", "inspector"}


def test_the_selection_carries_over(qtbot: QtBot) -> None:
    with shown_window() as window:
        node = window.document.network.nodes[1].id
        window.document.select((node,))
        for name in ("train", "step", "build"):
            window.show_workspace(name)
            assert window.document.selection == (node,)


@pytest.mark.parametrize("example", [example.id for example in EXAMPLES])
def test_every_example_opens_without_a_problem(qtbot: QtBot, example: str) -> None:
    with shown_window(example) as window:
        assert window.document.problems == ()
        for name in ("train", "step", "home", "build"):
            window.show_workspace(name)
            assert not window.grab().isNull()


def test_saving_and_opening_again(qtbot: QtBot, tmp_path: Path) -> None:
    with shown_window() as window:
        window.document.edit_setting("lr", 0.25)
        assert window.files._save_to(tmp_path / "mine.nnx")
        assert not window.document.dirty
        assert window.document.title == "mine.nnx"
        window.files.open_example("B2")
        assert window.files.open(tmp_path / "mine.nnx")
        assert window.document.project.settings["lr"] == 0.25
        assert window.preferences.recent == [tmp_path / "mine.nnx"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"format": "nn-explorer-project", "version": 99}', b"PK\x03\x04"])
def test_a_broken_file_gets_a_sentence_and_changes_nothing(qtbot: QtBot, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.nnx"
    path.write_bytes(content)
    with shown_window() as window:
        before = window.document.project
        assert not window.files.open(path)
        assert window.document.project is before
        assert window.banner.isVisible()
        assert "broken.nnx" in window.banner.label.text()


def test_a_file_can_be_dropped_on_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "dropped.json"
    save_project(load_example("B2"), path)
    from PySide6.QtGui import QDropEvent

    with shown_window() as window:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        event = QDropEvent(
            QPoint(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        window.dropEvent(event)
        assert window.document.path == path


@pytest.mark.parametrize(
    ("answer", "closes", "saved"),
    [
        (QMessageBox.StandardButton.Cancel, False, False),
        (QMessageBox.StandardButton.Discard, True, False),
        (QMessageBox.StandardButton.Save, True, True),
    ],
)
def test_closing_with_unsaved_changes_asks(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: object, closes: bool, saved: bool
) -> None:
    path = tmp_path / "work.json"
    save_project(load_example("A1"), path)
    with shown_window() as window:
        window.files.open(path)
        window.document.edit_setting("lr", 0.125)
        monkeypatch.setattr(window.files, "_ask", lambda: answer)
        assert window.close() is closes
        assert (load_project(path).settings["lr"] == 0.125) is saved


def test_training_ends_well_when_a_file_is_opened_or_the_window_closed(qtbot: QtBot) -> None:
    with shown_window("digits") as window:
        window.show_workspace("train")
        window.trainer.run()
        qtbot.waitUntil(lambda: under_way(window), timeout=30_000)
        window.document.undo_stack.setClean()
        window.trainer.settle()
        window.document.undo_stack.setClean()
        assert window.files.open_example("A1")
        assert not window.trainer.running
        assert window.document.project.name == "man-vs-chicken"
        window.files.open_example("digits")
        window.trainer.run()
        qtbot.waitUntil(lambda: under_way(window), timeout=30_000)


def test_editing_the_network_while_it_trains_stops_the_run(qtbot: QtBot) -> None:
    with shown_window("digits") as window:
        window.trainer.run()
        qtbot.waitUntil(lambda: under_way(window), timeout=30_000)
        window.document.edit_network("add", add_node(window.document.network, Node("more", "relu")))
        qtbot.waitUntil(lambda: not window.trainer.running, timeout=10_000)
        assert "more" in window.document.network.by_id


def test_space_runs_and_pauses(qtbot: QtBot) -> None:
    with shown_window("digits") as window:
        window.show_workspace("train")
        window.panels.views.setFocus()
        QTest.keyClick(window, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: window.trainer.running, timeout=30_000)
        QTest.keyClick(window, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not window.trainer.running, timeout=10_000)


def test_command_search_finds_layers_commands_and_examples(qtbot: QtBot) -> None:
    with shown_window() as window:
        window.top_bar.search.click()
        palette = window.search
        assert palette.isVisible()
        for typed, shown in (("chic", "Men and chickens"), ("add relu", "Add ReLU"), ("dark", "Dark theme")):
            palette.field.setText(typed)
            rows = [palette.list.item(row).text() for row in range(palette.list.count())]
            assert any(shown in row for row in rows[:3]), rows[:5]
        palette.field.setText("add softmax")
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
        assert not palette.isVisible()
        assert any(node.kind == "softmax" for node in window.document.network.nodes)


def test_no_two_actions_that_work_at_once_share_a_key(qtbot: QtBot) -> None:
    with shown_window() as window:
        window.show_workspace("step")
        qtbot.waitUntil(lambda: window.panels.stepper.session.trace is not None, timeout=60_000)
        for workspace in ("build", "train", "step"):
            window.show_workspace(workspace)
            taken: dict[str, str] = {}
            for one in window.actions():
                if not one.isEnabled() or one.shortcutContext() != Qt.ShortcutContext.WindowShortcut:
                    continue
                for key in one.shortcuts():
                    other = taken.setdefault(key.toString(), one.text())
                    assert other == one.text(), f"{key.toString()}: {other}, {one.text()}"


def test_f10_steps_through_numbers_in_step_and_trains_elsewhere(qtbot: QtBot) -> None:
    with shown_window() as window:
        window.show_workspace("step")
        session = window.panels.stepper.session
        qtbot.waitUntil(lambda: session.trace is not None, timeout=60_000)
        QTest.keyClick(window, Qt.Key.Key_F10)
        assert session.number == 1
        assert window.document.undo_stack.count() == 0
        window.show_workspace("train")
        QTest.keyClick(window, Qt.Key.Key_F10)
        qtbot.waitUntil(lambda: window.document.undo_stack.count() == 1, timeout=30_000)
        assert window.trainer.state.step == 1


def test_every_button_says_what_it_does(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QAbstractButton

    with shown_window("digits-conv") as window:
        for workspace in ("build", "train", "step", "home"):
            window.show_workspace(workspace)
            for button in window.findChildren(QAbstractButton):
                if button.isVisible() and not button.text():
                    assert button.toolTip() or button.accessibleName(), (workspace, button)


def test_both_themes_fit_at_the_least_and_a_large_size(qtbot: QtBot) -> None:
    with shown_window() as window:
        for mode in ("light", "dark"):
            action(window, f"{mode.capitalize()} theme").trigger()
            for size in ((1024, 640), (1920, 1080)):
                window.resize(*size)
                assert (window.width(), window.height()) == size
                for workspace in ("build", "train", "step"):
                    window.show_workspace(workspace)
                    assert window.minimumSizeHint().width() <= 1024
        action(window, "Theme of the system").trigger()


@pytest.mark.xcb
def test_the_window_works_on_a_real_x_server(qtbot: QtBot) -> None:
    with shown_window() as window:
        qtbot.waitExposed(window)
        window.show_workspace("step")
        qtbot.waitUntil(lambda: window.panels.stepper.session.trace is not None, timeout=60_000)
        first = window.panels.stepper.session.number
        QTest.keyClick(window, Qt.Key.Key_F10)
        assert window.panels.stepper.session.number == first + 1
        window.show_workspace("train")
        window.trainer.run()
        qtbot.waitUntil(lambda: window.trainer.state.phase == "finished", timeout=60_000)
        assert window.document.undo_stack.undoText()


def test_tab_goes_round_what_is_seen_in_every_workspace(qtbot: QtBot) -> None:
    with shown_window() as window:
        for name in ("train", "step", "home"):
            window.show_workspace(name)
            window.top_bar.file.setFocus()
            found = set()
            for _ in range(80):
                QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
                focused = QApplication.focusWidget()
                assert focused is not None
                assert focused.isVisible(), (name, focused)
                found.add(focused)
            assert window.top_bar.search in found
            assert window.top_bar.file in found
