"""``nn-explorer train``: train a project without a window."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from explorer.cli.output import DONE, RunFailedError, check_target, print_json
from explorer.cli.progress import Bar
from explorer.params import ParamError
from explorer.project.errors import show_name
from explorer.project.format import load_project, save_project
from explorer.settings import Settings, change, change_text

if TYPE_CHECKING:
    from explorer.training.loop import Diverged, EpochDone
    from explorer.training.session import Session

INTERRUPTED = "interrupted"


def train(
    file: Path = typer.Argument(..., metavar="FILE", help="A project, .nnx or .json; it stays as it is."),
    epochs: int | None = typer.Option(None, metavar="N", help="Epochs to train, in place of the project's."),
    device: str | None = typer.Option(None, metavar="auto|cpu|cuda[:i]|mps", help="Where to train."),
    seed: int | None = typer.Option(None, metavar="N", help="Same seed, same device: same figures."),
    settings: list[str] = typer.Option(
        [], "--set", metavar="key=value", help="Any training setting, such as lr=0.1; may come often."
    ),
    out: Path | None = typer.Option(None, "--out", metavar="FILE", help="Save the trained project as .nnx or .json."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object per epoch, and one at the end."),
) -> int:
    """Train a project and tell its costs.

    Ctrl-C ends the run and saves what there is: to --out, or beside FILE under a name of its own.
    """
    check_target(out)
    project = load_project(file)
    project = replace(project, settings=_settings(project.settings, epochs, seed, settings))
    with _ask_to_stop() as asked:
        from explorer.training.session import Session, flushing

        session = Session(project, device)
        with flushing():
            reason, failed = _run(session, asked, as_json)
        test = session.evaluate(session.examples.test) if failed is None else (None, None)
    if as_json:
        print_json({"event": "finished", "reason": reason, "test_cost": test[0], "test_accuracy": test[1]})
    else:
        _tell_end(reason, test)
    if out is None and reason == INTERRUPTED:
        out = _free_name(file)
    if out is not None:
        save_project(replace(project, weights=session.weights()), out)
        typer.echo(f"Saved as {show_name(out)}.", err=True)
    if failed is not None:
        raise RunFailedError(failed.message)
    return DONE


def _settings(settings: Settings, epochs: int | None, seed: int | None, texts: list[str]) -> Settings:
    """The project's settings with those of the command line; raises ParamError."""
    pairs = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise ParamError(f"--set takes key=value, such as lr=0.1; {text[:60]!r} is not.")
        pairs.append((name.strip(), value))
    # Another optimizer has other params, so it comes first.
    for name, value in sorted(pairs, key=lambda pair: pair[0] != "optimizer"):
        settings = change_text(settings, name, value)
    for name, number in (("epochs", epochs), ("seed", seed)):
        settings = settings if number is None else change(settings, name, number)
    return settings


def _run(session: Session, asked: list[int], as_json: bool) -> tuple[str, Diverged | None]:
    """Train until the end, an interruption or a cost that is not finite: why it ended, and what failed."""
    from explorer.training.loop import Diverged, Ended, EpochDone, StepDone, train

    steps = -(-len(session.examples.train) // session.settings["batch_size"])
    with ExitStack() as stack:
        bar = None if as_json else stack.enter_context(Bar(session.settings["epochs"], steps))
        for event in train(session):
            if isinstance(event, StepDone) and bar:
                bar.step(event.epoch, event.cost)
            elif isinstance(event, EpochDone):
                if as_json:
                    print_json(_epoch_document(event))
                elif bar:
                    bar.epoch(event)
            elif isinstance(event, Diverged):
                return event.message, event
            elif isinstance(event, Ended):
                return event.reason, None
            if asked:
                break
    return INTERRUPTED, None


def _epoch_document(done: EpochDone) -> dict[str, Any]:
    """The object of --json for one epoch."""
    return {
        "event": "epoch",
        "epoch": done.epoch,
        "step": done.step,
        "train_cost": done.train_cost,
        "validation_cost": done.validation_cost,
        "validation_accuracy": done.validation_accuracy,
        "seconds": done.seconds,
    }


def _tell_end(reason: str, test: tuple[float | None, float | None]) -> None:
    """Why the run ended, and the figures on the test examples."""
    words = f"Finished: {reason}."
    if test[0] is not None:
        words += f" Test cost {test[0]:.6g}"
        words += f", test accuracy {test[1]:.2%}." if test[1] is not None else "."
    print(words)


def _free_name(file: Path) -> Path:
    """A name beside the file that nothing has: NAME-interrupted.nnx, NAME-interrupted-2.nnx ..."""
    path, number = file.with_name(f"{file.stem}-interrupted.nnx"), 1
    while path.exists():
        number += 1
        path = file.with_name(f"{file.stem}-interrupted-{number}.nnx")
    return path


@contextmanager
def _ask_to_stop() -> Iterator[list[int]]:
    """A list that a first Ctrl-C or SIGTERM puts itself into; a second one interrupts at once."""
    asked: list[int] = []

    def ask(number: int, frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
