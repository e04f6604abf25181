"""The shelf of templates: what is listed, and what can be done with it, as edits or with a person's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.grouping import group
from explorer.library import blocks, keep, read_library
from explorer.network import Edge, Network, Node
from explorer.project.model import Project
from ui.document import Document
from ui.templates import PROGRAM, Choice, Shelf


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    """x → block (h, a) → y."""
    chain = Network(
        (Node("x", "input", {"shape": (3,)}), Node("h", "dense", {"units": 3}), Node("a", "tanh"), Node("y", "dense")),
        (Edge("x", "h"), Edge("h", "a"), Edge("a", "y")),
    )
    return Document(Project("one", group(chain, {"h", "a"}).network))


@pytest.fixture
def shelf(document: Document) -> Shelf:
    return Shelf.of(document)


def ids(shelf: Shelf) -> list[str]:
    return [choice.id for choice in shelf.choices()]


def chosen(shelf: Shelf, choice_id: str) -> Choice:
    found = shelf.choice(choice_id)
    assert found is not None
    return found


PROGRAM_IDS = [f"{PROGRAM}:{block.name}" for block in blocks()]


def test_there_is_one_shelf_with_what_the_project_and_the_program_have(shelf: Shelf, document: Document) -> None:
    assert Shelf.of(document) is shelf
    assert ids(shelf) == ["project:block", *PROGRAM_IDS]
    assert chosen(shelf, "project:block").help == "A template of this project, used once."
    assert "comes with the program" in chosen(shelf, PROGRAM_IDS[0]).help
    assert shelf.choice("dense") is None


def test_what_the_project_has_alike_is_listed_once(shelf: Shelf, document: Document, qtbot: QtBot) -> None:
    shelf.keep(chosen(shelf, "project:block").kept)
    assert ids(shelf) == ["project:block", *PROGRAM_IDS]
    with qtbot.waitSignal(shelf.changed):
        document.open(Project("other", Network((Node("x", "input"),))))
    assert ids(shelf) == ["mine:block", *PROGRAM_IDS]
    different = Network((Node("in", "input"), Node("q", "relu")), (Edge("in", "q"),))
    document.edit_network("other", Network(templates={"block": different}))
    assert ids(shelf) == ["project:block", "mine:block", *PROGRAM_IDS]
    assert chosen(shelf, "project:block").help == "A template of this project, used nowhere."


def test_edits_of_the_projects_templates_can_be_undone(shelf: Shelf, document: Document, qtbot: QtBot) -> None:
    before = document.project
    with qtbot.waitSignal(shelf.changed):
        shelf.rename(chosen(shelf, "project:block"), "stage")
    assert document.undo_stack.undoText() == "rename the template block to stage"
    assert document.network.node("block").params == {"template": "stage"}
    with qtbot.waitSignal(shelf.added) as told:
        shelf.duplicate(chosen(shelf, "project:stage"))
    assert told.args == ["project:stage 2"]
    assert document.undo_stack.undoText() == "duplicate the template stage"
    shelf.delete(chosen(shelf, "project:stage 2"))
    assert document.undo_stack.undoText() == "delete the template stage 2"
    document.undo_stack.setIndex(0)
    assert document.project is before


def test_what_is_not_done_is_told(shelf: Shelf, document: Document, qtbot: QtBot) -> None:
    for command, words in (
        (lambda: shelf.delete(chosen(shelf, "project:block")), "block is used by block"),
        (lambda: shelf.rename(chosen(shelf, "project:block"), ""), "A template's name is"),
        (lambda: shelf.rename(chosen(shelf, PROGRAM_IDS[0]), "mine"), "comes with the program"),
        (lambda: shelf.delete(chosen(shelf, PROGRAM_IDS[0])), "comes with the program"),
    ):
        with qtbot.waitSignal(shelf.told) as told:
            command()
        assert words in told.args[0]
    assert document.undo_stack.count() == 0


def test_a_persons_templates_are_files(shelf: Shelf, document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    assert tmp_path in shelf.folder.parents
    kept = keep("block", document.network)
    with qtbot.waitSignal(shelf.added) as told:
        shelf.keep(kept)
    assert told.args == ["mine:block"]
    document.open(Project("other"))
    with qtbot.waitSignal(shelf.changed):
        shelf.rename(chosen(shelf, "mine:block"), "stage")
    assert [kept.name for kept in read_library(shelf.folder)[0]] == ["stage"]
    with qtbot.waitSignal(shelf.changed):
        shelf.delete(chosen(shelf, "mine:stage"))
    assert ids(shelf) == PROGRAM_IDS
    assert list(shelf.folder.iterdir()) == []


def test_files_that_cannot_be_read_are_told_once_and_left_out(shelf: Shelf, document: Document, qtbot: QtBot) -> None:
    shelf.folder.mkdir(parents=True)
    for name in ("a", "b"):
        (shelf.folder / f"{name}.json").write_text("{")
    with qtbot.waitSignal(shelf.told) as told:
        shelf.reload()
    assert "a.json" in told.args[0]
    assert told.args[0].endswith("(and 1 more)")
    with qtbot.assertNotEmitted(shelf.told):
        assert ids(shelf) == ["project:block", *PROGRAM_IDS]


def test_a_folder_that_cannot_be_written_is_told(shelf: Shelf, qtbot: QtBot) -> None:
    shelf.folder.parent.mkdir(parents=True)
    shelf.folder.write_text("a file")
    with qtbot.waitSignal(shelf.told) as told:
        shelf.keep(chosen(shelf, "project:block").kept)
    assert "cannot be made" in told.args[0]
