"""``nn-explorer examples``: the projects that come with the program."""

from __future__ import annotations

from pathlib import Path

import typer

from explorer.cli.output import check_target
from explorer.examples import EXAMPLES, STARTERS, load_example
from explorer.project.errors import show_name
from explorer.project.format import dumps_project, save_project


def examples(
    example: str | None = typer.Argument(None, metavar="ID", help="The example to print or save, such as A1."),
    out: Path | None = typer.Option(None, "--out", metavar="FILE", help="Save it as .nnx or .json."),
) -> None:
    """List the examples and the starter templates, or print or save one.

    With an ID it prints that project as JSON, or saves it with --out.
    """
    if example is None:
        if out is not None:
            raise typer.BadParameter("--out needs the ID of an example; give one.")
        listed = (*EXAMPLES, *STARTERS)
        wide = max(len(entry.id) for entry in listed)
        for entry in listed:
            print(f"{entry.id.ljust(wide)}  {entry.title}. {entry.sentence}")
        return
    project = load_example(example)
    if out is None:
        print(dumps_project(project, ".json").decode(), end="")
        return
    check_target(out)
    save_project(project, out)
    print(f"Saved {project.name} as {show_name(out)}.")
