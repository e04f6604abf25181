"""LSTM: a recurrent layer of cells that keep, write and show what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.arrays import Part, Rearranged
from explorer.equations import Apply, Expr, Index, Product, total
from explorer.kind import Code, Fix, Place, Shape, ShapeProblem
from explorer.params import BoolParam
from explorer.recurrent import BIAS, SEQUENCE, UNITS, Recurrent, Time
from explorer.weight_params import WEIGHT_PARAMS

if TYPE_CHECKING:
    from torch import nn

_SUPPORT = '''
def lstm_state(state):
    """The outputs h and the cells c, side by side in ``state``, as nn.LSTM takes them."""
    return tuple(part.unsqueeze(0).contiguous() for part in state.chunk(2, -1))
'''


class Lstm(Recurrent):
    """Long short-term memory: goes through a sequence with a memory cell c per unit, and three gates from 0 to 1 that
    control it.

    The forget (keep) gate f says how much of the cell stays, the input (write) gate i how much of the candidate g is
    written, the output gate o how much is shown. The port "state" takes [h, c], twice the units (of a sequence there,
    the last step); with the setting "With cell" the layer puts that out, for another to go on from.

    Formula: i, f, o = σ(W x_t + b + W h_(t−1) + b), g = tanh(the same with its own weights), c_t = f ⊙ c_(t−1) + i ⊙ g,
    h_t = o ⊙ tanh(c_t).

    Shapes: time steps × features in; time steps × units out, or units for the last step. Weights: as of RNN, with a
    block of rows for each of i, f, g, o, as in PyTorch.

    When to use it: where an answer depends on what was long ago: the cell's sum lets gradients reach far back in time.

    Source: Hochreiter and Schmidhuber, Long short-term memory, 1997.
    """

    id = "lstm"
    title = "LSTM"
    icon = "mdi6.memory"
    synonyms = ("long short-term memory", "recurrent", "memory", "gates", "sequence", "time", "unroll")
    gates = ("i", "f", "g", "o")
    fed = ("net_i", "net_f", "net_g", "net_o")
    recurred = fed
    in_between = fed
    hands_on = (("with_cell", True),)
    insides = ("net_i", "i", "net_f", "f", "net_g", "g", "c", "net_o", "o", "h")
    params = (
        UNITS,
        SEQUENCE,
        BoolParam("with_cell", False, "With cell", "Put out the cells c behind the outputs h.", advanced=True),
        BIAS,
        *WEIGHT_PARAMS,
    )

    def state_units(self, params: Mapping[str, Any]) -> int:
        """h and c."""
        return 2 * int(params["units"])

    def width(self, params: Mapping[str, Any]) -> int:
        """The units, twice with the cells."""
        return int(params["units"]) * (2 if params["with_cell"] else 1)

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """(time, units), or (units,) of the last step; twice the units with the cells, of the last step alone."""
        shape = super().output_shape(params, inputs)
        if params["with_cell"] and params["sequence"] and shape[0] > 1:
            raise ShapeProblem(
                "puts out the cells of the last time step alone, not of a whole sequence.",
                Fix("Put out the last step", set=(("sequence", False),)),
                Fix("Leave out the cells", set=(("with_cell", False),)),
            )
        return shape

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's LSTM with one layer."""
        from explorer.torch_recurrent import Lstm as Module

        return Module(inputs[0][1], params["units"], params["bias"], params["sequence"], params["with_cell"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.LSTM, with a small function where a state comes in."""
        plain = self.layer_code("LSTM", params, inputs[:1])
        state = ""
        if len(inputs) > 1:
            state = ", lstm_state({1})" if len(inputs[1]) == 1 else ", lstm_state({1}[:, -1])"
        if params["with_cell"]:
            call = f"torch.cat({{m}}({{0}}{state})[1], -1)" + (".transpose(0, 1)" if params["sequence"] else "[0]")
        else:
            call = plain.call.replace("{0}", "{0}" + state)
        return Code(plain.module, call, _SUPPORT if state else "")

    def put_out(self, at: Place, t: Time, j: int | str) -> Expr:
        """h, and c behind it."""
        units = at.params["units"]
        return at.inner("c", (t, j - units)) if isinstance(j, int) and j >= units else at.inner("h", (t, j))

    def begin(self, at: Place, name: str, k: int | str) -> Expr | None:
        """The first half of the state is h, the second c."""
        return super().begin(at, name, k + at.params["units"] if name == "c" and isinstance(k, int) else k)

    def inner(self, at: Place, name: str, index: Index) -> Expr:
        """Gates i, f, o = 1 / (1 + e^-net), g = tanh(net); c = f c_(t-1) + i g; h = o tanh(c)."""
        t, j = index
        if name.startswith("net"):
            return self.net(at, self.fed.index(name), t, j)
        if name == "c":
            before, written = self.before(at, "c", t, j), at.inner("i", index) * at.inner("g", index)
            return written if before is None else at.inner("f", index) * before + written
        return _activated(name, lambda of: at.inner(of, index))

    def inner_delta(self, at: Place, name: str, index: Index) -> Expr:
        """The chain rule back through h = o tanh(c), c = f c_(t-1) + i g, and the gates' functions."""
        t, j = (int(place) for place in index)
        back, own = at.inner_delta, at.inner
        if name == "h":
            return self.delta_h(at, t, j)
        if name == "c":
            later = [back("c", (t + 1, j)) * own("f", (t + 1, j))] if t + 1 < at.inputs[0][0] else []
            shown = back("h", index) * own("o", index) * (1 - Apply("tanh", (own("c", index),)) ** 2)
            column = j + at.params["units"]
            return total([*(self.came_back(at, t, column) if at.params["with_cell"] else []), shown, *later])
        if name.startswith("net"):
            gate = name[-1]
            return back(gate, index) * _slope(gate, own(gate, index))
        if name == "o":
            return back("h", index) * Apply("tanh", (own("c", index),))
        before = self.before(at, "c", t, j)
        other = {"i": own("g", index), "g": own("i", index), "f": before}[name]
        return total([back("c", index) * other] if other is not None else [])

    def delta_begin(self, at: Place, column: int) -> Expr:
        """Back to h through the gates; back to c as much as the first forget gate keeps."""
        if column < at.params["units"]:
            return super().delta_begin(at, column)
        first = (0, column - at.params["units"])
        return at.inner_delta("c", first) * at.inner("f", first)

    def matrix_forward(self, at: Place) -> Expr:
        """h, and c behind it."""
        shown = super().matrix_forward(at)
        if not at.params["with_cell"]:
            return shown
        cells = self.chosen(at, at.inner("c"), "c_t")
        return Rearranged("concat", (shown, cells), lambda h, c: np.concatenate([h, c], -1))

    def state_columns(self, at: Place, name: str) -> slice:
        """The first half of the state is h, the second c."""
        units = at.params["units"]
        return slice(units, 2 * units) if name == "c" else slice(0, units)

    def matrix_delta_begin(self, at: Place) -> Expr:
        """Back to h and to c."""
        first = [Part(symbol, whole, lambda rows: rows[0]) for symbol, whole in (
            (r"\delta_{c_1}", at.inner_delta("c")), ("f_1", at.inner("f")))]  # fmt: skip
        parts = (super().matrix_delta_begin(at), Product(tuple(first)))
        return Rearranged("concat", parts, lambda h, c: np.concatenate([h, c]))

    def matrix_inner(self, at: Place, name: str) -> Expr:
        """As ``inner``, for all time steps at once."""
        if name.startswith("net"):
            return self.matrix_net(at, self.fed.index(name))
        if name == "c":
            return at.inner("f") * self.matrix_before(at, "c") + at.inner("i") * at.inner("g")
        return _activated(name, at.inner)


def _activated(name: str, array: Callable[[str], Expr]) -> Expr:
    """A gate, the candidate g or the output h, of the arrays that it is computed from."""
    if name == "h":
        return array("o") * Apply("tanh", (array("c"),))
    net = array(f"net_{name}")
    return Apply("tanh", (net,)) if name == "g" else Apply("sigmoid", (net,))


def _slope(gate: str, a: Expr) -> Expr:
    return 1 - a**2 if gate == "g" else a * (1 - a)
