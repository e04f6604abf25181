"""Beginning: where an iteration of a training run began, so that it can be stepped through as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from explorer.compiler import CompiledNetwork
from explorer.kind import MASK
from explorer.stepping.record import Array, Record

_ENDING = f".{MASK}"


@dataclass(frozen=True)
class Beginning:
    """Iteration ``step`` of a run, before its update, which is that after ``updates`` of the optimizer; 0 is no run.

    ``state`` is torch's optimizer state by the weight's name, in any precision; ``masks`` what each dropout layer kept,
    (batch, *shape), 1 or 0.
    """

    step: int = 0
    updates: int = 0
    state: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    masks: Mapping[str, Array] = field(default_factory=dict)


def begin(beginning: Beginning, trained: Mapping[str, Tensor], optimizer: torch.optim.Optimizer | None) -> None:
    """Give the optimizer of the weights ``trained`` the state that it had, in the precision of the weights."""
    if optimizer is None:
        return
    for name, own in beginning.state.items():
        weight = trained[name]
        optimizer.state[weight] = {key: _widened(value, weight.dtype) for key, value in own.items()}


def draw(network: CompiledNetwork, masks: Mapping[str, Array]) -> None:
    """Let each dropout layer drop what the masks say."""
    network.plan = [
        (node, sources, Drawn(masks[node], module.p) if node in masks and isinstance(module, nn.Dropout) else module)
        for node, sources, module in network.plan
    ]


def masks_in(record: Record) -> dict[str, Array]:
    """The masks that a record has, by dropout layer."""
    return {name.removesuffix(_ENDING): array for name, array in record.inner.items() if name.endswith(_ENDING)}


class Drawn(nn.Module):
    """Dropout whose choice has been made, for a batch or copies of it one after the other."""

    def __init__(self, mask: Array, p: float) -> None:
        super().__init__()
        self.register_buffer("mask", torch.from_numpy(mask).double())
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """x m / (1 − p)."""
        return self.opened(x)[0]

    def opened(self, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """The same, with m."""
        mask: Tensor = self.get_buffer("mask")
        mask = mask.repeat(len(x) // len(mask), *[1] * (mask.dim() - 1)) if len(x) != len(mask) else mask
        return x * mask / (1 - self.p), {MASK: mask}


def _widened(value: Any, dtype: torch.dtype) -> Any:
    if isinstance(value, list):
        return [_widened(each, dtype) for each in value]
    return value.to(dtype) if isinstance(value, Tensor) and value.is_floating_point() else value
