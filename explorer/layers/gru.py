"""GRU: a recurrent layer of gated units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.arrays import Part
from explorer.equations import Apply, Expr, Index, Product, Sum, total
from explorer.kind import Code, Place, Shape
from explorer.recurrent import BIAS, SEQUENCE, UNITS, Recurrent
from explorer.weight_params import WEIGHT_PARAMS

if TYPE_CHECKING:
    from torch import nn


class Gru(Recurrent):
    """Gated recurrent units: goes through a sequence with two gates from 0 to 1 per unit.

    The reset gate r says how much of the step before the candidate n sees, the update gate z how much of it stays. It
    begins with zeros, or with the numbers wired into its port "state".

    Formula: r, z = σ(W x_t + b + W h_(t−1) + b), n = tanh(W_in x_t + b_in + r ⊙ m) with m = W_hn h_(t−1) + b_hn, h_t =
    (1 − z) ⊙ n + z ⊙ h_(t−1).

    Shapes: time steps × features in; time steps × units out, or units for the last step. Weights: as of RNN, with a
    block of rows for each of r, z, n, as in PyTorch.

    When to use it: for long sequences: it learns them about as well as an LSTM, with three quarters of its weights.

    Source: Cho et al., Learning phrase representations using RNN encoder–decoder, 2014.
    """

    id = "gru"
    title = "GRU"
    icon = "mdi6.valve"
    synonyms = ("gated recurrent unit", "recurrent", "gates", "sequence", "time", "unroll")
    gates = ("r", "z", "n")
    fed = ("net_r", "net_z", "net_n")
    recurred = ("net_r", "net_z", "m")
    in_between = ("net_r", "net_z", "m", "net_n")
    insides = ("net_r", "r", "net_z", "z", "m", "net_n", "n", "h")
    params = (UNITS, SEQUENCE, BIAS, *WEIGHT_PARAMS)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's GRU with one layer."""
        from explorer.torch_recurrent import Gru as Module

        return Module(inputs[0][1], params["units"], params["bias"], params["sequence"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.GRU."""
        return self.layer_code("GRU", params, inputs)

    def inner(self, at: Place, name: str, index: Index) -> Expr:
        """r, z = 1 / (1 + e^-net), n = tanh(net_n); h = (1 - z) n + z h_(t-1)."""
        t, j = index
        own = {of: at.inner(of, index) for of in self.insides}
        if name == "m":
            return self.net(at, 2, t, j, fed=False)
        if name == "net_n":
            return total([self.net(at, 2, t, j, recurred=False), own["r"] * own["m"]])
        if name.startswith("net"):
            return self.net(at, self.fed.index(name), t, j)
        if name == "h":
            before = self.before(at, "h", t, j)
            kept = [] if before is None else [own["z"] * before]
            return total([(1 - own["z"]) * own["n"], *kept])
        return _gate(name, own[f"net_{name}"])

    def inner_delta(self, at: Place, name: str, index: Index) -> Expr:
        """The chain rule back through h = (1 - z) n + z h_(t-1), net_n = ... + r m, and the gates' functions."""
        t, j = (int(place) for place in index)
        own = {of: at.inner(of, index) for of in self.insides}
        if name == "h":
            return self.delta_h(at, t, j)
        if name == "z":
            before = self.before(at, "h", t, j)
            through: Expr = -own["n"] if before is None else before - own["n"]
            return at.inner_delta("h", index) * through
        if name in ("net_r", "net_z"):
            gate = own[name[-1]]
            return at.inner_delta(name[-1], index) * gate * (1 - gate)
        last, factor = {
            "n": ("h", 1 - own["z"]),
            "net_n": ("n", 1 - own["n"] ** 2),
            "m": ("net_n", own["r"]),
            "r": ("net_n", own["m"]),
        }[name]
        return at.inner_delta(last, index) * factor

    def sent_to_state(self, at: Place, t: int, j: int) -> list[Expr]:
        """Through the weights, and as much as the update gate keeps."""
        return [*super().sent_to_state(at, t, j), at.inner_delta("h", (t, j)) * at.inner("z", (t, j))]

    def matrix_delta_begin(self, at: Place) -> Expr:
        """Through the weights, and as much as the first update gate keeps."""
        first = (Part(r"\delta_{h_1}", at.inner_delta("h"), _first), Part("z_1", at.inner("z"), _first))
        return Sum((super().matrix_delta_begin(at), Product(first)))

    def matrix_inner(self, at: Place, name: str) -> Expr:
        """As ``inner``, for all time steps at once."""
        if name == "m":
            return self.matrix_net(at, 2, fed=False)
        if name == "net_n":
            return Sum((self.matrix_net(at, 2, recurred=False), at.inner("r") * at.inner("m")))
        if name.startswith("net"):
            return self.matrix_net(at, self.fed.index(name))
        if name == "h":
            return (1 - at.inner("z")) * at.inner("n") + at.inner("z") * self.matrix_before(at, "h")
        return _gate(name, at.inner(f"net_{name}"))


def _gate(name: str, net: Expr) -> Expr:
    return Apply("tanh", (net,)) if name == "n" else Apply("sigmoid", (net,))


def _first(rows: Any) -> Any:
    return rows[0]
