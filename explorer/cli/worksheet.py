"""``nn-explorer worksheet``: an iteration with blanks for a class, and its key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from explorer.cli.step import Style, stages_of
from explorer.params import ParamError
from explorer.project.errors import ProjectError, show_name
from explorer.project.files import replace_file
from explorer.project.format import load_project
from explorer.stepping.figures import Figures
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import Rounded
from explorer.stepping.reports.diagram import network_svg
from explorer.stepping.reports.part import Part
from explorer.stepping.reports.sheet import AsComputed, AsStepped, Content, Shown
from explorer.stepping.reports.worksheet import Worksheet, html_worksheet, make_worksheet
from explorer.stepping.trace import Trace

WRITERS: dict[str, Callable[[Worksheet, bool], bytes]] = {
    ".html": lambda sheet, key: html_worksheet(sheet, key).encode()
}
"""What writes a worksheet (and its key), by the ending of the file; the window adds PDF."""
FOUR = 4


def worksheet(
    file: Path = typer.Argument(..., metavar="FILE", help="A project, .nnx or .json."),
    out: Path = typer.Option(..., "--out", metavar="PATH", help="What to write: a name that ends in .html or .pdf."),
    seed: int = typer.Option(0, "--seed", metavar="N", help="Decides which numbers are blank."),
    stages: str = typer.Option("", "--stages", metavar="S[,S...]", help="Only these stages, 1 to 5."),
    key: bool = typer.Option(True, "--key/--no-key", help="With or without the key, on pages of its own."),
    blanks: int = typer.Option(60, "--blanks", metavar="PERCENT", min=1, max=100, help="How many numbers are blank."),
    sample: int = typer.Option(0, "--sample", metavar="I", min=0, help="The example, numbered from 0."),
    digits: int = typer.Option(FOUR, "--round", metavar="D", min=2, max=6, help="Decimals, rounded and carried on."),
    exact: bool = typer.Option(False, "--exact", help="Exact numbers in place of rounded ones."),
    notation: Style = typer.Option(Style.names, help="w5 and out_b1, or w^2_12 and a^2_1."),
    force: bool = typer.Option(False, "--force", help="Replace a file that is there."),
) -> None:
    """Write a worksheet with blanks and a key.

    It has the network, the numbers that are given, and the steps of an iteration, some of them without their result.
    """
    write = _writer(out, force)
    project = load_project(file)
    chosen = stages_of(stages)
    from explorer.stepping.compute import compute_records

    (record,) = compute_records(project, (sample,), companions=True)
    trace = Trace(record)
    names = Notation(trace.rules.resolved, notation.value, trace.rules.batch)
    shown = _shown(trace, digits, exact)
    picture = network_svg(trace, names, shown.given(trace), out.suffix.lower() == ".html")
    content = Content(trace, shown, notation.value, Part(chosen), picture=picture)
    replace_file(out, write(make_worksheet(content, seed, blanks / 100), key))
    print(f"Saved as {show_name(out)}.")


def _shown(trace: Trace, digits: int, exact: bool) -> Shown:
    """The form of the numbers: as the stepper shows them, where it has that form."""
    if exact or digits == FOUR:
        return AsStepped(Figures(trace), "exact" if exact else "decimals")
    return AsComputed(Rounded(trace.rules, digits))


def _writer(out: Path, force: bool) -> Callable[[Worksheet, bool], bytes]:
    """What writes a file of this name; raises ParamError, or ProjectError if it must not be replaced."""
    write = WRITERS.get(out.suffix.lower())
    if write is None:
        endings = " or ".join(WRITERS)
        more = " For PDF, use nn-explorer, which has the window." if out.suffix.lower() == ".pdf" else ""
        raise ParamError(f"--out takes a name that ends in {endings}; {show_name(out.name)[:60]} does not.{more}")
    if out.exists() and not force:
        raise ProjectError(f"{show_name(out)} is there already; choose another name, or say --force.")
    return write
