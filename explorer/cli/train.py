"""``nn-explorer train``: train a project without a window."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from explorer.cli.output import DONE, RunFailedError, check_target, print_json
from explorer.cli.progress import Bar
from explorer.optimizers import OPTIMIZERS
from explorer.params import ParamError
from explorer.project.errors import ProjectError, show_name
from explorer.project.format import load_project, save_project
from explorer.project.model import Project
from explorer.settings import SETTINGS, Settings, change, change_text
from explorer.training.events import Diverged, Ended, EpochDone, Score, StepDone

if TYPE_CHECKING:
    from explorer.training.session import Session

INTERRUPTED = "interrupted"
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
PATIENCE = 5.0
"""Seconds in which more of the same signals do not disturb the saving that the first one asked for."""
_KEYS = f"Keys: {', '.join(param.name for param in SETTINGS)}; " + "; ".join(
    f"of {optimizer.id}: {', '.join(param.name for param in optimizer.params)}" for optimizer in OPTIMIZERS
)


def train(
    file: Path = typer.Argument(..., metavar="FILE", help="A project, .nnx or .json; it stays as it is."),
    epochs: int | None = typer.Option(None, metavar="N", help="Epochs to train, in place of the project's."),
    device: str | None = typer.Option(None, metavar="auto|cpu|cuda[:i]|mps", help="Where to train."),
    seed: int | None = typer.Option(None, metavar="N", help="Same seed, same device: same figures."),
    settings: list[str] = typer.Option(
        [], "--set", metavar="key=value", help=f"A training setting, such as lr=0.1; may come often. {_KEYS}"
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
        try:
            with flushing():
                reason, failed = _run(session, asked, as_json)
            if failed is None or as_json:
                _tell_end(session, reason, failed is None, as_json)
        finally:  # whatever went wrong, such as a reader that has gone: what was trained is kept
            if out is not None or asked:
                _save(replace(project, weights=session.weights()), out or _free_name(file, INTERRUPTED), file)
    if failed is not None:
        raise RunFailedError(failed.message)
    return DONE


def _save(project: Project, out: Path, file: Path) -> None:
    """Save as ``out``; raises RunFailedError if that was not possible and it is beside FILE instead."""
    try:
        save_project(project, out)
    except ProjectError as error:
        spare = _free_name(file, "trained")
        try:
            save_project(project, spare)
        except ProjectError:
            raise error from None
        raise RunFailedError(f"{str(error).rstrip('.')}; it is saved as {show_name(spare)} instead.") from error
    typer.echo(f"Saved as {show_name(out)}.", err=True)


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
    from explorer.training.loop import train

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
    document = {
        "event": "epoch",
        "epoch": done.epoch,
        "step": done.step,
        "train_cost": done.train_cost,
        "validation_cost": done.validation_cost,
        "validation_accuracy": done.validation_accuracy,
        "seconds": done.seconds,
    }
    outputs = {}
    for node, trained in done.train_outputs.items():
        validated = done.validation_outputs.get(node, Score())
        outputs[node] = {"train_cost": trained.cost, "validation_cost": validated.cost}
        outputs[node]["validation_accuracy"] = validated.accuracy
    return document | ({"outputs": outputs} if outputs else {})


def _tell_end(session: Session, reason: str, done: bool, as_json: bool) -> None:
    """Why the run ended, and the figures on the test examples; there are none for weights that failed."""
    score = session.measure(session.examples.test) if done else Score()
    if as_json:
        outputs = {node: {"test_cost": own.cost, "test_accuracy": own.accuracy} for node, own in score.outputs.items()}
        document = {"event": "finished", "reason": reason, "test_cost": score.cost, "test_accuracy": score.accuracy}
        print_json(document | ({"outputs": outputs} if outputs else {}))
        return
    words = [f"Finished: {reason}.", _score_words("Test", score)]
    words += [_score_words(f"{node}: test", own) for node, own in score.outputs.items()]
    print(" ".join(filter(None, words)))


def _score_words(start: str, score: Score) -> str:
    """``Test cost 0.12, test accuracy 98.00%.``; nothing without examples."""
    if score.cost is None:
        return ""
    return f"{start} cost {score.cost:.6g}" + (
        f", test accuracy {score.accuracy:.2%}." if score.accuracy is not None else "."
    )


def _free_name(file: Path, word: str) -> Path:
    """A name beside the file that nothing has: NAME-interrupted.nnx, NAME-interrupted-2.nnx ..."""
    path, number = file.with_name(f"{file.stem}-{word}.nnx"), 1
    while path.exists():
        number += 1
        path = file.with_name(f"{file.stem}-{word}-{number}.nnx")
    return path


@contextmanager
def _ask_to_stop() -> Iterator[list[int]]:
    """A list that Ctrl-C, SIGTERM and a closed terminal put themselves into; one after PATIENCE interrupts at once."""
    asked: list[int] = []
    first = 0.0

    def ask(number: int, frame: object) -> None:
        nonlocal first
        if not asked:
            first = time.monotonic()
        elif time.monotonic() - first > PATIENCE:
            raise KeyboardInterrupt
        asked.append(number)

    before = {number: signal.signal(number, ask) for number in SIGNALS}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
