"""Subnetworks on the canvas: opened and left again, made of layers, taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF

from explorer.inside import UsePath
from ui.editor.breadcrumb import Breadcrumb

if TYPE_CHECKING:
    from ui.editor.editor import Editor


class Subnetworks(QObject):
    """Leads into subnetworks and back to where one was; asks for the edits that make them."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor, self._scope = editor, editor.scope
        self._seen: dict[UsePath, tuple[float, QPointF]] = {}
        """Which part of each network was seen when it was left, and at which zoom."""
        self.breadcrumb = Breadcrumb(editor.scope, editor)
        self.breadcrumb.go_wanted.connect(self.go)
        self.breadcrumb.leave_wanted.connect(self.leave)
        editor.scope.opened.connect(self.breadcrumb.show_path)
        editor.scope.changed.connect(self.breadcrumb.show_path)
        editor.document.opened.connect(self._seen.clear)

    def can_open(self, name: str) -> bool:
        """Whether a node that is shown stands for a network."""
        return name in self._editor.scene.nodes and self._editor.scene.nodes[name].look.stack

    def open(self, name: str) -> None:
        """Show what is inside a node that is shown."""
        self._move((*self._scope.path, name))

    def leave(self) -> None:
        """Show what the opened subnetwork lies in, and select it."""
        path = self._scope.path
        if path:
            self._move(path[:-1], path[-1])

    def go(self, path: UsePath) -> None:
        """Show what a path opens; coming out of a subnetwork, select it."""
        here = self._scope.path
        self._move(path, *here[len(path) : len(path) + 1])

    def show_layer(self, full_name: str) -> str | None:
        """Show the network in which a layer lies, and select it; returns its name there, None if there is none."""
        self._note_camera()
        return self._scope.show_layer(full_name)

    def group(self) -> None:
        """Put the selected layers into a new subnetwork."""
        self._editor.attempt(lambda: self._editor.commands.group(self._scope.selection))

    def ungroup(self) -> None:
        """Put what is inside the selected subnetworks in their place."""
        self._editor.attempt(lambda: self._editor.commands.ungroup(self._scope.selection))

    def make_unique(self) -> None:
        """Give the selected subnetworks templates of their own."""
        self._editor.attempt(lambda: self._editor.commands.make_unique(self._scope.selection))

    def _move(self, path: UsePath, *selected: str) -> None:
        self._note_camera()
        if not self._editor.attempt(lambda: self._scope.go(path, *selected)):
            return
        if path in self._seen:
            zoom, centre = self._seen[path]
            self._editor.show_part(zoom, centre)
        self._editor.view.setFocus()

    def _note_camera(self) -> None:
        self._seen[self._scope.path] = (self._editor.view.zoom, self._editor.view.centre())
