"""The inspector shows what is selected and edits it through the document, each edit under its own name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer.network import Edge, Network, Node, remove, rename, set_params
from explorer.project.model import Data, Project
from ui import theme
from ui.document import Document
from ui.inspector.inspector import Inspector
from ui.inspector.node_panel import NodePanel
from ui.inspector.overview import LayerRow, Overview
from ui.inspector.pieces import number, range_text
from ui.widgets.node_field import NodeField


def network() -> Network:
    """Digits through a convolution into a dense layer that does not fit."""
    nodes = (
        Node("x", "input", {"shape": (8, 8)}),
        Node("conv", "conv2d", {"filters": 4}),
        Node("out", "dense", {"units": 10}),
    )
    return Network(nodes, (Edge("x", "conv"), Edge("conv", "out")))


@pytest.fixture
def document(qapp: QApplication) -> Document:
    """A document whose input has another shape than its data."""
    weights = {"conv.weight": np.linspace(-1, 1, 36).reshape(4, 1, 3, 3)}
    return Document(Project(name="digits", network=network(), weights=weights, data=Data("digits")))


@pytest.fixture
def inspector(qapp: QApplication, qtbot: QtBot, document: Document, light: theme.Theme) -> Iterator[Inspector]:
    """The inspector, shown as wide as its dock."""
    shown = Inspector(document)
    qtbot.addWidget(shown)
    shown.resize(296, 900)
    shown.show()
    qtbot.waitExposed(shown)
    yield shown
    shown.close()


def panel(inspector: Inspector, name: str) -> NodePanel:
    """The panel of a layer, selected for it."""
    inspector._document.select((name,))
    found = inspector.panel()
    assert found is not None
    assert found.node_id == name
    return found


def texts(inspector: Inspector) -> str:
    """Everything that is written in it."""
    return " | ".join(label.text() for label in inspector.shown.findChildren(QLabel) if label.isVisible())


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


def two_alike() -> Project:
    nodes = (
        Node("x", "input", {"shape": (4,)}),
        Node("h", "dense", {"units": 3}, note="hidden"),
        Node("y", "dense", {"units": 2}),
        Node("act", "relu"),
    )
    return Project(name="two", network=Network(nodes, (Edge("x", "h"), Edge("h", "y"), Edge("y", "act"))))


def test_any_other_layer_is_shown_by_the_same_panel(inspector: Inspector, document: Document) -> None:
    document.open(two_alike())
    first = panel(inspector, "h")
    assert "hidden" in first.note.toPlainText()
    made = first.settings
    assert made is not None
    other = panel(inspector, "act")
    assert other is first
    assert (other.kind_id, other.header.kind.text()) == ("relu", "ReLU")
    assert other.settings is None or other.settings is not made
    assert not made.isVisible()
    again = panel(inspector, "y")
    assert again.settings is made
    assert made.isVisible()
    assert again.header.name.text() == "y"
    assert again.note.toPlainText() == ""
    assert again.settings is not None
    assert again.settings.form.field("units").text() == "2"
    document.edit_network("set units", set_params(document.network, "y", {"units": 7}))
    assert again.settings.form.field("units").text() == "7"


@pytest.mark.parametrize("how", ["text", "note", "name"])
def test_what_is_being_typed_belongs_to_the_layer_before(
    inspector: Inspector, document: Document, qtbot: QtBot, how: str
) -> None:
    document.open(two_alike())
    shown = panel(inspector, "h")
    assert shown.settings is not None
    inspector.activateWindow()
    field = {"text": shown.settings.form.field("units"), "note": shown.note, "name": shown.header.name}[how]
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()  # type: ignore[union-attr]
    QTest.keyClicks(field, "9" if how == "text" else "k")
    document.select(("y",))
    assert panel(inspector, "y") is shown
    network = document.network
    assert network.node("y").params == {"units": 2}
    assert network.node("y").note == ""
    if how == "text":
        assert network.node("h").params == {"units": 9}
    elif how == "note":
        assert network.node("h").note == "k"
    else:
        assert "k" in network.by_id
        assert "h" not in network.by_id
    assert shown.settings.form.field("units").text() == "2"


def test_panels_of_another_project_are_not_kept(inspector: Inspector, document: Document) -> None:
    document.open(two_alike())
    first = panel(inspector, "h")
    document.open(two_alike())
    assert panel(inspector, "h") is not first


def test_rows_stay_and_show_other_figures(inspector: Inspector, document: Document) -> None:
    document.edit_network("set shape", set_params(document.network, "x", {"shape": (1, 8, 8)}))
    shown = panel(inspector, "conv")
    rows = shown.costs.findChildren(QWidget)
    before = [label.text() for label in shown.costs.findChildren(QLabel)]
    document.edit_network("set filters", set_params(document.network, "conv", {"filters": 7}))
    assert shown.costs.findChildren(QWidget) == rows
    after = [label.text() for label in shown.costs.findChildren(QLabel)]
    assert before != after
    shapes = [label.text() for label in shown.parameters.findChildren(QLabel) if label.isVisibleTo(shown)]
    assert "weight 7×1×3×3" in shapes
    assert "63" in shapes


def test_a_layer_with_several_inputs_has_a_row_for_each(qtbot: QtBot, light: theme.Theme) -> None:
    nodes = (Node("a", "input", {"shape": (4,)}), Node("b", "input", {"shape": (4,)}), Node("sum", "add"))
    document = Document(Project(network=Network(nodes, (Edge("a", "sum", 0), Edge("b", "sum", 1)))))
    inspector = Inspector(document)
    qtbot.addWidget(inspector)
    inspector.show()
    shown = panel(inspector, "sum")
    labels = [label for label in shown.shapes.findChildren(QLabel) if label.isVisibleTo(shown)]
    assert [label.text() for label in labels if label.text() != "Shape"] == ["a", "4", "b", "4", "out", "4"]
    document.edit_network("cut", remove(document.network, edges=[Edge("b", "sum", 1)]))
    labels = [label for label in shown.shapes.findChildren(QLabel) if label.isVisibleTo(shown)]
    assert "b" not in [label.text() for label in labels]


def test_the_rows_of_the_network_have_their_room_at_once(inspector: Inspector, document: Document) -> None:
    many = tuple(Node(f"r{number}", "relu") for number in range(60))
    document.edit_network("many", Network((*document.network.nodes, *many), document.network.edges))
    panel(inspector, "conv")
    document.select(())
    rows = inspector.findChildren(LayerRow)
    assert len(rows) == 63
    # Without the window's loop having turned: what is painted first is not squeezed into the last panel's room.
    assert {row.height() for row in rows} == {28}
    tops = [row.mapTo(inspector.widget(), QPoint()).y() for row in rows]
    assert all(below - above >= 28 for above, below in pairwise(tops))


def test_tab_walks_down_the_panel_whatever_kind_was_shown_first(inspector: Inspector, document: Document) -> None:
    document.open(two_alike())
    panel(inspector, "act")
    document.edit_network("break", remove(document.network, ["x"]))
    shown = panel(inspector, "h")
    inspector.activateWindow()
    shown.header.name.setFocus()
    walked = []
    for _ in range(40):
        widget = QApplication.focusWidget()
        assert widget is not None
        if widget in walked:
            break
        walked.append(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    tops = [widget.mapTo(shown, QPoint()).y() for widget in walked if shown.isAncestorOf(widget)]
    assert len(tops) > 5
    assert tops == sorted(tops)


def test_help_of_another_kind_is_folded_up(inspector: Inspector, document: Document) -> None:
    document.open(two_alike())
    shown = panel(inspector, "h")
    shown.header.help.click()
    assert "layer of units" in shown.header.text.text()
    panel(inspector, "y")
    assert shown.header.text.isVisible()
    panel(inspector, "act")
    assert not shown.header.text.isVisible()
    shown.header.help.click()
    assert "layer of units" not in shown.header.text.text()
    assert shown.header.text.text()


def test_several_layers_and_then_others_are_told_of_by_the_same_rows(inspector: Inspector, document: Document) -> None:
    document.select(("x", "conv"))
    shown = inspector.shown
    assert isinstance(shown, Overview)
    assert "2 layers selected" in texts(inspector)
    document.select(("x", "conv", "out"))
    assert inspector.shown is shown
    assert "3 layers selected" in texts(inspector)
    assert [row._name for row in shown.findChildren(LayerRow) if row.isVisible()] == ["x", "conv", "out"]
    document.select(())
    assert inspector.shown is not shown
    assert "Totals" in texts(inspector)
    document.select(("conv", "out"))
    assert [row._name for row in shown.findChildren(LayerRow) if row.isVisible()] == ["conv", "out"]
    assert "2 layers selected" in texts(inspector)


def test_another_layer_of_the_same_kind_is_seen_at_the_same_place(inspector: Inspector, document: Document) -> None:
    document.open(two_alike())
    inspector.resize(296, 300)
    panel(inspector, "h")
    bar = inspector.verticalScrollBar()
    bar.setValue(60)
    assert bar.value() == 60
    panel(inspector, "y")
    assert bar.value() == 60
    panel(inspector, "act")
    assert bar.value() == 0
