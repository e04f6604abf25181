"""The project file: load_project and save_project, for .nnx archives and for plain JSON."""

from __future__ import annotations

import os
from pathlib import Path

from explorer.project.archive import is_archive, pack, unpack
from explorer.project.document import to_document, to_project
from explorer.project.errors import ProjectError, show_name
from explorer.project.files import read_file, replace_file
from explorer.project.jsontext import read_json, write_json
from explorer.project.model import Project

__all__ = ["SUFFIXES", "ProjectError", "dumps_project", "load_project", "loads_project", "save_project"]

SUFFIXES = (".nnx", ".json")
"""What a project's file name ends in: an archive, or plain JSON with the weights inline."""


def load_project(path: str | os.PathLike[str]) -> Project:
    """The project in a file, archive or JSON by its content; raises ProjectError, which names the file."""
    content = read_file(path)
    try:
        return loads_project(content)
    except ProjectError as error:
        raise ProjectError(f"{show_name(path)} cannot be opened: {error}") from error.__cause__


def loads_project(content: bytes | str) -> Project:
    """The project in bytes, archive or JSON; raises ProjectError."""
    try:
        if isinstance(content, str):
            content = content.encode("utf-8")
        if not content.strip():
            raise ProjectError("it is empty; open a backup of it.")
        if is_archive(content):
            document, weights = unpack(content)
            return to_project(document, weights)
        return to_project(read_json(content, "the file"))
    except UnicodeEncodeError:
        raise ProjectError("it has half a surrogate pair in a text; take it out.") from None
    except MemoryError:
        raise ProjectError("it does not fit into memory; close some programs.") from None


def dumps_project(project: Project, suffix: str = ".nnx", for_good: bool = True) -> bytes:
    """The file of a project; the same project gives the same bytes. Raises ProjectError.

    What is kept ``for_good`` is read again at once: what could not be opened is never written.
    """
    if suffix not in SUFFIXES:
        raise ProjectError(f"the name must end in {' or '.join(SUFFIXES)}; add one.")
    try:
        if suffix == ".nnx":
            content = pack(to_document(project, with_weights=False), project.weights)
        else:
            content = write_json(to_document(project, with_weights=True))
    except UnicodeEncodeError:
        raise ProjectError("a text in it has half a surrogate pair; type it again.") from None
    if for_good:
        loads_project(content)
    return content


def save_project(project: Project, path: str | os.PathLike[str]) -> None:
    """Save in the format of the name's suffix, all or nothing; raises ProjectError, which names the file."""
    try:
        content = dumps_project(project, Path(path).suffix.lower())
    except ProjectError as error:
        raise ProjectError(f"{show_name(path)} cannot be saved: {error}") from error.__cause__
    replace_file(path, content)
