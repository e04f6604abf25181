"""Timing by the wall clock, as a person waits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter


def milliseconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    start = perf_counter()
    work()
    return 1000 * (perf_counter() - start)


def middle(work: Callable[[int], object], times: int) -> float:
    """The median of some turns, each told its number, in milliseconds."""
    return median(milliseconds(partial(work, number)) for number in range(times))


def p95(figures: list[float]) -> float:
    """The figure that 95 of 100 do not exceed."""
    return sorted(figures)[min(len(figures) - 1, round(0.95 * len(figures)))]
