"""The command ``bench``: how fast and how small the program is, beside its peers."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from explorer.cli.output import RunFailedError


def bench(
    suite: Annotated[str, typer.Argument(metavar="[SUITE]", help="What to measure: editor or step.")] = "editor",
    rounds: Annotated[int, typer.Option("--rounds", min=1, max=100, help="Turns; the table has the median.")] = 5,
    nodes: Annotated[int, typer.Option("--nodes", min=20, max=20_000, help="Layers of the large network.")] = 5000,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure time and memory, side by side with peers.

    The node editor draws the same chain of layers as NodeGraphQt does, in turns, each in a process of its own and
    without a display; then the whole window is measured with a large network. Where NodeGraphQt is not installed, the
    rest is measured. The stepper is opened and stepped through on two examples and on a wide network, and its gradient
    check is compared with the plain loop of PyTorch. It takes some minutes, and the machine should do nothing else.
    """
    from ui.bench.rows import print_table
    from ui.bench.suites import PEERS, SUITES, BenchError, Sizes

    if suite not in SUITES:
        raise typer.BadParameter(f"There is no suite {suite!r}; there is {', '.join(SUITES)}.")
    sizes = Sizes(max(20, nodes // 5), nodes, 4 * nodes)
    try:
        rows = SUITES[suite](sizes, rounds, lambda words: print(words, file=sys.stderr))
    except BenchError as error:
        raise RunFailedError(str(error)) from error
    if as_json:
        print(json.dumps({"suite": suite, "rounds": rounds, "rows": [row.as_json() for row in rows]}, indent=1))
    else:
        print_table(f"The {suite}, median of {rounds}", PEERS[suite], rows)
