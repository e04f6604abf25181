"""Adding the trained network of another project from the canvas."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from explorer.examples import load_example
from explorer.project.format import save_project
from ui.editor.editor import Editor


def choose(editor: Editor, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    editor.actions_by_id["pretrained"].trigger()


def test_a_trained_project_becomes_a_frozen_subnetwork(
    editor: Editor, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = load_example("A1")
    path = tmp_path / "trained.json"
    save_project(other, path)
    before, count = editor.document.project, editor.document.undo_stack.count()
    choose(editor, path, monkeypatch)
    qtbot.waitUntil(lambda: "pretrained" in editor.scene.nodes)
    assert editor.scope.selection == ("pretrained",)
    assert editor.scene.nodes["pretrained"].look.stack
    assert {f"pretrained/{name}" for name in other.weights} <= set(editor.document.project.weights)
    assert editor.document.undo_stack.count() == count + 1
    editor.document.undo_stack.undo()
    assert editor.document.project is before


def test_what_has_no_weights_or_is_no_project_says_so(
    editor: Editor, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text.nnx").write_text("no project")
    choose(editor, tmp_path / "text.nnx", monkeypatch)
    qtbot.waitUntil(lambda: "text.nnx" in editor.message.label.text())
    save_project(load_example("digits"), tmp_path / "untrained.json")
    choose(editor, tmp_path / "untrained.json", monkeypatch)
    qtbot.waitUntil(lambda: "no weights yet" in editor.message.label.text())
    assert editor.document.undo_stack.count() == 0
