"""Bar: the progress of a run on stderr."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from explorer.training.events import EpochDone

REDRAWS = 10
"""At most this often in a second."""
BAR_CELLS = 12
"""So that a line fits a terminal of 80 columns."""


class Bar:
    """A bar over all steps with the epoch and its costs; where stderr is no terminal, a line per epoch instead.

    It is drawn from ``step`` itself: rich's own refreshing would start a thread.
    """

    def __init__(self, epochs: int, steps: int) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(BAR_CELLS),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[costs]}"),
        )
        self._progress = Progress(*columns, console=Console(stderr=True), auto_refresh=False)
        self._epochs = epochs
        self._task = self._progress.add_task(f"epoch 0/{epochs}", total=epochs * steps, costs="")
        self._costs = ""
        self._drawn = 0.0

    def __enter__(self) -> Bar:
        if sys.stderr.isatty():
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if sys.stderr.isatty():
            self._progress.refresh()
            self._progress.stop()

    def step(self, epoch: int, cost: float) -> None:
        """One step is done."""
        words = f"epoch {epoch}/{self._epochs}"
        self._progress.update(self._task, advance=1, description=words, costs=self._costs or f"cost {cost:.4g}")
        now = time.monotonic()
        if sys.stderr.isatty() and now - self._drawn > 1 / REDRAWS:
            self._progress.refresh()
            self._drawn = now

    def epoch(self, done: EpochDone) -> None:
        """One epoch is done: show its costs."""
        parts = [f"cost {done.train_cost:.3g}"]
        if done.validation_cost is not None:
            parts.append(f"validation {done.validation_cost:.3g}")
        if done.validation_accuracy is not None:
            parts.append(f"{done.validation_accuracy:.1%} right")
        self._costs = ", ".join(parts)
        if not sys.stderr.isatty():
            print(f"epoch {done.epoch}/{self._epochs}: {self._costs}", file=sys.stderr)
