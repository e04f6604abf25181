"""Keys of commands: listed, changed with conflicts told, kept between sessions, and told by tooltips."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.window import shown_window
from ui import theme
from ui.help.shortcuts import MOUSE, ShortcutsPage
from ui.keys import STEP_GROUP, KeyMap, follow_keys, keys_of

GROUPS = {
    "File": {"save": ("Ctrl+S",), "quit": ("Ctrl+Q",)},
    "Edit": {"copy": ("Ctrl+C",), "delete": ("Del", "Backspace"), "wire": ("C",)},
    "Run": {"one": ("F10",)},
    STEP_GROUP: {"over": ("F10",), "into": ("F11",)},
}


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, light: theme.Theme) -> QWidget:
    """What the actions belong to."""
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """An empty file of settings."""
    return QSettings(str(tmp_path / "keys.ini"), QSettings.Format.IniFormat)


def key_map(window: QWidget, settings: QSettings) -> KeyMap:
    """The keys of a few commands."""
    groups: dict[str, list[QAction]] = {}
    for group, commands in GROUPS.items():
        for name, keys in commands.items():
            action = QAction(name.title(), window)
            action.setObjectName(name)
            action.setShortcuts([QKeySequence(key) for key in keys])
            groups.setdefault(group, []).append(action)
    return KeyMap(groups, settings, window)


def bound(keys: KeyMap, name: str) -> tuple[str, ...]:
    """The keys that work now."""
    return keys_of(keys.commands[name].action)


def test_a_change_is_kept_and_can_be_taken_back(window: QWidget, settings: QSettings) -> None:
    keys = key_map(window, settings)
    keys.choose("delete", ("Ctrl+Shift+K",))
    assert bound(keys, "delete") == ("Ctrl+Shift+K",)
    again = key_map(window, settings)
    assert bound(again, "delete") == ("Ctrl+Shift+K",)
    assert again.is_changed("delete")
    again.reset("delete")
    assert bound(again, "delete") == ("Del", "Backspace")
    assert bound(key_map(window, settings), "delete") == ("Del", "Backspace")


def test_no_keys_is_a_choice_too(window: QWidget, settings: QSettings) -> None:
    key_map(window, settings).choose("copy", ())
    assert bound(key_map(window, settings), "copy") == ()


def test_keys_have_one_owner(window: QWidget, settings: QSettings) -> None:
    keys = key_map(window, settings)
    assert keys.owner("Ctrl+C", "save") == "copy"
    assert keys.owner("Ctrl+C", "copy") is None
    keys.choose("save", ("Ctrl+C",))
    assert (bound(keys, "save"), bound(keys, "copy")) == (("Ctrl+C",), ())
    keys.choose("wire", ("Ctrl+C",))
    assert (bound(keys, "save"), bound(keys, "wire")) == ((), ("Ctrl+C",))
    keys.reset_all()
    assert (bound(keys, "save"), bound(keys, "copy"), bound(keys, "wire")) == (("Ctrl+S",), ("Ctrl+C",), ("C",))


def test_resetting_leaves_keys_to_whom_they_were_given(window: QWidget, settings: QSettings) -> None:
    keys = key_map(window, settings)
    keys.choose("copy", ("F9",))
    keys.choose("save", ("Ctrl+C",))
    keys.reset("copy")
    assert (bound(keys, "copy"), bound(keys, "save")) == ((), ("Ctrl+C",))


def test_stepping_comes_first_while_it_is_shown(window: QWidget, settings: QSettings) -> None:
    keys = key_map(window, settings)
    assert keys.owner("F10", "over") is None
    assert (bound(keys, "one"), bound(keys, "over")) == (("F10",), ())
    keys.show_stepping(True)
    assert (bound(keys, "one"), bound(keys, "over")) == ((), ("F10",))
    keys.choose("over", ("F8",))
    assert (bound(keys, "one"), bound(keys, "over")) == (("F10",), ("F8",))


@pytest.mark.parametrize("value", ["no such key at all", "Ctrl+", "\n\n", 7, ["Ctrl+K"]])
def test_settings_that_cannot_be_read_change_nothing(window: QWidget, settings: QSettings, value: object) -> None:
    settings.setValue("keys/copy", value)
    settings.setValue("keys/long_gone", "Ctrl+C")
    assert all(QKeySequence(key).count() for key in bound(key_map(window, settings), "copy"))
    assert bound(key_map(window, settings), "save") == ("Ctrl+S",)


def test_what_tells_of_keys_is_told_of_changes(window: QWidget, settings: QSettings) -> None:
    keys, told = key_map(window, settings), list[str]()
    follow_keys(keys.commands["save"].action, told.append)
    keys.choose("save", ("F2",))
    keys.choose("save", ())
    assert told == ["Ctrl+S", "F2", ""]


@pytest.fixture
def page(window: QWidget, settings: QSettings, qtbot: QtBot) -> Iterator[ShortcutsPage]:
    """The window that lists the keys."""
    shown = ShortcutsPage(key_map(window, settings))
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown)
    shown.activateWindow()
    yield shown
    shown.close()


def rows(page: ShortcutsPage) -> dict[str, str]:
    """The commands that are listed, and their keys."""
    return {row.text(0): row.text(1) for row in page._rows()}


def press(page: ShortcutsPage, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press keys while they are waited for."""
    assert page.record.field.isVisible()
    QTest.keyClick(page.record.field, key, held)


def test_all_commands_and_gestures_are_listed_and_found(page: ShortcutsPage) -> None:
    assert rows(page) == {
        "Save": "Ctrl+S", "Quit": "Ctrl+Q", "Copy": "Ctrl+C", "Delete": "Del  or  Backspace", "Wire": "C",
        "One": "F10", "Over": "F10", "Into": "F11", **dict(MOUSE),
    }  # fmt: skip
    QTest.keyClicks(page.search, "ctrl+s")
    assert next(iter(rows(page))) == "Save"
    page.search.setText("lasso")
    assert list(rows(page)) == ["Select by lasso"]
    page.search.setText("nothing at all")
    assert rows(page) == {}
    assert not page.record.change.isEnabled()


def test_keys_are_changed_by_pressing_them(page: ShortcutsPage) -> None:
    page.select("delete")
    page.record.change.click()
    press(page, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert rows(page)["Delete"] == "Ctrl+K"
    page.record.add.click()
    press(page, Qt.Key.Key_F7)
    assert rows(page)["Delete"] == "Ctrl+K  or  F7"
    page.record.reset.click()
    assert rows(page)["Delete"] == "Del  or  Backspace"
    page.record.remove.click()
    assert rows(page)["Delete"] == ""
    page.reset_all.click()
    assert rows(page)["Delete"] == "Del  or  Backspace"
    assert not page.reset_all.isEnabled()


def test_a_conflict_is_told_and_left_or_taken(page: ShortcutsPage) -> None:
    page.select("save")
    for answer, held in ((page.record.leave, "Ctrl+S"), (page.record.take, "Ctrl+C")):
        page.record.change.click()
        press(page, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert page.record.told.text() == "Ctrl+C belongs to “Copy”."
        answer.click()
        assert rows(page)["Save"] == held
    assert rows(page)["Copy"] == ""


def test_escape_and_going_elsewhere_leave_the_keys(page: ShortcutsPage) -> None:
    page.select("save")
    page.record.change.click()
    press(page, Qt.Key.Key_Escape)
    assert page.isVisible()
    assert not page.record.field.isVisible()
    page.record.change.click()
    page.select("copy")
    assert not page.record.field.isVisible()
    assert rows(page)["Save"] == "Ctrl+S"


def test_enter_on_a_command_waits_for_keys(page: ShortcutsPage) -> None:
    page.select("copy")
    page.tree.setFocus()
    QTest.keyClick(page.tree, Qt.Key.Key_Return)
    press(page, Qt.Key.Key_F6)
    assert rows(page)["Copy"] == "F6"


def test_every_command_of_the_window_is_known_by_its_own_name_and_told_by_its_button(qapp: QApplication) -> None:
    with shown_window() as window:
        names = [action.objectName() for actions in window._groups.values() for action in actions]
        assert len(set(names)) == len(names)
        assert all(names)
        window.keys.choose("run_or_pause", ("Ctrl+R",))
        window.keys.choose("canvas_zoom_in", ("Ctrl+U",))
        window.keys.choose("undo", ("Ctrl+B",))
        assert "Ctrl+R" in window.panels.run_bar.run.toolTip()
        assert any("Ctrl+U" in button.toolTip() for button in window.panels.editor.zoom_bar.findChildren(QWidget))
        assert "Ctrl+B" in window.top_bar._undo.toolTip()
        canvas = window.panels.editor.view
        canvas.setFocus()
        zoom = canvas.zoom
        QTest.keyClick(canvas, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
        assert canvas.zoom > zoom
        window._show_keys()
        page = window.findChild(ShortcutsPage)
        window._show_keys()
        assert window.findChildren(ShortcutsPage) == [page]
        page.close()


def test_keys_lead_into_the_canvas_and_out_of_it(qapp: QApplication) -> None:
    """Tab adds a layer there, so Shift+Tab is the way out; going round by it comes back in."""
    with shown_window() as window:
        canvas = window.panels.editor.view
        canvas.setFocus()
        seen = []
        for _ in range(80):
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
            seen.append(QApplication.focusWidget())
            if seen[-1] is canvas:
                break
        assert len(seen) > 10
        assert seen[-1] is canvas
        assert canvas.keyboard.used
