"""Normalising layers in torch, opened to show their statistics."""

from __future__ import annotations

import torch
from torch import Tensor, nn

Opened = tuple[Tensor, dict[str, Tensor]]


class BatchNorm(nn.BatchNorm1d):
    """torch's batch norm over (batch, channels, ...) with any further axes, or none.

    A batch that has one number per channel has the variance 0, where torch's own layer fails: training goes on with
    it, and the running variance, about which one number says nothing, stays.
    """

    def _check_input_dim(self, input: Tensor) -> None:
        """Every number of axes is good."""

    def forward(self, input: Tensor) -> Tensor:
        """Normalised by the batch while training, else by the running statistics; the shape stays."""
        if not self.training or input.numel() > input.shape[1]:
            return super().forward(input)
        output, inner = self.opened(input)
        if self.running_mean is not None and self.momentum is not None:
            with torch.no_grad():
                self.running_mean.lerp_(inner["mean"].detach(), self.momentum)
        return output

    def opened(self, x: Tensor) -> Opened:
        """As while training: ``mean`` and ``variance`` (channels,) of the batch, and ``normal`` like the input."""
        axes = (0, *range(2, x.dim()))
        along = (1, -1) + (1,) * (x.dim() - 2)
        mean = x.mean(axes)
        centred = x - mean.reshape(along)
        variance = (centred * centred).mean(axes)
        normal = centred / torch.sqrt(variance + self.eps).reshape(along)
        output = normal * self.weight.reshape(along) + self.bias.reshape(along)
        return output, {"mean": mean, "variance": variance, "normal": normal}


class LayerNorm(nn.LayerNorm):
    """torch's layer norm over the last axes of each example."""

    def opened(self, x: Tensor) -> Opened:
        """``mean`` and ``variance`` (batch, rows) of what is normalised together, and ``normal`` like the input."""
        rows = x.flatten(-len(self.normalized_shape)).reshape(x.shape[0], -1, self.weight.numel())
        mean = rows.mean(-1)
        centred = rows - mean.unsqueeze(-1)
        variance = (centred * centred).mean(-1)
        normal = (centred / torch.sqrt(variance + self.eps).unsqueeze(-1)).reshape(x.shape)
        return normal * self.weight + self.bias, {"mean": mean, "variance": variance, "normal": normal}
