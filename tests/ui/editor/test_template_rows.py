"""Templates in the palette and on the canvas: saved, listed, named, dragged, searched for, wired, deleted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from explorer.library import blocks
from explorer.network import Edge
from explorer.project.model import Project
from explorer.resolve import resolve
from tests.ui.editor.conftest import check_scene
from tests.ui.editor.test_editor import drop
from tests.ui.editor.test_subnetworks import residual
from ui import theme
from ui.document import Document
from ui.editor.editor import Editor
from ui.editor.palette import Palette
from ui.templates import Shelf


@pytest.fixture
def palette(qtbot: QtBot, light: theme.Theme, document: Document) -> Iterator[Palette]:
    shown = Palette(Shelf.of(document))
    qtbot.addWidget(shown)
    shown.resize(208, 700)
    shown.show()
    qtbot.waitExposed(shown)
    yield shown
    shown.close()


def rows(palette: Palette) -> list[str]:
    """The titles in the category of templates."""
    group = next((item for item in palette.rows.groups() if item.text(0) == "Templates"), None)
    return [] if group is None else [group.child(row).text(0) for row in range(group.childCount())]


def row(palette: Palette, title: str) -> QTreeWidgetItem:
    group = next(item for item in palette.rows.groups() if item.text(0) == "Templates")
    return next(group.child(place) for place in range(group.childCount()) if group.child(place).text(0) == title)


BLOCKS = [block.name for block in blocks()]


def saved(editor: Editor, document: Document) -> None:
    document.open(Project("residual", residual()))
    document.select(("h", "act", "both"))
    editor.actions_by_id["save_template"].trigger()


def test_the_selection_becomes_a_template_that_is_listed(editor: Editor, document: Document, palette: Palette) -> None:
    saved(editor, document)
    assert document.undo_stack.undoText() == "save the template block"
    assert set(document.network.by_id) == set(residual().by_id)
    assert rows(palette) == ["block", *BLOCKS]
    assert "used nowhere" in row(palette, "block").toolTip(0)
    document.undo_stack.undo()
    assert rows(palette) == BLOCKS
    document.select(())
    editor.actions_by_id["save_template"].trigger()
    assert "Select the layers" in editor.message.label.text()


def test_it_is_named_at_once(editor: Editor, document: Document, palette: Palette, qtbot: QtBot) -> None:
    saved(editor, document)
    field = palette.rows.findChild(QLineEdit)
    assert field is not None
    assert field.text() == "block"
    field.setText("stage")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: document.undo_stack.undoText() == "rename the template block to stage")
    assert rows(palette) == ["stage", *BLOCKS]


def test_a_name_that_is_refused_is_shown_as_it_was(
    editor: Editor, document: Document, palette: Palette, qtbot: QtBot
) -> None:
    saved(editor, document)
    shelf = Shelf.of(document)
    field = palette.rows.findChild(QLineEdit)
    assert field is not None
    field.setText(" ")
    with qtbot.waitSignal(shelf.told) as told:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert "name is" in told.args[0]
    qtbot.waitUntil(lambda: rows(palette) == ["block", *BLOCKS])


def test_a_subnetworks_template_is_one_already(editor: Editor, document: Document) -> None:
    saved(editor, document)
    editor.actions_by_id["group"].trigger()
    editor.actions_by_id["save_template"].trigger()
    assert "is a template already" in editor.message.label.text()


@pytest.mark.parametrize("where", ["wire", "canvas"])
def test_a_row_dropped_on_the_canvas_is_a_subnetwork(editor: Editor, document: Document, where: str) -> None:
    saved(editor, document)
    editor.fit()
    wire = editor.scene.wires[Edge("both", "y")]
    at = (wire.points[0] + wire.points[-1]) / 2 if where == "wire" else QPointF(400, 400)
    drop(editor, "project:block", at)
    check_scene(editor)
    assert document.undo_stack.undoText() == ("insert block" if where == "wire" else "add block")
    assert document.network.node("block").params == {"template": "block"}
    assert bool(document.network.incoming["block"]) == (where == "wire")


def test_the_programs_blocks_are_added_with_their_templates(editor: Editor, document: Document) -> None:
    document.open(Project("residual", residual()))
    editor.add_kind("program:residual block")
    assert document.selection == ("residual_block",)
    assert list(document.network.templates) == ["residual block"]
    editor.add_kind("program:residual block")
    assert document.network.node("residual_block_2").params == {"template": "residual block"}
    assert document.network.incoming["residual_block_2"] == (Edge("residual_block", "residual_block_2"),)
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.network.templates == {}


def test_a_new_subnetwork_passes_on_what_comes_in(editor: Editor, document: Document) -> None:
    document.open(Project("residual", residual()))
    editor.commands.insert("subnetwork", Edge("both", "y"))
    assert resolve(document.network).problems == ()
    assert document.network.node("block").params == {"template": "block"}
    editor.add_kind("subnetwork")
    assert document.network.node("block_2").params == {"template": "block 2"}


def test_a_template_is_not_added_inside_itself(editor: Editor, document: Document) -> None:
    saved(editor, document)
    editor.actions_by_id["group"].trigger()
    editor.commands.add("project:block", (0.0, 400.0))
    editor.subnetworks.open("block")
    before = document.project
    editor.add_kind("project:block")
    assert "block cannot be put into" in editor.message.label.text()
    drop(editor, "project:block", QPointF(0, 300))
    assert document.project is before


def test_the_search_finds_templates_and_tells_which_fit(editor: Editor, document: Document) -> None:
    saved(editor, document)
    popup = editor.adding.popup
    editor.adding.open_here()
    assert "project:block" in popup.kinds()
    popup.search.setText("residual")
    assert popup.kinds()[0] == "program:residual block"
    editor.adding.open_on(Edge("both", "y"))
    texts = {popup.list.item(place).text(): popup.list.item(place) for place in range(popup.list.count())}
    assert "block" in texts
    assert "does not fit here" not in texts["block"].toolTip()
    assert "does not fit here" in texts["residual block"].toolTip()


def test_the_menu_of_a_row_has_what_can_be_done(
    editor: Editor, document: Document, palette: Palette, qtbot: QtBot
) -> None:
    saved(editor, document)
    QTest.keyClick(palette.rows.findChild(QLineEdit), Qt.Key.Key_Escape)
    mine = palette.templates.menu(row(palette, "block"))
    assert mine is not None
    actions = {action.text(): action for action in mine.actions() if action.text()}
    assert {text: action.isEnabled() for text, action in actions.items()} == {
        "Add": True, "Rename": True, "Duplicate": True, "Save to my templates": True, "Delete": True,
    }  # fmt: skip
    actions["Add"].trigger()
    with qtbot.waitSignal(palette.kind_chosen) as told:
        actions["Add"].trigger()
    assert told.args == ["project:block"]
    actions["Save to my templates"].trigger()
    actions["Delete"].trigger()
    assert document.undo_stack.undoText() == "delete the template block"
    assert rows(palette) == ["block", *BLOCKS]  # the person's own, which the project no longer hides
    theirs = palette.templates.menu(row(palette, BLOCKS[0]))
    assert theirs is not None
    enabled = {action.text(): action.isEnabled() for action in theirs.actions() if action.text()}
    assert enabled == {"Add": True, "Rename": False, "Save to my templates": True, "Delete": False}
    assert palette.templates.menu(palette.rows.groups()[0].child(0)) is None
    for menu in (mine, theirs):
        menu.deleteLater()
    palette.rows.setFocus()
    palette.rows.setCurrentItem(row(palette, "block"))
    QTest.keyClick(palette.rows, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: rows(palette) == BLOCKS)


def test_what_is_kept_can_be_used_in_another_project(editor: Editor, document: Document, palette: Palette) -> None:
    document.open(Project("residual", residual()))
    document.select(("h", "act", "both"))
    editor.actions_by_id["keep_template"].trigger()
    assert document.undo_stack.count() == 0
    assert rows(palette) == ["block", *BLOCKS]
    document.open(Project("other", residual()))
    editor.commands.insert("mine:block", Edge("both", "y"))
    assert resolve(document.network).problems == ()
    assert rows(palette) == ["block", *BLOCKS]
    assert "used once" in row(palette, "block").toolTip(0)
