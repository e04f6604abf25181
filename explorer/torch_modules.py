"""The few torch modules that torch itself lacks; imported late, since torch is heavy."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


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


class SameConv2d(nn.Conv2d):
    """A convolution that keeps the picture's size with a kernel of even reach.

    torch's own "same" does that too, but warns on the terminal; the odd zero goes below and to the right, as there.
    """

    def forward(self, input: Tensor) -> Tensor:
        """(batch, channels, height, width) to (batch, filters, height, width)."""
        reach = [step * (cells - 1) for step, cells in zip(self.dilation, self.kernel_size, strict=True)]
        (above, below), (left, right) = [(total // 2, total - total // 2) for total in reach]
        padded = functional.pad(input, (left, right, above, below))
        return functional.conv2d(padded, self.weight, self.bias, 1, 0, self.dilation, self.groups)


class SumUp(nn.Module):
    """The sum of each example's numbers."""

    def forward(self, x: Tensor) -> Tensor:
        """(batch, *shape) to (batch, 1)."""
        return x.flatten(1).sum(1, keepdim=True)
