"""The library: templates that are kept for any project, those that come with the program and those of a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from explorer.examples import load_example
from explorer.network import Network, NetworkError, Node
from explorer.project.errors import ProjectError, system_words
from explorer.project.format import load_project, save_project
from explorer.project.model import Project
from explorer.templates import free_template, needed, rename_template

MOST_KEPT = 1_000
"""Files of a library that are read."""


@dataclass(frozen=True)
class Kept:
    """A template with all that it uses: ``templates`` has it under its name; ``path`` is its file, if it has one."""

    name: str
    templates: Mapping[str, Network]
    sentence: str = ""
    path: Path | None = None

    @property
    def content(self) -> Network:
        """The template itself."""
        return self.templates[self.name]


BLOCKS: tuple[tuple[str, str, str], ...] = (
    ("residual block", "resnet", "Two convolutions, whose findings are added to what came in: channels stay 16."),
    ("VGG stage 16", "vgg", "Two 3×3 convolutions of 16 filters, and a pooling that halves height and width."),
    ("transformer block", "transformer", "Attention, then a dense layer for each step, each added to what came in."),
)
"""Templates that come with the program: the name, the starter that has it, and a sentence."""


@cache
def blocks() -> tuple[Kept, ...]:
    """The templates that come with the program; raises ProjectError if a file is missing."""
    return tuple(keep(name, load_example(starter).network, sentence) for name, starter, sentence in BLOCKS)


def keep(name: str, network: Network, sentence: str = "") -> Kept:
    """A template of a network, with those that it uses."""
    use = Node("use", "subnetwork", {"template": name})
    return Kept(name, {key: network.templates[key] for key in needed(network.templates, [use])}, sentence)


def read_library(folder: Path) -> tuple[list[Kept], list[str]]:
    """The templates that a person has kept, by name, and a sentence for each file that cannot be used."""
    found: dict[str, Kept] = {}
    messages = []
    try:
        paths = sorted(folder.glob("*.json"))[:MOST_KEPT] if folder.is_dir() else []
    except OSError as error:
        return [], [f"The templates in {folder} cannot be listed: {system_words(error)}."]
    for path in paths:
        try:
            kept = _read(path)
        except ProjectError as error:
            messages.append(f"A template is left out: {error}")
            continue
        if kept.name in found:
            messages.append(f"A template is left out: {path.name} is called {kept.name}, as another one is.")
        else:
            found[kept.name] = kept
    return sorted(found.values(), key=lambda kept: kept.name.lower()), messages


def save_kept(folder: Path, kept: Kept) -> Kept:
    """Keep a template in a file of its own, under another name if its name is taken; raises ProjectError."""
    known, _ = read_library(folder)
    name = free_template([other.name for other in known], kept.name)
    renamed = _called(kept, name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(f"The folder {folder} for templates cannot be made: {system_words(error)}.") from error
    return _write(renamed, _free_file(folder, name))


def rename_kept(kept: Kept, name: str) -> Kept:
    """Call a kept template otherwise; raises ProjectError."""
    if kept.path is None:
        raise ProjectError(f"{kept.name} comes with the program: it keeps its name.")
    known, _ = read_library(kept.path.parent)
    if name != kept.name and any(other.name == name for other in known):
        raise ProjectError(f"There is a template called {name} already.")
    after = _write(_called(kept, name), _free_file(kept.path.parent, name))
    delete_kept(kept)
    return after


def delete_kept(kept: Kept) -> None:
    """Take a template out of the library; raises ProjectError."""
    if kept.path is None:
        raise ProjectError(f"{kept.name} comes with the program: it stays.")
    try:
        kept.path.unlink(missing_ok=True)
    except OSError as error:
        raise ProjectError(f"{kept.path.name} cannot be deleted: {system_words(error)}.") from error


def _read(path: Path) -> Kept:
    project = load_project(path)
    if project.name not in project.network.templates:
        raise ProjectError(f"{path.name} has no template called {project.name[:70]!a}.")
    kept = keep(project.name, project.network, project.description)
    return Kept(kept.name, kept.templates, kept.sentence, path)


def _write(kept: Kept, path: Path) -> Kept:
    save_project(Project(kept.name, Network(templates=kept.templates), description=kept.sentence), path)
    return Kept(kept.name, kept.templates, kept.sentence, path)


def _called(kept: Kept, name: str) -> Kept:
    """Under another name; raises ProjectError if it is none."""
    try:
        network = rename_template(Network(templates=kept.templates), kept.name, name)
    except NetworkError as error:
        raise ProjectError(str(error)) from None
    return Kept(name, network.templates, kept.sentence, kept.path)


def _free_file(folder: Path, name: str) -> Path:
    """A file that is not there yet, called as nearly like the template as file systems allow."""
    stem = re.sub(r"[^\w-]+", "-", name).strip("-")[:48] or "template"
    taken = {path.stem.lower() for path in folder.glob("*.json")}
    number, free = 1, stem
    while free.lower() in taken:
        number += 1
        free = f"{stem}-{number}"
    return folder / f"{free}.json"
