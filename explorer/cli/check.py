"""``nn-explorer check``: shapes, parameter counts and problems of a project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from explorer.cli.output import BAD_INPUT, DONE, print_json
from explorer.kind import show_shape
from explorer.memory import free_memory
from explorer.project.check import check_project
from explorer.project.format import load_project
from explorer.project.goals import goals_of, target_parts
from explorer.project.model import Project
from explorer.resolve import Layer, Problem, Resolved
from explorer.source import DataProblem


def check(
    file: Path = typer.Argument(..., metavar="FILE", help="A project, .nnx or .json."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),
) -> int:
    """Show shapes, parameters and problems.

    For every layer its shape and the number of its parameters, for each of several outputs its cost, and all that keeps
    the project from running. The exit status is 2 if there is a problem.
    """
    project = load_project(file)
    resolved, problems = check_project(project, free_memory())
    outputs = _outputs(project, resolved)
    if as_json:
        print_json(_document(resolved, problems, outputs))
    else:
        print("\n".join(_table(resolved)))
        if resolved.trainable < resolved.parameters:
            print(f"{resolved.trainable:,} of them are trained, the others are frozen")
        for node, own in outputs.items():
            print(f"output {node}: {own['cost']}, weight {own['weight']:g}, target {_target_words(own['target'])}")
        for problem in problems:
            typer.echo(problem.message, err=True)
    return BAD_INPUT if problems else DONE


def _outputs(project: Project, resolved: Resolved) -> dict[str, dict[str, Any]]:
    """What each output is trained for: none for a single one with the project's cost.

    A target is "inputs", or the first and the last but one of the target numbers; null if the data does not tell.
    """
    goals = goals_of(project.settings, resolved)
    if len(goals) == 1 and not project.settings.outputs:
        return {}
    params, _ = project.data.checked()
    try:
        parts = target_parts(goals, *project.data.kind.shapes(params))
    except DataProblem:
        parts = {}
    outputs = {}
    for goal in goals:
        part = parts.get(goal.node)
        target = None if part is None else "inputs" if part.source == "inputs" else [part.start, part.stop]
        outputs[goal.node] = {"cost": goal.cost.id, "weight": goal.weight, "target": target}
    return outputs


def _target_words(target: Any) -> str:
    if isinstance(target, list):
        first, last = target[0], target[1] - 1
        return f"number {first}" if first == last else f"numbers {first} to {last}"
    return "inputs" if target else "unknown"


def _document(resolved: Resolved, problems: Sequence[Problem], outputs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The object of --json; a shape that is not known is null."""
    nodes = {}
    for layer in _listed(resolved):
        shape = None if layer.shape is None else list(layer.shape)
        nodes[layer.id] = {"kind": layer.kind.id, "shape": shape, "parameters": layer.parameters}
    told = [{"node": problem.node, "message": problem.message} for problem in problems]
    document = {"nodes": nodes, "parameters": resolved.parameters, "problems": told}
    if resolved.trainable < resolved.parameters:
        document["trainable"] = resolved.trainable
    return document | ({"outputs": outputs} if outputs else {})


def _table(resolved: Resolved) -> list[str]:
    """A line per layer, and the total."""
    rows = [("layer", "kind", "shape", "parameters")]
    for layer in _listed(resolved):
        rows.append((layer.id, layer.kind.id, show_shape(layer.shape), f"{layer.parameters:,}"))
    rows.append(("total", "", "", f"{resolved.parameters:,}"))
    wide = [max(len(row[column]) for row in rows) for column in range(4)]
    return ["  ".join((*(row[i].ljust(wide[i]) for i in range(3)), row[3].rjust(wide[3]))) for row in rows]


def _listed(resolved: Resolved) -> list[Layer]:
    """Each subnetwork before what is inside it, in the order of the file; then what does not run."""
    first: dict[str, int] = {}
    for place, layer in enumerate(resolved.running):
        for head in _heads(layer.id):
            first.setdefault(head, place)
    known = [*(resolved.layers[node] for node in resolved.stands_for), *resolved.running]
    last = len(first)
    return sorted(known, key=lambda layer: min(first.get(head, last) for head in _heads(layer.id)[-2:]))


def _heads(name: str) -> list[str]:
    """``block``, then ``block/conv``, for ``block/conv``."""
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
