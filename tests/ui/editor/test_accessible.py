"""The canvas for assistive technologies: layers by name, words, place and state, and what is read out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QListWidget

from explorer.network import remove
from tests.ui.editor.conftest import Hand
from ui.editor.editor import Editor

NAME, DESCRIPTION = QAccessible.Text.Name, QAccessible.Text.Description


@pytest.fixture
def listened(editor: Editor) -> Iterator[None]:
    """As while a screen reader listens."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def canvas(editor: Editor) -> QAccessibleInterface:
    """What stands for the canvas."""
    return QAccessible.queryAccessibleInterface(editor.view)


def test_the_layers_are_its_children(editor: Editor, listened: None) -> None:
    found = canvas(editor)
    assert (found.role(), found.text(NAME)) == (QAccessible.Role.List, "Network")
    children = [found.child(place) for place in range(found.childCount())]
    assert [child.text(NAME) for child in children] == [
        "x, Input", "h, Dense", "act, ReLU", "both, Add", "loose, Dense"
    ]  # fmt: skip
    assert all(child.role() == QAccessible.Role.ListItem for child in children)
    assert [found.indexOfChild(child) for child in children] == [0, 1, 2, 3, 4]
    assert "20 parameters. reads x. read by act" in children[1].text(DESCRIPTION)
    assert "Problem: loose" in children[4].text(DESCRIPTION)
    assert "nothing comes in. an output" in children[4].text(DESCRIPTION)


def test_a_layer_is_where_it_is_seen(editor: Editor, listened: None) -> None:
    found = canvas(editor)
    for place in range(found.childCount()):
        child = found.child(place)
        middle = child.rect().center()
        assert found.rect().contains(middle)
        assert found.childAt(middle.x(), middle.y()) is child
    editor.view.pan(-4000, 0)
    assert found.child(0).state().offscreen


def test_the_focus_is_told_and_walks_along(editor: Editor, hand: Hand, listened: None) -> None:
    assert editor.view.accessibleDescription() == "5 layers; arrow keys walk along the wires"
    editor.scope.select(("x", "h"))
    found = canvas(editor)
    states = [found.child(place).state() for place in range(3)]
    assert [(state.selected, state.focused) for state in states] == [(1, 0), (1, 1), (0, 0)]
    assert found.focusChild().text(NAME) == "h, Dense"
    hand.key(Qt.Key.Key_Right)
    assert found.focusChild().text(NAME) == "act, ReLU"
    assert editor.view.accessibleDescription().startswith("act, ReLU. 4.")
    assert "reads h. read by both" in editor.view.accessibleDescription()


def test_a_layer_that_is_gone_is_no_longer_valid(editor: Editor, listened: None) -> None:
    child = canvas(editor).child(1)
    assert child.isValid()
    editor.document.edit_network("delete h", remove(editor.document.network, ["h"]))
    assert not child.isValid()
    assert (child.text(NAME), child.text(DESCRIPTION), child.rect()) == ("", "", QRect())
    assert canvas(editor).childCount() == 4
    assert canvas(editor).child(9) is None


def test_what_is_said_is_read_out(editor: Editor, listened: None, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: said.append(getattr(event, "message", str)()))
    editor.scope.select(("h", "x"))
    editor.begin_wire()
    assert said[-1].startswith("Walk with the arrow keys")
    editor.view.cancel_gesture()
    editor.commands.wire("h", "loose", 0)
    editor.scope.select(("h", "act", "x"))
    editor.attempt(lambda: editor.commands.wire("act", "h", 0))
    assert said[-1] == "A wire from act to h would close a loop."


def test_every_part_of_the_editor_has_a_name(editor: Editor) -> None:
    kinds = (QAbstractButton, QLineEdit, QListWidget)
    shown = [widget for kind in kinds for widget in editor.findChildren(kind) if widget.isVisible()]
    assert len(shown) > 8
    for widget in shown:
        assert QAccessible.queryAccessibleInterface(widget).text(NAME), widget
