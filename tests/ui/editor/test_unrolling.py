"""Unrolling a recurrent layer from the canvas and from the inspector: one edit, undone as one."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.network import Edge, Network, Node
from explorer.project.model import Project
from ui import theme
from ui.document import Document
from ui.editor.editor import Editor
from ui.editor.menus import build_menu
from ui.editor.scene import Hit
from ui.inspector.inspector import Inspector


@pytest.fixture
def document(qapp: QApplication, light: theme.Theme) -> Document:
    """x → h, a recurrent layer over three time steps → y."""
    nodes = (Node("x", "input", {"shape": (3, 2)}), Node("h", "lstm", {"units": 2}), Node("y", "dense", {"units": 1}))
    return Document(Project("sequence", Network(nodes, (Edge("x", "h"), Edge("h", "y")))))


@pytest.fixture
def editor(qtbot: QtBot, document: Document) -> Editor:
    shown = Editor(document)
    qtbot.addWidget(shown)
    shown.resize(900, 600)
    return shown


def steps(document: Document) -> list[str]:
    return [node.id for node in document.network.nodes if node.kind == "lstm"]


def offered(editor: Editor, node: str) -> bool:
    editor.document.select((node,))
    menu = build_menu(editor, Hit(node=node))
    found = editor.actions_by_id["unroll"] in menu.actions()
    menu.deleteLater()
    return found


def test_the_menu_offers_it_for_recurrent_layers_alone(editor: Editor) -> None:
    assert [name for name in ("x", "h", "y") if offered(editor, name)] == ["h"]


def test_it_is_one_edit(editor: Editor, document: Document) -> None:
    before = document.network
    document.select(("h",))
    editor.actions_by_id["unroll"].trigger()
    assert steps(document) == ["h", "h_2", "h_3"]
    assert {"h", "h_2", "h_x3"} <= set(document.selection)
    assert document.problems == () or all(problem.node is None for problem in document.problems)
    assert document.undo_stack.undoText() == "unroll h over time"
    document.undo_stack.undo()
    assert [(node.id, node.params) for node in document.network.nodes] == [(n.id, n.params) for n in before.nodes]
    assert document.network.edges == before.edges


@pytest.mark.parametrize(("node", "words"), [("y", "Select a recurrent layer"), ("h", "needs a sequence")])
def test_what_cannot_be_unrolled_says_why(editor: Editor, document: Document, node: str, words: str) -> None:
    if node == "h":
        document.edit_network("cut", Network(document.network.nodes, ()))
    document.select((node,))
    editor.actions_by_id["unroll"].trigger()
    assert words in editor.message.label.text()
    assert steps(document) == ["h"]


def test_the_inspector_has_a_button_for_it(qtbot: QtBot, document: Document) -> None:
    inspector = Inspector(document)
    qtbot.addWidget(inspector)
    document.select(("y",))
    panel = inspector.panel()
    assert panel is not None
    assert panel.settings is not None
    assert panel.settings.unroll is None
    document.select(("h",))
    panel = inspector.panel()
    assert panel is not None
    assert panel.settings is not None
    assert panel.settings.unroll is not None
    panel.settings.unroll.click()
    assert steps(document) == ["h", "h_2", "h_3"]
