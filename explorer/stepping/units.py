"""Changes of single units: how a changed weight moves one unit or feature map, and what this moves in turn."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.func import functional_call

from explorer.compiler import CompiledNetwork
from explorer.pooling import Pooling

How = Literal["alone", "pool", "flat", "dense", "filters"]
"""How a layer passes changes on: a unit stays one (three ways), or moves all those of a dense layer or convolution."""
Seen = dict[str, Tensor]
"""What enters layers under many changes, by their names: (2, changes, batch, *shape), those of plus first."""
_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d)


@dataclass(frozen=True)
class Whole:
    """The output of a node under many changes: (2, changes, batch, *shape), plus first."""

    node: str
    numbers: Tensor


class UnitPath:
    """The way of a change of one unit of ``node`` to the first layer that mixes units, which is ``end``.

    ``values`` are the outputs without a change, (batch, *shape) by node. ``numbers`` counts what one change computes.
    """

    def __init__(self, network: CompiledNetwork, values: Mapping[str, Tensor], node: str) -> None:
        self.node, self._values = node, values
        self._modules = {name: module for name, _, module in network.plan}
        self._source = {name: sources[0] for name, sources, _ in network.plan if sources}
        self._module = self._modules[node]
        self._steps: list[tuple[str, How]] = []
        block = math.prod(values[node].shape[2:])
        self.end, self.numbers = node, 2 * len(values[node]) * block
        while (step := _next(network, self._modules, values, self.end)) is not None:
            self.end, how = step
            self._steps.append(step)
            value = values[self.end]
            if how in ("dense", "filters"):
                break
            self.numbers += 2 * len(value) * math.prod(value.shape[2:] if how != "flat" else (block,))
            block = math.prod(value.shape[2:]) if how != "flat" else block
        self.numbers += 2 * values[self.end].numel()

    @staticmethod
    def begins_at(network: CompiledNetwork, values: Mapping[str, Tensor], node: str) -> bool:
        """Whether each weight of a layer is one unit's, whose net input is linear in it."""
        module = next(module for name, _, module in network.plan if name == node)
        shared = sum(layer.owner == node for layer in network.resolved.layers.values())
        return not shared and (
            isinstance(module, _CONVOLUTIONS) or (isinstance(module, nn.Linear) and values[node].dim() == 2)
        )

    def follow(self, part: str, places: Tensor, change: float, seen: Seen | None = None) -> Whole:
        """What the end puts out with each weight at ``places`` (flat) of the array ``part`` larger and smaller.

        ``seen`` is filled with what enters the layers on the way that keep units apart.
        """
        weight: Tensor = getattr(self._module, part).detach()
        units, cells = _divided(places, math.prod(weight.shape[1:]))
        net = self._values[self.node].movedim(1, 0)[units]
        moved = self._columns(part, units, cells) * change
        numbers = net.new_empty(2, *net.shape)
        torch.add(net, moved, out=numbers[0])
        torch.sub(net, moved, out=numbers[1])
        for node, how in self._steps:
            if how in ("dense", "filters"):
                return Whole(node, self._spread(node, how, numbers, units))
            if seen is not None and how != "flat":
                seen[node] = numbers.clone()
            numbers = self._kept_apart(node, how, numbers)
        return Whole(self.end, self._filled(numbers, units))

    def place(self, part: str, node: str, weight: int, index: list[int]) -> list[int]:
        """The index in the input of a layer on the way, of what lies at ``index`` in the block of the changed unit."""
        if node not in [step for step, how in self._steps if how in ("alone", "pool")]:
            return index
        unit = weight // math.prod(getattr(self._module, part).shape[1:])
        if self._values[self._source[node]].dim() > 2:
            return [unit, *index]
        # Behind a Flatten a block is a stretch of the list.
        block = self._values[self._source[node]].shape[1] // self._values[self.node].shape[1]
        return [unit * block + sum(index)]

    def _columns(self, part: str, units: Tensor, cells: Tensor) -> Tensor:
        """d net input / d weight for each change, (changes, batch, *block)."""
        net, module = self._values[self.node], self._module
        if part == "bias":
            return torch.ones((), dtype=net.dtype).expand(len(units), len(net), *net.shape[2:])
        entering = self._values[self._source[self.node]]
        if isinstance(module, nn.Linear):
            return entering.T[cells]
        # A convolution is linear in its filters: one that is 1 in a single cell gives the column of this cell.
        weight: Tensor = module.weight.detach()  # type: ignore[operator]
        groups = int(module.groups)  # type: ignore[arg-type]
        single, back = torch.unique(cells, return_inverse=True)
        filters = torch.zeros(len(single), weight[0].numel(), dtype=weight.dtype)
        filters[torch.arange(len(single)), single] = 1.0
        filters = filters.reshape(-1, *weight.shape[1:]).repeat(groups, *[1] * (weight.dim() - 1))
        found = _with_filters(module, filters, entering)
        group = units // (len(weight) // groups)
        return found.movedim(1, 0)[group * len(single) + back]

    def _kept_apart(self, node: str, how: How, numbers: Tensor) -> Tensor:
        """Through a layer that keeps units apart."""
        if how == "flat":
            return numbers.flatten(3) if numbers.dim() > 3 else numbers.unsqueeze(3)
        if how == "alone":
            result: Tensor = self._modules[node](numbers)
            return result
        pooled: Tensor = self._modules[node](numbers.flatten(0, 2).unsqueeze(1))
        return folded(pooled.squeeze(1), numbers.shape[:3])

    def _spread(self, node: str, how: How, numbers: Tensor, units: Tensor) -> Tensor:
        """All units of a linear layer: what they are without the change, and what the change of one of its inputs adds.

        Only the weights of this input matter: columns of a matrix, or the cells of the filters that look at its map.
        """
        value, before = self._values[node], self._values[self._source[node]]
        blocks = before.reshape(len(before), -1, *numbers.shape[3:]).movedim(1, 0)
        moved, module = numbers.sub_(blocks[units]), self._modules[node]
        weight: Tensor = module.weight.detach()  # type: ignore[operator]
        if how == "filters":
            added = _each_unit(units, moved, lambda own, unit: _one_map(module, weight[:, unit], own))
            return added.add_(value)
        if moved.dim() == 3:
            # The units of the layer lie outermost in memory, so that sums over them go along all the rest.
            return (weight[:, None, units, None] * moved).add_(value.T[:, None, None]).movedim(0, -1)
        places = weight.reshape(len(weight), -1, moved.shape[3])
        return _each_unit(units, moved, lambda own, unit: own @ places[:, unit].T).add_(value)

    def _filled(self, numbers: Tensor, units: Tensor) -> Tensor:
        """The whole output of the end, with the changed units in their places."""
        value, count, block = self._values[self.end], len(units), numbers.shape[3:]
        whole = value.reshape(len(value), -1, *block).movedim(1, 0).expand(2, count, -1, -1, *block).transpose(1, 2)
        whole = whole.contiguous()
        whole[:, units, torch.arange(count)] = numbers
        return whole.movedim(1, 3).reshape(2, count, *value.shape)


def _next(
    network: CompiledNetwork, modules: Mapping[str, nn.Module], values: Mapping[str, Tensor], node: str
) -> tuple[str, How] | None:
    """The one layer that reads a node, and how it passes a change of a unit on; None if it needs the whole output."""
    readers = [edge.target for edge in network.resolved.network.outgoing[node]]
    if len(readers) != 1:
        return None
    (reader,) = readers
    kind, module = network.resolved.layers[reader].kind, modules[reader]
    if kind.elementwise:
        return reader, "alone"
    if isinstance(kind, Pooling):
        return reader, "pool"
    if isinstance(module, nn.Flatten):
        return reader, "flat"
    if isinstance(module, nn.Linear) and values[node].dim() == 2:
        return reader, "dense"
    if isinstance(module, _CONVOLUTIONS) and module.groups == 1:
        return reader, "filters"
    return None


def folded(tensor: Tensor, lead: Sequence[int]) -> Tensor:
    """The tensor with its first axis as axes of the sizes ``lead``."""
    return tensor.reshape(*lead, *tensor.shape[1:])


def _divided(places: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """(unit, cell within it) of flat places."""
    return places // size, places % size


def _with_filters(module: nn.Module, filters: Tensor, entering: Tensor) -> Tensor:
    """A convolution with other filters, and biases of 0."""
    given = {"weight": filters}
    if module.bias is not None:
        given["bias"] = torch.zeros(len(filters), dtype=filters.dtype)
    result: Tensor = functional_call(module, given, (entering,))
    return result


def _one_map(module: nn.Module, cells: Tensor, own: Tensor) -> Tensor:
    """The convolution of one map, (2, changes, batch, *map), with the cells of all filters that look at it."""
    return folded(_with_filters(module, cells.unsqueeze(1), own.flatten(0, 2).unsqueeze(1)), own.shape[:3])


def _each_unit(units: Tensor, moved: Tensor, of: Callable[[Tensor, int], Tensor]) -> Tensor:
    """``of`` (the changes of a unit, the unit), one unit after the other; ``units`` is ascending."""
    single, counts = torch.unique_consecutive(units, return_counts=True)
    parts = torch.split(moved, counts.tolist(), dim=1)
    return torch.cat([of(own, int(unit)) for own, unit in zip(parts, single, strict=True)], 1)
