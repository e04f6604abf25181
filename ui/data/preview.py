"""What a data source gives, for a preview: the first examples, loaded without the engine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.params import IntParam
from explorer.project.model import Data
from explorer.source import DataProblem, Dataset

MOST = 200


@dataclass(frozen=True)
class Preview:
    """The first examples; ``whole`` says that there are no more. Without any, ``problem`` says why."""

    examples: Dataset | None
    whole: bool = True
    problem: str = ""


def preview_of(data: Data) -> Preview:
    """The first examples of a source: its ``count`` is cut, as more examples begin with the same ones."""
    params, problems = data.checked()
    if problems:
        return Preview(None, problem=problems[0])
    counted = any(param.name == "count" and isinstance(param, IntParam) for param in data.kind.params)
    whole = not counted or params["count"] <= MOST
    if not whole:
        params["count"] = MOST
    try:
        return Preview(_loaded(_Key(data.source, params)), whole)
    except DataProblem as problem:
        return Preview(None, problem=str(problem))


class _Key:
    """A source and its params, to be looked up: params may hold lists."""

    def __init__(self, source: str, params: dict[str, Any]) -> None:
        self.source, self.params = source, params

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and (self.source, self.params) == (other.source, other.params)

    def __hash__(self) -> int:
        return hash(self.source)


@lru_cache(maxsize=4)
def _loaded(key: _Key) -> Dataset:
    return Data(key.source).kind.load(key.params)


def class_counts(examples: Dataset) -> list[tuple[str, int]]:
    """How many examples there are of each class; none if the targets are no classes."""
    if not examples.class_names:
        return []
    labels = examples.targets.reshape(len(examples), -1).argmax(1)
    return [(name, int(np.sum(labels == place))) for place, name in enumerate(examples.class_names)]


def rows_of(array: NDArray[Any]) -> NDArray[Any]:
    """(n, ...) as (n, numbers per example)."""
    return array.reshape(len(array), -1)
