"""compute_records: the numbers of one or more iterations, in float64, by torch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call, vmap

from explorer.compiler import CompiledNetwork, Inside, compile_project
from explorer.cost import CostFunction
from explorer.costs import cost_of
from explorer.memory import free_memory
from explorer.optimizer import Optimizer
from explorer.optimizers import optimizer_of
from explorer.project.check import RunProblem, batch_problem, check_project
from explorer.project.examples import Examples, load_examples
from explorer.project.model import Project
from explorer.stepping.record import Array, Record

EPSILON = 1e-4
"""The change of a weight in the gradient check, as in the worked example."""
CHECK_LIMIT = 20_000
"""More weights than this are checked by a sample, evenly spread over each array."""
CHUNK_NUMBERS = 1 << 21


def compute_records(project: Project, samples: tuple[int, ...] = (0,), iterations: int = 1) -> tuple[Record, ...]:
    """The records of ``iterations`` iterations over the same examples, each from the weights that the last one left.

    Raises RunProblem or DataProblem. Dropout is off, as when the network is used; batch norm takes the statistics of
    these examples, as while training, and leaves its running ones alone.
    """
    resolved, problems = check_project(project, free_memory())
    if problems:
        raise RunProblem(problems[0].message, problems[0].node)
    examples = load_examples(project, resolved)
    for sample in samples:
        if not 0 <= sample < len(examples):
            raise RunProblem(f"There is no example {sample}: the data has {len(examples)}, numbered from 0.")
    sentence = batch_problem(project, resolved, len(samples), free_memory())
    if sentence:
        raise RunProblem(sentence)
    module = compile_project(project, resolved, torch.float64).eval()
    module.opened = True
    values = project.settings.optimizer_params
    own = optimizer_of(project.settings["optimizer"])
    parameters = list(module.weights().values())
    optimizer = own.create(parameters, values) if parameters else None
    records = []
    for iteration in range(1, iterations + 1):
        now = replace(project, weights=module.weight_arrays())
        records.append(_iteration(now, module, examples, samples, iteration, own, optimizer))
    return tuple(records)


def _iteration(
    project: Project,
    module: CompiledNetwork,
    examples: Examples,
    samples: tuple[int, ...],
    iteration: int,
    own: Optimizer,
    optimizer: torch.optim.Optimizer | None,
) -> Record:
    """One forward and backward pass with its check, and the update."""
    rows = np.asarray(samples)
    inputs, targets = torch.from_numpy(examples.inputs[rows]), torch.from_numpy(examples.targets[rows])
    cost = cost_of(project.settings["cost"])
    weights = _weights(module)
    found = _backward(module, cost, inputs, targets)
    plus, minus, numeric = _changed_costs(module, cost, inputs, targets)
    before = _states(module, own, optimizer)
    if optimizer is not None:
        optimizer.step(_closure(module, cost, inputs, targets) if own.searches else None)
    return Record(
        project=project,
        iteration=iteration,
        samples=samples,
        targets=examples.targets[rows],
        weights=weights,
        **found,
        epsilon=EPSILON,
        plus=plus,
        minus=minus,
        numeric=numeric,
        updated=_weights(module),
        states_before=before,
        states=_states(module, own, optimizer),
        overall=_overall(module, own, optimizer),
        rate=project.settings["lr"],
        class_names=examples.class_names,
        examples=len(examples),
    )


class _Found(TypedDict):
    """What one pass gives a record."""

    cost: float
    values: dict[str, Array]
    deltas: dict[str, Array]
    gradients: dict[str, Array]
    inner: dict[str, Array]
    inner_deltas: dict[str, Array]


def _backward(module: CompiledNetwork, cost: CostFunction, inputs: Tensor, targets: Tensor) -> _Found:
    """One pass, forward and back by autograd; what the cost does not depend on has deltas of 0."""
    module.zero_grad(set_to_none=True)
    inside: dict[str, Inside] = {}
    values = module.values(inputs.clone().requires_grad_(), inside=inside)
    for value in (*values.values(), *(tensor for arrays in inside.values() for tensor in _tensors(arrays))):
        value.retain_grad()
    error = cost.torch_cost(values[module.output], targets)
    error.backward()  # type: ignore[no-untyped-call]
    for parameter in module.weights().values():
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    return _Found(
        cost=float(error.detach()),
        values={n: _array(v) for n, v in values.items()},
        deltas={n: _array(_slope(v)) for n, v in values.items()},
        gradients={n: _array(p.grad) for n, p in module.weights().items() if p.grad is not None},
        inner=_joined(module, inside, lambda tensor: tensor),
        inner_deltas=_joined(module, inside, _slope),
    )


def _tensors(arrays: Inside) -> Iterator[Tensor]:
    """The arrays inside a layer, one by one; those of a time step each."""
    for found in arrays.values():
        yield from found if isinstance(found, list) else (found,)


def _joined(
    module: CompiledNetwork, inside: Mapping[str, Inside], of: Callable[[Tensor], Tensor]
) -> dict[str, Array]:
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


def _closure(module: CompiledNetwork, cost: CostFunction, inputs: Tensor, targets: Tensor) -> Callable[[], float]:
    """What gives an optimizer that searches the cost at other weights, and leaves their gradients there."""
    return lambda: _backward(module, cost, inputs, targets)["cost"]


def _changed_costs(
    module: CompiledNetwork, cost: CostFunction, inputs: Tensor, targets: Tensor
) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array]]:
    """(plus, minus, numeric): the cost with each weight changed by +- EPSILON, one at a time, and the slope between.

    NaN for weights that are left out.
    """
    names = {id(tensor): name for name, tensor in module.named_parameters()}
    weights = module.weights()
    # Costs are computed many at once, but only as many as their values need no more than CHUNK_NUMBERS.
    values = len(inputs) * sum(math.prod(layer.shape or ()) for layer in module.resolved.running)
    stride = max(1, math.ceil(sum(w.numel() for w in weights.values()) / CHECK_LIMIT))

    def error(changed: Mapping[str, Tensor]) -> Tensor:
        return cost.torch_cost(functional_call(module, dict(changed), (inputs,)), targets)

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
    for name, weight in module.weights().items():
        kept = optimizer.state.get(weight, {}) if optimizer is not None else {}
        for state, key in own.torch_states.items():
            tensor = kept.get(key)
            states[name, state] = _array(tensor if tensor is not None else torch.zeros_like(weight))
    return states


def _overall(module: CompiledNetwork, own: Optimizer, optimizer: torch.optim.Optimizer | None) -> dict[str, float]:
    """What the optimizer found for all weights at once, by name."""
    kept = optimizer.state[next(iter(module.weights().values()))] if optimizer is not None else {}
    return {name: float(kept[key]) for name, key in own.torch_overall.items() if key in kept}


def _array(tensor: Tensor) -> Array:
    array: Array = tensor.detach().numpy().copy()
    return array
