"""``nn-explorer step``: every number of one or more iterations, with the formula that it comes from."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import typer

from explorer.cli.output import print_json
from explorer.equations import Quantity
from explorer.params import ParamError
from explorer.project.format import load_project
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import Exact, Rounded
from explorer.stepping.report import Numbers, iteration_report
from explorer.stepping.reports import SHEETS
from explorer.stepping.reports.diagram import network_svg
from explorer.stepping.reports.part import LIMIT, LIMIT_OF_TABLE, Part
from explorer.stepping.reports.sheet import AsComputed, Content, Sheet
from explorer.stepping.trace import Trace

MOST_DIGITS = 15


class Style(StrEnum):
    """How quantities are called."""

    names = "names"
    layers = "layers"


class Format(StrEnum):
    """How steps are written."""

    text = "text"
    json = "json"
    html = "html"
    latex = "latex"
    markdown = "markdown"
    csv = "csv"


def step(
    file: Path = typer.Argument(..., metavar="FILE", help="A project, .nnx or .json."),
    sample: str = typer.Option("0", metavar="I[,J...]", help="The examples of the batch, numbered from 0."),
    iterations: int = typer.Option(1, metavar="N", min=1, max=10_000, help="How many iterations, one after the other."),
    digits: int | None = typer.Option(
        None,
        "--round",
        metavar="D",
        min=0,
        max=MOST_DIGITS,
        help="Round every number to D decimals and carry it on, as with a calculator; exact without it.",
    ),
    notation: Style = typer.Option(Style.names, help="w5 and out_b1, or w^2_12 and a^2_1."),
    form: Format = typer.Option(Format.text, "--format", help="json prints one object per iteration."),
    stages: str = typer.Option("", "--stages", metavar="S[,S...]", help="Only these stages, 1 to 5; not for json."),
    layer: str = typer.Option("", "--layer", metavar="ID", help="Only the steps of one layer; not for json."),
    quantity: str = typer.Option(
        "", "--quantity", metavar="NAME", help="Only a quantity such as dE/dw5 and what it depends on; not for json."
    ),
    limit: int | None = typer.Option(
        None, "--limit", metavar="N", min=10, max=10_000_000, help="Say how many steps are left out beyond about N."
    ),
) -> None:
    """Show every number of an iteration.

    Forward propagation, total error, gradients, their check and the update of the weights, in float64.
    """  # fmt: skip
    project = load_project(file)
    samples, chosen = _samples(sample), stages_of(stages)
    from explorer.stepping.compute import compute_records

    rounded: Rounded | None = None
    sheet: Sheet | None = None
    for record in compute_records(project, samples, iterations):
        trace = Trace(record)
        numbers: Numbers = Exact(trace.rules)
        if digits is not None:
            numbers = rounded = Rounded(trace.rules, digits, rounded)
        if form is Format.json:
            print_json(iteration_report(trace, numbers, notation.value))
            continue
        names = Notation(trace.rules.resolved, notation.value, trace.rules.batch)
        shown = AsComputed(numbers)
        part = Part(chosen, _layer(trace, layer), quantity=_quantity(trace, names, quantity))
        picture = network_svg(trace, names, shown.given(trace), True) if form is Format.html else ""
        most = limit or (LIMIT_OF_TABLE if form in (Format.text, Format.csv) else LIMIT)
        content = Content(trace, shown, notation.value, part, most, picture)
        opened, sheet = sheet is not None, SHEETS[form.value](content)
        for text in (*(() if opened else sheet.opening()), *sheet.iteration()):
            print(text)
    if sheet is not None and sheet.end:
        print(sheet.end)


def stages_of(text: str) -> tuple[int, ...]:
    """The stages of a list such as 1,3, empty for all; raises ParamError."""
    if not text:
        return ()
    parts = [part.strip() for part in text.split(",")]
    if not all(part in ("1", "2", "3", "4", "5") for part in parts):
        raise ParamError(f"--stages takes numbers from 1 to 5, such as 1,3; {text[:60]!r} is not.")
    return tuple(sorted({int(part) for part in parts}))


def _layer(trace: Trace, layer: str) -> str:
    """A layer that the network has, or none; raises ParamError."""
    if layer and layer not in trace.rules.resolved.layers:
        raise ParamError(f"--layer: the network has no layer called {layer[:60]!r}.")
    return layer


def _quantity(trace: Trace, names: Notation, wanted: str) -> Quantity | None:
    """The quantity of a name, or none; raises ParamError."""
    if not wanted:
        return None
    found = next((step.quantity for step in trace if names.text(step.quantity) == wanted), None)
    if found is None:
        raise ParamError(
            f"--quantity: no step computes {wanted[:60]!r}; names are such as {names.text(trace[0].quantity)}."
        )
    return found


def _samples(text: str) -> tuple[int, ...]:
    """The numbers of a list such as 0,3,5; raises ParamError."""
    try:
        samples = tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ParamError(f"--sample takes numbers of examples, such as 0 or 0,3,5; {text[:60]!r} is not.") from None
    if min(samples) < 0 or len(set(samples)) < len(samples):
        raise ParamError(f"--sample takes different numbers from 0 up; {text[:60]!r} is not.")
    return samples
