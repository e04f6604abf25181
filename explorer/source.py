"""DataSource: what one source of examples is, and Dataset: the examples."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from explorer.params import Param

Shape = tuple[int, ...]
Array = NDArray[np.float64]


class DataProblem(Exception):
    """Why no examples can be had: one sentence for a person."""


@dataclass(frozen=True)
class Dataset:
    """Examples in memory: inputs (n, *input shape) and targets (n, *target shape), float64.

    With ``class_names`` the targets are one-hot rows in their order.
    """

    inputs: Array
    targets: Array
    class_names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.inputs)


class DataSource(ABC):
    """One source of examples. Loading the same params twice gives the same examples."""

    id: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    params: ClassVar[tuple[Param, ...]] = ()
    default_split: ClassVar[tuple[float, float, float]] = (0.6, 0.2, 0.2)

    @property
    def help(self) -> str:
        """What a user reads about this source."""
        return inspect.cleandoc(self.__doc__ or "")

    @abstractmethod
    def shapes(self, params: Mapping[str, Any]) -> tuple[Shape, Shape]:
        """(input shape, target shape) of one example, found without loading; raises DataProblem."""

    def known_targets(self, params: Mapping[str, Any]) -> Array | None:
        """The targets (n, numbers of one example), where no loading is needed to see them."""
        return None

    @abstractmethod
    def load(self, params: Mapping[str, Any]) -> Dataset:
        """The examples for checked ``params``; raises DataProblem."""
