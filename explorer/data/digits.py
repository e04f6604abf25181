"""The handwritten digits that come with scikit-learn."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from explorer.source import Array, DataProblem, Dataset, DataSource, Shape

DARKEST = 16.0
"""The greatest grey level in the file."""


class Digits(DataSource):
    """1,797 real handwritten digits, grey images of 8×8 pixels, 0 for paper to 1 for ink.

    They are the test set of the UCI handwritten digits (Alpaydin and Kaynak, 1998), and come with scikit-learn.
    """

    id = "digits"
    title = "Handwritten digits 8×8"
    icon = "mdi6.numeric"

    def shapes(self, params: Mapping[str, Any]) -> tuple[Shape, Shape]:
        """One image of 8×8 pixels; ten classes."""
        return (1, 8, 8), (10,)

    def load(self, params: Mapping[str, Any]) -> Dataset:
        """The images in the file's order, scaled to [0, 1]; raises DataProblem if scikit-learn's file is missing."""
        table = _table()
        images = (table[:, :-1] / DARKEST).reshape(-1, 1, 8, 8)
        return Dataset(images, np.eye(10)[table[:, -1].astype(int)], tuple("0123456789"))


def _table() -> Array:
    """64 grey levels and the digit, a row per image, read from the package's file: importing it takes a second."""
    spec = find_spec("sklearn")
    folders = spec.submodule_search_locations if spec else None
    path = Path(folders[0] if folders else "sklearn", "datasets", "data", "digits.csv.gz")
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            return np.loadtxt(file, delimiter=",", dtype=np.float64)
    except (OSError, EOFError, ValueError) as error:
        raise DataProblem(f"The digits come with scikit-learn, but {path} cannot be read: reinstall it.") from error
