"""Bottleneck: what layers that never change give for each example, computed once and kept while training.

With a frozen or pretrained network at the front, an epoch then costs only the layers behind it (transfer learning).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from explorer.compiler import CompiledNetwork
from explorer.resolve import Resolved

CHUNK = 256
"""Examples that are computed at once at most."""


class Bottleneck:
    """The outputs of the last unchanging layers, (examples, *shape) by node, filled in as examples come up."""

    def __init__(self, network: CompiledNetwork, inputs: Sequence[Tensor], chunk: int = CHUNK) -> None:
        fixed = fixed_layers(network.resolved)
        self._network, self._inputs, self._chunk = network, inputs, chunk
        self._front = front(network.resolved, fixed)
        self._before = frozenset(fixed)
        count, first = len(inputs[0]), inputs[0]
        shapes = {node: network.resolved.layers[node].shape or () for node in self._front if node not in network.inputs}
        self._kept = {node: first.new_empty((count, *shape)) for node, shape in shapes.items()}
        self._known = torch.zeros(count, dtype=torch.bool, device=first.device)

    def outputs(self, rows: Tensor) -> tuple[Tensor, ...]:
        """What the network puts out for the examples at ``rows``, with the graph for gradients."""
        fresh = rows[~self._known[rows]]
        if len(fresh):
            self._fill(torch.unique(fresh))
        given = {node: kept[rows] for node, kept in self._kept.items()}
        given |= {n: x[rows] for n, x in zip(self._network.inputs, self._inputs, strict=True) if n in self._front}
        return self._network.outputs_behind(given, self._before)

    @torch.no_grad()
    def _fill(self, rows: Tensor) -> None:
        for part in torch.split(rows, self._chunk):
            values = self._network.values(*[x[part] for x in self._inputs], only=self._before)
            for node, kept in self._kept.items():
                kept[part] = values[node]
            self._known[part] = True


def bottleneck_for(
    network: CompiledNetwork, inputs: Sequence[Tensor], memory: int, chunk: int = CHUNK
) -> Bottleneck | None:
    """The bottleneck of a network, if there is work that it saves and it fits into a quarter of ``memory`` bytes."""
    resolved = network.resolved
    fixed = fixed_layers(resolved)
    if not any(_costly(resolved, node) for node in fixed) or not any(w.requires_grad for w in network.parameters()):
        return None
    numbers = sum(math.prod(resolved.layers[n].shape or ()) for n in front(resolved, fixed) if n not in resolved.inputs)
    if numbers * len(inputs[0]) * inputs[0].element_size() > memory // 4:
        return None
    return Bottleneck(network, inputs, chunk)


def fixed_layers(resolved: Resolved) -> tuple[str, ...]:
    """The layers, in order, whose outputs for an example stay the same while training: no weights of theirs or before
    them are trained, and neither chance nor the batch comes in."""
    fixed: dict[str, None] = {}
    for node in resolved.order:
        layer = resolved.layers[node]
        if layer.kind.by_example and not _trained(resolved, node) and all(source in fixed for source in layer.sources):
            fixed[node] = None
    return tuple(fixed)


def front(resolved: Resolved, fixed: Sequence[str]) -> frozenset[str]:
    """Those of the fixed layers that others read, or that are outputs."""
    known = set(fixed)
    read = {source for node in resolved.order if node not in known for source in resolved.layers[node].sources}
    return frozenset(known & (read | set(resolved.outputs)))


def _trained(resolved: Resolved, node: str) -> bool:
    owner = resolved.layers[resolved.layers[node].owner or node]
    return bool(owner.weights) and not owner.frozen


def _costly(resolved: Resolved, node: str) -> bool:
    layer = resolved.layers[node]
    return bool(layer.weights or layer.owner or layer.kind.from_file)
