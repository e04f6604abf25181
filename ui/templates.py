"""Templates that can be added as subnetworks: the project's, those that a person keeps, and the program's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QFile, QObject, QStandardPaths, Signal

from explorer.library import Kept, blocks, delete_kept, keep, read_library, rename_kept, save_kept
from explorer.network import Edge, Network, NetworkError, Node
from explorer.project.errors import ProjectError
from explorer.project.model import Project
from explorer.templates import adopt, delete_template, duplicate_template, free_template, rename_template, use_counts
from ui.document import Document

PROJECT, MINE, PROGRAM = "project", "mine", "program"
_ICONS = {PROJECT: "group", MINE: "bookmark-outline", PROGRAM: "shape-outline"}
EMPTY = Network((Node("in", "input", {}, (0.0, 0.0)), Node("out", "identity", {}, (160.0, 0.0))), (Edge("in", "out"),))
"""What a new subnetwork begins with: it passes on what comes in."""


@dataclass(frozen=True)
class Choice:
    """One template in a list; it has what a list needs of a kind of layer too, under the same names."""

    kept: Kept
    place: str
    uses: int = 0

    category = "Templates"
    synonyms = ("template", "subnetwork", "block")

    @property
    def id(self) -> str:
        """What it is dragged and chosen by; no kind of layer is called so."""
        return f"{self.place}:{self.kept.name}"

    @property
    def title(self) -> str:
        """Its name."""
        return self.kept.name

    @property
    def icon(self) -> str:
        """Where it comes from, as a picture."""
        return _ICONS[self.place]

    @property
    def help(self) -> str:
        """What it is, and where it comes from."""
        many = f"used {self.uses} times" if self.uses > 1 else "used once" if self.uses else "used nowhere"
        origin = {
            PROJECT: f"A template of this project, {many}.",
            MINE: "One of your templates, for any project.",
            PROGRAM: "It comes with the program.",
        }[self.place]
        return f"{self.kept.sentence} {origin}".strip()


class Shelf(QObject):
    """All templates there are, and what can be done with them."""

    changed = Signal()
    """There are others now, or they are called otherwise."""
    told = Signal(str)
    """Why something was not done, or a file is left out; one sentence."""
    added = Signal(str)
    """The id of a template that a person has just saved."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._kept: list[Kept] | None = None
        document.changed.connect(self._on_changed)
        document.opened.connect(self.changed)

    @classmethod
    def of(cls, document: Document) -> Shelf:
        """The one shelf of a document."""
        known = document.findChild(cls)
        return known if isinstance(known, cls) else cls(document)

    @property
    def folder(self) -> Path:
        """Where a person's templates are."""
        data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
        return Path(data) / "nn-explorer" / "templates"

    def choices(self) -> list[Choice]:
        """Every template; what the project has already, alike and under its name, is listed once."""
        network = self._document.network
        return [choice for choice in self._all() if choice.place == PROJECT or not _has(network, choice.kept)]

    def choice(self, choice_id: str) -> Choice | None:
        """The template with this id."""
        return next((choice for choice in self._all() if choice.id == choice_id), None)

    def reload(self) -> None:
        """Read a person's templates anew, and tell of files that are left out."""
        self._kept = None
        self._mine()
        self.changed.emit()

    def keep(self, kept: Kept) -> None:
        """Save a template among a person's."""
        try:
            saved = save_kept(self.folder, kept)
        except ProjectError as error:
            self.told.emit(str(error))
            return
        self.reload()
        self.added.emit(Choice(saved, MINE).id)

    def rename(self, choice: Choice, name: str) -> None:
        """Call a template otherwise: one of the project in every use, as an edit."""
        old = choice.kept.name
        if name == old:
            return
        if choice.place == PROJECT:
            self._edit(f"rename the template {old} to {name}", lambda n: rename_template(n, old, name))
        else:
            self._try(lambda: rename_kept(choice.kept, name))

    def duplicate(self, choice: Choice) -> None:
        """Add a copy of one of the project's templates, as an edit."""
        names = []

        def copy(network: Network) -> Network:
            after, name = duplicate_template(network, choice.kept.name)
            names.append(name)
            return after

        if self._edit(f"duplicate the template {choice.kept.name}", copy):
            self.added.emit(f"{PROJECT}:{names[0]}")

    def delete(self, choice: Choice) -> None:
        """Take a template away: one of the project as an edit, if nothing uses it; a person's into the system's bin."""
        name = choice.kept.name
        if choice.place == PROJECT:
            self._edit(f"delete the template {name}", lambda n: delete_template(n, name))
        elif choice.kept.path is None or not QFile.moveToTrash(str(choice.kept.path)):
            self._try(lambda: delete_kept(choice.kept))
        else:
            self.reload()

    def find(self, what: str, network: Network) -> Kept | None:
        """What a subnetwork stands for that is added as ``what``; for the kind itself, a new empty template."""
        if what == "subnetwork":
            name = free_template(network.templates, "block")
            return Kept(name, {name: EMPTY})
        choice = self.choice(what) if ":" in what else None
        return choice.kept if choice else None

    def _all(self) -> list[Choice]:
        network = self._document.network
        uses = use_counts(network)
        return [
            *(Choice(keep(name, network), PROJECT, uses[name]) for name in network.templates),
            *(Choice(kept, MINE) for kept in self._mine()),
            *(Choice(kept, PROGRAM) for kept in blocks()),
        ]

    def _mine(self) -> list[Kept]:
        if self._kept is None:
            self._kept, messages = read_library(self.folder)
            if messages:
                more = f" (and {len(messages) - 1} more)" if len(messages) > 1 else ""
                self.told.emit(messages[0] + more)
        return self._kept

    def _edit(self, label: str, change: Callable[[Network], Network]) -> bool:
        try:
            self._document.edit_network(label, change(self._document.network))
        except NetworkError as error:
            self.told.emit(str(error))
            return False
        return True

    def _try(self, command: Callable[[], object]) -> None:
        try:
            command()
        except ProjectError as error:
            self.told.emit(str(error))
        self.reload()

    def _on_changed(self, before: Project, after: Project) -> None:
        if before.network is not after.network and _listed(before.network) != _listed(after.network):
            self.changed.emit()


def _listed(network: Network) -> tuple[object, ...]:
    """What the list depends on: which networks the templates are, and how often they are used."""
    if not network.templates:
        return ()
    return [(name, id(inner)) for name, inner in network.templates.items()], use_counts(network)


def _has(network: Network, kept: Kept) -> bool:
    """Whether a network has a template already, under its name and alike."""
    if kept.name not in network.templates:
        return False
    return adopt(network, [Node("use", "subnetwork", {"template": kept.name})], kept.templates)[0] is network
