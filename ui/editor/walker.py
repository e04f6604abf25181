"""Walker: going from layer to layer, along wires and from problem to problem, by keys."""

from __future__ import annotations

from PySide6.QtCore import QObject

from explorer.network import Edge
from ui.editor.aligning import Box, numbers
from ui.editor.scene import EditorScene
from ui.editor.view import EditorView
from ui.editor.walking import Direction, nearest_to, step
from ui.scope import Scope


class Walker(QObject):
    """Moves the selection, and what is seen with it."""

    def __init__(self, document: Scope, scene: EditorScene, view: EditorView) -> None:
        super().__init__(view)
        self._document, self._scene, self._view = document, scene, view
        self._came_from = ""

    def walk(self, direction: Direction, extend: bool = False) -> None:
        """Select what lies that way from the node with the focus; ``extend`` keeps what is selected too."""
        boxes = self._boxes()
        here = self._view.keyboard.node
        if here is None:
            middle = self._view.centre()
            there = nearest_to(boxes, middle.x(), middle.y())
        else:
            there = step(self._document.network, boxes, here, direction, self._came_from)
        if there is None:
            return
        self._came_from = here or ""
        kept = tuple(name for name in self._document.selection if name != there) if extend else ()
        self._scene.select_edges(())
        self._document.select((*kept, there))
        self._view.reveal(self._scene.nodes[there].box())

    def next_wire(self) -> None:
        """Select a wire of the node with the focus: the first of its inputs, and with each call the next one."""
        wires = self._wires()
        if wires:
            chosen = next((place for place, edge in enumerate(wires) if edge in self._scene.selected_edges), -1)
            self._scene.select_edges({wires[(chosen + 1) % len(wires)]})

    def go_to_problem(self, way: int) -> str | None:
        """The layer with the next problem (the one before, for −1), by its full name; None without one."""
        names = list(dict.fromkeys(p.node for p in self._document.document.problems if p.node))
        if not names:
            return None
        here = self._document.prefix + (self._view.keyboard.node or "")
        place = names.index(here) + way if here in names else (0 if way > 0 else -1)
        return names[place % len(names)]

    def _wires(self) -> list[Edge]:
        here, network = self._view.keyboard.node, self._document.network
        if here is None:
            return []
        return [edge for edge in (*network.incoming[here], *network.outgoing[here]) if edge in self._scene.wires]

    def _boxes(self) -> dict[str, Box]:
        return {name: numbers(item.box()) for name, item in self._scene.nodes.items()}
