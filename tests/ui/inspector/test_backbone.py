"""A backbone's file in the inspector: chosen, read on another thread, refused with a sentence, undone as one edit."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from explorer.network import Edge, Network, Node, add_node
from explorer.project.model import Project
from tests.explorer.onnx_files import extractor
from ui.document import Document
from ui.editor.editor import Editor
from ui.inspector.node_panel import NodePanel
from ui.jobs import Waiting
from ui.widgets.file_field import FileField

NETWORK = Network(
    (Node("x", "input", {"shape": (1, 8, 8)}), Node("b", "backbone"), Node("f", "flatten")),
    (Edge("x", "b"), Edge("b", "f")),
)


@pytest.fixture
def panel(qtbot: QtBot) -> NodePanel:
    editor = Editor(Document(Project(network=NETWORK)))
    qtbot.addWidget(editor)
    made = NodePanel(editor.scope, editor.commands, "b", "element")
    qtbot.addWidget(made)
    editor.scope.changed.connect(lambda *_: made.refresh())
    made.keeps = editor  # type: ignore[attr-defined]
    return made


def field(panel: NodePanel) -> FileField:
    assert panel.settings is not None
    found = panel.settings.form.field("file")
    assert isinstance(found, FileField)
    return found


def test_a_chosen_file_gives_the_shapes_and_one_undo_takes_it_back(
    panel: NodePanel, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = extractor(tmp_path / "net.onnx")
    document = panel._document.document
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    field(panel).button.click()
    qtbot.waitUntil(lambda: document.resolved.layers["b"].shape == (5,))
    assert document.problems == () or all(problem.node != "b" for problem in document.problems)
    assert document.resolved.layers["f"].shape == (5,)
    assert document.undo_stack.count() == 1
    panel.settings.form.field("layer").committed.emit("maps")  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: document.resolved.layers["b"].shape == (4, 6, 6))
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.network == NETWORK


def test_what_is_no_backbone_says_so_below_the_field(panel: NodePanel, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "text.onnx"
    path.write_text("no model")
    field(panel).committed.emit(str(path))
    assert panel.settings is not None
    qtbot.waitUntil(lambda: panel.settings is not None and "ONNX file" in panel.settings.form.problem("file"))
    assert any("has not read text.onnx yet" in problem.message for problem in panel._document.document.problems)


def test_a_node_that_goes_while_its_file_is_read_is_left_alone(panel: NodePanel, qtbot: QtBot, tmp_path: Path) -> None:
    field(panel).committed.emit(str(extractor(tmp_path / "net.onnx")))
    panel._document.document.undo_stack.undo()
    qtbot.waitUntil(lambda: not panel.findChildren(Waiting))
    assert panel._document.network == NETWORK


def test_what_was_wrong_with_one_file_is_not_told_of_another_layer(
    panel: NodePanel, qtbot: QtBot, tmp_path: Path
) -> None:
    document = panel._document.document
    document.edit_network("another", add_node(document.network, Node("other", "backbone")))
    path = tmp_path / "text.onnx"
    path.write_text("no model")
    field(panel).committed.emit(str(path))
    qtbot.waitUntil(lambda: panel.settings is not None and "ONNX file" in panel.settings.form.problem("file"))
    panel.show_node("other", "element")
    assert panel.settings is not None
    assert panel.settings.form.problem("file") == ""
