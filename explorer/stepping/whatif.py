"""What if: given numbers and settings that are tried out beside the project's, and how they are kept in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.equations import Quantity
from explorer.kind import Shape
from explorer.params import ParamError
from explorer.project.examples import Examples, load_examples
from explorer.project.goals import Part, goals_of, input_parts, takes_class_numbers, target_parts
from explorer.project.model import Data, Project
from explorer.resolve import Resolved, resolve
from explorer.settings import change
from explorer.source import Dataset

SETTINGS_LEFT_OUT = frozenset({"batch_size", "epochs", "shuffle", "seed", "init", "init_spread"})
SETTINGS_LEFT_OUT |= {"stop_change", "device", "precision"}
"""Settings that no number of an iteration follows from."""
MOST_TYPED = 200_000
"""Data of more numbers is not written into the project."""


class WhatIfProblem(Exception):
    """Why a change cannot be kept, one sentence; ``convert`` if it can once the data is typed into the project."""

    def __init__(self, message: str, convert: bool = False) -> None:
        super().__init__(message)
        self.convert = convert


@dataclass(frozen=True)
class Changes:
    """``numbers`` by quantity, ``settings`` by name. The ``example`` of a quantity is its number in the data."""

    numbers: Mapping[Quantity, float] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", MappingProxyType(dict(self.numbers)))
        object.__setattr__(self, "settings", MappingProxyType(dict(self.settings)))

    def __reduce__(self) -> tuple[Any, ...]:
        return (Changes, (dict(self.numbers), dict(self.settings)))

    def __bool__(self) -> bool:
        return bool(self.numbers or self.settings)

    def __len__(self) -> int:
        return len(self.numbers) + len(self.settings)

    def with_number(self, q: Quantity, value: float) -> Changes:
        """With one more number, or another value for it."""
        return replace(self, numbers={**self.numbers, q: value})

    def with_setting(self, name: str, value: Any) -> Changes:
        """With one more setting, or another value for it."""
        return replace(self, settings={**self.settings, name: value})

    def without(self, what: Quantity | str) -> Changes:
        """Without one of them."""
        numbers = {q: value for q, value in self.numbers.items() if q != what}
        return Changes(numbers, {name: value for name, value in self.settings.items() if name != what})

    def of_role(self, role: str) -> dict[Quantity, float]:
        """The numbers of one role."""
        return {q: value for q, value in self.numbers.items() if q.role == role}

    def to_settings(self, project: Project) -> Project:
        """The project with these settings; raises ParamError. The optimizer comes first: others may be its own."""
        settings = project.settings
        for name, value in sorted(self.settings.items(), key=lambda item: item[0] != "optimizer"):
            settings = change(settings, name, value)
        return project if settings == project.settings else replace(project, settings=settings)

    def to_weights(self, weights: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """The arrays, by name, with these weights; those that do not change are the same arrays."""
        after = dict(weights)
        for q, value in self.of_role("weight").items():
            name = f"{q.node}.{q.part}"
            if name in weights:
                if after[name] is weights[name]:
                    after[name] = np.array(weights[name])
                after[name][_place(q)] = value
        return after

    def to_examples(self, examples: Examples) -> Examples:
        """The examples with these inputs and targets."""
        entering, wanted = (
            _with_numbers(arrays, self.of_role(role))
            for arrays, role in ((examples.entering, "value"), (examples.wanted, "target"))
        )
        return replace(examples, entering=entering, wanted=wanted)


NO_CHANGES = Changes()


def can_change(resolved: Resolved, q: Quantity) -> bool:
    """Whether a number is given, and not computed: a weight, a target, or a number of an input."""
    if q.role == "value":
        return not resolved.layers[q.node].sources and bool(q.index)
    return q.role in ("weight", "target") and bool(q.index)


def kept(project: Project, changes: Changes, convert: bool = False) -> Project:
    """The project with the changes in it; raises WhatIfProblem. ``convert`` writes generated data into the project."""
    resolved = resolve(project.network)
    try:
        after = changes.to_settings(project)
    except ParamError as error:
        raise WhatIfProblem(str(error)) from error
    if changes.of_role("weight"):
        missing = [q for q in changes.of_role("weight") if f"{q.node}.{q.part}" not in project.weights]
        if missing:
            raise WhatIfProblem("The project has no weights yet: train it for a step, or apply an update.")
        after = replace(after, weights=changes.to_weights(after.weights))
    if changes.of_role("value") or changes.of_role("target"):
        after = replace(after, data=_kept_data(project, resolved, changes, convert))
    return after


def _kept_data(project: Project, resolved: Resolved, changes: Changes, convert: bool) -> Data:
    """The data with changed inputs and targets, typed in; those that are no class any more as a row per example."""
    data = project.data
    params, _ = data.checked()
    loaded = data.kind.load(params)
    if data.source != "inline":
        _allow(data, loaded, convert)
    inputs, targets = np.array(loaded.inputs), np.array(loaded.targets)
    goals = {goal.node: goal for goal in goals_of(project.settings, resolved)}
    given = inputs.shape[1:]
    parts = target_parts(list(goals.values()), given, targets.shape[1:])
    changed = changes.of_role("target")
    for node in {q.node for q in changed}:
        if parts[node].source == "inputs":
            raise WhatIfProblem("The targets are the inputs themselves: change the input instead.")
        if takes_class_numbers(goals[node], parts[node]):
            if len(goals) > 1:
                raise WhatIfProblem(
                    "The targets are class numbers of several outputs, which cannot be part of a class."
                )
            targets = np.array(load_examples(project, resolved).wanted[node])
            parts = target_parts(list(goals.values()), given, targets.shape[1:])
    entering = input_parts(resolved, given)
    for q, value in changes.of_role("value").items():
        _put(inputs, entering[q.node], q, resolved.layers[q.node].shape or (), value)
    for q, value in changed.items():
        _put(targets, parts[q.node], q, goals[q.node].shape, value)
    names = list(loaded.class_names) if len(loaded.class_names) == math.prod(targets.shape[1:]) else []
    return Data("inline", {"inputs": inputs.tolist(), "targets": targets.tolist(), "class_names": names}, data.shares)


def _allow(data: Data, loaded: Dataset, convert: bool) -> None:
    """Raises WhatIfProblem unless the examples of a source may be typed into the project."""
    if loaded.inputs.size + loaded.targets.size > MOST_TYPED:
        raise WhatIfProblem(f"The examples come from “{data.kind.title}”, too many to be typed into the project.")
    if not convert:
        raise WhatIfProblem(
            f"The examples come from “{data.kind.title}”, so they cannot be changed one by one. "
            "Type all of them into the project, and keep this there?",
            convert=True,
        )


def _put(rows: NDArray[np.float64], part: Part, q: Quantity, shape: Shape, value: float) -> None:
    """A number of one example, where the data has it."""
    inside = int(np.ravel_multi_index(_place(q), shape))
    rows.reshape(len(rows), -1)[q.example, part.start + inside] = value


def _with_numbers(arrays: Mapping[str, NDArray[np.float64]], numbers: Mapping[Quantity, float]) -> dict[str, Any]:
    after = dict(arrays)
    for node in {q.node for q in numbers}:
        after[node] = np.array(arrays[node])
    for q, value in numbers.items():
        after[q.node][(q.example, *_place(q))] = value
    return after


def _place(q: Quantity) -> tuple[int, ...]:
    return tuple(int(i) for i in q.index)
