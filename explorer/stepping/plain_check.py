"""The gradient check timed beside the textbook's plain loop over all parameters, for the benchmarks."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median

import numpy as np
import torch
from torch import Tensor, nn

from explorer.project.model import Project
from explorer.stepping.check import all_of, check_weights
from explorer.stepping.compute import Stepped, prepared
from explorer.stepping.passes import Passes


def compared(project: Project, count: int) -> dict[str, float]:
    """Milliseconds of the plain loop and of ours on ``count`` examples of 64-64-2, and our largest relative error."""
    torch.set_num_threads(1)
    stepped = prepared(project, tuple(range(count)))
    objective, batch = stepped.objective, stepped.batch()
    objective(batch.inputs, batch.targets).backward()
    weights = stepped.objective.network.weights()
    gradients = {name: np.array(weight.grad.numpy()) for name, weight in weights.items() if weight.grad is not None}

    def ours() -> None:
        check_weights(Passes(objective, batch), gradients, all_of(gradients))

    loop = _plain_loop(stepped)
    ours()
    turns = [(_milliseconds(loop), median(_milliseconds(ours) for _ in range(5))) for _ in range(3)]
    checks = check_weights(Passes(objective, batch), gradients, all_of(gradients))
    error = max(float(np.nanmax(own.judged(gradients[name]))) for name, own in checks.items())
    return {"plain": median(turn[0] for turn in turns), "ours": median(turn[1] for turn in turns), "error": error}


def _plain_loop(stepped: Stepped) -> partial[None]:
    """The textbook's loop over all parameters of the same network in plain torch."""
    weights = stepped.objective.network.weights()
    batch = stepped.batch()
    net = nn.Sequential(nn.Linear(64, 64), nn.Sigmoid(), nn.Linear(64, 2), nn.Sigmoid()).double()
    net.load_state_dict(dict(zip(net.state_dict(), (weight.detach() for weight in weights.values()), strict=True)))
    x, t = batch.inputs[0], batch.targets[0]

    def cost() -> Tensor:
        found: Tensor = 0.5 * (net(x) - t).square().sum() / len(x)
        return found

    @torch.no_grad()
    def loop(epsilon: float) -> None:
        for parameter in net.parameters():
            flat, slopes = parameter.view(-1), torch.empty(parameter.numel(), dtype=torch.float64)
            for place in range(len(flat)):
                kept = flat[place].item()
                flat[place] = kept + epsilon
                above = cost()
                flat[place] = kept - epsilon
                slopes[place] = (above - cost()) / (2 * epsilon)
                flat[place] = kept

    return partial(loop, 1e-4)


def _milliseconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)
