"""Panels and their rows stay, and show other layers: what is seen is always of the layer that is selected."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer.network import Edge, Network, Node, remove, set_params
from explorer.project.model import Project
from tests.ui.inspector.shown import panel, texts, two_alike
from ui import theme
from ui.document import Document
from ui.inspector.inspector import Inspector
from ui.inspector.overview import LayerRow, Overview


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
