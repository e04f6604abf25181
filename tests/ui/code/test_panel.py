"""The code panel: live code of the network, lines and layers that find each other, and what it says instead."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.examples import load_example
from explorer.exchange.model_code import model_program
from explorer.network import Edge, Network, Node, add_node, remove, rename, set_params
from explorer.project.model import Project
from ui import theme
from ui.code import panel as panels
from ui.code.panel import CodePanel
from ui.document import Document
from ui.scope import Scope

BLOCK = Network(
    (Node("in", "input", {"shape": (3,)}), Node("h", "dense", {"units": 3}), Node("t", "tanh")),
    (Edge("in", "h"), Edge("h", "t")),
)
TWICE = Network(
    (
        Node("x", "input", {"shape": (3,)}),
        Node("a", "subnetwork", {"template": "block"}),
        Node("b", "subnetwork", {"template": "block"}),
    ),
    (Edge("x", "a"), Edge("a", "b")),
    templates={"block": BLOCK},
)


@pytest.fixture
def document(qapp: object) -> Document:
    document = Document()
    document.open(load_example("digits-conv"))
    return document


@pytest.fixture
def panel(qtbot: QtBot, document: Document, light: theme.Theme) -> CodePanel:
    shown = CodePanel(document)
    qtbot.addWidget(shown)
    shown.resize(600, 400)
    shown.show()
    return shown


def written(document: Document) -> str:
    return "\n".join(line.text for line in model_program(document.network, document.resolved, document.project.name))


def marked(panel: CodePanel) -> list[str]:
    """The marked lines."""
    marks = panel.view.extraSelections()
    return [mark.cursor.block().text().strip() for mark in marks]  # type: ignore[attr-defined]


def test_it_shows_the_code_and_follows_every_edit(qtbot: QtBot, document: Document, panel: CodePanel) -> None:
    assert panel.view.toPlainText() == written(document)
    network = document.network
    edits = (
        set_params(network, "conv1", {"filters": 5}),
        rename(network, "x", "picture"),
        rename(network, "y", "digit"),
        remove(network, ["relu1", "pool1"]),
        set_params(network, "x", {"shape": (1, 10, 10)}),
    )
    for after in edits:
        document.edit_network("edit", after)
        if document.resolved.problems:
            continue
        qtbot.waitUntil(lambda: panel.view.toPlainText() == written(document))
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    qtbot.waitUntil(lambda: panel.view.toPlainText() == written(document))
    document.open(Project("other", TWICE))
    qtbot.waitUntil(lambda: "class Other(" in panel.view.toPlainText())
    assert panel.view.toPlainText() == written(document)


def test_what_is_looked_at_stays_when_lines_elsewhere_change(
    qtbot: QtBot, document: Document, panel: CodePanel
) -> None:
    panel.resize(600, 160)
    bar = panel.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    place = bar.value()
    assert place > 5
    document.edit_network("edit", set_params(document.network, "conv1", {"kernel": (5, 5)}))
    qtbot.waitUntil(lambda: panel.view.toPlainText() == written(document))
    assert bar.value() == place


def test_a_hidden_panel_writes_nothing_until_it_is_shown(
    qtbot: QtBot, document: Document, panel: CodePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.hide()
    before = panel.view.toPlainText()
    monkeypatch.setattr(panels, "model_program", lambda *_: pytest.fail("written though it is hidden"))
    document.edit_network("edit", set_params(document.network, "conv1", {"filters": 3}))
    qtbot.wait(2 * panels.SETTLED_MS)
    assert panel.view.toPlainText() == before
    monkeypatch.undo()
    panel.show()
    assert panel.view.toPlainText() == written(document)


def test_a_selected_layer_has_its_lines_marked(document: Document, panel: CodePanel) -> None:
    document.select(("conv1", "y"))
    texts = ["self.conv1 = nn.Conv2d", "self.y = nn.Linear(64, 10)", "conv1 = self.conv1(x)", "y = self.y(flat)"]
    assert [line[: len(text)] for line, text in zip(marked(panel), texts, strict=True)] == texts
    document.select(())
    assert marked(panel) == []


def test_marked_lines_are_scrolled_to(document: Document, panel: CodePanel) -> None:
    panel.resize(600, 160)
    assert panel.view.firstVisibleBlock().blockNumber() == 0
    document.select(("y",))
    top = panel.view.firstVisibleBlock().blockNumber()
    assert top > 5


def test_a_click_on_a_line_selects_its_layer(qtbot: QtBot, document: Document, panel: CodePanel) -> None:
    click(panel, "conv2 = self.conv2(pool1)")
    assert document.selection == ("conv2",)
    click(panel, "return y")
    assert document.selection == ("conv2",)


def click(panel: CodePanel, text: str) -> None:
    lines = panel.view.toPlainText().split("\n")
    number = next(number for number, line in enumerate(lines) if text in line)
    block = panel.view.document().findBlockByNumber(number)
    place = panel.view.blockBoundingGeometry(block).translated(panel.view.contentOffset()).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, int(place.y())))


def test_lines_of_a_template_belong_to_every_use(qtbot: QtBot, document: Document, panel: CodePanel) -> None:
    document.open(Project("twice", TWICE))
    qtbot.waitUntil(lambda: "class Block(" in panel.view.toPlainText())
    for use in ("a", "b"):
        document.select((f"{use}/h",))
        assert marked(panel) == ["self.h = nn.Linear(3, 3)", "h = self.h(in_)"]
        document.select((use,))
        assert marked(panel) == [f"self.{use} = Block()", f"{use} = self.{use}({'x' if use == 'a' else 'a'})"]
    click(panel, "t = self.t(h)")
    scope = Scope.of(document)
    assert (scope.path, scope.selection) == (("a",), ("t",))


def test_while_there_are_problems_it_says_why_there_is_no_code(
    qtbot: QtBot, document: Document, panel: CodePanel
) -> None:
    document.edit_network("edit", add_node(document.network, Node("loose", "dense")))
    qtbot.waitUntil(lambda: not panel.view.isVisible())
    assert not panel.copy.isEnabled()
    assert not panel.save.isEnabled()
    (hint,) = [child for child in panel.findChildren(panels.Hint) if child.isVisible()]
    told = [child.accessibleName() for child in hint.children() if hasattr(child, "accessibleName")]
    assert any("loose has no input" in text for text in told)
    with qtbot.waitSignal(panel.problems_asked):
        hint.acted.emit()
    document.undo_stack.undo()
    qtbot.waitUntil(panel.view.isVisible)
    assert panel.view.toPlainText() == written(document)
    assert panel.copy.isEnabled()


def test_large_networks_are_written_aside(
    qtbot: QtBot, document: Document, panel: CodePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panels, "MOST_AT_ONCE", 3)
    document.edit_network("edit", set_params(document.network, "conv1", {"filters": 3}))
    panel.refresh()
    assert "nn.Conv2d(1, 3" not in panel.view.toPlainText()
    qtbot.waitUntil(lambda: panel.view.toPlainText() == written(document))


def test_copy(qtbot: QtBot, document: Document, panel: CodePanel) -> None:
    QTest.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == written(document) + "\n"


def test_the_colours_are_those_of_the_theme(qtbot: QtBot, document: Document, panel: CodePanel) -> None:
    for mode in ("light", "dark"):
        theme.current().set_mode(mode)
        tokens = theme.current().tokens
        assert colour(panel, "class DigitsConv", "class") == tokens.color("acc")
        assert colour(panel, "nn.Conv2d(1", "1, ") == tokens.color("neg")
        assert colour(panel, "as a PyTorch module", '"""') == tokens.color("pos")
        assert colour(panel, "# (batch, 10)", "# (batch") == tokens.color("text3")


def colour(panel: CodePanel, line: str, part: str) -> QColor:
    """The colour in which a part of a line is written."""
    block = panel.view.document().begin()
    while line not in block.text():
        block = block.next()
    place = block.text().index(part, block.text().index(line[:4]) if part not in line else block.text().index(line))
    formats = [f for f in block.layout().formats() if f.start <= place < f.start + f.length]
    return formats[-1].format.foreground().color()


def test_a_text_of_several_lines_is_one_colour(qtbot: QtBot, light: theme.Theme) -> None:
    view = panels.CodeView()
    qtbot.addWidget(view)
    view.setPlainText('"""One\n\nreturn 3\n"""\nreturn 4')
    blocks = [view.document().findBlockByNumber(number) for number in range(5)]
    pos, acc = light.tokens.color("pos"), light.tokens.color("acc")
    shown = [[f.format.foreground().color() for f in block.layout().formats()] for block in blocks]
    assert shown[:4] == [[pos], [], [pos], [pos]]
    assert shown[4][0] == acc
