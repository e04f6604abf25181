"""Goals: what each output is trained for, and which of an example's numbers each input and output takes; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal

from explorer.cost import CostFunction
from explorer.costs import cost_of
from explorer.kind import Shape, show_shape
from explorer.output_settings import OutputSettings, Target
from explorer.resolve import Resolved
from explorer.settings import Settings
from explorer.source import DataProblem


class Misfit(DataProblem):
    """Why the data does not fit the network; ``node`` is the layer at which it shows, ``shape`` one that would fit."""

    def __init__(self, message: str, node: str, shape: Shape | None = None) -> None:
        super().__init__(message)
        self.node = node
        self.shape = shape


@dataclass(frozen=True)
class Goal:
    """One output: its shape, its cost, how much that counts in the total, and what its targets are."""

    node: str
    shape: Shape
    cost: CostFunction
    weight: float = 1.0
    target: Target = "auto"

    @property
    def size(self) -> int:
        """How many numbers it puts out for one example."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Part:
    """Numbers ``start`` up to ``stop`` of an example's flattened inputs or targets."""

    source: Literal["inputs", "targets"]
    start: int
    stop: int

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return self.stop - self.start


def goals_of(settings: Settings, resolved: Resolved) -> tuple[Goal, ...]:
    """The goal of every output, in the order of the network; one that the settings leave out has the project's cost."""
    own = {output_of(name, resolved): chosen for name, chosen in settings.outputs.items()}
    goals = []
    for node in resolved.outputs:
        chosen = own.get(node, OutputSettings())
        cost = cost_of(settings["cost"] if chosen.cost == "project" else chosen.cost)
        goals.append(Goal(node, resolved.layers[node].shape or (), cost, chosen.weight, chosen.target))
    return tuple(goals)


def output_of(name: str, resolved: Resolved) -> str:
    """The layer that puts out what a layer of the editor does: another one for a subnetwork, and for a muted layer."""
    return resolved.stands_for.get(name) or name


def follow_outputs(settings: Settings, moved: Mapping[str, str], resolved: Resolved) -> Settings:
    """The settings after an edit of the network: those of an output go with it, under the name that it has now.

    An output that one layer reads now hands its settings on to it, as when an activation is put behind it; those of
    layers that lead to no output any more, or to several, go. ``moved`` are the new names of layers that were renamed.
    """
    kept: dict[str, OutputSettings] = {}
    for name, chosen in settings.outputs.items():
        name = moved.get(name, name)
        end, edges, passed = output_of(name, resolved), resolved.network.outgoing, set[str]()
        while len(edges.get(end, ())) == 1 and end not in passed:  # a loop of wires is told elsewhere
            passed.add(end)
            end = edges[end][0].target
        if end in resolved.outputs:
            kept.setdefault(name if output_of(name, resolved) == end else end, chosen)
    return settings if kept == dict(settings.outputs) else replace(settings, outputs=kept)


def input_parts(resolved: Resolved, given: Shape) -> dict[str, Part]:
    """What each input takes of examples with inputs of the shape ``given``; raises Misfit.

    Several inputs take their parts one after the other if their sizes add up, or each the whole if it has that size.
    """
    sizes = {node: math.prod(resolved.layers[node].shape or ()) for node in resolved.inputs}
    count, inputs = math.prod(given), len(sizes)
    if all(size == count for size in sizes.values()):
        return {node: Part("inputs", 0, count) for node in sizes}
    if inputs > 1 and sum(sizes.values()) == count:
        stops = list(accumulate(sizes.values()))
        return {
            node: Part("inputs", stop - size, stop) for (node, size), stop in zip(sizes.items(), stops, strict=True)
        }
    if inputs == 1:
        shape = resolved.layers[resolved.inputs[0]].shape or ()
        raise Misfit(
            f"The data has {show_shape(given)} numbers per example, and the input takes {show_shape(shape)}: "
            f"give the input the shape {show_shape(given)}.",
            resolved.inputs[0],
            given,
        )
    wrong = next(node for node, size in sizes.items() if size != count)
    taken = " + ".join(f"{size:,} ({node})" for node, size in sizes.items())
    raise Misfit(
        f"The data has {show_shape(given)} numbers per example, and the {inputs} inputs take {taken}: "
        f"let their sizes add up to {count:,}, or give each the shape {show_shape(given)}.",
        wrong,
    )


def target_parts(goals: Sequence[Goal], given: Shape, wanted: Shape) -> dict[str, Part]:
    """What each output is compared with, of examples with inputs ``given`` and targets ``wanted``; raises Misfit.

    An output whose target is auto takes its part after that of the outputs before it, if all auto ones and ranges
    together make up the targets, a cost of classes being content with one class number; else it takes the whole.
    """
    count = math.prod(wanted)
    fixed = {"all": Part("targets", 0, count), "inputs": Part("inputs", 0, math.prod(given))}
    parts = {goal.node: fixed.get(goal.target, fixed["all"]) for goal in goals if isinstance(goal.target, str)}
    parts |= {goal.node: _range(goal, count) for goal in goals if not isinstance(goal.target, str)}
    row = [goal for goal in goals if goal.target not in fixed]
    for class_width in (None, 1):
        widths = [_width(goal, parts[goal.node], class_width) for goal in row]
        if sum(widths) == count:
            for goal, stop, width in zip(row, accumulate(widths), widths, strict=True):
                if goal.target == "auto":
                    parts[goal.node] = Part("targets", stop - width, stop)
            break
    for goal in goals:
        _check_size(goal, parts[goal.node], wanted, len(goals) == 1)
    return {goal.node: parts[goal.node] for goal in goals}


def _width(goal: Goal, part: Part, class_width: int | None) -> int:
    """How many target numbers an output takes: its range's, as many as it puts out, or ``class_width`` for classes."""
    if goal.target != "auto":
        return part.size
    return class_width if class_width is not None and goal.cost.classes else goal.size


def takes_class_numbers(goal: Goal, part: Part) -> bool:
    """Whether targets are the numbers of classes, to be made rows of probabilities."""
    return part.size == 1 != goal.size and goal.cost.classes


def _range(goal: Goal, count: int) -> Part:
    """The part that a range names; raises Misfit if the data has fewer numbers."""
    start, stop = (int(end) for end in goal.target)
    if stop > count:
        raise Misfit(
            f"The target of {goal.node} is {start}:{stop}, and the data has {count:,} target "
            f"number{'s' if count != 1 else ''} per example: choose another range.",
            goal.node,
        )
    return Part("targets", start, stop)


def _check_size(goal: Goal, part: Part, wanted: Shape, alone: bool) -> None:
    """Raise Misfit if an output cannot be compared with its part of the example."""
    if part.size == goal.size or takes_class_numbers(goal, part):
        return
    outputs = f"{part.size} output{'s' if part.size != 1 else ''}"
    if alone and goal.target == "auto":
        raise Misfit(
            f"The data has targets of {show_shape(wanted)}, and the network puts out {show_shape(goal.shape)}: "
            f"let its last layer have {outputs}.",
            goal.node,
            wanted,
        )
    what = "inputs" if part.source == "inputs" else "targets"
    raise Misfit(
        f"{goal.node} puts out {show_shape(goal.shape)}, and its target is {part.size:,} of the {what}: "
        f"let it have {outputs}, or choose another target in the run settings.",
        goal.node,
        (part.size,),
    )
