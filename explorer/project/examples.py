"""Examples: the data of a project, in the shapes of its network, and split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.kind import Shape
from explorer.project.goals import Goal, Misfit, Part, goals_of, input_parts, takes_class_numbers, target_parts
from explorer.project.model import Data, Project
from explorer.resolve import Resolved
from explorer.source import DataProblem, Dataset

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Examples:
    """Inputs and targets, float64, and which of the n examples train, validate and test.

    ``entering`` has what enters each input layer, (n, *its shape), ``wanted`` the targets of each output. ``inputs``
    and ``targets`` are the same for a network with one of them, and else all numbers as the data has them.
    ``scoring`` says how accuracy is told of an output: by the largest number, or a threshold of 0.5; others have none.
    """

    inputs: Array
    targets: Array
    class_names: tuple[str, ...]
    entering: Mapping[str, Array]
    wanted: Mapping[str, Array]
    scoring: Mapping[str, str]
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
    data = project.data.kind.load(params)
    goals = goals_of(project.settings, resolved)
    given, wanted = data.inputs.shape[1:], data.targets.shape[1:]
    parts = target_parts(goals, given, wanted)
    entering = {
        node: _taken(data.inputs, part, resolved.layers[node].shape or ())
        for node, part in input_parts(resolved, given).items()
    }
    targets = {goal.node: _targets(goal, parts[goal.node], data.inputs, data.targets) for goal in goals}
    return Examples(
        _only(entering, data.inputs),
        _only(targets, data.targets),
        data.class_names if any(goal.size == len(data.class_names) for goal in goals) else (),
        entering,
        targets,
        {goal.node: how for goal in goals if (how := _scoring(data, parts[goal.node], targets[goal.node]))},
        *split(len(data), project.data, project.settings["seed"]),
    )


def data_problem(data: Data, resolved: Resolved, goals: Sequence[Goal]) -> DataProblem | None:
    """Why the data does not fit the network, as far as it can be told without loading it; None if it fits."""
    params, problems = data.checked()
    if problems:
        return DataProblem(problems[0])
    try:
        given, wanted = data.kind.shapes(params)
        input_parts(resolved, given)
        parts = target_parts(goals, given, wanted)
        for goal in goals:
            part = parts[goal.node]
            choosy = goal.cost.probabilities or takes_class_numbers(goal, part)
            known = data.kind.known_targets(params) if choosy and part.source == "targets" else None
            if known is not None:
                _targets(goal, part, known, known)
    except DataProblem as problem:
        return problem
    return None


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


def _only(arrays: Mapping[str, Array], whole: Array) -> Array:
    """The one array of several layers', or the whole."""
    return next(iter(arrays.values())) if len(arrays) == 1 else whole


def _taken(numbers: Array, part: Part, shape: Shape) -> Array:
    """The part of every example, in the shape of a layer."""
    rows = numbers.reshape(len(numbers), -1)[:, part.start : part.stop]
    return np.ascontiguousarray(rows.reshape(len(numbers), *shape))


def _targets(goal: Goal, part: Part, inputs: Array, targets: Array) -> Array:
    """The targets in the output's shape; class numbers become one-hot rows. Raises Misfit."""
    numbers = inputs if part.source == "inputs" else targets
    if takes_class_numbers(goal, part):
        classes = _taken(numbers, part, ())
        sentence = _class_problem(classes, goal.size)
        if sentence:
            raise Misfit(f"{goal.node}: {sentence}", goal.node)
        return np.eye(goal.size)[classes.astype(np.int64)].reshape(-1, *goal.shape)
    wanted = _taken(numbers, part, goal.shape)
    sentence = goal.cost.target_problem(wanted)
    if sentence:
        raise Misfit(f"{goal.node}: {sentence}", goal.node)
    return wanted


def _class_problem(numbers: Array, classes: int) -> str | None:
    """Why targets are no class numbers; None if they are."""
    wrong = numbers[(numbers != np.round(numbers)) | (numbers < 0) | (numbers >= classes)]
    if not len(wrong):
        return None
    return f"As class numbers, targets must be whole and from 0 to {classes - 1}; {wrong[0]:g} is not."


def _scoring(data: Dataset, part: Part, targets: Array) -> str:
    """How accuracy is told for these targets."""
    flat = targets.reshape(len(targets), -1)
    binary = bool(np.all((flat == 0) | (flat == 1)))
    named = part.source == "targets" and flat.shape[1] == len(data.class_names)
    if named or (flat.shape[1] > 1 and binary and bool(np.all(flat.sum(1) == 1))):
        return "largest"
    return "threshold" if part.source == "targets" and flat.shape[1] == 1 and binary else ""
