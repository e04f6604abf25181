"""Muting, titles and notes where they stand, curved wires, thumbnails and pictures: from the keys and menus on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu

from explorer.annotate import find_frame
from explorer.project.model import Project
from ui.document import Document
from ui.editor.editor import Editor
from ui.editor.frame_item import TITLE
from ui.editor.menus import build_menu
from ui.editor.picture import FILTERS
from ui.editor.scene import Hit


def press(editor: Editor, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(editor.view, key, held)


def test_m_mutes_and_unmutes_and_the_weights_come_back(editor: Editor) -> None:
    document = editor.document
    weights = {"h.weight": np.ones(document.resolved.weight_shapes["h.weight"])}
    document.open(Project(network=document.network, weights=weights))
    editor.scope.select(("h",))
    press(editor, Qt.Key.Key_M)
    assert document.network.node("h").muted
    assert editor.scene.nodes["h"].look.muted
    assert "muted" in editor.scene.nodes["h"].look.shape
    assert "h" not in document.resolved.order
    assert "h.weight" in document.project.weights
    press(editor, Qt.Key.Key_M)
    assert not document.network.node("h").muted
    assert document.project.weights["h.weight"] is weights["h.weight"]
    assert document.undo_stack.undoText() == "unmute h"


def test_an_input_says_why_it_cannot_be_muted(editor: Editor) -> None:
    editor.scope.select(("x",))
    press(editor, Qt.Key.Key_M)
    assert "x is an input" in editor.message.label.text()
    assert editor.document.undo_stack.count() == 0


def test_a_frame_is_made_by_keys_and_its_title_written_in_place(editor: Editor) -> None:
    editor.scope.select(("x", "h"))
    press(editor, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    (frame,) = editor.scope.network.frames
    field = editor.annotations.title_field
    assert field.isVisible()
    QTest.keyClicks(field, "Encoder")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert find_frame(editor.scope.network, frame.id).title == "Encoder"
    assert not field.isVisible()
    title = editor.scene.frames.items[frame.id].title_band().topLeft() + QPointF(20, TITLE / 2)
    QTest.mouseDClick(editor.view.viewport(), Qt.MouseButton.LeftButton, pos=editor.view.mapFromScene(title))
    assert field.isVisible()
    assert field.text() == "Encoder"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert find_frame(editor.scope.network, frame.id).title == "Encoder"


def test_a_frame_that_goes_while_its_title_is_written_takes_the_field_along(editor: Editor) -> None:
    editor.scope.select(("x", "h"))
    editor.annotations.frame_selection()
    editor.document.undo_stack.undo()
    assert not editor.annotations.title_field.isVisible()
    assert editor.scope.network.frames == ()


def entries(menu: QMenu) -> dict[str, object]:
    return {action.text(): action for action in menu.actions()}


def test_the_menu_of_a_frame_sets_note_and_colour_and_deletes_it(editor: Editor) -> None:
    frame = editor.commands.frame(["h"])
    menu = build_menu(editor, Hit(frame=frame))
    found = entries(menu)
    found["Edit note"].trigger()  # type: ignore[attr-defined]
    field = editor.annotations.note_field
    QTest.keyClicks(field, "learns edges")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert find_frame(editor.scope.network, frame).note == "learns edges"
    colours = found["Colour"].menu()  # type: ignore[attr-defined]
    entries(colours)["Teal"].trigger()  # type: ignore[attr-defined]
    assert find_frame(editor.scope.network, frame).colour == "teal"
    found["Delete frame"].trigger()  # type: ignore[attr-defined]
    assert editor.scope.network.frames == ()
    assert "h" in editor.scope.network.by_id
    menu.deleteLater()


def test_curved_wires_and_thumbnails_are_remembered(editor: Editor, tmp_path: Path, document: Document) -> None:
    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    editor.annotations.restore(settings)
    actions = editor.actions_by_id
    assert (actions["curved"].isChecked(), actions["thumbnails"].isChecked()) == (False, True)
    edge = next(iter(editor.scene.wires))
    straight = list(editor.scene.wires[edge].points)
    curves = [name for name, item in editor.scene.nodes.items() if item.look.curve]
    actions["curved"].trigger()
    actions["thumbnails"].trigger()
    assert len(editor.scene.wires[edge].points) > len(straight)
    assert curves
    assert not any(item.look.curve for item in editor.scene.nodes.values())
    assert not editor.thumbnails
    again = Editor(document)
    again.annotations.restore(settings)
    assert (again.actions_by_id["curved"].isChecked(), again.thumbnails) == (True, False)
    again.deleteLater()


def test_what_comes_out_of_an_activation_is_counted_on_its_node(editor: Editor) -> None:
    name, item = next((name, item) for name, item in editor.scene.nodes.items() if item.look.curve)
    shape = editor.document.resolved.layers[name].shape
    assert shape is not None
    values = np.linspace(0.0, 1.0, int(np.prod(shape))).reshape(shape)
    editor.scene.show_values({name: values})
    counted = editor.scene.nodes[name].look.histogram
    assert sum(counted) == (values.size if values.size >= 4 else 0)
    assert item is editor.scene.nodes[name]


@pytest.mark.parametrize("chosen", list(FILTERS))
def test_a_picture_is_saved_where_a_person_says(
    editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "network"), chosen))
    editor.actions_by_id["save_picture"].trigger()
    written = tmp_path / f"network{FILTERS[chosen][0]}"
    assert written.stat().st_size > 1000
    assert editor.message.label.text() == f"Saved as {written}."
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "gone" / "network"), chosen))
    editor.actions_by_id["save_picture"].trigger()
    assert "cannot be saved" in editor.message.label.text()
