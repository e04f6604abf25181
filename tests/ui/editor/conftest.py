"""What tests of the editor share: a network like the one of the picture, and an editor that shows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.network import Edge, Network, Node
from explorer.project.model import Project
from ui import theme
from ui.document import Document
from ui.editor.editor import Editor
from ui.editor.frame_item import frame_rect

PLACES = {"x": (0, 0), "h": (200, 0), "act": (400, 0), "both": (600, 0), "loose": (200, 240)}


def small_network() -> Network:
    """x → h → act → both, and a dense layer that nothing is wired to."""
    nodes = (
        Node("x", "input", {"shape": (4,)}, PLACES["x"]),
        Node("h", "dense", {"units": 4}, PLACES["h"]),
        Node("act", "relu", {}, PLACES["act"]),
        Node("both", "add", {}, PLACES["both"]),
        Node("loose", "dense", {}, PLACES["loose"]),
    )
    return Network(nodes, (Edge("x", "h"), Edge("h", "act"), Edge("act", "both", 0)))


class Hand:
    """The mouse over the canvas, in coordinates of the scene."""

    def __init__(self, editor: Editor) -> None:
        self.view = editor.view
        self.scene = editor.scene

    def at(self, where: QPointF) -> QPoint:
        """The point of the viewport."""
        return self.view.mapFromScene(where)

    def body(self, name: str) -> QPointF:
        """A point on a node, away from its ports and header."""
        return self.scene.nodes[name].pos() + QPointF(50, 80)

    def output(self, name: str) -> QPointF:
        """The output port of a node."""
        return self.scene.nodes[name].output_place()

    def input(self, name: str, port: int = 0) -> QPointF:
        """An input port of a node."""
        return self.scene.nodes[name].input_place(port)

    def click(self, where: QPointF, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press and release."""
        QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, modifier, self.at(where))

    def press(self, where: QPointF, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Press a button."""
        QTest.mousePress(self.view.viewport(), button, Qt.KeyboardModifier.NoModifier, self.at(where))

    def move(self, where: QPointF) -> None:
        """Move the pointer."""
        QTest.mouseMove(self.view.viewport(), self.at(where))

    def release(self, where: QPointF, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Release the button."""
        QTest.mouseRelease(self.view.viewport(), button, Qt.KeyboardModifier.NoModifier, self.at(where))

    def drag(self, start: QPointF, end: QPointF, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Press, move by way of the middle, release."""
        self.press(start, button)
        for part in (0.25, 0.5, 0.75, 1.0):
            self.move(start + (end - start) * part)
        self.release(end, button)

    def sweep(
        self, *points: QPointF, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, release: bool = True
    ) -> None:
        """Press at the first point, move over the others in steps of 30 ms with keys held, release at the last."""
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        events = [(QEvent.Type.MouseButtonPress, points[0], left, left)]
        events += [(QEvent.Type.MouseMove, point, none, left) for point in points[1:]]
        events += [(QEvent.Type.MouseButtonRelease, points[-1], left, none)] if release else []
        for number, (kind, point, button, buttons) in enumerate(events):
            local = QPointF(self.at(point))
            event = QMouseEvent(kind, local, self.view.viewport().mapToGlobal(local), button, buttons, held)
            event.setTimestamp(30 * number)
            QApplication.sendEvent(self.view.viewport(), event)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press and release a key on the canvas."""
        QTest.keyClick(self.view, key, modifier)


def check_scene(editor: Editor) -> None:
    """The scene shows exactly the network that is opened, with its frames and bends."""
    network, scene = editor.scope.network, editor.scene
    assert set(scene.nodes) == set(network.by_id)
    assert set(scene.wires) == set(network.edges)
    for node in network.nodes:
        item = scene.nodes[node.id]
        assert item.scene() is scene
        assert item.look.id == node.id
        assert item.selected == (node.id in editor.scope.selection)
        assert item.look.muted == node.muted
        if node.position is not None:
            assert (item.x(), item.y()) == node.position
    assert set(scene.frames.items) == {frame.id for frame in network.frames}
    for frame in network.frames:
        drawn = scene.frames.items[frame.id]
        assert drawn.frame == frame
        assert drawn.rect() == frame_rect(scene.content_rect(frame.nodes), bool(frame.note))
    bends = {edge: edge.via for edge in network.edges}
    for edge, wire in scene.wires.items():
        assert wire.scene() is scene
        assert wire.look.via == bends[edge]
        assert wire.points[0] == scene.nodes[edge.source].output_place()
        assert wire.points[-1] == scene.nodes[edge.target].input_place(edge.port)


@pytest.fixture
def document(qapp: QApplication) -> Document:
    """A document with the small network."""
    return Document(Project(network=small_network()))


@pytest.fixture
def editor(qapp: QApplication, qtbot: QtBot, document: Document, light: theme.Theme) -> Iterator[Editor]:
    """An editor that is shown at 1000 by 700."""
    shown = Editor(document)
    qtbot.addWidget(shown)
    shown.resize(1000, 700)
    shown.show()
    qtbot.waitExposed(shown)
    shown.activateWindow()
    shown.view.setFocus()
    yield shown
    shown.close()


@pytest.fixture
def hand(editor: Editor) -> Hand:
    """The mouse."""
    return Hand(editor)


def undone(editor: Editor, label: str) -> None:
    """The last edit has this label, undo restores the very network before it, and redo brings it back."""
    document = editor.document
    after = document.network
    assert document.undo_stack.undoText() == label
    document.undo_stack.undo()
    assert document.network == small_network()
    check_scene(editor)
    document.undo_stack.redo()
    assert document.network == after
    check_scene(editor)
