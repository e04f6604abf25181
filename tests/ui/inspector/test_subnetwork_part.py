"""A subnetwork in the inspector: its template, the uses of it, what is inside, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.grouping import group
from explorer.network import Edge, Network, Node
from explorer.project.model import Project
from ui import theme
from ui.document import Document
from ui.inspector.inspector import Inspector
from ui.inspector.overview import LayerRow, Overview
from ui.inspector.subnetwork_part import SubnetworkPart
from ui.scope import Scope


@pytest.fixture
def document(qapp: QApplication) -> Document:
    """x → block (h, a) → again (the same template) → y; spare is used by nothing."""
    chain = Network(
        (Node("x", "input", {"shape": (3,)}), Node("h", "dense", {"units": 3}), Node("a", "tanh"), Node("y", "dense")),
        (Edge("x", "h"), Edge("h", "a"), Edge("a", "y")),
    )
    once = group(chain, {"h", "a"}).network
    nodes = (*once.nodes, Node("again", "subnetwork", {"template": "block"}))
    edges = (Edge("x", "block"), Edge("block", "again"), Edge("again", "y"))
    return Document(Project("two", Network(nodes, edges, templates={**once.templates, "spare": chain})))


@pytest.fixture
def inspector(qtbot: QtBot, light: theme.Theme, document: Document) -> Iterator[Inspector]:
    shown = Inspector(document)
    qtbot.addWidget(shown)
    shown.resize(296, 800)
    shown.show()
    yield shown
    shown.close()


def part(inspector: Inspector) -> SubnetworkPart:
    panel = inspector.panel()
    assert panel is not None
    assert panel.inside is not None
    return panel.inside


def test_it_tells_template_uses_and_layers(inspector: Inspector, document: Document) -> None:
    document.select(("block",))
    panel, shown = inspector.panel(), part(inspector)
    assert panel is not None
    assert panel.settings is None
    assert not panel.formula_part.isVisible()
    assert panel.parameters.isVisible()
    assert shown.template.currentData() == "block"
    assert [shown.template.itemText(row) for row in range(shown.template.count())] == ["block", "spare"]
    assert shown.uses.text() == "2 subnetworks stand for it: a change inside changes them all."
    assert [row._name for row in shown.findChildren(LayerRow) if row.isVisible()] == ["h", "a"]
    document.select(("y",))
    assert inspector.panel() is not None
    assert inspector.panel().inside is None  # type: ignore[union-attr]


def test_its_buttons_open_make_unique_and_ungroup(inspector: Inspector, document: Document) -> None:
    scope = Scope.of(document)
    document.select(("again",))
    part(inspector).unique.click()
    assert document.network.node("again").params == {"template": "block 2"}
    assert not part(inspector).unique.isEnabled()
    assert not part(inspector).uses.isVisible()
    part(inspector).open.click()
    assert scope.path == ("again",)
    shown = inspector.shown
    assert isinstance(shown, Overview)
    assert shown.header is not None
    assert (shown.header.kind.whole_text(), shown.header.name.text()) == ("Template", "block 2")
    scope.leave()
    part(inspector).ungroup.click()
    assert document.undo_stack.undoText() == "ungroup again"
    assert "again" not in document.network.by_id


def test_a_layer_inside_is_shown_where_it_lies(inspector: Inspector, document: Document) -> None:
    scope = Scope.of(document)
    document.select(("block",))
    rows = [row for row in part(inspector).findChildren(LayerRow) if row.isVisible()]
    rows[0].picked.emit("h")
    assert (scope.path, document.selection) == (("block",), ("block/h",))
    panel = inspector.panel()
    assert panel is not None
    assert panel.node_id == "h"
    assert panel.settings is not None
    scope.select(("in",))
    panel = inspector.panel()
    assert panel is not None
    assert panel.settings is None  # the shape of an input inside is that of what is wired into the subnetwork


def test_another_template_is_chosen_or_refused(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    scope = Scope.of(document)
    document.select(("again",))
    part(inspector).template.committed.emit("spare")
    assert document.undo_stack.undoText() == "set template of again"
    assert document.network.node("again").params == {"template": "spare"}
    scope.enter("again")
    scope.edit_network("group", group(scope.network, {"h", "a"}, name="deep").network)
    scope.select(("deep",))
    with qtbot.waitSignal(scope.refused) as told:
        part(inspector).template.committed.emit("spare")
    assert told.args == ["spare cannot be put into spare: spare would then be inside itself."]
    assert part(inspector).template.currentData() == "deep"


def test_the_template_that_is_opened_can_be_renamed(inspector: Inspector, document: Document) -> None:
    scope = Scope.of(document)
    scope.enter("block")
    shown = inspector.shown
    assert isinstance(shown, Overview)
    assert shown._rename("stage") == ""
    assert document.undo_stack.undoText() == "rename the template block to stage"
    assert document.network.node("again").params == {"template": "stage"}
    assert scope.template == "stage"
    assert "already" in shown._rename("spare") or "no template" in shown._rename("spare")
