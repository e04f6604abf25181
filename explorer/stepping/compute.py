"""compute_records: the numbers of one or more iterations, in float64, by torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypedDict

import numpy as np
import torch
from torch import Tensor

from explorer.compiler import CompiledNetwork, Inside, compile_project
from explorer.memory import free_memory
from explorer.objective import Objective
from explorer.optimizer import Optimizer
from explorer.optimizers import optimizer_of
from explorer.project.check import RunProblem, batch_problem, check_project
from explorer.project.examples import Examples, load_examples
from explorer.project.goals import goals_of
from explorer.project.model import Project
from explorer.stepping.beginning import Beginning, begin, draw, masks_in
from explorer.stepping.check import affordable, check_weights, sample_of
from explorer.stepping.checked import EPSILON
from explorer.stepping.passes import Batch, Passes
from explorer.stepping.record import Array, Record
from explorer.stepping.whatif import NO_CHANGES, Changes

CHECK_LIMIT = 20_000
"""More weights than this are checked by a sample, evenly spread over each array."""
QUICK_NUMBERS = 1 << 20
"""A quick record checks no more weights than need so many numbers, which takes some 20 ms."""
COMPANIONS = 3
"""At most so many examples are stepped beside the one that was asked for."""


@dataclass(frozen=True)
class Stepped:
    """What is stepped: the objective with its network, opened, and the examples, of which ``samples`` are taken."""

    objective: Objective
    examples: Examples
    samples: tuple[int, ...]

    def batch(self) -> Batch:
        """The samples' tensors."""
        rows, module = np.asarray(self.samples), self.objective.network
        return Batch(
            [torch.from_numpy(self.examples.entering[node][rows]) for node in module.inputs],
            [torch.from_numpy(self.examples.wanted[node][rows]) for node in module.outputs],
        )


def compute_records(
    project: Project,
    samples: tuple[int, ...] = (0,),
    iterations: int = 1,
    companions: bool = False,
    quick: bool = False,
    beginning: Beginning | None = None,
    changes: Changes = NO_CHANGES,
) -> tuple[Record, ...]:
    """The records of ``iterations`` iterations over the same examples, each from the weights that the last one left.

    Raises RunProblem or DataProblem. Dropout is off, as when the network is used; batch norm takes the statistics of
    these examples, as while training, and leaves its running ones alone. With ``companions`` one example of such a
    network has those that follow it beside it: by itself it has no spread. A ``quick`` record checks the gradients of
    as many weights as take no time to speak of; ``passes_of`` checks the others. ``beginning`` is that of an iteration
    of a training run, whose weights and settings the project has, and whose batch are the samples: dropout drops what
    it dropped then. Of ``changes`` the inputs and targets are taken; the project has the others already.
    """
    begun = beginning or Beginning()
    stepped = prepared(project, samples, companions, begun.masks)
    stepped = replace(stepped, examples=changes.to_examples(stepped.examples))
    own = optimizer_of(project.settings["optimizer"])
    module = stepped.objective.network
    parameters = list(_trained(module).values())
    optimizer = own.create(parameters, project.settings.optimizer_params) if parameters else None
    begin(begun, _trained(module), optimizer)
    records = []
    for iteration in range(begun.updates + 1, begun.updates + iterations + 1):
        now = replace(project, weights=module.weight_arrays())
        records.append(replace(_iteration(now, stepped, iteration, own, optimizer, quick), step=begun.step))
    return tuple(records)


def passes_of(record: Record) -> Passes:
    """What checks any weights of a record anew; raises what ``compute_records`` raises."""
    objective = prepared(record.project, record.samples, masks=masks_in(record)).objective
    inputs, targets = objective.network.inputs, objective.network.outputs
    arrays = [record.values[node] for node in inputs], [record.targets[node] for node in targets]
    return Passes(objective, Batch(*([torch.from_numpy(array) for array in part] for part in arrays)))


def prepared(
    project: Project,
    samples: tuple[int, ...],
    companions: bool = False,
    masks: Mapping[str, Array] = MappingProxyType({}),
) -> Stepped:
    """The objective of a project in float64, opened, and its examples; raises RunProblem or DataProblem."""
    resolved, problems = check_project(project, free_memory())
    if problems:
        raise RunProblem(problems[0].message, problems[0].node)
    examples = load_examples(project, resolved)
    for sample in samples:
        if not 0 <= sample < len(examples):
            raise RunProblem(_no_example(sample, len(examples)))
    if companions and len(samples) == 1 and any(layer.kind.over_batch for layer in resolved.running):
        count = min(COMPANIONS + 1, project.settings["batch_size"], len(examples))
        samples = tuple((samples[0] + place) % len(examples) for place in range(count))
    sentence = batch_problem(project, resolved, len(samples), free_memory())
    if sentence:
        raise RunProblem(sentence)
    module = compile_project(project, resolved, torch.float64).eval()
    module.opened = True
    draw(module, masks)
    return Stepped(Objective(module, goals_of(project.settings, resolved)), examples, samples)


def _no_example(sample: int, count: int) -> str:
    """Why there is none, for those who number examples from 0, as commands do, and from 1, as the window does."""
    if sample < 0:
        return f"There is no example {sample}: they are numbered from 0."
    place = sample + 1
    ending = "th" if place // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"There is no example {sample}, which would be the {place:,}{ending}: the data has {count:,}."


def _iteration(
    project: Project,
    stepped: Stepped,
    iteration: int,
    own: Optimizer,
    optimizer: torch.optim.Optimizer | None,
    quick: bool,
) -> Record:
    """One forward and backward pass with its check, and the update."""
    objective, batch, examples = stepped.objective, stepped.batch(), stepped.examples
    module = objective.network
    found = _backward(objective, batch)
    passes = Passes(objective, batch)
    most = min(CHECK_LIMIT, affordable(passes, found["gradients"], QUICK_NUMBERS)) if quick else CHECK_LIMIT
    checks = check_weights(passes, found["gradients"], sample_of(found["gradients"], most))
    before = _states(module, own, optimizer)
    if optimizer is not None:
        optimizer.step((lambda: _backward(objective, batch)["cost"]) if own.searches else None)
    unlimited = {name: array for name, array in _weights(module).items() if name in objective.limited}
    objective.limit()
    return Record(
        project=project,
        iteration=iteration,
        samples=stepped.samples,
        targets={node: _array(target) for node, target in zip(module.outputs, batch.targets, strict=True)},
        weights={name: project.weights[name].astype(np.float64, copy=False) for name in module.weights()},
        **found,
        epsilon=EPSILON,
        checks=checks,
        unlimited=unlimited,
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
    output_costs: dict[str, float]
    penalties: dict[str, float]
    values: dict[str, Array]
    deltas: dict[str, Array]
    gradients: dict[str, Array]
    inner: dict[str, Array]
    inner_deltas: dict[str, Array]


def _backward(objective: Objective, batch: Batch) -> _Found:
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
