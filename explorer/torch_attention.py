"""Self-attention in torch: torch's own, with one tensor in and out, and opened to show what it computes inside."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import linear


class SelfAttention(nn.MultiheadAttention):
    """Multi-head attention of a sequence (batch, time, features) on itself; ``causal`` hides what comes later."""

    def __init__(self, features: int, heads: int, bias: bool, causal: bool) -> None:
        super().__init__(features, heads, bias=bias, batch_first=True)
        self.causal = causal

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        """The shape stays."""
        hidden = self._hidden(x)
        result: Tensor = super().forward(x, x, x, need_weights=False, attn_mask=hidden, is_causal=self.causal)[0]
        return result

    def opened(self, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """``q``, ``k``, ``v`` and ``mixed`` are (batch, time, features), ``scores`` and ``attention`` per head.

        These are (batch, heads, time, time).
        """
        batch, time, features = x.shape
        q, k, v = linear(x, self.in_proj_weight, self.in_proj_bias).chunk(3, -1)
        by_head = [part.reshape(batch, time, self.num_heads, -1).transpose(1, 2) for part in (q, k, v)]
        scores = by_head[0] @ by_head[1].transpose(-1, -2) / math.sqrt(features / self.num_heads)
        hidden = self._hidden(x)
        if hidden is not None:
            scores = scores.masked_fill(hidden, -math.inf)
        attention = torch.softmax(scores, -1)
        mixed = (attention @ by_head[2]).transpose(1, 2).reshape(batch, time, features)
        output = linear(mixed, self.out_proj.weight, self.out_proj.bias)
        return output, {"q": q, "k": k, "v": v, "scores": scores, "attention": attention, "mixed": mixed}

    def _hidden(self, x: Tensor) -> Tensor | None:
        """(time, time), true where a row's time step may not see a column's; None if all see all."""
        if not self.causal:
            return None
        return torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device).triu(1)
