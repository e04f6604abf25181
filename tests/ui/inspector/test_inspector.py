"""The inspector shows what is selected and edits it through the document, each edit under its own name."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.network import Edge, Network, Node, remove, rename
from explorer.project.model import Project
from tests.ui.inspector.shown import network, panel, texts
from ui import theme
from ui.document import Document
from ui.inspector.inspector import Inspector
from ui.inspector.overview import LayerRow, Overview
from ui.inspector.pieces import number, range_text
from ui.widgets.node_field import NodeField


def test_nothing_selected_shows_the_network(inspector: Inspector, document: Document) -> None:
    shown = inspector.shown
    assert isinstance(shown, Overview)
    assert shown.header is not None
    assert shown.header.name.text() == "digits"
    rows = shown.findChildren(LayerRow)
    QTest.mouseClick(rows[1], Qt.MouseButton.LeftButton)
    assert document.selection == ("conv",)


def test_the_project_is_renamed(inspector: Inspector, document: Document) -> None:
    shown = inspector.shown
    assert isinstance(shown, Overview)
    assert shown.header is not None
    shown.header.name.setText("residual")
    QTest.keyClick(shown.header.name, Qt.Key.Key_Return)
    assert document.project.name == "residual"
    assert document.undo_stack.undoText() == "rename the project"


def test_settings_are_edited(inspector: Inspector, document: Document) -> None:
    shown = panel(inspector, "out")
    assert shown.settings is not None
    shown.settings.form.field("units").setText("64")  # type: ignore[union-attr]
    QTest.keyClick(shown.settings.form.field("units"), Qt.Key.Key_Return)
    assert document.network.by_id["out"].params == {"units": 64}
    assert document.undo_stack.undoText() == "set units of out"
    document.undo_stack.undo()
    assert shown.settings.form.field("units").text() == "10"  # type: ignore[union-attr]
    assert inspector.panel() is shown


def test_shapes_formula_and_parameters_follow(inspector: Inspector, document: Document) -> None:
    shown = panel(inspector, "x")
    shown.settings.take_shape.click()
    assert document.network.by_id["x"].params["shape"] == document.project.data.kind.shapes({})[0]
    assert not shown.settings.take_shape.isVisible()
    document.edit_network(
        "fix", Network((Node("x", "input", {"shape": (1, 8, 8)}), *network().nodes[1:]), network().edges)
    )
    shown = panel(inspector, "conv")
    assert "1×8×8" in texts(inspector)
    assert "4×6×6" in texts(inspector)
    assert shown._total.text() == "40"
    assert "weight 4×1×3×3" in texts(inspector)
    assert "\u22121 … 1" in texts(inspector)
    element = shown.formula.tex
    shown.switch._segments["matrix"].click()
    assert shown.formula.tex != element
    assert panel(inspector, "conv").switch.current() == "matrix"


def test_a_problem_is_mended(inspector: Inspector, document: Document) -> None:
    document.open(
        Project(network=Network((Node("x", "input", {"shape": (1, 8, 8)}), *network().nodes[1:]), network().edges))
    )
    shown = panel(inspector, "out")
    assert shown.problems.isVisible()
    row = shown.problems.body.itemAt(0).widget()
    row.findChild(type(shown.settings.take_shape)).click()
    assert Edge("flatten", "out") in document.network.edges
    assert not shown.problems.isVisible()


def test_renaming_checks_the_name(inspector: Inspector, document: Document) -> None:
    fitting = Network((Node("x", "input", {"shape": (1, 8, 8)}), *network().nodes[1:]), network().edges)
    document.open(Project(network=fitting, weights=document.project.weights))
    field = panel(inspector, "conv").header.name
    field.setText("out")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.message.text() == "There is a layer called out already."
    field.setText("stem")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert document.selection == ("stem",)
    assert "stem.weight" in document.project.weights
    current = inspector.panel()
    assert current is not None
    assert current.node_id == "stem"


def test_a_note_is_kept(inspector: Inspector, document: Document) -> None:
    shown = panel(inspector, "conv")
    shown.note.setFocus()
    QTest.keyClicks(shown.note, "edges")
    shown.header.name.setFocus()
    assert document.network.by_id["conv"].note == "edges"
    assert document.undo_stack.undoText() == "note on conv"


def test_help_folds_out(inspector: Inspector) -> None:
    shown = panel(inspector, "conv")
    assert not shown.header.text.isVisible()
    shown.header.help.click()
    assert shown.header.text.isVisible()
    assert shown.header.text.text()


def test_several_layers_are_counted(inspector: Inspector, document: Document) -> None:
    document.select(("x", "conv"))
    assert isinstance(inspector.shown, Overview)
    assert "2 layers selected" in texts(inspector)


def test_a_deleted_layer_is_let_go(inspector: Inspector, document: Document) -> None:
    panel(inspector, "conv")
    document.edit_network("delete", Network(network().nodes[:1]))
    assert inspector.panel() is None
    document.undo_stack.undo()
    assert isinstance(inspector.shown, Overview)


def test_what_was_typed_when_the_layer_was_deleted_is_let_go(inspector: Inspector, document: Document) -> None:
    shown = panel(inspector, "out")
    assert shown.settings is not None
    inspector.activateWindow()
    units = shown.settings.form.field("units")
    units.setFocus()
    units.setText("64")  # type: ignore[union-attr]
    document.edit_network("delete out", remove(document.network, ["out"]))
    QApplication.processEvents()
    shown.settings.form.changed.emit("units", 64)
    assert "out" not in document.network.by_id
    assert document.undo_stack.undoText() == "delete out"


def test_numbers_have_real_minus_signs() -> None:
    assert number(-0.25) == "\u22120.25"
    assert range_text(np.array([-1.5, 2.0])) == "\u22121.5 … 2"
    assert range_text(np.zeros((0, 3))) == ""


# Settings of weights


@pytest.fixture
def sharing(qapp: QApplication) -> Document:
    """Two dense layers alike, one of another shape, and a frozen one."""
    nodes = (
        Node("x", "input", {"shape": (3,)}),
        Node("h", "dense", {"units": 3}),
        Node("wide", "dense", {"units": 4}),
        Node("g", "dense", {"units": 3}),
        Node("y", "dense", {"units": 2, "freeze": True}),
    )
    edges = (Edge("x", "h"), Edge("h", "wide"), Edge("h", "g"), Edge("g", "y"))
    return Document(Project(network=Network(nodes, edges)))


def test_a_layer_can_share_the_weights_of_one_that_fits(qtbot: QtBot, sharing: Document, light: theme.Theme) -> None:
    inspector = Inspector(sharing)
    qtbot.addWidget(inspector)
    inspector.show()
    inspector._document.select(("g",))
    shown = inspector.panel()
    assert shown is not None
    assert shown.settings is not None
    field = shown.settings.form.field("share")
    assert isinstance(field, NodeField)
    assert [field.itemText(place) for place in range(field.count())] == ["none", "h"]
    field.setCurrentIndex(1)
    field.activated.emit(1)
    assert sharing.resolved.layers["g"].owner == "h"
    QApplication.processEvents()
    assert "It has the weights of h." in texts(inspector)
    assert sharing.resolved.parameters == 12 + 16 + 8
    sharing.edit_network("rename h", rename(sharing.network, "h", "first"), names={"h": "first"})
    assert field.currentText() == "first"
    sharing.undo_stack.undo()
    sharing.undo_stack.undo()
    assert field.currentText() == "none"


def test_frozen_weights_are_counted_apart(qtbot: QtBot, sharing: Document, light: theme.Theme) -> None:
    inspector = Inspector(sharing)
    qtbot.addWidget(inspector)
    inspector.show()
    found = texts(inspector).split(" | ")
    assert found[found.index("trainable") + 1] == "40"
    assert found[found.index("frozen") + 1] == "8"
    inspector._document.select(("y",))
    QApplication.processEvents()
    assert "Frozen: training does not change them." in texts(inspector)
