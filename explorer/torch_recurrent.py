"""Recurrent layers in torch: torch's own, with one tensor in and out, and opened to show what they compute inside.

``opened`` gives the output and the inner arrays by name, a list with one tensor per time step, (batch, units) each.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

Opened = tuple[Tensor, dict[str, list[Tensor]]]


class Rnn(nn.RNN):
    """A recurrent layer over (batch, time, features), which begins with ``state`` or zeros."""

    def __init__(self, features: int, units: int, bias: bool, activation: str, sequence: bool) -> None:
        super().__init__(features, units, bias=bias, nonlinearity=activation, batch_first=True)
        self.sequence = sequence

    def forward(self, x: Tensor, state: Tensor | None = None) -> Tensor:  # type: ignore[override]
        """(batch, time, units), or (batch, units) of the last step."""
        return _wanted(super().forward(x, _as_layer(state))[0], self.sequence)

    def opened(self, x: Tensor, state: Tensor | None = None) -> Opened:
        """The net inputs ``net`` and the activations ``h``."""
        inner: dict[str, list[Tensor]] = {"net": [], "h": []}
        h = _begin(state, x, self.hidden_size)
        function = torch.tanh if self.nonlinearity == "tanh" else torch.relu
        for given in x.unbind(1):
            net = _fed(self, given) + _recurred(self, h)
            h = function(net)
            _keep(inner, net=net, h=h)
        return _gathered(inner["h"], self.sequence), inner


class Lstm(nn.LSTM):
    """A layer of cells over (batch, time, features); ``state`` and, ``with_cell``, the output hold [h, c]."""

    def __init__(self, features: int, units: int, bias: bool, sequence: bool, with_cell: bool) -> None:
        super().__init__(features, units, bias=bias, batch_first=True)
        self.sequence, self.with_cell = sequence, with_cell

    def forward(self, x: Tensor, state: Tensor | None = None) -> Tensor:  # type: ignore[override]
        """(batch, time, units), or (batch, units) of the last step; twice the units with the cell."""
        both = None
        if state is not None:
            h, c = _last(state).unsqueeze(0).chunk(2, -1)
            both = h.contiguous(), c.contiguous()
        out, (_, c) = super().forward(x, both)
        if self.with_cell:  # of one time step, or the last alone is put out
            out = torch.cat([out[:, -1:], c.transpose(0, 1)], -1)
        return _wanted(out, self.sequence)

    def opened(self, x: Tensor, state: Tensor | None = None) -> Opened:
        """The gates i, f, g, o with their net inputs, the cells ``c`` and the outputs ``h``."""
        inner: dict[str, list[Tensor]] = {name: [] for gate in "ifgo" for name in (f"net_{gate}", gate)}
        inner |= {"c": [], "h": []}
        h, c = _begin(state, x, 2 * self.hidden_size).chunk(2, dim=1)
        for given in x.unbind(1):
            nets = (_fed(self, given) + _recurred(self, h)).chunk(4, dim=1)
            i, f, o = (torch.sigmoid(nets[place]) for place in (0, 1, 3))
            g = torch.tanh(nets[2])
            c = f * c + i * g
            h = o * torch.tanh(c)
            _keep(inner, **{f"net_{gate}": net for gate, net in zip("ifgo", nets, strict=True)})
            _keep(inner, i=i, f=f, g=g, o=o, c=c, h=h)
        out = inner["h"]
        if self.with_cell:
            out = [torch.cat(both, -1) for both in zip(out, inner["c"], strict=True)]
        return _gathered(out, self.sequence), inner


class Gru(nn.GRU):
    """A layer of gated units over (batch, time, features), which begins with ``state`` or zeros."""

    def __init__(self, features: int, units: int, bias: bool, sequence: bool) -> None:
        super().__init__(features, units, bias=bias, batch_first=True)
        self.sequence = sequence

    def forward(self, x: Tensor, state: Tensor | None = None) -> Tensor:  # type: ignore[override]
        """(batch, time, units), or (batch, units) of the last step."""
        return _wanted(super().forward(x, _as_layer(state))[0], self.sequence)

    def opened(self, x: Tensor, state: Tensor | None = None) -> Opened:
        """The gates r, z and n with their net inputs, the part ``m`` that r lets through, and the outputs ``h``."""
        inner: dict[str, list[Tensor]] = {name: [] for name in ("net_r", "r", "net_z", "z", "m", "net_n", "n", "h")}
        h = _begin(state, x, self.hidden_size)
        for given in x.unbind(1):
            fed, back = _fed(self, given).chunk(3, dim=1), _recurred(self, h).chunk(3, dim=1)
            net_r, net_z, m = fed[0] + back[0], fed[1] + back[1], back[2]
            r, z = torch.sigmoid(net_r), torch.sigmoid(net_z)
            net_n = fed[2] + r * m
            n = torch.tanh(net_n)
            h = (1 - z) * n + z * h
            _keep(inner, net_r=net_r, r=r, net_z=net_z, z=z, m=m, net_n=net_n, n=n, h=h)
        return _gathered(inner["h"], self.sequence), inner


def _fed(layer: nn.RNNBase, given: Tensor) -> Tensor:
    """What one time step's input gives to all net inputs."""
    weight, _, *biases = _weights(layer)
    return linear(given, weight, biases[0] if biases else None)


def _recurred(layer: nn.RNNBase, h: Tensor) -> Tensor:
    """What the outputs of the step before give to all net inputs."""
    _, weight, *biases = _weights(layer)
    return linear(h, weight, biases[1] if biases else None)


def _weights(layer: nn.RNNBase) -> list[Tensor]:
    """weight_ih_l0, weight_hh_l0, and the two biases if there are any, as they are now."""
    found: list[Tensor] = [getattr(layer, name) for name in layer._flat_weights_names]
    return found


def _last(state: Tensor) -> Tensor:
    """A state (batch, units); of a sequence (batch, time, units) its last step."""
    return state if state.dim() == 2 else state[:, -1]


def _as_layer(state: Tensor | None) -> Tensor | None:
    """The state (1, batch, units) as torch's layers take it."""
    return None if state is None else _last(state).unsqueeze(0)


def _begin(state: Tensor | None, x: Tensor, units: int) -> Tensor:
    """The state that the first step starts from, zeros unless it is given."""
    if state is not None:
        return _last(state)
    # The zeros hang on the input, so that with frozen weights too autograd keeps what comes back to them.
    return x[:, 0, :1].masked_fill(x.new_ones((), dtype=torch.bool), 0.0).expand(-1, units)


def _wanted(out: Tensor, sequence: bool) -> Tensor:
    return out if sequence else out[:, -1]


def _gathered(out: list[Tensor], sequence: bool) -> Tensor:
    return torch.stack(out, 1) if sequence else out[-1].clone()


def _keep(inner: dict[str, list[Tensor]], **tensors: Tensor) -> None:
    for name, tensor in tensors.items():
        inner[name].append(tensor)
