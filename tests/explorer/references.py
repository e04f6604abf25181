"""What torch says about a project, worked out a second way: every layer's module by hand, deltas by autograd."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.costs import cost_of
from explorer.project.model import Project
from explorer.resolve import resolve


@dataclass(frozen=True)
class Reference:
    """The arrays of one forward and backward pass over a batch, float64."""

    cost: float
    values: dict[str, np.ndarray]
    deltas: dict[str, np.ndarray]
    gradients: dict[str, np.ndarray]


def reference(
    project: Project, inputs: np.ndarray, targets: np.ndarray, weights: dict[str, np.ndarray], training: bool = True
) -> Reference:
    """One pass in float64, dropout off. A delta is the slope of the cost along a change added to a node's output.

    Layers with arrays inside run as while ``training``, or as in use, with running means among the ``weights``.
    """
    resolved = resolve(project.network)
    values: dict[str, Tensor] = {}
    changes: dict[str, Tensor] = {}
    parameters: dict[str, Tensor] = {}
    for node in resolved.order:
        layer = resolved.layers[node]
        module = layer.kind.module(layer.params, tuple(shape for shape in layer.inputs if shape)).double().eval()
        for name, parameter in module.named_parameters():
            parameter.data.copy_(torch.from_numpy(weights[f"{node}.{name}"]))
            parameters[f"{node}.{name}"] = parameter
        if training and layer.kind.over_batch:
            module.train()
        for name in () if training else layer.buffers:
            module.get_buffer(name).copy_(torch.from_numpy(weights[f"{node}.{name}"]))
        given = [values[source] for source in layer.sources] or [torch.from_numpy(inputs)]
        result = module(*given)
        changes[node] = torch.zeros_like(result, requires_grad=True)
        values[node] = result + changes[node]
    cost = cost_of(project.settings["cost"]).torch_cost(values[resolved.outputs[0]], torch.from_numpy(targets))
    wanted = [*changes.values(), *parameters.values()]
    found = torch.autograd.grad(cost, wanted, allow_unused=True)
    slopes = [(torch.zeros_like(w) if f is None else f).numpy() for w, f in zip(wanted, found, strict=True)]
    return Reference(
        cost.item(),
        {node: value.detach().numpy() for node, value in values.items()},
        dict(zip(changes, slopes[: len(changes)], strict=True)),
        dict(zip(parameters, slopes[len(changes) :], strict=True)),
    )
