"""What the commands share: exit statuses, JSON output, and the check of where a result goes."""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path
from typing import Any

from explorer.project.errors import ProjectError, show_name, system_words
from explorer.project.format import SUFFIXES, load_project

DONE, FAILED, BAD_INPUT = 0, 1, 2


class RunFailedError(Exception):
    """A run that went wrong though its input was right: one sentence for a person."""


def print_json(value: Any) -> None:
    """One object on one line, at once; a number that is not finite becomes null."""
    print(json.dumps(_finite(value), allow_nan=False), flush=True)


def check_target(path: Path | None) -> None:
    """Raise ProjectError now if a project could not be saved there later, or if the file is not one to be replaced."""
    if path is None:
        return
    name = show_name(path)
    if path.suffix.lower() not in SUFFIXES:
        raise ProjectError(f"{name} cannot be saved: the name must end in {' or '.join(SUFFIXES)}; add one.")
    if not path.parent.is_dir():
        raise ProjectError(f"{name} cannot be saved: its folder does not exist; make it first.")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise ProjectError(f"{name} cannot be saved: {system_words(error)}.") from error
    if path.exists():
        try:
            load_project(path)
        except ProjectError:
            message = f"{name} cannot be saved: the name is taken by something that is no project; choose another."
            raise ProjectError(message) from None


def _finite(value: Any) -> Any:
    """The value with null for each number that JSON cannot spell."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value
