"""Subnetworks on the canvas: opened and left again, made of layers, taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF
from PySide6.QtWidgets import QFileDialog

from explorer.inside import UsePath
from explorer.project.format import load_project
from explorer.project.model import Project
from ui.editor.breadcrumb import Breadcrumb
from ui.jobs import Waiting

if TYPE_CHECKING:
    from ui.editor.editor import Editor


PROJECTS = "Projects (*.nnx *.json)"


class Subnetworks(QObject):
    """Leads into subnetworks and back to where one was; asks for the edits that make them."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor, self._scope = editor, editor.scope
        self._seen: dict[UsePath, tuple[float, QPointF]] = {}
        """Which part of each network was seen when it was left, and at which zoom."""
        self._going = False
        self.breadcrumb = Breadcrumb(editor.scope, editor)
        self.breadcrumb.go_wanted.connect(self.go)
        self.breadcrumb.leave_wanted.connect(self.leave)
        editor.scope.closing.connect(self._note_camera)
        editor.scope.opened.connect(self.breadcrumb.show_path)
        editor.scope.changed.connect(self.breadcrumb.show_path)
        editor.document.opened.connect(self._seen.clear)

    def can_open(self, name: str) -> bool:
        """Whether a node that is shown stands for a network."""
        return name in self._editor.scene.nodes and self._editor.scene.nodes[name].look.stack

    def open(self, name: str) -> None:
        """Show what is inside a node that is shown."""
        self._editor.attempt(lambda: self._scope.enter(name))

    def leave(self) -> None:
        """Show what the opened subnetwork lies in, and select it."""
        self._editor.attempt(self._scope.leave)

    def go(self, path: UsePath) -> None:
        """Show what a path opens; coming out of a subnetwork, select it."""
        here = self._scope.path
        self._editor.attempt(lambda: self._scope.go(path, *here[len(path) : len(path) + 1]))

    def show_again(self) -> None:
        """Show the part of the network that was seen when it was left; a network that is new is seen whole."""
        path = self._scope.path
        if self._going and path in self._seen:
            self._editor.show_part(*self._seen[path])
        self._going = False

    def group(self) -> None:
        """Put the selected layers into a new subnetwork."""
        self._editor.attempt(lambda: self._editor.commands.group(self._scope.selection))

    def ungroup(self) -> None:
        """Put what is inside the selected subnetworks in their place."""
        self._editor.attempt(lambda: self._editor.commands.ungroup(self._scope.selection))

    def make_unique(self) -> None:
        """Give the selected subnetworks templates of their own."""
        self._editor.attempt(lambda: self._editor.commands.make_unique(self._scope.selection))

    def add_pretrained(self) -> None:
        """Choose another project, and add its trained network as a frozen subnetwork."""
        name, _ = QFileDialog.getOpenFileName(self._editor, "Add the trained network of a project", "", PROJECTS)
        if not name:
            return
        self.go(())

        def add(other: Project) -> None:
            self._editor.attempt(lambda: self._editor.commands.add_pretrained(other))

        def refuse(error: Exception) -> None:
            self._editor.message.show_message(str(error))

        Waiting(self, lambda: load_project(name), add, refuse)

    def save_template(self) -> None:
        """Make a template of the project of the selected layers."""
        self._editor.attempt(lambda: self._editor.commands.save_template(self._scope.selection))

    def keep_template(self) -> None:
        """Keep the selected layers, or the selected subnetwork, as a template for any project."""
        self._editor.attempt(lambda: self._editor.commands.keep_template(self._scope.selection))

    def _note_camera(self) -> None:
        self._going = True
        self._seen[self._scope.path] = (self._editor.view.zoom, self._editor.view.centre())
