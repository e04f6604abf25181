"""Passes: the cost of a batch with single weights changed, many weights at once; only what follows is computed again.

A weight into one unit (or filter) moves this unit alone, and this goes on unit by unit (``units``) until a layer mixes
units. From there on the network runs once for many changes, which lie along the batch. Layers that mix the examples of
a batch, weights that layers share, and those of other kinds of layer are left to vmap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from explorer.objective import Objective
from explorer.pooling import Pooling
from explorer.stepping.checked import Corner, Kink
from explorer.stepping.units import Seen, UnitPath, Whole, folded

CHUNK_NUMBERS = 1 << 17
"""As many numbers, at most, are computed at once: 1 MiB, and a few times that in between, stays in the cache."""
JUMP = 1e-2
"""Slopes of a layer that differ by more than this between w - epsilon and w + epsilon are those of a corner."""


@dataclass(frozen=True)
class Batch:
    """The tensors of each input and the targets of each output, in the order of the network."""

    inputs: list[Tensor]
    targets: list[Tensor]


class Passes:
    """Costs of one batch with single weights changed, found for any weights after one pass without a change."""

    @torch.no_grad()
    def __init__(self, objective: Objective, batch: Batch) -> None:
        self._objective, self._batch, self._network = objective, batch, objective.network
        self._layers = self._network.resolved.layers
        self._modules = {node: module for node, _, module in self._network.plan}
        self._sources = {node: sources for node, sources, _ in self._network.plan}
        self._weights = self._network.weights()
        self._parameters = {id(tensor): name for name, tensor in objective.named_parameters()}
        self._holder = _Holder(objective)
        # In memory as what they are compared with is: the units of the output outermost.
        self._targets = [target.movedim(0, -1).contiguous().movedim(-1, 0) for target in batch.targets]
        self._values = self._network.values(*batch.inputs)
        self._penalties = sum(float(penalty) for penalty in objective.penalties().values())
        self._mixing = {node for node in self._sources if self._mixes(node)}
        self._paths: dict[str, UnitPath | None] = {}
        self._repeats: dict[int, Tensor] = {}

    @torch.inference_mode()
    def costs(self, name: str, places: Tensor, change: float) -> Tensor:
        """(2, len(places)): the cost with each weight larger, and smaller; ``places`` are flat and ascending."""
        return self._passed(name, places, change, None)

    @torch.no_grad()
    def kinks(self, name: str, places: Tensor, change: float) -> dict[int, Kink]:
        """By place, the first corner that the cost has between w - change and w + change, for weights with one."""
        seen: Seen = {}
        self._passed(name, places, change, seen)
        own, _, part = name.partition(".")
        path = self._path(own)
        found: dict[int, Kink] = {}
        for key in sorted(seen, key=self._rank):
            bent = self._bent(key, seen[key])
            for row in bent.flatten(1).any(1).nonzero().flatten().tolist():
                example, *index = (int(i) for i in bent[row].nonzero()[0])
                node, corner = _node_of(key)
                if path is not None:
                    index = path.place(part, node, int(places[row]), index)
                found.setdefault(int(places[row]), Kink(node, corner, tuple(index), example))
        return self._bent_penalties(name, places, change) | found

    def chunk(self, name: str) -> int:
        """How many weights are changed at once."""
        return max(1, CHUNK_NUMBERS // self.numbers(name))

    def numbers(self, name: str) -> int:
        """About how many numbers are computed for one changed weight."""
        node = name.partition(".")[0]
        path = self._path(node)
        if path is None:
            return 2 * (self._weights[name].numel() + self._count(self._after(self._users(node))))
        return path.numbers + 2 * self._count(self._after([path.end])[1:])

    # One pass

    def _passed(self, name: str, places: Tensor, change: float, seen: Seen | None) -> Tensor:
        node, _, part = name.partition(".")
        path = self._path(node)
        if path is None:
            return self._by_vmap(name, places, change, seen)
        costs = self._behind(path.follow(part, places, change, seen), seen)
        return costs + self._penalties + self._penalty_changes(name, places, change)

    def _path(self, node: str) -> UnitPath | None:
        if node not in self._paths:
            begins = UnitPath.begins_at(self._network, self._values, node)
            self._paths[node] = UnitPath(self._network, self._values, node) if begins else None
        return self._paths[node]

    def _by_vmap(self, name: str, places: Tensor, change: float, seen: Seen | None) -> Tensor:
        """The general way: all layers from the first that uses the weights run with each changed array of them."""
        weight = self._weights[name].detach()
        order = self._after(self._users(name.partition(".")[0]))
        watched = self._watched(order) if seen is not None else {}
        key = f"objective.{self._parameters[id(self._weights[name])]}"
        rows = torch.arange(len(places))
        stacked = weight.flatten().repeat(2, len(places), 1)
        stacked[0, rows, places] += change
        stacked[1, rows, places] -= change

        def work() -> tuple[Tensor, list[Tensor]]:
            values = self._run(order, {})
            return self._objective.total(self._costs(values)), [values[node] for node in watched.values()]

        def passed(own: Tensor) -> tuple[Tensor, list[Tensor]]:
            result: tuple[Tensor, list[Tensor]] = functional_call(self._holder, {key: own}, (work,))
            return result

        costs, entering = vmap(passed)(stacked.reshape(-1, *weight.shape))
        lead = (2, len(places))
        if seen is not None:
            seen.update({node: folded(each, lead) for node, each in zip(watched, entering, strict=True)})
        return folded(costs, lead)

    def _behind(self, whole: Whole, seen: Seen | None) -> Tensor:
        """(2, changes): the costs, without penalties, behind a node that is known under every change."""
        order = self._after([whole.node])[1:]
        watched = self._watched(order, whole.node) if seen is not None else {}
        lead, flat = whole.numbers.shape[:2], whole.numbers.flatten(0, 1)
        if self._mixing.isdisjoint(order):
            values = self._run(order, {whole.node: flat.flatten(0, 1)}, len(flat))
            costs = self._costs_of_copies({end: values[end] for end in (whole.node, *order)}, len(flat))
            entering = [folded(values[node], flat.shape[:2]) for node in watched.values()]
        else:

            def passed(own: Tensor) -> tuple[Tensor, list[Tensor]]:
                values = self._run(order, {whole.node: own})
                return self._objective.data_cost(self._costs(values)), [values[node] for node in watched.values()]

            costs, entering = vmap(passed)(flat)
        if seen is not None:
            seen.update({node: folded(each, lead) for node, each in zip(watched, entering, strict=True)})
        return folded(costs, lead)

    def _run(self, order: Sequence[str], given: Mapping[str, Tensor], copies: int = 0) -> dict[str, Tensor]:
        """The values with those of ``order`` computed anew; of others, ``copies`` lie one after the other."""
        values = {**self._values, **given}
        changed = {*given, *order}
        repeated: dict[str, Tensor] = {}

        def entering(source: str) -> Tensor:
            if not copies or source in changed:
                return values[source]
            if source not in repeated:
                repeated[source] = values[source].repeat(copies, *[1] * (values[source].dim() - 1))
            return repeated[source]

        for node in order:
            given_to = [entering(source) for source in self._sources[node]]
            values[node] = self._network.run_layer(node, self._modules[node], given_to)[0]
        return values

    def _costs(self, values: Mapping[str, Tensor]) -> tuple[Tensor, ...]:
        return self._objective.costs([values[end] for end in self._network.outputs], self._targets)

    def _costs_of_copies(self, changed: Mapping[str, Tensor], copies: int) -> Tensor:
        """(copies,): the costs of so many batches whose examples lie one after the other in what has changed."""
        costs = []
        for place, (goal, end) in enumerate(zip(self._objective.goals, self._network.outputs, strict=True)):
            if end in changed:
                each = goal.cost.torch_costs(changed[end], self._repeated(place, copies))
                costs.append(goal.cost.of_examples(each.reshape(copies, -1), 1))
            else:
                costs.append(goal.cost.torch_cost(self._values[end], self._targets[place]))
        found: Tensor = self._objective.data_cost(costs)
        return found

    def _repeated(self, place: int, copies: int) -> Tensor:
        """The targets of an output, so many times one after the other; cut from the most that were needed."""
        count = copies * len(self._targets[place])
        if place not in self._repeats or len(self._repeats[place]) < count:
            columns = self._targets[place].movedim(0, -1)
            self._repeats[place] = columns.repeat(*[1] * (columns.dim() - 1), copies).movedim(-1, 0)
        return self._repeats[place][:count]

    def _penalty_changes(self, name: str, places: Tensor, change: float) -> Tensor:
        """(2, places): what the changes of the weights add to their penalty."""
        held = self._objective.restraints.get(name)
        if held is None or not held.penalised:
            return torch.zeros((), dtype=torch.float64)
        own = self._weights[name].detach().flatten()[places]
        changed = torch.stack([own + change, own - change])
        return held.l1 * (changed.abs() - own.abs()) + 0.5 * held.l2 * (changed.square() - own.square())

    # Corners

    def _watched(self, order: Iterable[str], *others: str) -> dict[str, str]:
        """Whose output enters layers, or costs, that may have corners: by the layer, or the output with a mark."""
        order = list(order)
        layers = {node: self._sources[node][0] for node in order if _may_bend(self._layers[node].kind)}
        ends = {_AT_COST + end: end for end in self._network.outputs if end in (*order, *others)}
        bending = {goal.node for goal in self._objective.goals if goal.cost.kinked}
        return layers | {key: end for key, end in ends.items() if end in bending}

    def _bent(self, key: str, entering: Tensor) -> Tensor:
        """(changes, batch, *shape): where a slope jumps from the numbers of minus to those of plus, with a 2 before."""
        node, place = _node_of(key)
        if place == "cost":
            targets = self._batch.targets[self._network.outputs.index(node)]
            above = entering > targets
            return above[0] != above[1]
        module = self._modules[node]
        with torch.enable_grad():
            given = entering.detach().clone().requires_grad_()
            pooling = isinstance(self._layers[node].kind, Pooling)
            out = module(given.flatten(0, -3).unsqueeze(1) if pooling else given)  # a pool takes each map by itself
            (slope,) = torch.autograd.grad(out.sum(), given) if out.requires_grad else (torch.zeros_like(given),)
        out = out.detach().reshape(2, -1)
        bent = (slope[0] - slope[1]).abs() > JUMP
        if self._layers[node].kind.elementwise:  # a step has no slope, but its output jumps
            bent |= ((out[0] - out[1]).abs() > 0.5).reshape(bent.shape)
        return bent

    def _bent_penalties(self, name: str, places: Tensor, change: float) -> dict[int, Kink]:
        """The weights whose L1 penalty has its corner, at 0, within reach of the change."""
        held = self._objective.restraints.get(name)
        if held is None or not held.l1:
            return {}
        near = places[self._weights[name].detach().flatten()[places].abs() < change]
        return {int(place): Kink(held.node, "penalty") for place in near}

    def _rank(self, key: str) -> int:
        """Where in the network a corner is, so that the first is told."""
        node, place = _node_of(key)
        return len(self._values) if place == "cost" else list(self._values).index(node)

    # The network

    def _users(self, node: str) -> list[str]:
        return [name for name, layer in self._layers.items() if (layer.owner or name) == node]

    def _after(self, nodes: Iterable[str]) -> list[str]:
        """These nodes and all that depend on them, in order."""
        found = set(nodes)
        order = []
        for node, sources, _ in self._network.plan:
            if node in found or not found.isdisjoint(sources):
                found.add(node)
                order.append(node)
        return order

    def _count(self, nodes: Iterable[str]) -> int:
        return sum(self._values[node].numel() for node in nodes)

    def _mixes(self, node: str) -> bool:
        """Whether a layer does not treat each example by itself; it is tried with two copies of the batch."""
        sources, kind = self._sources[node], self._layers[node].kind
        if not sources or kind.elementwise or isinstance(self._modules[node], _BY_ITSELF):
            return False
        if kind.over_batch:
            return True
        twice = [torch.cat([self._values[source]] * 2) for source in sources]
        try:
            found = self._network.run_layer(node, self._modules[node], twice)[0]
        except RuntimeError:
            return True
        own = torch.cat([self._values[node]] * 2)
        return found.shape != own.shape or not torch.allclose(found, own, rtol=1e-9, atol=1e-12, equal_nan=True)


class _Holder(nn.Module):
    """The objective in a module that does other work while torch has put other weights into it."""

    def __init__(self, objective: Objective) -> None:
        super().__init__()
        self.objective = objective

    def forward(self, work: Callable[[], Any]) -> Any:
        """Do the work."""
        return work()


_AT_COST = "="
_BY_ITSELF = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Flatten)


def _node_of(key: str) -> tuple[str, Corner]:
    """(node, layer or cost) of a watched place."""
    return (key[1:], "cost") if key.startswith(_AT_COST) else (key, "layer")


def _may_bend(kind: Any) -> bool:
    return bool(kind.elementwise) or isinstance(kind, Pooling)
