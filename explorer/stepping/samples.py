"""Samples: which examples an iteration is of, as a person tells them: ``5``, ``1-10``, or ``2, 5, 9-12``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from explorer.params import ParamError

MOST = 256
"""As many examples, at most, are stepped through at once."""
_RANGE = re.compile(r"\s*(\d{1,9})\s*(?:[-–]\s*(\d{1,9})\s*)?")


def read_samples(text: str, count: int) -> tuple[int, ...]:
    """The examples that a text tells, counted from 0; people count from 1, and there are ``count``.

    Raises ParamError, a sentence, for a text that tells none, one twice, or one that there is not.
    """
    found: list[int] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise ParamError("Give the number of an example, such as 5, or of several: 1-10, or 2, 5, 9-12.")
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        if not 1 <= min(first, last) <= max(first, last) <= count:
            raise ParamError(f"There are the examples 1 to {count:,}; {part.strip()} is not among them.")
        if len(found) + abs(last - first) + 1 > MOST:
            raise ParamError(f"At most {MOST} examples are stepped through at once.")
        found += range(first, last + 1) if first <= last else range(first, last - 1, -1)
    if len(set(found)) < len(found):
        raise ParamError("An example can be in a batch only once.")
    return tuple(number - 1 for number in found)


def show_samples(samples: Sequence[int], most: int = 4) -> str:
    """``3``, ``1–10`` or ``2, 5, 9–12``: examples that are counted from 0 as people count them; of very many the first.

    At most ``most`` numbers and ranges are written, then an ellipsis.
    """
    breaks = [0, *(place for place, (one, two) in enumerate(pairwise(samples), 1) if two != one + 1), len(samples)]
    runs = [(samples[start] + 1, samples[end - 1] + 1) for start, end in pairwise(breaks) if end > start]
    told = [f"{first}–{last}" if last > first + 1 else f"{first}, {last}" if last > first else str(first)
            for first, last in runs]  # fmt: skip
    return ", ".join(told[:most]) + (", …" if len(told) > most else "")
