"""Points scattered round a sine: regression in one variable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.params import FloatParam, IntParam
from explorer.source import DataProblem, Dataset, DataSource, Shape


class NoisySine(DataSource):
    """Points of a function to be learned: y = sin(x) plus uniform noise, at random x.

    No straight line fits them; a network with a hidden layer can bend like the sine.
    """

    id = "noisy_sine"
    title = "Noisy sine"
    icon = "mdi6.sine-wave"
    params = (
        IntParam("count", 1000, "Points", "How many points there are.", minimum=1, maximum=1_000_000),
        FloatParam("noise", 0.5, "Noise", "The most by which a point lies off the sine.", minimum=0.0, maximum=1e6),
        FloatParam("low", -3.0, "Smallest x", "The left end of the points.", minimum=-1e6, maximum=1e6),
        FloatParam("high", 3.0, "Largest x", "The right end of the points.", minimum=-1e6, maximum=1e6),
        IntParam("seed", 0, "Seed", "Another seed, other points.", minimum=0),
    )

    def shapes(self, params: Mapping[str, Any]) -> tuple[Shape, Shape]:
        """One number in, one number out; raises DataProblem if the range of x is empty."""
        if not params["low"] < params["high"]:
            raise DataProblem(
                f"The smallest x is {params['low']:g} and the largest {params['high']:g}: "
                "the smallest must be below the largest."
            )
        return (1,), (1,)

    def load(self, params: Mapping[str, Any]) -> Dataset:
        """``count`` points; more of them begin with the same ones. Raises DataProblem as ``shapes`` does."""
        self.shapes(params)
        # A row of draws per point keeps the first points the same whatever the count.
        draws = np.random.default_rng(params["seed"]).uniform(size=(params["count"], 2))
        x = params["low"] + (params["high"] - params["low"]) * draws[:, :1]
        return Dataset(x, np.sin(x) + params["noise"] * (2.0 * draws[:, 1:] - 1.0))
