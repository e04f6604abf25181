"""The list of edits: labels in order, a click jumps, and going past either end does nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.network import Network, Node, add_node
from explorer.project.model import Project
from tests.ui.window import shown_window
from ui import theme
from ui.document import Document
from ui.history import HistoryPanel


def test_a_click_goes_to_the_project_after_that_edit(qtbot: QtBot, light: theme.Theme) -> None:
    document = Document(Project(network=Network((Node("x", "input"),))))
    panel = HistoryPanel(document)
    qtbot.addWidget(panel)
    panel.show()
    networks = [document.network]
    for name in ("a", "b", "c"):
        document.edit_network(f"add {name}", add_node(document.network, Node(name, "relu")))
        networks.append(document.network)
    model = panel.list.model()
    rows = [model.index(row, 0) for row in range(model.rowCount())]
    assert [index.data() for index in rows] == ["Project as opened", "add a", "add b", "add c"]
    for place in (1, 3, 0, 2):
        where = panel.list.visualRect(rows[place]).center()
        QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
        assert document.network == networks[place]
    for _ in range(5):
        document.undo_stack.undo()
    assert document.network == networks[0]
    for _ in range(9):
        document.undo_stack.redo()
    assert document.network == networks[3]
    panel.close()


def test_the_panel_is_shown_by_its_keys(qapp: QApplication) -> None:
    with shown_window() as window:
        dock = window.workspaces.docks["history"]
        assert not dock.isVisible()
        QTest.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
        assert dock.isVisible()
        QTest.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
        assert not dock.isVisible()
