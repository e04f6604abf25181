"""Men and chickens: pixel characters of 8×8, drawn by a generator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.params import FloatParam, IntParam
from explorer.source import Array, Dataset, DataSource, Shape

GREYS = {".": 0.0, "1": 0.15, "3": 0.35, "7": 0.75, "9": 0.95}
"""The grey levels that the drawings use: 0 is paper, 1 would be black."""

DRAWINGS = {
    "man": ("...77...", "..3993..", "...77...", ".779977.", "7.3993.7", "...77...", "..7337..", ".77..77."),
    "chicken": ("137731..", "379771..", ".7797..3", "..797377", "..779973", "..17773.", "...7.7..", "..7777.."),
}
KINDS = tuple(DRAWINGS)


class Characters(DataSource):
    """Little men and chickens of 8×8 grey pixels, 0 for paper to 1 for ink, in turns.

    The first man and the first chicken are the clean drawings. All others are moved by a few pixels, drawn lighter or
    darker, and covered with noise. The seed decides how.
    """

    id = "characters"
    title = "Men and chickens 8×8"
    icon = "mdi6.human"
    params = (
        IntParam("count", 200, "Characters", "How many, men and chickens in turns.", minimum=2, maximum=100_000),
        IntParam("shift", 1, "Shift", "The most by which one is moved.", "pixels", minimum=0, maximum=7),
        FloatParam("noise", 0.05, "Noise", "Standard deviation of the noise on each pixel.", minimum=0.0, maximum=1.0),
        FloatParam(
            "grey", 0.2, "Grey variation", "The most by which one is lighter or darker.", minimum=0.0, maximum=1.0
        ),
        IntParam("seed", 0, "Seed", "Another seed, other characters.", minimum=0),
    )

    def shapes(self, params: Mapping[str, Any]) -> tuple[Shape, Shape]:
        """One image of 8×8 pixels; two classes."""
        return (1, 8, 8), (len(KINDS),)

    def load(self, params: Mapping[str, Any]) -> Dataset:
        """``count`` images in [0, 1]; more of them begin with the same ones."""
        rng = np.random.default_rng(params["seed"])
        labels = np.arange(params["count"]) % len(KINDS)
        images = np.stack([clean(kind) for kind in KINDS])[labels]
        for position in range(len(KINDS), len(images)):
            images[position] = _vary(images[position], params, rng)
        return Dataset(images[:, np.newaxis], np.eye(len(KINDS))[labels], KINDS)


def clean(kind: str) -> Array:
    """The drawing of a ``man`` or a ``chicken``, (8, 8) with values in [0, 1]; raises KeyError."""
    return np.array([[GREYS[mark] for mark in row] for row in DRAWINGS[kind]])


def _vary(image: Array, params: Mapping[str, Any], rng: np.random.Generator) -> Array:
    """The image moved, made lighter or darker, and noisy."""
    down, across = rng.integers(-params["shift"], params["shift"], size=2, endpoint=True)
    level = rng.uniform(1.0 - params["grey"], 1.0 + params["grey"])
    noise = rng.normal(0.0, params["noise"], size=image.shape)
    varied: Array = np.clip(_moved(image, int(down), int(across)) * level + noise, 0.0, 1.0)
    return varied


def _moved(image: Array, down: int, across: int) -> Array:
    """The image moved over empty paper; what leaves the edge is lost."""
    height, width = image.shape
    paper = np.zeros((3 * height, 3 * width))
    paper[height : 2 * height, width : 2 * width] = image
    return paper[height - down : 2 * height - down, width - across : 2 * width - across]
