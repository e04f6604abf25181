"""Chosen: which examples are stepped through, and which of them the diagram shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from explorer.equations import Quantity
from explorer.stepping.trace import Trace


@dataclass
class Chosen:
    """``sample`` is an example of the data, counted from 0; ``batch`` are several, empty while it is one alone.

    ``example`` is the place in the batch of the example that is shown.
    """

    sample: int = 0
    batch: tuple[int, ...] = ()
    example: int = 0

    @property
    def wanted(self) -> tuple[int, ...]:
        """The examples of the iteration."""
        return self.batch or (self.sample,)

    def take(self, samples: Sequence[int]) -> bool:
        """Choose one example, or several as a batch; returns whether they are others."""
        before = self.wanted
        self.batch = tuple(samples) if len(samples) > 1 else ()
        self.sample = samples[0]
        if self.wanted != before:
            self.example = 0
        return self.wanted != before

    def follow(self, trace: Trace, q: Quantity) -> None:
        """Show the example that a quantity is of; what all have in common leaves the one that is shown."""
        count = len(trace.record.samples)
        self.example = min(self.example, count - 1)
        if self.same_of(trace, q, 1 if q.example == 0 else 0) is not None:
            self.example = q.example
        if self.batch or trace.record.step:  # others that were only added to make a batch do not count
            self.sample = trace.record.samples[self.example]

    @staticmethod
    def same_of(trace: Trace, q: Quantity, example: int) -> int | None:
        """The step that computes the same of another example; None if it is computed for all at once."""
        return trace.find(replace(q, example=example)) if example < len(trace.record.samples) else None


def beside(batch: Sequence[int], sample: int, wish: int) -> int:
    """The example of a batch that comes first on the way from ``sample`` to a wished one; at the end it goes round."""
    back = wish < sample
    others = [other for other in sorted(batch) if (other <= wish if back else other >= wish)]
    if not others:
        return max(batch) if back else min(batch)
    return others[-1] if back else others[0]
