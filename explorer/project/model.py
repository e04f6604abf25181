"""Project: everything that a file keeps, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.data import source_of
from explorer.network import Network
from explorer.params import check_params
from explorer.settings import Settings
from explorer.source import DataSource

Weights = Mapping[str, NDArray[np.floating[Any]]]


@dataclass(frozen=True)
class Data:
    """Where the examples come from: a source, its params, and the shares for training, validation and test.

    ``split`` is None for the source's own default.
    """

    source: str = "inline"
    params: Mapping[str, Any] = field(default_factory=dict)
    split: tuple[float, float, float] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __reduce__(self) -> tuple[Any, ...]:
        return (Data, (self.source, dict(self.params), self.split))

    @property
    def kind(self) -> DataSource:
        """The source itself."""
        return source_of(self.source)

    @property
    def shares(self) -> tuple[float, float, float]:
        """Training, validation and test, adding up to 1."""
        return self.split or self.kind.default_split

    def checked(self) -> tuple[dict[str, Any], list[str]]:
        """The source's params, complete, and a sentence per problem."""
        return check_params(self.kind.params, self.params)


@dataclass(frozen=True)
class Printed:
    """What a textbook prints for one quantity of the worked example, and what to know about it.

    ``quantity`` is its name in the notation of names, such as ``dE/dw5``; ``slip`` says that the print is wrong.
    """

    quantity: str
    text: str
    note: str = ""
    slip: bool = False


@dataclass(frozen=True, eq=False)
class Project:
    """A network, its weights (torch's names and layout), data, settings, and what a textbook says about it.

    Two projects are equal only if they are the same value: an edit always makes another one.
    """

    name: str = "untitled"
    network: Network = field(default_factory=Network)
    weights: Weights = field(default_factory=dict)
    data: Data = field(default_factory=Data)
    settings: Settings = field(default_factory=Settings)
    description: str = ""
    textbook: tuple[Printed, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", MappingProxyType(dict(self.weights)))

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (self.name, self.network, dict(self.weights), self.data, self.settings, self.description, self.textbook)
        return (Project, parts)
