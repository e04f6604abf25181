"""The list of problems leads to the layer and mends it, by mouse and by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from explorer.network import Edge, Network, Node
from explorer.project.model import Project
from tests.ui.window import shown_window
from ui import theme
from ui.document import Document
from ui.main_window import MainWindow
from ui.training.popup import Popup
from ui.training.problems import ProblemList
from ui.widgets.text import TextLabel

NODES = (
    Node("x", "input", {"shape": (1, 4, 4)}, (0, 0)),
    Node("conv", "conv2d", {"filters": 2, "kernel": (3, 3)}, (160, 0)),
    Node("out", "dense", {"units": 2}, (320, 0)),
    Node("soft", "softmax", {}, (480, 0)),
    Node("far", "dense", {}, (9000, 5000)),
)
BROKEN = Network(NODES, (Edge("x", "conv"), Edge("conv", "out"), Edge("out", "soft")))


def buttons(window: MainWindow, text: str) -> list[QPushButton]:
    """The buttons with a text in the list that is open."""
    popup = next(popup for popup in window.findChildren(Popup) if popup.isVisible())
    return [button for button in popup.findChildren(QPushButton) if button.text() == text]


def test_the_list_leads_to_the_layer(qapp: QApplication) -> None:
    with shown_window(Project(network=BROKEN)) as window:
        window.show_workspace("train")
        QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        buttons(window, "Show")[-1].click()
        editor = window.panels.editor
        assert window.workspaces.current == "build"
        assert editor.scope.selection == ("far",)
        assert (editor.view.centre() - editor.scene.nodes["far"].box().center()).manhattanLength() < 4


def test_the_list_and_the_strip_lead_to_the_data(qapp: QApplication) -> None:
    nodes = (Node("x", "input", {"shape": (2,)}, (0, 0)), Node("out", "dense", {"units": 1}, (160, 0)))
    with shown_window(Project(network=Network(nodes, (Edge("x", "out"),)))) as window:
        data = window.panels.data
        assert not data.isVisible()
        window.panels.editor.strip.data_button.click()
        assert data.isVisible()
        window.panels.run_bar.data.click()
        assert not data.isVisible()
        window.panels.run_bar.show_problems()
        buttons(window, "Show data")[0].click()
        assert data.isVisible()
        assert not any(popup.isVisible() for popup in window.findChildren(Popup))
        window.document.open(Project(network=BROKEN))
        assert not window.panels.editor.strip.data_button.isVisible()


def test_a_fix_of_the_list_makes_room(qapp: QApplication) -> None:
    with shown_window(Project(network=BROKEN)) as window:
        window.panels.run_bar.show_problems()
        buttons(window, "Insert Flatten")[0].click()
        editor = window.panels.editor
        assert {Edge("conv", "flatten"), Edge("flatten", "out")} <= set(editor.scope.network.edges)
        boxes = [item.box() for item in editor.scene.nodes.values()]
        assert not any(one.intersects(two) for one in boxes for two in boxes if one is not two)
        window.document.undo_stack.undo()
        assert window.document.network == BROKEN


def test_keys_reach_the_list(qapp: QApplication) -> None:
    with shown_window(Project(network=BROKEN)) as window:
        window.panels.run_bar.show_problems()
        popup = QApplication.activePopupWidget()
        focus = popup.focusWidget()
        assert isinstance(focus, QPushButton)
        QTest.keyClick(focus, Qt.Key.Key_Space)
        assert window.document.undo_stack.count() == 1
        QTest.keyClick(popup, Qt.Key.Key_Escape)
        assert not popup.isVisible()


def test_very_many_problems_are_counted(qtbot: QtBot, light: theme.Theme) -> None:
    nodes = tuple(Node(f"n{number}", "relu") for number in range(400))
    shown = ProblemList(Document(Project(network=Network(nodes))))
    qtbot.addWidget(shown)
    assert len(shown.findChildren(QPushButton)) <= 300
    assert any(label.text().startswith("and 30") for label in shown.findChildren(TextLabel))
