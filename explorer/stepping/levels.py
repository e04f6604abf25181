"""Levels: steps taken one by one, unit by unit, layer by layer or a stage at a time."""

from __future__ import annotations

from typing import Literal

from explorer.stepping.trace import Trace

Level = Literal["term", "unit", "layer", "stage"]
LEVELS: tuple[Level, ...] = ("term", "unit", "layer", "stage")
PARTIAL = ("term", "slope", "state", "use", "plus", "minus")
"""Roles of quantities that are only parts of what a unit's step computes."""


def next_step(trace: Trace, number: int, level: Level) -> int:
    """The number of the next step at a level, at most the last: it completes a unit, a layer's array or a stage."""
    last = len(trace) - 1
    if level == "term" or number >= last:
        return min(number + 1, last)
    if level == "unit":
        return next((place for place in range(number + 1, last) if _completes_unit(trace, place)), last)
    return next((end for end in _ends(trace, level) if end > number), last)


def previous_step(trace: Trace, number: int, level: Level) -> int:
    """The number of the step before at a level, at least the first."""
    if level == "term" or number <= 0:
        return max(number - 1, 0)
    if level == "unit":
        return next((place for place in range(number - 1, 0, -1) if _completes_unit(trace, place)), 0)
    return max((end for end in _ends(trace, level) if end < number), default=0)


def _completes_unit(trace: Trace, number: int) -> bool:
    section, place = trace.locate(number)
    return section.make(place).role not in PARTIAL


def _ends(trace: Trace, level: Level) -> list[int]:
    """The last steps of all stages, or of all sections but those of parts, in order."""
    if level == "stage":
        return [steps[-1] for stage in range(1, 6) if len(steps := trace.stage_range(stage))]
    found = []
    for section in trace.sections:
        if any(quantity.role not in PARTIAL for quantity in section.pattern):
            found.append(trace.start_of(section) + section.count - 1)
    return found
