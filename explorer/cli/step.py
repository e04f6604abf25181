"""``nn-explorer step``: every number of one or more iterations, with the formula that it comes from."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import typer

from explorer.cli.output import print_json
from explorer.cli.sheets import SHEETS
from explorer.params import ParamError
from explorer.project.format import load_project
from explorer.stepping.numbers import Exact, Rounded
from explorer.stepping.report import Numbers, iteration_report
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


def step(
    file: Path = typer.Argument(..., metavar="FILE", help="A project, .nnx or .json."),
    sample: str = typer.Option("0", metavar="I[,J...]", help="The examples of the batch, numbered from 0."),
    iterations: int = typer.Option(1, metavar="N", min=1, max=10_000, help="How many iterations, one after the other."),
    digits: int | None = typer.Option(
        None, "--round", metavar="D", min=0, max=MOST_DIGITS,
        help="Round every number to D decimals and carry it on, as with a calculator; exact without it.",
    ),
    notation: Style = typer.Option(Style.names, help="w5 and out_b1, or w^2_12 and a^2_1."),
    form: Format = typer.Option(Format.text, "--format", help="json prints one object per iteration."),
) -> None:
    """Show every number of an iteration.

    Forward propagation, total error, gradients, their check and the update of the weights, in float64.
    """  # fmt: skip
    project = load_project(file)
    samples = _samples(sample)
    from explorer.stepping.compute import compute_records

    rounded: Rounded | None = None
    sheet = None if form is Format.json else SHEETS[form.value](project, notation.value)
    for record in compute_records(project, samples, iterations):
        trace = Trace(record)
        numbers: Numbers = Exact(trace.rules)
        if digits is not None:
            numbers = rounded = Rounded(trace.rules, digits, rounded)
        if sheet is None:
            print_json(iteration_report(trace, numbers, notation.value))
        else:
            for text in sheet.iteration(trace, numbers):
                print(text)
    if sheet is not None and sheet.end:
        print(sheet.end)


def _samples(text: str) -> tuple[int, ...]:
    """The numbers of a list such as 0,3,5; raises ParamError."""
    try:
        samples = tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ParamError(f"--sample takes numbers of examples, such as 0 or 0,3,5; {text[:60]!r} is not.") from None
    if min(samples) < 0 or len(set(samples)) < len(samples):
        raise ParamError(f"--sample takes different numbers from 0 up; {text[:60]!r} is not.")
    return samples
