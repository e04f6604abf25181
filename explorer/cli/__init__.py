"""The command line: one file per command, and the list that makes them known.

``app`` is open: the window's program adds its own commands to it before it calls ``main``.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import typer

from explorer import __version__
from explorer.cli import check, examples, export, step, train, worksheet
from explorer.cli.output import BAD_INPUT, DONE, FAILED, RunFailedError
from explorer.params import ParamError
from explorer.project.check import RunProblem
from explorer.project.errors import ProjectError
from explorer.source import DataProblem

COMMANDS: tuple[Callable[..., Any], ...] = (
    check.check,
    train.train,
    step.step,
    worksheet.worksheet,
    export.export,
    examples.examples,
)

HELP = """Build, train, watch and step through neural networks, down to every number.

nn-explorer [FILE] opens the window (nn-explorer --example ID: on an example); the commands below work without one.
The exit status is 0 when all is done, 1 when the run failed, and 2 for bad input.
"""

app = typer.Typer(
    name="nn-explorer", help=HELP, add_completion=False, rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
for _command in COMMANDS:
    app.command()(_command)

# The base of all that typer refuses; typer exports only this child of it.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", is_eager=True, callback=lambda wanted: _show_version(wanted), help="Show the version."
    ),
    debug: bool = typer.Option(
        False, "--debug", help="Show where in the program an error arose (goes with every command)."
    ),
) -> None:
    pass


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. Errors are one sentence on stderr, with a traceback for --debug."""
    words = list(sys.argv[1:] if argv is None else argv)
    own = words[: words.index("--")] if "--" in words else words
    debug = "--debug" in own
    words = [word for word in own if word != "--debug"] + words[len(own) :] or ["--help"]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks × shows ? for it
    try:
        Path.cwd()
    except FileNotFoundError:  # torch's arithmetic library would end the process
        return _say("The current folder was deleted; change to another one.", BAD_INPUT, debug)
    try:
        status = app(args=words, prog_name="nn-explorer", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else DONE
    except typer.Exit as stopped:
        return stopped.exit_code
    except BrokenPipeError:
        # Who read the output has enough; Python would complain of it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (KeyboardInterrupt, typer.Abort):
        return _say("Interrupted.", FAILED, debug)
    except _USAGE_ERROR as error:
        return _say(_usage_sentence(error), BAD_INPUT, debug)
    except (ProjectError, ParamError, RunProblem, DataProblem) as error:
        return _say(str(error), BAD_INPUT, debug)
    except RunFailedError as error:
        return _say(str(error), FAILED, debug)
    except Exception as error:
        kind = f"{type(error).__name__}: {error}".splitlines()[0]
        return _say(f"Something went wrong that should not ({kind}); --debug shows where.", FAILED, debug)


def _say(sentence: str, status: int, debug: bool) -> int:
    """Print why on stderr, and return the status."""
    if debug:
        traceback.print_exc()
    print(sentence, file=sys.stderr)
    return status


def _usage_sentence(error: Exception) -> str:
    """What typer refuses, in one line."""
    shown = getattr(error, "format_message", lambda: str(error))()
    command = getattr(getattr(error, "ctx", None), "command_path", "nn-explorer")
    sentence = " ".join(str(shown).split())
    return f"{sentence}{'' if sentence.endswith(('.', '?')) else '.'} See {command} --help."


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"nn-explorer {__version__}")
        raise typer.Exit
