"""Objective: what training makes small, as a torch module: the weighted costs of the outputs, and the penalties."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from explorer.compiler import CompiledNetwork
from explorer.project.goals import Goal
from explorer.project.restraints import Restraint, restraints_of

Tensors = Sequence[Tensor]


class Objective(nn.Module):
    """The total cost of a batch, Σ weight · cost over the outputs plus the penalties of layers with L1 or L2."""

    def __init__(self, network: CompiledNetwork, goals: Sequence[Goal]) -> None:
        super().__init__()
        self.network = network
        self.goals = tuple(goals)
        self.restraints = restraints_of(network.resolved)
        self.limited = frozenset(name for name, held in self.restraints.items() if held.max_norm)
        self._modules_by_node = {node: module for node, _, module in network.plan}

    def forward(self, inputs: Tensors, targets: Tensors) -> Tensor:
        """The total for a tensor (batch, *shape) per input and per output, in order."""
        return self.total(self.costs(self.outputs(inputs), targets))

    def outputs(self, inputs: Tensors) -> tuple[Tensor, ...]:
        """What comes out of each output."""
        found = self.network(*inputs)
        return found if isinstance(found, tuple) else (found,)

    def costs(self, outputs: Tensors, targets: Tensors) -> tuple[Tensor, ...]:
        """The cost of each output, without its weight."""
        return tuple(
            goal.cost.torch_cost(output, target)
            for goal, output, target in zip(self.goals, outputs, targets, strict=True)
        )

    def data_cost(self, costs: Sequence[Any]) -> Any:
        """Σ weight · cost, of numbers or tensors: the total without penalties."""
        first, *others = [
            cost if goal.weight == 1 else goal.weight * cost for goal, cost in zip(self.goals, costs, strict=True)
        ]
        for other in others:
            first = first + other
        return first

    def total(self, costs: Tensors) -> Tensor:
        """What is made small, from the costs of the outputs."""
        total: Tensor = self.data_cost(costs)
        for penalty in self.penalties().values():
            total = total + penalty
        return total

    def penalties(self) -> dict[str, Tensor]:
        """l1 · Σ |w| + ½ l2 · Σ w² by the weight's name, for those that have a penalty."""
        found = {}
        for name, held in self.restraints.items():
            if held.penalised:
                weight = self._weight(held)
                found[name] = held.l1 * weight.abs().sum() + 0.5 * held.l2 * weight.square().sum()
        return found

    @torch.no_grad()
    def limit(self) -> None:
        """Scale back the weights into each unit that are longer than their max norm, as after every update."""
        for name in self.limited:
            held = self.restraints[name]
            weight = self._weight(held)
            others = [axis for axis in range(weight.dim()) if axis != held.unit_axis]
            lengths = weight.square().sum(others, keepdim=True).sqrt() if others else weight.abs()
            weight.div_((lengths / held.max_norm).clamp(min=1.0))

    def _weight(self, held: Restraint) -> Tensor:
        """The weight as it is now: the gradient check puts others in its place for a while."""
        inside, _, last = held.part.rpartition(".")
        weight: Tensor = getattr(self._modules_by_node[held.node].get_submodule(inside), last)
        return weight
