"""Quadratic costs of several weights, and what an optimizer does on a cost, for the tests of those that search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from explorer.equations import Quantity
from explorer.optimizer import Optimizer, UpdatePlace

SHAPES = {"h.weight": (2, 2), "h.bias": (2,)}
COUNT = 6
Cost = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class Moment:
    """One iteration: gradient and weights before it, its states and overall numbers, and the weights after."""

    cost: float
    gradient: np.ndarray
    before: np.ndarray
    states: dict[str, np.ndarray]
    overall: dict[str, float]
    after: np.ndarray


def quadratic(seed: int, count: int = COUNT) -> tuple[np.ndarray, np.ndarray, Cost]:
    """(A, b, cost) of ½ w·A w − b·w, with A positive definite and of a moderate condition."""
    numbers = np.random.default_rng(seed)
    base = np.linalg.qr(numbers.normal(size=(count, count)))[0]
    matrix = base @ np.diag(numbers.uniform(0.5, 5.0, count)) @ base.T
    vector = numbers.normal(size=count)
    a, b = torch.from_numpy(matrix), torch.from_numpy(vector)
    return matrix, vector, lambda w: 0.5 * w @ a @ w - b @ w


def rosenbrock(w: torch.Tensor) -> torch.Tensor:
    """A bent valley, with its minimum 0 where every weight is 1."""
    return (100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2).sum()


def start(seed: int) -> np.ndarray:
    """Weights to begin from."""
    return np.random.default_rng([seed, 1]).normal(size=COUNT)


def follow(entry: Optimizer, params: dict[str, Any], cost: Cost, weights: np.ndarray, steps: int) -> list[Moment]:
    """What an optimizer does, an update at a time, with a matrix of weights and a bias as its parameters."""
    parts = np.split(weights, [4])
    parameters = [
        torch.nn.Parameter(torch.tensor(part.reshape(shape)))
        for part, shape in zip(parts, SHAPES.values(), strict=True)
    ]
    optimizer = entry.create(parameters, params)

    def closure() -> float:
        optimizer.zero_grad()
        value = cost(torch.cat([p.flatten() for p in parameters]))
        value.backward()
        return float(value.detach())

    moments = []
    for _ in range(steps):
        value = closure()
        gradient, before = row([p.grad for p in parameters]), row(parameters)
        optimizer.step(closure)
        kept = [optimizer.state[p] for p in parameters]
        states = {name: row([state[key] for state in kept]) for name, key in entry.torch_states.items()}
        overall = {name: float(kept[0][key]) for name, key in entry.torch_overall.items()}
        moments.append(Moment(value, gradient, before, states, overall, row(parameters)))
    return moments


def row(tensors: Any) -> np.ndarray:
    """Arrays in a row, copied."""
    return np.concatenate([tensor.detach().numpy().ravel().copy() for tensor in tensors])


def places(step: int) -> list[UpdatePlace]:
    """The places of all weights, in the order of the rows."""
    return [
        UpdatePlace(*name.split("."), index, step) for name, shape in SHAPES.items() for index in np.ndindex(*shape)
    ]


def by_rule(entry: Optimizer, params: dict[str, Any], step: int, moment: Moment, earlier: Moment | None) -> Moment:
    """The same iteration from the trees; what has none is taken as the optimizer reports it."""
    every = places(step)
    known: dict[Quantity, float] = {Quantity("rate"): params["lr"]}
    for k, at in enumerate(every):
        known |= {at.weight.quantity: moment.before[k], at.gradient.quantity: moment.gradient[k]}
        known |= {at.before(name).quantity: earlier.states[name][k] if earlier else 0.0 for name in moment.states}
    overall: dict[str, float] = {}
    for name, tree in entry.overall_rule(params, every):
        overall[name] = moment.overall[name] if tree is None else tree.evaluate(known.__getitem__)
        known[every[0].overall(name).quantity] = overall[name]
    states: dict[str, list[float]] = {}
    for k, at in enumerate(every):
        for name, tree in entry.rule(params, at):
            value = moment.states[name][k] if tree is None else tree.evaluate(known.__getitem__)
            states.setdefault(name, []).append(value)
            known[at.state(name).quantity] = value
    arrays = {name: np.array(values) for name, values in states.items()}
    return Moment(moment.cost, moment.gradient, moment.before, arrays, overall, arrays.pop("weight"))
