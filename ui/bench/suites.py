"""The suites of ``nn-explorer bench``: which children are run, in turns, and which rows their figures make."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from statistics import median

from ui.bench.rows import Row

PEER = "NodeGraphQt"
INSTALL = 'pip install "nn-explorer[bench]"'
FRAME = 16.7
Say = Callable[[str], None]


class BenchError(Exception):
    """A measurement that could not be made; its text is one sentence."""


@dataclass(frozen=True)
class Sizes:
    """How many nodes: of the chains that both editors draw, of the window's, and of the one that only opens."""

    small: int = 1000
    usual: int = 5000
    large: int = 20000


def has_peer() -> bool:
    """Whether NodeGraphQt is installed."""
    return find_spec("NodeGraphQt") is not None


def editor(sizes: Sizes, rounds: int, say: Say) -> list[Row]:
    """The node editor: beside NodeGraphQt on the same chain, and the whole window with a large network."""
    rows: list[Row] = []
    if not has_peer():
        say(f"{PEER} is not installed, so nothing is compared with it: {INSTALL}")
    for count, repaint in ((sizes.small, 10.0), (sizes.usual, 100.0)):
        rows += _compared(count, rounds, repaint, sizes.usual, say)
    return rows + _window(sizes, rounds, say)


def _compared(count: int, rounds: int, repaint: float, usual: int, say: Say) -> list[Row]:
    own: list[dict[str, float]] = []
    peer: list[dict[str, float]] = []
    for number in range(rounds):
        say(f"{count:,} nodes, turn {number + 1} of {rounds}")
        own.append(run_child("ours", count))
        if has_peer():
            peer.append(run_child("nodegraphqt", count))
    goals = {"build": 20.0, "repaint": repaint} | ({"memory": 5.0} if count == usual else {})
    words = {"build": "building", "repaint": "drawing all of", "memory": "memory of"}
    return [
        Row(
            f"{words[name]} {count:,} nodes", _middle(own, name), "MiB" if name == "memory" else "ms",
            peer=_middle(peer, name) if peer else None, least_ratio=goals.get(name),
        )
        for name in words
    ]  # fmt: skip


def _window(sizes: Sizes, rounds: int, say: Say) -> list[Row]:
    found = []
    for number in range(rounds):
        say(f"the window with {sizes.usual:,} nodes, turn {number + 1} of {rounds}")
        found.append(run_child("window", sizes.usual))
    say(f"the window with {sizes.large:,} nodes")
    large = run_child("large", sizes.large)
    count = f"{sizes.usual:,} nodes"
    return [
        Row(f"opening a project of {count}", _middle(found, "open"), "ms", 2000),
        Row(f"a frame of panning {count}, p95", _middle(found, "pan"), "ms", FRAME),
        Row(f"a frame of zooming {count}, p95", _middle(found, "zoom"), "ms", FRAME),
        Row(f"a frame of dragging one of {count}, p95", _middle(found, "drag"), "ms", FRAME),
        Row(f"an edit of {count}, p95", _middle(found, "edit"), "ms", 50),
        Row("undoing it, p95", _middle(found, "undo"), "ms", 50),
        Row("a cut in the middle, after which half the shapes are not known", _middle(found, "cut"), "ms"),
        Row("copying 1,000 of them and pasting them", _middle(found, "copy and paste"), "ms", 300),
        Row("processor time of the idle window in 5 s", _middle(found, "idle"), "ms", 5),
        Row("timers and paintings of the idle window in 5 s", _middle(found, "wakings"), "", 0),
        Row(f"opening {sizes.large:,} nodes", large["open"], "ms"),
        Row(f"a frame of panning {sizes.large:,} nodes, p95", large["pan"], "ms"),
    ]


def _middle(figures: list[dict[str, float]], name: str) -> float:
    return float(median(figure[name] for figure in figures))


def step(sizes: Sizes, rounds: int, say: Say) -> list[Row]:
    """The stepper: opening, single steps, typesetting and memory; and its gradient check beside the plain loop."""
    found: dict[str, list[dict[str, float]]] = {}
    wide = max(8, sizes.small // 10)
    for number in range(rounds):
        say(f"the stepper, turn {number + 1} of {rounds}")
        for case, count in (("stepper", 6), ("check", 10), ("typesetting", 10), ("wide", wide)):
            found.setdefault(case, []).append(run_child(case, count))

    def middle(case: str, name: str) -> float:
        return _middle(found[case], name)

    size = f"{wide}-{10 * wide}-{wide}"
    limits = {"A2": ("64-64-2", 100.0), "digits-conv": ("the convolutional example", 300.0)}
    return [
        Row(
            "checking all 4,290 gradients of 64-64-2, batch 10", middle("check", "ours"), "ms",
            peer=middle("check", "plain"), least_ratio=100,
        ),
        Row("its largest relative error, in 1e−9", 1e9 * middle("check", "error"), "", 100),
        *(Row(f"opening {words}", middle("stepper", f"open {name}"), "ms", most)
          for name, (words, most) in limits.items()),
        *(Row(f"a step of {words}, p95", middle("stepper", f"step {name}"), "ms", most)
          for name, (words, most) in limits.items()),
        Row("longest stand-still while formulas are set", middle("typesetting", "gap"), "ms",
            peer=middle("typesetting", "at once")),
        Row(f"opening {size}", middle("wide", "open"), "ms"),
        Row(f"a step of {size}, p95", middle("wide", "step"), "ms", 300),
        Row(f"memory of {size} for each weight", middle("wide", "bytes"), "bytes"),
    ]  # fmt: skip


SUITES: dict[str, Callable[[Sizes, int, Say], list[Row]]] = {"editor": editor, "step": step}
PEERS = {"editor": PEER, "step": "the plain way"}


def run_child(case: str, count: int) -> dict[str, float]:
    """The figures of one case, measured in a process of its own; raises BenchError."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "*=false"}
    command = [sys.executable, "-m", "ui.bench.child", case, str(count)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise BenchError(f"The measurement {case} of {count:,} nodes failed: {last}")
    figures: dict[str, float] = json.loads(lines[-1])
    return figures
