"""The few torch modules that torch itself lacks; imported late, since torch is heavy."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Heaviside(nn.Module):
    """1 where the input is 0 or more, else 0; its gradient is 0."""

    def forward(self, z: Tensor) -> Tensor:
        """The step, of the shape of ``z``; connected with the graph so that gradients are 0 and not missing."""
        return (z >= 0).to(z.dtype) + torch.nan_to_num(z * 0.0, nan=0.0)


class Add(nn.Module):
    """The sum of its inputs, element by element."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """Inputs of one shape; the same shape out."""
        result = inputs[0]
        for other in inputs[1:]:
            result = result + other
        return result


class Concat(nn.Module):
    """Its inputs put one after the other along an axis of the examples."""

    def __init__(self, axis: int) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, *inputs: Tensor) -> Tensor:
        """Inputs (batch, *shape) that agree but for the axis."""
        return torch.cat(inputs, dim=self.axis + 1)


class SumUp(nn.Module):
    """The sum of each example's numbers."""

    def forward(self, x: Tensor) -> Tensor:
        """(batch, *shape) to (batch, 1)."""
        return x.flatten(1).sum(1, keepdim=True)
