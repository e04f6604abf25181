"""check_project: everything that keeps a project from running, as problems for a person; a pure function."""

from __future__ import annotations

import math
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from explorer.cost import CostFunction
from explorer.kind import Fix, show_shape
from explorer.memory import show_bytes
from explorer.optimizers import optimizer_of
from explorer.project.examples import data_problem
from explorer.project.goals import Misfit, goals_of, output_of
from explorer.project.model import Project
from explorer.resolve import Problem, Resolved, resolve
from explorer.source import DataProblem
from explorer.wants import fix_for


class RunProblem(Exception):
    """Why a project cannot be trained or stepped, as one sentence; ``node`` is the layer at which it shows."""

    def __init__(self, message: str, node: str | None = None) -> None:
        super().__init__(message)
        self.node = node


def check_project(project: Project, memory: int | None = None) -> tuple[Resolved, tuple[Problem, ...]]:
    """The resolved network, and its problems with those of the cost, the data and the weights."""
    resolved = resolve(project.network, memory)
    problems = list(resolved.problems)
    if not problems and memory is not None:
        problems += _memory_problems(project, resolved, memory)
    if not problems:
        problems += _backbone_problems(resolved)
    if not problems:
        problems += _run_problems(project, resolved)
    problems += weight_problems(project, resolved)
    return resolved, tuple(problems)


def _memory_problems(project: Project, resolved: Resolved, memory: int) -> list[Problem]:
    """Whether all layers together fit: each weight has a backup, a gradient and what the optimizer keeps of it."""
    copies = 2 + optimizer_of(project.settings["optimizer"]).copies(project.settings.optimizer_params)
    need = number_bytes(project) * (resolved.parameters + copies * resolved.trainable + resolved.sums.values)
    if need <= memory:
        return []
    largest = max(resolved.running, key=lambda layer: (layer.parameters, math.prod(layer.shape or ())))
    message = (
        f"Training would need {show_bytes(need)} of memory, and {show_bytes(memory)} are free; "
        f"{largest.id} is the largest layer: make it smaller."
    )
    return [Problem(largest.id, message)]


def batch_problem(project: Project, resolved: Resolved, examples: int, memory: int) -> str | None:
    """Why so many examples cannot go through the network at once; each value has its gradient beside it."""
    need = 2 * number_bytes(project) * examples * resolved.sums.values
    if need <= memory:
        return None
    return (
        f"A batch of {examples} would need {show_bytes(need)} of memory, and {show_bytes(memory)} are free: "
        "make the batch or the layers smaller."
    )


def number_bytes(project: Project) -> int:
    """Bytes of one number that the project trains with."""
    return 8 if project.settings["precision"] == "float64" else 4


def _backbone_problems(resolved: Resolved) -> list[Problem]:
    """Layers with weights to train before a network from a file, which passes no gradient back to them."""
    if not resolved.sums.from_file:
        return []
    learning: dict[str, str] = {}
    problems = []
    for node in resolved.order:
        layer = resolved.layers[node]
        before = next((learning[source] for source in layer.sources if source in learning), "")
        if layer.kind.from_file and before:
            message = f"{node} passes no gradient back, so {before} before it could not learn: freeze it."
            fix = Fix(f"Freeze {before}", set=(("freeze", True),), node=before)
            problems.append(Problem(node, message, (fix,)))
        owner = resolved.layers[layer.owner or node]
        if before or (owner.weights and not owner.frozen):
            learning[node] = before or owner.id
    return problems


def _run_problems(project: Project, resolved: Resolved) -> list[Problem]:
    """What else a run needs: outputs that are trained for something that fits them, and data that fits."""
    loose = [node for node in resolved.inputs if not resolved.network.outgoing[node]]
    if loose and len(resolved.running) > 1:
        return [Problem(loose[0], f"{loose[0]} goes nowhere: wire it into a layer, or take it out.")]
    problems = _output_problems(project, resolved)
    goals = goals_of(project.settings, resolved)
    problems += [problem for goal in goals if (problem := cost_problem(goal.cost, resolved, goal.node))]
    if not problems:
        misfit = data_problem(project.data, resolved, goals)
        problems += [_data_problem(misfit, resolved)] if misfit else []
    return problems


def _data_problem(misfit: DataProblem, resolved: Resolved) -> Problem:
    """Why the data does not fit, with the change of a layer after which it does."""
    if not isinstance(misfit, Misfit):
        return Problem(None, str(misfit), of_data=True)
    node, shape = misfit.node, misfit.shape
    fix = None
    if shape is not None and node in resolved.inputs:
        fix = Fix(f"Set shape to {show_shape(shape)}", set=(("shape", shape),))
    elif shape is not None:
        fix = fix_for(resolved.layers, node, shape)
    return Problem(node, str(misfit), (fix,) if fix else ())


def _output_problems(project: Project, resolved: Resolved) -> list[Problem]:
    """Settings of outputs that are none, or are two for one output."""
    problems, seen = [], set()
    for name in project.settings.outputs:
        end = output_of(name, resolved)
        node = name if name in project.network.by_id else None
        if end not in resolved.outputs:
            why = "is no output: another layer reads it" if end in resolved.layers else "is not in the network"
            problems.append(Problem(node, f"The run settings have a cost for {name[:70]}, which {why}."))
        elif end in seen:
            problems.append(Problem(node, f"The run settings have two costs for the output {end}; take one out."))
        seen.add(end)
    return problems


def cost_problem(cost: CostFunction, resolved: Resolved, output: str) -> Problem | None:
    """Why a cost does not fit one output of the network; None if it does, as far as can be told."""
    shape = resolved.layers[output].shape
    sentence = cost.problem(shape) if shape is not None else None
    if sentence:
        return Problem(output, sentence)
    if not cost.probabilities or _may_be_probabilities(resolved, output, cost.classes):
        return None
    which, ending = ("that add up to 1", "softmax") if cost.classes else ("from 0 to 1", "sigmoid")
    return Problem(
        output,
        f"{cost.title} compares probabilities {which}, and {output} puts out other numbers: "
        f"end with a {ending}, or choose another cost.",
        (Fix(f"Add {ending.capitalize()}", append=ending),),
    )


def _may_be_probabilities(resolved: Resolved, node: str, of_classes: bool) -> bool:
    """False if a layer is known to put out other numbers: one with weights, or an activation such as ReLU.

    Those of classes add up to 1, which activations do not that turn each number by itself, such as sigmoid.
    """
    todo, seen = [node], {node}
    while todo:
        layer = resolved.layers[todo.pop()]
        if layer.kind.output_range is not None and not (of_classes and layer.kind.elementwise):
            if layer.kind.output_range[0] < 0 or layer.kind.output_range[1] > 1:
                return False
        elif layer.kind.rearranges:
            todo += set(layer.sources) - seen
            seen.update(layer.sources)
        elif layer.weights or layer.kind.activation:
            return False
    return True


def weight_problems(project: Project, resolved: Resolved) -> list[Problem]:
    """Weights that the network does not have, in the wrong shape, or not finite."""
    problems = []
    shapes = resolved.weight_shapes if project.weights else {}
    for name, array in project.weights.items():
        node = name.partition(".")[0]
        if resolved.resting(node):
            continue
        where = node if node in project.network.by_id else None
        if name not in shapes:
            problems.append(Problem(where, f"The project gives weights {name}, which the network does not have."))
        elif tuple(array.shape) != shapes[name]:
            need, have = show_shape(shapes[name]), show_shape(tuple(array.shape))
            problems.append(Problem(where, f"The weights {name} have the shape {have}; {node} needs {need}."))
        elif not _finite(array):
            problems.append(Problem(where, f"The weights {name} hold numbers that are not finite; reset them."))
    return problems


_KNOWN_FINITE: WeakValueDictionary[int, NDArray[np.floating[Any]]] = WeakValueDictionary()
"""Arrays that were looked through, by their id: every edit asks again, and weights are replaced, never written into."""


def _finite(array: NDArray[np.floating[Any]]) -> bool:
    """Whether every number is finite."""
    if _KNOWN_FINITE.get(id(array)) is array:
        return True
    finite = bool(np.isfinite(array).all())
    if finite:
        _KNOWN_FINITE[id(array)] = array
    return finite
