"""OutputSettings: what one output of a network is trained for: its cost, how much that counts, and its targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.costs import COSTS
from explorer.params import LARGEST_INT, ChoiceParam, FloatParam, Param, ParamError, as_int, check_params, read_number

Target = str | tuple[int, int]
"""auto, all, inputs, or (start, stop): some of an example's target numbers, from 0."""


@dataclass(frozen=True)
class TargetParam(Param):
    """What an output is compared with: a word, or a range of an example's target numbers."""

    words: tuple[str, ...] = ("auto", "all", "inputs")

    def check(self, value: Any) -> Target:
        """Return a word or (start, stop); a range holds at least one number."""
        if isinstance(value, str) and value in self.words:
            return value
        ends = [as_int(end) for end in value] if isinstance(value, (list, tuple)) else []
        if len(ends) != 2 or ends[0] is None or ends[1] is None or not 0 <= ends[0] < ends[1] <= LARGEST_INT:
            raise self.refuse(value)
        return (ends[0], ends[1])

    def range_text(self) -> str:
        """The words, and what a range is."""
        return f"{', '.join(self.words)} or a range such as 0:10, the numbers 0 to 9"

    def schema(self) -> dict[str, Any]:
        """A word or a list of two integers."""
        place = {"type": "integer", "minimum": 0, "maximum": LARGEST_INT}
        return {"anyOf": [{"enum": list(self.words)}, {"type": "array", "items": place, "minItems": 2, "maxItems": 2}]}

    def parse(self, text: str) -> Target:
        """Read a word, or ``0:10``."""
        word = text.strip()
        return self.check([read_number(end) for end in word.split(":")] if ":" in word else word)

    def show(self, value: Any) -> str:
        """A word, or ``0:10``."""
        return value if isinstance(value, str) else f"{value[0]}:{value[1]}"


OUTPUT_PARAMS: tuple[Param, ...] = (
    ChoiceParam(
        "cost",
        "project",
        "Cost",
        "How far this output is from its targets; project is the cost of the run settings.",
        choices=("project", *(cost.id for cost in COSTS)),
    ),
    FloatParam(
        "weight",
        1.0,
        "Weight",
        "How much this cost counts in the total, which is the sum of each weight times its cost.",
        minimum=0.0,
        maximum=1e6,
    ),
    TargetParam(
        "target",
        "auto",
        "Target",
        "What the output is compared with. auto: the next of the example's target numbers, where the outputs take them "
        "one after the other, else all of them. all: all of them. inputs: the example's own input, as in an "
        "autoencoder. 0:10: the target numbers 0 to 9.",
    ),
)


@dataclass(frozen=True)
class OutputSettings:
    """The settings of one output, by the names of OUTPUT_PARAMS; raises ParamError."""

    cost: str = "project"
    weight: float = 1.0
    target: Target = "auto"

    def __post_init__(self) -> None:
        values, problems = check_params(OUTPUT_PARAMS, vars(self))
        if problems:
            raise ParamError(problems[0])
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def document(self) -> dict[str, Any]:
        """The JSON value: what differs from the defaults."""
        named = {param.name: getattr(self, param.name) for param in OUTPUT_PARAMS}
        listed = {name: list(value) if isinstance(value, tuple) else value for name, value in named.items()}
        return {param.name: listed[param.name] for param in OUTPUT_PARAMS if named[param.name] != param.default}


def read_output(given: Mapping[str, Any]) -> OutputSettings:
    """The settings of a JSON value; raises ParamError, also for a key that is not known."""
    values, problems = check_params(OUTPUT_PARAMS, given)
    if problems:
        raise ParamError(problems[0])
    return OutputSettings(**values)
