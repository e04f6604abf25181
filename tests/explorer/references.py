"""What torch says about a project, worked out a second way: every layer's module by hand, deltas by autograd."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.costs import cost_of
from explorer.project.examples import Examples
from explorer.project.model import Project
from explorer.resolve import resolve

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Reference:
    """The arrays of one forward and backward pass over a batch, float64; ``cost`` is the total that is made small."""

    cost: float
    values: dict[str, np.ndarray]
    deltas: dict[str, np.ndarray]
    gradients: dict[str, np.ndarray]


def reference(
    project: Project, examples: Examples, rows: Sequence[int], weights: Arrays, training: bool = True
) -> Reference:
    """One pass in float64, dropout off. A delta is the slope of the cost along a change added to a node's output.

    A batch is normalised by its own statistics as while ``training``, or in use by running ones among the ``weights``.
    """
    resolved, chosen = resolve(project.network), list(rows)
    parameters = {name: torch.from_numpy(np.array(array)) for name, array in weights.items()}
    trained = {
        name: parameter.requires_grad_()
        for name, parameter in parameters.items()
        if not _params(project, name).get("freeze") and "running" not in name
    }
    values: dict[str, Tensor] = {}
    changes: dict[str, Tensor] = {}
    for node in resolved.order:
        layer = resolved.layers[node]
        module = layer.kind.module(layer.params, tuple(shape for shape in layer.inputs if shape)).double().eval()
        module.train(training and bool(layer.kind.over_batch))
        running = [name for name, _ in module.named_buffers() if "running" in name and not training]
        used = [name for name, _ in module.named_parameters()] + running
        own = {name: parameters[f"{layer.params.get('share') or node}.{name}"] for name in used}
        given = [values[source] for source in layer.sources]
        given = given or [torch.from_numpy(examples.entering[node][chosen])]
        result = torch.func.functional_call(module, own, tuple(given))
        changes[node] = torch.zeros_like(result, requires_grad=True)
        values[node] = result + changes[node]
    cost = _total(project, values, {node: array[chosen] for node, array in examples.wanted.items()}, parameters)
    wanted = [*changes.values(), *trained.values()]
    found = torch.autograd.grad(cost, wanted, allow_unused=True)
    slopes = [(torch.zeros_like(w) if f is None else f).numpy() for w, f in zip(wanted, found, strict=True)]
    return Reference(
        cost.item(),
        {node: value.detach().numpy() for node, value in values.items()},
        dict(zip(changes, slopes[: len(changes)], strict=True)),
        dict(zip(trained, slopes[len(changes) :], strict=True)),
    )


def longest_allowed(project: Project, updated: Arrays) -> dict[str, np.ndarray]:
    """Weights after an update, those into one unit scaled back to their layer's max norm."""
    limited = dict(updated)
    for name, array in updated.items():
        longest = _params(project, name).get("max_norm", 0.0)
        if longest and "bias" not in name and not _params(project, name).get("freeze"):
            axis = resolve(project.network).layers[name.partition(".")[0]].kind.unit_axis if array.ndim > 1 else 0
            units = np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1)
            lengths = np.linalg.norm(units, axis=1, keepdims=True)
            scaled = np.where(lengths > longest, units / np.where(lengths > 0, lengths, 1.0) * longest, units)
            moved = np.moveaxis(array, axis, 0).shape
            limited[name] = np.moveaxis(scaled.reshape(moved), 0, axis)
    return limited


def _total(project: Project, values: Mapping[str, Tensor], targets: Arrays, parameters: Mapping[str, Tensor]) -> Tensor:
    """The weighted costs of the outputs and the penalties, straight from the settings and the params of the layers."""
    total = torch.zeros((), dtype=torch.float64)
    for node, wanted in targets.items():
        own = project.settings.outputs.get(node)
        cost = project.settings["cost"] if own is None or own.cost == "project" else own.cost
        weight = 1.0 if own is None else own.weight
        total = total + weight * cost_of(cost).torch_cost(values[node], torch.from_numpy(wanted))
    for name, parameter in parameters.items():
        params = _params(project, name)
        if "bias" not in name and not params.get("freeze"):
            total = total + params.get("l1", 0.0) * parameter.abs().sum()
            total = total + params.get("l2", 0.0) / 2 * (parameter * parameter).sum()
    return total


def _params(project: Project, weight: str) -> Mapping[str, object]:
    return project.network.node(weight.partition(".")[0]).params
