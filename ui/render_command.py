"""The command ``render``: pictures of every workspace and view of a project, and of its network, without a display."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from explorer.project.errors import ProjectError
from explorer.project.format import load_project

LEAST, MOST = (1024, 640), (7680, 4320)


def render(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The project, .nnx or .json.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for the pictures; made if missing.")],
    size: Annotated[str, typer.Option("--size", metavar="WxH", help="The window's size in pixels.")] = "1280x800",
    theme: Annotated[str, typer.Option("--theme", metavar="light|dark", help="The colours.")] = "light",
) -> None:
    """Render a PNG of every workspace and view, and the network alone as SVG and PNG.

    No display is needed. A copy of the project trains for a few seconds, so that there is something to see.
    """
    width, height = _size(size)
    if theme not in ("light", "dark"):
        raise typer.BadParameter(f"The theme is light or dark; {theme!r} is neither.")
    project = load_project(file)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(f"The folder {out} cannot be made: {error.strerror}.") from error
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui.render import render_project  # loads Qt

    for path in render_project(project, out, (width, height), "dark" if theme == "dark" else "light"):
        print(path)


def _size(text: str) -> tuple[int, int]:
    """Width and height from ``1280x800``."""
    match = re.fullmatch(r"(\d{3,4})[x×](\d{3,4})", text.strip())
    width, height = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (LEAST[0] <= width <= MOST[0] and LEAST[1] <= height <= MOST[1]):
        raise typer.BadParameter(f"A size is such as 1280x800, from 1024x640 to 7680x4320; {text!r} is not.")
    return width, height
