"""The canvas as assistive technologies see it: a list of layers, each with its name, its words, place and state."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QAccessibleWidget

from ui.editor.telling import name_of, told
from ui.editor.view import EditorView
from ui.scope import Scope

_Text, _Role = QAccessible.Text, QAccessible.Role


class CanvasInterface(QAccessibleWidget):
    """The canvas: its children are the layers, in the order of the network."""

    def __init__(self, view: EditorView) -> None:
        super().__init__(view, _Role.List, "Network")
        self._view = view
        self._known: dict[str, LayerInterface] = {}

    @property
    def view(self) -> EditorView:
        """The canvas itself."""
        return self._view

    def childCount(self) -> int:
        return len(self._view.document.network.nodes)

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        nodes = self._view.document.network.nodes
        return self.layer(nodes[index].id) if 0 <= index < len(nodes) else None

    def layer(self, name: str) -> LayerInterface:
        """The interface of a layer, always the same one."""
        if name not in self._known:
            self._known[name] = LayerInterface(self, name)
        return self._known[name]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return self.index_of(child.name) if isinstance(child, LayerInterface) else -1

    def index_of(self, name: str) -> int:
        """The place of a layer among the children, −1 if it is gone."""
        return next((place for place, node in enumerate(self._view.document.network.nodes) if node.id == name), -1)

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        where = self._view.viewport().mapFromGlobal(QRect(x, y, 1, 1).topLeft())
        hit = self._view.editor_scene().hit(self._view.mapToScene(where))
        return self.layer(hit.node) if hit.node else None

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        node = self._view.keyboard.node if self._view.hasFocus() else None
        return self.layer(node) if node else None


class LayerInterface(QAccessibleInterface):
    """One layer of the network that is shown."""

    def __init__(self, canvas: CanvasInterface, name: str) -> None:
        super().__init__()
        self._canvas = canvas
        self.name = name

    def isValid(self) -> bool:
        return self.name in self._canvas.view.editor_scene().nodes

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]
        return self._canvas.window()

    def parent(self) -> QAccessibleInterface:
        return self._canvas

    def childCount(self) -> int:
        return 0

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def role(self) -> QAccessible.Role:
        return _Role.ListItem

    def text(self, kind: QAccessible.Text) -> str:
        view = self._canvas.view
        item = view.editor_scene().nodes.get(self.name)
        if item is None or kind not in (_Text.Name, _Text.Description):
            return ""
        if kind == _Text.Name:
            return name_of(item.look)
        return told(view.document.network, item.look, view.document.problems)

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """A name is changed by renaming alone."""

    def rect(self) -> QRect:
        view = self._canvas.view
        item = view.editor_scene().nodes.get(self.name)
        if item is None:
            return QRect()
        box = view.mapFromScene(item.box()).boundingRect()
        return QRect(view.viewport().mapToGlobal(box.topLeft()), box.size())

    def state(self) -> QAccessible.State:
        view, state = self._canvas.view, QAccessible.State()
        state.focusable = state.selectable = state.multiSelectable = True
        state.selected = self.name in view.document.selection
        state.focused = view.hasFocus() and view.keyboard.node == self.name
        state.offscreen = not self.rect().intersects(self._canvas.rect())
        return state


class Narrator(QObject):
    """Tells assistive technologies where the focus is on the canvas, and what is said beside the pointer."""

    def __init__(self, document: Scope, view: EditorView) -> None:
        super().__init__(view)
        self._document, self._view = document, view
        view.setAccessibleName("Network")
        view.keyboard.moved.connect(self._tell_focus)
        document.changed.connect(self._tell_focus)
        document.opened.connect(self._tell_focus)
        view.noted.connect(self.say)
        self._tell_focus()

    def say(self, sentence: str) -> None:
        """Let a sentence be read out."""
        if sentence and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._view, sentence))

    def _tell_focus(self) -> None:
        """The view's own description tells the layer too, for whoever reads no further."""
        view, node = self._view, self._view.keyboard.node
        network = self._document.network
        item = view.editor_scene().nodes.get(node) if node is not None and node in network.by_id else None
        description = f"{len(network.nodes)} layers; arrow keys walk along the wires"
        if item is not None:
            description = f"{name_of(item.look)}. {told(network, item.look, self._document.problems)}"
        if description == view.accessibleDescription():
            return
        view.setAccessibleDescription(description)
        if item is not None and view.hasFocus() and QAccessible.isActive():
            event = QAccessibleEvent(view, QAccessible.Event.Focus)
            event.setChild([n.id for n in network.nodes].index(item.look.id))
            QAccessible.updateAccessibility(event)


def _interface(_class_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    return CanvasInterface(thing) if isinstance(thing, EditorView) else None


QAccessible.installFactory(_interface)
