"""Small tasks over sequences, one for each way in which a recurrent network reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from explorer.params import ChoiceParam, IntParam, TextParam
from explorer.source import Array, DataProblem, Dataset, DataSource, Shape

TEXT = "the cat sat on the mat, the rat sat on the cat, and that was that."


class Sequences(DataSource):
    """Sequences made by a rule, time steps × features, for recurrent layers and self-attention.

    Many to one: "parity", whether the ones in a sequence of bits are odd in number, and "next letter" of a text, its
    letters one-hot. Many to many, step by step: "running sum", the sum of the numbers so far, and "echo", the bit of
    two steps before. Many to many, first read and then write: "reverse", whose second half is the first half of bits
    backwards. One to many: "wave", a sine of the frequency that the first time step gives. With a length of 1 running
    sum is one to one.
    """

    id = "sequences"
    title = "Sequences"
    icon = "mdi6.timeline-outline"
    params = (
        ChoiceParam(
            "task",
            "parity",
            "Task",
            "What is to be answered about each sequence.",
            choices=("parity", "next_letter", "running_sum", "echo", "reverse", "wave"),
        ),
        IntParam("count", 500, "Sequences", "How many there are.", minimum=1, maximum=100_000),
        IntParam("length", 8, "Length", "Time steps of each; reverse reads so many, and writes as many.", maximum=200),
        TextParam("text", TEXT, "Text", "What the next letter is learned from.", longest=10_000),
        IntParam("seed", 0, "Seed", "Another seed, other sequences.", minimum=0),
    )

    def shapes(self, params: Mapping[str, Any]) -> tuple[Shape, Shape]:
        """(time steps, features) in; a sequence or a list of classes out. Raises DataProblem for too short a text."""
        length = params["length"]
        if params["task"] == "parity":
            return (length, 1), (2,)
        if params["task"] == "next_letter":
            letters = len(_letters(params["text"]))
            if len(params["text"]) <= length or letters < 2:
                raise DataProblem(
                    f"The text has {len(params['text'])} letters, {letters} of them different: "
                    f"give one with two or more, longer than the {length} time steps."
                )
            return (length, letters), (letters,)
        steps = 2 * length if params["task"] == "reverse" else length
        return (steps, 1), (steps, 1)

    def load(self, params: Mapping[str, Any]) -> Dataset:
        """``count`` sequences; more of them begin with the same ones. Raises DataProblem as ``shapes`` does."""
        self.shapes(params)
        if params["task"] == "next_letter":
            return _next_letters(params)
        # A row of draws per sequence keeps the first ones the same whatever the count.
        draws = np.random.default_rng(params["seed"]).uniform(size=(params["count"], params["length"]))
        if params["task"] == "parity":
            bits = np.round(draws)
            odd = bits.sum(1).astype(int) % 2
            return Dataset(bits[:, :, np.newaxis], np.eye(2)[odd], ("even", "odd"))
        inputs, targets = _TASKS[params["task"]](draws)
        return Dataset(inputs[:, :, np.newaxis], targets[:, :, np.newaxis])


def _running_sum(draws: Array) -> tuple[Array, Array]:
    """Numbers in [-1, 1], and their sums so far."""
    numbers = 2.0 * draws - 1.0
    return numbers, np.cumsum(numbers, 1)


def _echo(draws: Array) -> tuple[Array, Array]:
    """Bits, and the bits of two steps before; the first two echo nothing."""
    bits = np.round(draws)
    heard = np.hstack([np.zeros((len(bits), 2)), bits])[:, : bits.shape[1]]
    return bits, heard


def _reverse(draws: Array) -> tuple[Array, Array]:
    """Bits and then silence; silence and then the bits backwards."""
    bits = np.round(draws)
    silence = np.zeros_like(bits)
    return np.hstack([bits, silence]), np.hstack([silence, bits[:, ::-1]])


def _wave(draws: Array) -> tuple[Array, Array]:
    """A frequency in [0, 1] at the first time step, and the sine that goes so many times round in all."""
    inputs = np.zeros_like(draws)
    inputs[:, 0] = draws[:, 0]
    steps = np.arange(1, draws.shape[1] + 1) / draws.shape[1]
    return inputs, np.sin(2 * np.pi * inputs[:, :1] * steps)


_TASKS: dict[str, Callable[[Array], tuple[Array, Array]]] = {
    "running_sum": _running_sum,
    "echo": _echo,
    "reverse": _reverse,
    "wave": _wave,
}


def _letters(text: str) -> list[str]:
    """The different letters of a text, in order."""
    return sorted(set(text))


def _next_letters(params: Mapping[str, Any]) -> Dataset:
    """Pieces of the text that begin anywhere, one-hot, and the letter after each."""
    text, length, letters = params["text"], params["length"], _letters(params["text"])
    starts = np.random.default_rng(params["seed"]).integers(0, len(text) - length, params["count"])
    numbers = np.array([letters.index(letter) for letter in text])
    pieces = numbers[starts[:, np.newaxis] + np.arange(length + 1)]
    one_hot = np.eye(len(letters))[pieces]
    return Dataset(one_hot[:, :-1], one_hot[:, -1], tuple("␣" if letter == " " else letter for letter in letters))
