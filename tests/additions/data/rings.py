"""Rings: a data source that the program does not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.params import IntParam
from explorer.source import Dataset, DataSource, Shape


class Rings(DataSource):
    """Points of the plane, and how far they lie from its origin."""

    id = "rings"
    title = "Rings"
    icon = "mdi6.circle-double"
    params = (
        IntParam("count", 60, "Points", "How many points there are.", minimum=1, maximum=1000),
        IntParam("seed", 0, "Seed", "Another seed, other points.", minimum=0),
    )

    def shapes(self, params: Mapping[str, Any]) -> tuple[Shape, Shape]:
        """Two coordinates in, one distance out."""
        return (2,), (1,)

    def load(self, params: Mapping[str, Any]) -> Dataset:
        """``count`` points of the square from -1 to 1."""
        points = np.random.default_rng(params["seed"]).uniform(-1.0, 1.0, (params["count"], 2))
        return Dataset(points, np.linalg.norm(points, axis=1, keepdims=True))
