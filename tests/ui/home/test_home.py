"""The start page: a card for every example and starter template, each with its picture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from explorer.examples import EXAMPLES, STARTERS
from tests.ui.window import shown_window
from ui import theme
from ui.home.card import ExampleCard
from ui.home.home import Home
from ui.preferences import Preferences


@pytest.fixture
def home(qtbot: QtBot, light: theme.Theme) -> Iterator[Home]:
    shown = Home(Preferences())
    qtbot.addWidget(shown)
    shown.resize(1024, 640)
    shown.show()
    qtbot.waitExposed(shown)
    shown.activateWindow()
    yield shown
    shown.close()


def test_there_is_a_card_for_each(home: Home) -> None:
    names = {card.accessibleName() for card in home.findChildren(ExampleCard)}
    assert names == {f"Example {example.title}" for example in (*EXAMPLES, *STARTERS)}
    assert all(card.width() <= home.viewport().width() for card in home.findChildren(ExampleCard))


def test_the_starters_are_brought_into_view(home: Home, qtbot: QtBot) -> None:
    first = next(card for card in home.findChildren(ExampleCard) if card.accessibleName() == "Example Perceptron")
    assert not first.visibleRegion().boundingRect().contains(first.rect())
    next(button for button in home.findChildren(QPushButton) if button.text() == "From template").click()
    assert first.visibleRegion().boundingRect().contains(first.rect())
    qtbot.waitUntil(first.hasFocus)
    with qtbot.waitSignal(home.example_picked) as told:
        QTest.keyClick(first, Qt.Key.Key_Return)
    assert told.args == ["perceptron"]


def test_a_starter_opens_as_a_project_of_ones_own() -> None:
    with shown_window() as window:
        window.show_workspace("home")
        window.panels.home.example_picked.emit("vgg")
        document = window.document
        assert (document.project.name, document.path, document.dirty) == ("VGG", None, False)
        assert document.problems == ()
        assert window.workspaces.current == "build"
        assert window.panels.editor.scene.nodes["stage1"].look.stack
