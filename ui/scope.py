"""Scope: what the editor shows of the document, the whole network or the inside of an opened subnetwork."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from explorer.inside import UsePath, locate, opened, template_at
from explorer.network import Network, NetworkError
from explorer.project.model import Project
from explorer.resolve import Layer, Problem, Resolved, resolve
from ui.document import Document


class Scope(QObject):
    """The document as the editor sees it: layers have the names that they have inside what is opened.

    Its edits are the document's; inside a subnetwork they change the template, and so every use of it.
    """

    changed = Signal(object, object)
    """(project before, project after), as they are seen here."""
    opened = Signal()
    """Another network is shown: another project, or the inside or outside of a subnetwork."""
    closing = Signal()
    """Another network is about to be shown."""
    refused = Signal(str)
    """Why something that a person asked for was not done, one sentence."""
    selection_changed = Signal(object)
    """The names of the selected nodes, a tuple."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.document = document
        self._path: UsePath = ()
        self._seen: _Seen | None = None
        self._chosen: tuple[_Seen, tuple[str, ...], tuple[str, ...]] | None = None
        self._told = self.project
        document.changed.connect(self._on_changed)
        document.opened.connect(self._on_opened)
        document.selection_changed.connect(lambda _names: self.selection_changed.emit(self.selection))

    @classmethod
    def of(cls, document: Document) -> Scope:
        """The one scope of a document."""
        known = document.findChild(cls)
        return known if isinstance(known, cls) else cls(document)

    @property
    def path(self) -> UsePath:
        """The subnetworks that are opened one inside the other; () shows the whole network."""
        return self._look().path

    @property
    def prefix(self) -> str:
        """What stands before a layer's name outside: ``block/`` inside block, else nothing."""
        return "".join(f"{name}/" for name in self.path)

    @property
    def template(self) -> str:
        """The name of the template that is opened; "" for the whole network."""
        return template_at(self.document.network, self.path)

    @property
    def project(self) -> Project:
        """The project with the network that is shown, and its weights under the names that they have here."""
        return self._look().project

    @property
    def network(self) -> Network:
        """The network that is shown, with all templates."""
        return self.project.network

    @property
    def resolved(self) -> Resolved:
        """Shapes and counts of the layers that are shown, in this use."""
        return self._look().resolved

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the layers shown from running; one deeper inside is named from here, such as ``block/conv``."""
        return self._look().problems

    @property
    def selection(self) -> tuple[str, ...]:
        """The names of those selected nodes that are shown."""
        seen, chosen = self._look(), self.document.selection
        if self._chosen is None or self._chosen[0] is not seen or self._chosen[1] is not chosen:
            prefix, known = self.prefix, self.network.by_id
            names = (name[len(prefix) :] for name in chosen if name.startswith(prefix))
            self._chosen = (seen, chosen, tuple(name for name in names if name in known))
        return self._chosen[2]

    @property
    def undo_stack(self) -> QUndoStack:
        """The document's."""
        return self.document.undo_stack

    def select(self, names: tuple[str, ...]) -> None:
        """Select nodes that are shown; those that do not exist are left out."""
        prefix, known = self.prefix, self.network.by_id
        self.document.select(tuple(prefix + name for name in names if name in known))

    def edit_network(
        self, label: str, network: Network, merge: str = "", names: Mapping[str, str] | None = None,
        select: tuple[str, ...] | None = None,
    ) -> None:  # fmt: skip
        """Change the network that is shown, and select nodes of it (None: those that are).

        ``names`` are the new ones of layers that were renamed or moved. Raises NetworkError if a template would be
        inside itself.
        """
        if network is not self.network:
            where = f" in {self.template}" if self.path else ""
            chosen = None if select is None else tuple(self.prefix + name for name in select)
            self.document.edit_network(label + where, network, merge, self.path, names, chosen)

    def outside(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What is known of layers by their full names, by the names here; a subnetwork has what comes out of it."""
        return {name: values[end] for name, end in self.ends().items() if end in values}

    def ends(self) -> dict[str, str]:
        """For each layer shown: the layer that runs whose output it has, by its full name."""
        prefix, ends = self.prefix, self.document.resolved.stands_for
        return {name: ends.get(prefix + name, prefix + name) for name in self.network.by_id}

    def enter(self, name: str) -> None:
        """Show the inside of a subnetwork that is shown; raises NetworkError if there is none."""
        self.go((*self.path, name))

    def leave(self) -> None:
        """Show what the opened subnetwork lies in, and select it."""
        if self.path:
            self.go(self.path[:-1], self.path[-1])

    def go(self, path: UsePath, *selected: str) -> None:
        """Show what a path opens, with some of its layers selected; raises NetworkError if it opens nothing."""
        opened(self.document.network, path)
        if path != self.path:
            self.closing.emit()
            self._path, self._seen = path, None
            self.document.select(())
            self._tell_opened()
        if selected:
            self.select(selected)

    def show_layer(self, full_name: str) -> str | None:
        """Show the network in which a layer lies, and select it; returns its name there, None if there is none."""
        place = locate(self.document.network, full_name)
        if place is None:
            return None
        self.go(place[0], place[1])
        return place[1]

    def _look(self) -> _Seen:
        if self._seen is None or self._seen.whole is not self.document.project:
            self._seen = _Seen(self.document, self._path, self._seen)
        return self._seen

    def _on_changed(self, before: Project, after: Project) -> None:
        now = self._look()
        if now.path != self._path:
            self._path = now.path
            self._tell_opened()
        else:
            told, self._told = self._told, now.project
            self.changed.emit(told, now.project)

    def _on_opened(self) -> None:
        self._path, self._seen = (), None
        self._tell_opened()

    def _tell_opened(self) -> None:
        self._told = self.project
        self.opened.emit()


class _Seen:
    """A document's project seen from inside a path; the path is cut where it no longer leads on."""

    def __init__(self, document: Document, path: UsePath, before: _Seen | None) -> None:
        self.whole = document.project
        self.path = _still_there(document.network, path)
        if not self.path:
            self.project, self.resolved, self.problems = document.project, document.resolved, document.problems
            return
        same = before is not None and before.path == self.path and before.whole.network is self.whole.network
        network = before.project.network if same and before else opened(document.network, self.path)
        prefix = "/".join(self.path) + "/"
        weights = {k[len(prefix) :]: array for k, array in self.whole.weights.items() if k.startswith(prefix)}
        self.project = replace(self.whole, network=network, weights=weights)
        self.problems = tuple(_from_inside(problem, prefix) for problem in document.problems if _in(problem, prefix))
        self.resolved = _resolved_inside(document.resolved, network, prefix, self.problems)


def _still_there(network: Network, path: UsePath) -> UsePath:
    for count in range(len(path), 0, -1):
        try:
            opened(network, path[:count])
        except NetworkError:
            continue
        return path[:count]
    return ()


def _in(problem: Problem, prefix: str) -> bool:
    return problem.node is not None and problem.node.startswith(prefix)


def _from_inside(problem: Problem, prefix: str) -> Problem:
    name = (problem.node or "")[len(prefix) :]
    message = problem.message
    fixes = tuple(replace(fix, node=fix.node.removeprefix(prefix)) for fix in problem.fixes)
    message = message[len(prefix) :] if message.startswith(prefix) else message
    return replace(problem, node=name, message=message, fixes=fixes)


def _resolved_inside(whole: Resolved, network: Network, prefix: str, problems: tuple[Problem, ...]) -> Resolved:
    """What is known of one use's layers; of a use that does not run, what its template's own inputs lead to."""
    known: dict[str, Layer] = {}
    for name in network.by_id:
        layer = whole.layers.get(prefix + name)
        if layer is None:
            return replace(resolve(network), problems=problems)
        known[name] = replace(
            layer, id=name, sources=_sources(network, layer, prefix), owner=_short(layer.owner, prefix)
        )
    muted = frozenset(name[len(prefix) :] for name in whole.muted if name.startswith(prefix))
    return Resolved(network, tuple(known), known, problems, {}, muted)


def _sources(network: Network, layer: Layer, prefix: str) -> tuple[str, ...]:
    """The layers that are wired into one, as they are called inside."""
    wired = {edge.port: edge.source for edge in reversed(network.incoming[layer.id[len(prefix) :]])}
    names = tuple(wired[port] for port in sorted(wired))
    return names if len(names) == len(layer.sources) else tuple(_short(source, prefix) for source in layer.sources)


def _short(name: str, prefix: str) -> str:
    return name[len(prefix) :] if name.startswith(prefix) else name
