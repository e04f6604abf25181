"""Examples: the data of a project, in the shapes of its network, and split."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.costs import cost_of
from explorer.kind import Shape, show_shape
from explorer.project.model import Data, Project
from explorer.resolve import Resolved
from explorer.source import DataProblem, Dataset

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Examples:
    """Inputs (n, *input shape) and targets (n, *output shape), float64, and which of them train, validate and test.

    ``scoring`` says how accuracy is told: by the largest output, by a threshold of 0.5, or not at all ("").
    """

    inputs: Array
    targets: Array
    class_names: tuple[str, ...]
    scoring: str
    train: Indices
    validation: Indices
    test: Indices

    def __len__(self) -> int:
        return len(self.inputs)


def load_examples(project: Project, resolved: Resolved) -> Examples:
    """The examples that fit the network; raises DataProblem."""
    params, problems = project.data.checked()
    if problems:
        raise DataProblem(problems[0])
    source = project.data.kind
    data = source.load(params)
    input_shape = resolved.layers[resolved.inputs[0]].shape or ()
    output_shape = resolved.layers[resolved.outputs[0]].shape or ()
    inputs = _as_inputs(data.inputs, input_shape)
    cost = cost_of(project.settings["cost"])
    targets = _as_targets(data.targets, output_shape, cost.classes)
    sentence = cost.target_problem(targets)
    if sentence:
        raise DataProblem(sentence)
    parts = split(len(inputs), project.data, project.settings["seed"])
    return Examples(inputs, targets, _names(data, output_shape), _scoring(data, targets), *parts)


def data_problem(data: Data, input_shape: Shape, output_shape: Shape, class_cost: bool) -> str | None:
    """Why the data does not fit the network, found without loading it; None if it fits."""
    params, problems = data.checked()
    if problems:
        return problems[0]
    try:
        given, wanted = data.kind.shapes(params)
    except DataProblem as problem:
        return str(problem)
    if math.prod(given) != math.prod(input_shape):
        return (
            f"The data has {show_shape(given)} numbers per example, and the input takes {show_shape(input_shape)}: "
            f"give the input the shape {show_shape(given)}."
        )
    if math.prod(wanted) == math.prod(output_shape):
        return None
    if class_cost and wanted == (1,):
        numbers = data.kind.class_numbers(params)
        return None if numbers is None else _class_problem(numbers, math.prod(output_shape))
    return (
        f"The data has targets of {show_shape(wanted)}, and the network puts out {show_shape(output_shape)}: "
        f"let its last layer have {math.prod(wanted)} output{'s' if math.prod(wanted) != 1 else ''}."
    )


def split(count: int, data: Data, seed: int) -> tuple[Indices, Indices, Indices]:
    """Indices for training, validation and test, shuffled by the seed unless all examples train."""
    shares = data.shares
    places = np.arange(count)
    if shares[0] < 1.0:
        places = np.random.default_rng(seed).permutation(count)
    train = min(count, max(1, round(count * shares[0]))) if count else 0
    validation = min(count - train, round(count * shares[1]))
    if shares[2] == 0:
        validation = count - train
    return places[:train], places[train : train + validation], places[train + validation :]


def _as_inputs(inputs: Array, shape: Shape) -> Array:
    """The inputs in the input layer's shape; raises DataProblem if the numbers do not suffice."""
    if math.prod(inputs.shape[1:]) != math.prod(shape):
        raise DataProblem(
            f"The data has {show_shape(inputs.shape[1:])} numbers per example; {show_shape(shape)} are needed."
        )
    return np.ascontiguousarray(inputs.reshape(len(inputs), *shape))


def _as_targets(targets: Array, shape: Shape, class_cost: bool) -> Array:
    """The targets in the output's shape; class numbers become one-hot rows. Raises DataProblem."""
    width = math.prod(shape)
    if math.prod(targets.shape[1:]) == width:
        return np.ascontiguousarray(targets.reshape(len(targets), *shape))
    if not class_cost or math.prod(targets.shape[1:]) != 1:
        raise DataProblem(
            f"The data has targets of {show_shape(targets.shape[1:])}; the network puts out {show_shape(shape)}."
        )
    numbers = targets.reshape(-1)
    sentence = _class_problem(numbers, width)
    if sentence:
        raise DataProblem(sentence)
    return np.eye(width)[numbers.astype(np.int64)]


def _class_problem(numbers: Array, classes: int) -> str | None:
    """Why targets are no class numbers; None if they are."""
    wrong = numbers[(numbers != np.round(numbers)) | (numbers < 0) | (numbers >= classes)]
    if not len(wrong):
        return None
    return f"As class numbers, targets must be whole and from 0 to {classes - 1}; {wrong[0]:g} is not."


def _scoring(data: Dataset, targets: Array) -> str:
    """How accuracy is told for these targets."""
    flat = targets.reshape(len(targets), -1)
    binary = bool(np.all((flat == 0) | (flat == 1)))
    if data.class_names or (flat.shape[1] > 1 and binary and bool(np.all(flat.sum(1) == 1))):
        return "largest"
    return "threshold" if flat.shape[1] == 1 and binary else ""


def _names(data: Dataset, shape: Shape) -> tuple[str, ...]:
    return data.class_names if len(data.class_names) == math.prod(shape) else ()
