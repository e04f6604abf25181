"""Examples that are written in the project itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.array_params import NamesParam, RowsParam
from explorer.source import Array, DataProblem, Dataset, DataSource, Shape


class Inline(DataSource):
    """A few examples typed into the project: one row of inputs and one row of targets per example.

    A row may be a single number, a list of numbers, or nested lists such as an image's 1×8×8.
    """

    id = "inline"
    title = "Typed in"
    icon = "mdi6.table-edit"
    params = (
        RowsParam("inputs", [], "Inputs", "One row per example: what the network is given."),
        RowsParam("targets", [], "Targets", "One row per example: what the network should answer."),
        NamesParam("class_names", (), "Class names", "A name for each target number, if the targets tell classes."),
    )
    default_split = (1.0, 0.0, 0.0)

    def shapes(self, params: Mapping[str, Any]) -> tuple[Shape, Shape]:
        """The shapes of the first rows; raises DataProblem without rows, or if there are more of one than the other."""
        inputs, targets = params["inputs"], params["targets"]
        if not inputs or not targets:
            raise DataProblem("No examples are typed in: give at least one row of inputs and one row of targets.")
        if len(inputs) != len(targets):
            raise DataProblem(
                f"There are {len(inputs)} rows of inputs and {len(targets)} of targets: give one row of targets "
                "for each row of inputs."
            )
        shapes = np.shape(inputs[0]) or (1,), np.shape(targets[0]) or (1,)
        names = params["class_names"]
        if names and len(names) != math.prod(shapes[1]):
            wanted = math.prod(shapes[1])
            raise DataProblem(f"There are {len(names)} class names for {wanted} target numbers: name each.")
        return shapes

    def known_targets(self, params: Mapping[str, Any]) -> Array:
        """The rows of targets."""
        return np.asarray(params["targets"], dtype=np.float64).reshape(len(params["targets"]), -1)

    def load(self, params: Mapping[str, Any]) -> Dataset:
        """The rows as arrays; raises DataProblem as ``shapes`` does."""
        input_shape, target_shape = self.shapes(params)
        targets = _array(params["targets"], target_shape)
        return Dataset(_array(params["inputs"], input_shape), targets, tuple(params["class_names"]))


def _array(rows: list[Any], shape: Shape) -> Array:
    """Rows as (n, *shape)."""
    return np.asarray(rows, dtype=np.float64).reshape(len(rows), *shape)
