"""Document: the open project, its undo stack, selection and file; the one thing that the views observe."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from explorer.inside import UsePath, locate, moved_inside, moved_weights, opened, template_at, with_inside
from explorer.kind import Fix
from explorer.memory import free_memory
from explorer.network import Network, NetworkError, apply_fix
from explorer.project.check import check_project
from explorer.project.goals import follow_outputs
from explorer.project.model import Project, Weights
from explorer.resolve import Problem, Resolved, resolve
from explorer.settings import change, change_output


class Edit(QUndoCommand):
    """The one undo command: from a project to another. Edits with the same ``merge`` key become one."""

    def __init__(self, document: Document, label: str, after: Project, merge: str = "") -> None:
        super().__init__(label)
        # A weak reference: the document owns the stack, which owns this; in a cycle of Qt objects, the garbage
        # collector would delete them in an order that crashes.
        self._document = weakref.ref(document)
        self._before, self._after = document.project, after
        self._merge = merge

    def redo(self) -> None:
        """Show the project after the edit."""
        self._show(self._after)

    def undo(self) -> None:
        """Show the project before the edit."""
        self._show(self._before)

    def _show(self, project: Project) -> None:
        document = self._document()
        if document is not None:
            document._show(project)

    def id(self) -> int:
        """The number by which Qt finds edits that may merge; -1 is never."""
        return (hash(self._merge) & 0x3FFFFFFF) if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over what follows, if it has the same key."""
        if not isinstance(other, Edit) or other._merge != self._merge:
            return False
        self._after = other._after
        return True


class Document(QObject):
    """The open project. It changes by edits that can be undone, or as a whole when a file is opened."""

    changed = Signal(object, object)
    """(project before, project after), after every edit, undo and redo."""
    opened = Signal()
    """Another project is open: views start afresh."""
    selection_changed = Signal(object)
    """The ids of the selected nodes, a tuple."""
    renaming = Signal()
    """Layers are about to get other names: trained weights, which come in by name, must come in first."""
    file_changed = Signal()
    """The path, or whether there are unsaved changes."""

    def __init__(self, project: Project | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(1000)
        self.undo_stack.cleanChanged.connect(self.file_changed)
        self._to_select: tuple[str, ...] | None = None
        self._memory = free_memory()
        self._project = project or Project()
        self._first = self._project.weights
        self._path: Path | None = None
        self._selection: tuple[str, ...] = ()
        self._check()

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self._project

    @property
    def network(self) -> Network:
        """The network as it is now."""
        return self._project.network

    @property
    def resolved(self) -> Resolved:
        """What follows from the network: order, shapes, counts."""
        return self._resolved

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the project from running."""
        return self._problems

    @property
    def path(self) -> Path | None:
        """The file, None while there is none."""
        return self._path

    @property
    def dirty(self) -> bool:
        """Whether there are changes that the file does not have."""
        return not self.undo_stack.isClean()

    @property
    def title(self) -> str:
        """What the document is called: its file's name, or the project's."""
        return self._path.name if self._path else self._project.name

    @property
    def selection(self) -> tuple[str, ...]:
        """The ids of the selected nodes."""
        return self._selection

    @property
    def first_weights(self) -> Weights:
        """The weights that the project was opened with, as far as they still fit the network."""
        shapes = self._resolved.weight_shapes
        return {name: array for name, array in self._first.items() if shapes.get(name) == tuple(array.shape)}

    def select(self, node_ids: tuple[str, ...]) -> None:
        """Select nodes, also such as ``block/conv`` inside a subnetwork; those that do not exist are left out."""
        if self._choose(node_ids):
            self.selection_changed.emit(self._selection)

    def _choose(self, node_ids: tuple[str, ...]) -> bool:
        """Select nodes without telling anyone; returns whether others were selected before."""
        known = self._resolved.layers
        kept = tuple(node for node in node_ids if node in known or locate(self.network, node) is not None)
        before, self._selection = self._selection, kept
        return kept != before

    def open(self, project: Project, path: Path | None = None) -> None:
        """Show another project; what could be undone before is forgotten."""
        self._project, self._path = project, path
        self._first = project.weights
        self._selection = ()
        self._check()
        self.undo_stack.clear()
        self.opened.emit()
        self.selection_changed.emit(())
        self.file_changed.emit()

    def saved(self, path: Path) -> None:
        """Note that the project is in a file as it is now."""
        self._path = path
        self.undo_stack.setClean()
        self.file_changed.emit()

    def edit(self, label: str, after: Project, merge: str = "", select: tuple[str, ...] | None = None) -> None:
        """Change the project; ``label`` says what undo takes back, such as ``insert dropout``.

        ``select`` are the nodes that are selected from then on; None leaves that as it is.
        """
        if after is not self._project:
            self._to_select = select
            self.undo_stack.push(Edit(self, label, after, merge))

    def edit_network(
        self, label: str, network: Network, merge: str = "", path: UsePath = (),
        names: Mapping[str, str] | None = None, select: tuple[str, ...] | None = None,
    ) -> None:  # fmt: skip
        """Change the network, or what ``path`` opens in every use; weights of layers that keep their shape stay.

        ``names`` are the new ones of layers that were renamed or moved, whose weights go with them. Raises
        NetworkError if a template would be inside itself.
        """
        before = self.network
        after = with_inside(before, path, network, names)
        if after is before:
            return
        if names:
            self.renaming.emit()
            self._first = {**self._first, **moved_weights(before, path, names, self._first)}
        self.edit(label, with_network(self._project, after, path, names, self._memory), merge, select)

    def apply_fix(self, full_name: str, fix: Fix) -> None:
        """Apply a fix of a layer's problem where the layer lies; raises NetworkError if it no longer can be."""
        place = locate(self.network, full_name)
        if place is None:
            raise NetworkError(f"There is no layer called {full_name} any more.")
        path, name = place
        where = f" in {template_at(self.network, path)}" if path else ""
        self.edit_network(fix.label.lower() + where, apply_fix(opened(self.network, path), name, fix), path=path)

    def edit_setting(self, name: str, value: Any, merge: str = "") -> None:
        """Change a training setting; raises ParamError."""
        after = replace(self._project, settings=change(self._project.settings, name, value))
        if after.settings != self._project.settings:
            self.edit(f"set {name.replace('_', ' ')}", after, merge)

    def edit_output(self, output: str, name: str, value: Any) -> None:
        """Change a training setting of one output; raises ParamError."""
        after = replace(self._project, settings=change_output(self._project.settings, output, name, value))
        if after.settings != self._project.settings:
            self.edit(f"set the {name} of {output}", after)

    def _show(self, project: Project) -> None:
        before, self._project = self._project, project
        wish, self._to_select = self._to_select, None
        self._check()
        if wish is None:
            self.select(self._selection)
            self.changed.emit(before, project)
            return
        # Told last: what is selected now may be new, and is known to the views once they have heard of the change.
        another = self._choose(wish)
        self.changed.emit(before, project)
        if another:
            self.selection_changed.emit(self._selection)

    def _check(self) -> None:
        self._resolved, self._problems = check_project(self._project, self._memory)


def with_network(
    project: Project,
    network: Network,
    path: UsePath = (),
    names: Mapping[str, str] | None = None,
    memory: int | None = None,
) -> Project:
    """The project with another network: weights that fit, or may fit again, stay, and so do settings of outputs.

    ``names`` are the new ones of layers that were renamed inside what ``path`` opens: their weights go with them.
    ``memory`` is as for ``resolve``: a layer that does not fit keeps its weights, as one whose shape is not known.
    """
    weights = moved_weights(project.network, path, names, project.weights) if names else project.weights
    resolved = resolve(network, memory)
    shapes = resolved.weight_shapes if weights else {}
    # A layer that was unplugged or muted keeps its weights until it runs again.
    kept = {
        name: array
        for name, array in weights.items()
        if shapes.get(name) == tuple(array.shape) or resolved.resting(name.partition(".")[0])
    }
    outputs = project.settings.outputs
    moved = moved_inside(project.network, path, names, outputs) if names and outputs else {}
    settings = follow_outputs(project.settings, moved, resolved) if outputs else project.settings
    return replace(project, network=network, weights=kept, settings=settings)
