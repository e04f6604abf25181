"""RNN: the plain recurrent layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.equations import Apply, Choose, Expr, Index, Number
from explorer.kind import Code, Place, Shape
from explorer.params import ChoiceParam
from explorer.recurrent import BIAS, SEQUENCE, UNITS, Recurrent
from explorer.weight_params import WEIGHT_PARAMS

if TYPE_CHECKING:
    from torch import nn


class Rnn(Recurrent):
    """Goes through a sequence, and gives every time step the outputs h of the step before, with one set of weights for
    all steps.

    Puts out the last step, for one answer about a whole sequence, or every step. It begins with zeros, or with the
    numbers wired into its port "state" (of a sequence there, the last step). "Unroll over time" makes every step a
    layer of its own.

    Formula: h_t = tanh(W_ih x_t + b_ih + W_hh h_(t−1) + b_hh), or with max(0, …) in place of tanh.

    Shapes: time steps × features in; time steps × units out, or units for the last step. Weights: units × features,
    units × units and two biases per unit.

    When to use it: for short sequences in which order counts. Gradients shrink or grow with every step back in time:
    for long ones take LSTM or GRU.

    Source: Elman, Finding structure in time, 1990.
    """

    id = "rnn"
    title = "RNN"
    icon = "mdi6.replay"
    synonyms = ("recurrent", "elman", "simple rnn", "sequence", "time", "unroll")
    gates = ("",)
    fed = ("net",)
    recurred = ("net",)
    insides = ("net", "h")
    in_between = ("net",)
    params = (
        UNITS,
        SEQUENCE,
        ChoiceParam("activation", "tanh", "Activation", "What makes h of the net input.", choices=("tanh", "relu")),
        BIAS,
        *WEIGHT_PARAMS,
    )

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's RNN with one layer."""
        from explorer.torch_recurrent import Rnn as Module

        return Module(inputs[0][1], params["units"], params["bias"], params["activation"], params["sequence"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.RNN."""
        activation = "" if params["activation"] == "tanh" else ", nonlinearity='relu'"
        return self.layer_code("RNN", params, inputs, activation)

    def inner(self, at: Place, name: str, index: Index) -> Expr:
        """net = W_ih x_t + b_ih + W_hh h_(t-1) + b_hh; h = tanh(net) or max(0, net)."""
        t, j = index
        return self.net(at, 0, t, j) if name == "net" else _activated(at, at.inner("net", index))

    def inner_delta(self, at: Place, name: str, index: Index) -> Expr:
        """d h from the output and the next step; d net = d h (1 - h^2), or d h where the net input is positive."""
        t, j = (int(place) for place in index)
        if name == "h":
            return self.delta_h(at, t, j)
        back = at.inner_delta("h", index)
        if at.params["activation"] == "relu":
            return back * Choose(at.inner("net", index), Number(1.0), Number(0.0))
        return back * (1 - at.inner("h", index) ** 2)

    def matrix_inner(self, at: Place, name: str) -> Expr:
        """As ``inner``, for all time steps at once."""
        return self.matrix_net(at, 0) if name == "net" else _activated(at, at.inner("net"))


def _activated(at: Place, net: Expr) -> Expr:
    return Apply("tanh", (net,)) if at.params["activation"] == "tanh" else Apply("max", (Number(0.0), net))
