"""compute_records: the numbers of one or more iterations, in float64, by torch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call, vmap

from explorer.compiler import CompiledNetwork, Inside, compile_project
from explorer.memory import free_memory
from explorer.objective import Objective
from explorer.optimizer import Optimizer
from explorer.optimizers import optimizer_of
from explorer.project.check import RunProblem, batch_problem, check_project
from explorer.project.examples import Examples, load_examples
from explorer.project.goals import goals_of
from explorer.project.model import Project
from explorer.stepping.record import Array, Record

EPSILON = 1e-4
"""The change of a weight in the gradient check, as in the worked example."""
CHECK_LIMIT = 20_000
"""More weights than this are checked by a sample, evenly spread over each array."""
CHUNK_NUMBERS = 1 << 21
COMPANIONS = 3
"""At most so many examples are stepped beside the one that was asked for."""


def compute_records(
    project: Project, samples: tuple[int, ...] = (0,), iterations: int = 1, companions: bool = False
) -> tuple[Record, ...]:
    """The records of ``iterations`` iterations over the same examples, each from the weights that the last one left.

    Raises RunProblem or DataProblem. Dropout is off, as when the network is used; batch norm takes the statistics of
    these examples, as while training, and leaves its running ones alone. With ``companions`` one example of such a
    network has those that follow it beside it: by itself it has no spread.
    """
    resolved, problems = check_project(project, free_memory())
    if problems:
        raise RunProblem(problems[0].message, problems[0].node)
    examples = load_examples(project, resolved)
    for sample in samples:
        if not 0 <= sample < len(examples):
            raise RunProblem(f"There is no example {sample}: the data has {len(examples)}, numbered from 0.")
    if companions and len(samples) == 1 and any(layer.kind.over_batch for layer in resolved.running):
        count = min(COMPANIONS + 1, project.settings["batch_size"], len(examples))
        samples = tuple((samples[0] + place) % len(examples) for place in range(count))
    sentence = batch_problem(project, resolved, len(samples), free_memory())
    if sentence:
        raise RunProblem(sentence)
    module = compile_project(project, resolved, torch.float64).eval()
    module.opened = True
    objective = Objective(module, goals_of(project.settings, resolved))
    own = optimizer_of(project.settings["optimizer"])
    parameters = list(_trained(module).values())
    optimizer = own.create(parameters, project.settings.optimizer_params) if parameters else None
    records = []
    for iteration in range(1, iterations + 1):
        now = replace(project, weights=module.weight_arrays())
        records.append(_iteration(now, objective, examples, samples, iteration, own, optimizer))
    return tuple(records)


def _iteration(
    project: Project,
    objective: Objective,
    examples: Examples,
    samples: tuple[int, ...],
    iteration: int,
    own: Optimizer,
    optimizer: torch.optim.Optimizer | None,
) -> Record:
    """One forward and backward pass with its check, and the update."""
    rows, module = np.asarray(samples), objective.network
    targets = {node: array[rows] for node, array in examples.wanted.items()}
    batch = _Batch(
        [torch.from_numpy(examples.entering[node][rows]) for node in module.inputs],
        [torch.from_numpy(targets[node]) for node in module.outputs],
    )
    weights = _weights(module)
    found = _backward(objective, batch)
    plus, minus, numeric = _changed_costs(objective, batch)
    before = _states(module, own, optimizer)
    if optimizer is not None:
        optimizer.step((lambda: _backward(objective, batch)["cost"]) if own.searches else None)
    unlimited = {name: array for name, array in _weights(module).items() if name in objective.limited}
    objective.limit()
    return Record(
        project=project,
        iteration=iteration,
        samples=samples,
        targets=targets,
        weights=weights,
        **found,
        epsilon=EPSILON,
        plus=plus,
        minus=minus,
        numeric=numeric,
        unlimited=unlimited,
        updated=_weights(module),
        states_before=before,
        states=_states(module, own, optimizer),
        overall=_overall(module, own, optimizer),
        rate=project.settings["lr"],
        class_names=examples.class_names,
        examples=len(examples),
    )


@dataclass(frozen=True)
class _Batch:
    """The tensors of each input and the targets of each output, in the order of the network."""

    inputs: list[Tensor]
    targets: list[Tensor]


class _Found(TypedDict):
    """What one pass gives a record."""

    cost: float
    output_costs: dict[str, float]
    penalties: dict[str, float]
    values: dict[str, Array]
    deltas: dict[str, Array]
    gradients: dict[str, Array]
    inner: dict[str, Array]
    inner_deltas: dict[str, Array]


def _backward(objective: Objective, batch: _Batch) -> _Found:
    """One pass, forward and back by autograd; what the cost does not depend on has deltas of 0.

    The gradients of weights that are trained stay with them, for the optimizer.
    """
    module = objective.network
    module.zero_grad(set_to_none=True)
    inside: dict[str, Inside] = {}
    values = module.values(*[tensor.clone().requires_grad_() for tensor in batch.inputs], inside=inside)
    for value in (*values.values(), *(tensor for arrays in inside.values() for tensor in _tensors(arrays))):
        if value.requires_grad:  # no gradient goes back through a pretrained network from a file
            value.retain_grad()
    costs = objective.costs([values[node] for node in module.outputs], batch.targets)
    total = objective.total(costs)
    total.backward()  # type: ignore[no-untyped-call]
    trained = _trained(module)
    for parameter in trained.values():
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    return _Found(
        cost=float(total.detach()),
        output_costs={node: float(cost.detach()) for node, cost in zip(module.outputs, costs, strict=True)},
        penalties={name: float(penalty.detach()) for name, penalty in objective.penalties().items()},
        values={n: _array(v) for n, v in values.items()},
        deltas={n: _array(_slope(v)) for n, v in values.items()},
        gradients={n: _array(_slope(p)) for n, p in trained.items()},
        inner=_joined(module, inside, lambda tensor: tensor),
        inner_deltas=_joined(module, inside, _slope),
    )


def _tensors(arrays: Inside) -> Iterator[Tensor]:
    """The arrays inside a layer, one by one; those of a time step each."""
    for found in arrays.values():
        yield from found if isinstance(found, list) else (found,)


def _joined(module: CompiledNetwork, inside: Mapping[str, Inside], of: Callable[[Tensor], Tensor]) -> dict[str, Array]:
    """``of`` every array inside the layers, by names such as ``h.net``; time steps stacked, (batch or 1, *shape)."""
    joined = {}
    for node, arrays in inside.items():
        for part, found in arrays.items():
            whole = torch.stack([of(tensor) for tensor in found], 1) if isinstance(found, list) else of(found)
            common = part in module.resolved.layers[node].kind.over_batch
            joined[f"{node}.{part}"] = _array(whole.unsqueeze(0) if common else whole)
    return joined


def _slope(tensor: Tensor) -> Tensor:
    """d cost / d a tensor that kept it."""
    return tensor.grad if tensor.grad is not None else torch.zeros_like(tensor)


def _weights(module: CompiledNetwork) -> dict[str, Array]:
    return {name: _array(weight) for name, weight in module.weights().items()}


def _trained(module: CompiledNetwork) -> dict[str, Tensor]:
    """The weights that are not frozen, by name."""
    return {name: weight for name, weight in module.weights().items() if weight.requires_grad}


def _changed_costs(objective: Objective, batch: _Batch) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array]]:
    """(plus, minus, numeric): the cost with each weight changed by +- EPSILON, one at a time, and the slope between.

    NaN for weights that are left out.
    """
    names = {id(tensor): name for name, tensor in objective.named_parameters()}
    module = objective.network
    weights = _trained(module)
    # Costs are computed many at once, but only as many as their values need no more than CHUNK_NUMBERS.
    values = len(batch.inputs[0]) * sum(math.prod(layer.shape or ()) for layer in module.resolved.running)
    stride = max(1, math.ceil(sum(w.numel() for w in weights.values()) / CHECK_LIMIT))

    def error(changed: Mapping[str, Tensor]) -> Tensor:
        result: Tensor = functional_call(objective, dict(changed), (batch.inputs, batch.targets))
        return result

    plus, minus = {}, {}
    with torch.no_grad():
        for name, weight in weights.items():
            places = torch.arange(0, weight.numel(), stride)
            chunks = torch.split(places, max(1, CHUNK_NUMBERS // max(1, weight.numel(), values)))
            both = [_costs(error, names[id(weight)], weight.detach(), chunks, sign * EPSILON) for sign in (1, -1)]
            plus[name], minus[name] = both
    with np.errstate(invalid="ignore"):  # ∞ − ∞ where the cost is not finite
        return plus, minus, {name: (plus[name] - minus[name]) / (2 * EPSILON) for name in plus}


def _costs(
    error: Callable[[Mapping[str, Tensor]], Tensor],
    name: str,
    weight: Tensor,
    chunks: Sequence[Tensor],
    change: float,
) -> Array:
    """The costs with the weight changed at each of the places in ``chunks``, a chunk at once."""
    result = torch.full((weight.numel(),), math.nan, dtype=weight.dtype)
    for chunk in chunks:
        stacked = weight.flatten().repeat(len(chunk), 1)
        stacked[torch.arange(len(chunk)), chunk] += change
        result[chunk] = vmap(lambda w: error({name: w}))(stacked.reshape(len(chunk), *weight.shape))
    return _array(result.reshape(weight.shape))


def _states(
    module: CompiledNetwork, own: Optimizer, optimizer: torch.optim.Optimizer | None
) -> dict[tuple[str, str], Array]:
    """The optimizer's arrays by (weight's name, state's name); 0 before the first update."""
    states = {}
    for name, weight in _trained(module).items():
        kept = optimizer.state.get(weight, {}) if optimizer is not None else {}
        for state, key in own.torch_states.items():
            tensor = kept.get(key)
            states[name, state] = _array(tensor if tensor is not None else torch.zeros_like(weight))
    return states


def _overall(module: CompiledNetwork, own: Optimizer, optimizer: torch.optim.Optimizer | None) -> dict[str, float]:
    """What the optimizer found for all weights at once, by name."""
    kept = optimizer.state[next(iter(_trained(module).values()))] if optimizer is not None else {}
    return {name: float(kept[key]) for name, key in own.torch_overall.items() if key in kept}


def _array(tensor: Tensor) -> Array:
    array: Array = tensor.detach().numpy().copy()
    return array
