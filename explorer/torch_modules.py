"""The few torch modules that torch itself lacks; imported late, since torch is heavy."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class WrongNumbers(ValueError):
    """Why a layer cannot compute with the numbers that came in: a sentence that continues the layer's name."""


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


class SameConv1d(nn.Conv1d):
    """A convolution that keeps a sequence's length with a kernel of uneven reach.

    torch's own "same" does that too, but warns on the terminal; the odd zero goes to the end, as there.
    """

    def forward(self, input: Tensor) -> Tensor:
        """(batch, channels, length) to (batch, filters, length)."""
        padded = functional.pad(input, _zeros(self))
        return functional.conv1d(padded, self.weight, self.bias, 1, 0, self.dilation, self.groups)


class SameConv2d(nn.Conv2d):
    """A convolution that keeps a picture's size with a kernel of uneven reach, as SameConv1d does for sequences."""

    def forward(self, input: Tensor) -> Tensor:
        """(batch, channels, height, width) to (batch, filters, height, width)."""
        padded = functional.pad(input, _zeros(self))
        return functional.conv2d(padded, self.weight, self.bias, 1, 0, self.dilation, self.groups)


def _zeros(layer: nn.Conv1d | nn.Conv2d) -> list[int]:
    """(before, after) along each axis, the last axis first: what keeps the size."""
    reach = [step * (cells - 1) for step, cells in zip(layer.dilation, layer.kernel_size, strict=True)]
    return [zeros for total in reversed(reach) for zeros in (total // 2, total - total // 2)]


class Multiply(nn.Module):
    """The product of its inputs, element by element."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """Inputs of one shape; the same shape out."""
        result = inputs[0]
        for other in inputs[1:]:
            result = result * other
        return result


class Powers(nn.Module):
    """The first powers of its input, one after the other along the first axis of the examples."""

    def __init__(self, degree: int) -> None:
        super().__init__()
        self.degree = degree

    def forward(self, x: Tensor) -> Tensor:
        """(batch, n, ...) to (batch, degree × n, ...)."""
        return torch.cat([x**power for power in range(1, self.degree + 1)], dim=1)


class Slice(nn.Module):
    """A part of each example along an axis."""

    def __init__(self, axis: int, part: slice) -> None:
        super().__init__()
        self.place = (slice(None),) * (axis + 1) + (part,)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, ...) to the part, as a view."""
        return x[self.place]


class L2Pool2d(nn.Module):
    """The length of each tile as of a vector; unlike torch's LPPool2d it has a gradient, 0, where all is 0."""

    def __init__(self, size: tuple[int, int], stride: tuple[int, int], padding: int) -> None:
        super().__init__()
        self.size, self.stride, self.padding = size, stride, padding

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) to the same with fewer rows and columns."""
        padded = functional.pad(x, (self.padding,) * 4)
        tiles = padded.unfold(2, self.size[0], self.stride[0]).unfold(3, self.size[1], self.stride[1])
        length: Tensor = torch.linalg.vector_norm(tiles, dim=(4, 5))
        return length


class GlobalAvgPool2d(nn.Module):
    """The mean of each channel."""

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) to (batch, channels)."""
        return x.mean((2, 3))


class Embedding(nn.Embedding):
    """torch's embedding for indices that come as any kind of numbers."""

    def forward(self, input: Tensor) -> Tensor:
        """(batch, n) to (batch, n, size); raises WrongNumbers for what is no index."""
        wrong = (input != input.floor()) | (input < 0) | (input >= self.num_embeddings)
        if not torch.compiler.is_exporting() and wrong.any():  # what is exported takes what it is given
            value = input[wrong][0].item()
            came = f"{value:.6g}".replace("-", "−")
            raise WrongNumbers(f"looks up whole numbers from 0 to {self.num_embeddings - 1}; {came} came in.")
        return super().forward(input.long())


class SumUp(nn.Module):
    """The sum of each example's numbers."""

    def forward(self, x: Tensor) -> Tensor:
        """(batch, *shape) to (batch, 1)."""
        return x.flatten(1).sum(1, keepdim=True)
