"""``nn-explorer export``: a project as a PyTorch program or an ONNX file."""

from __future__ import annotations

from pathlib import Path

import typer

from explorer.exchange.export import FORMATS
from explorer.exchange.export import export as write
from explorer.project.errors import show_name
from explorer.project.format import load_project

_NAMES = "|".join(FORMATS)


def export(
    file: Path = typer.Argument(..., metavar="FILE", help="A project, .nnx or .json."),
    to: str = typer.Option(..., "--to", metavar=_NAMES, help="A program that needs PyTorch alone, or an ONNX file."),
    out: Path = typer.Option(..., "--out", metavar="PATH", help="What to write: a name that ends in .py or .onnx."),
    force: bool = typer.Option(False, "--force", help="Replace files that are there."),
) -> None:
    """Write the network as PyTorch code or ONNX.

    PyTorch code has the network as a class, and the training with the project's settings; data and weights lie beside
    it, if they are not small. From the same seed it comes to the same costs as the train command. ONNX has the network
    with its weights as it is used, for any number of examples at once.
    """
    if to not in FORMATS:
        raise typer.BadParameter(f"--to takes {' or '.join(FORMATS)}; {to[:60]!r} is neither.")
    exported = write(load_project(file), to, out, force)
    for note in exported.notes:
        typer.echo(note, err=True)
    print(f"Saved as {', '.join(show_name(path) for path in exported.files)}.")
