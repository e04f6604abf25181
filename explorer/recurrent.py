"""Recurrent: the base of kinds that go through a sequence, each time step with the outputs of the step before.

Torch's names and layout: of ``weight_ih_l0`` (gates × units, features), ``weight_hh_l0`` (gates × units, units) and the
two biases (gates × units,), every gate has the rows of one block.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from explorer.arrays import MatMul, Part, Rearranged, Transposed
from explorer.equations import Expr, Index, Product, Sum, total
from explorer.kind import Code, LayerKind, Place, Shape, ShapeProblem, sequence_of, show_shape
from explorer.params import BoolParam, IntParam

Time = int | str
"""A time step from 0, or a letter that stands for any."""

UNITS = IntParam("units", 10, "Units", "How many units the layer has.", maximum=10**9)
SEQUENCE = BoolParam("sequence", False, "Whole sequence", "Put out every time step; else the last one alone.")
BIAS = BoolParam("bias", True, "Bias", "Whether each unit has bias weights.")

Array = NDArray[np.float64]

_SYMBOLS = {"weight_ih_l0": "W_{ih}", "weight_hh_l0": "W_{hh}", "bias_ih_l0": "b_{ih}", "bias_hh_l0": "b_{hh}"}
_MEANINGS = {"net": "net input", "h": "output", "c": "cell", "i": "input gate", "f": "forget gate", "g": "candidate"}
_MEANINGS |= {"o": "output gate", "r": "reset gate", "z": "update gate", "n": "candidate", "m": "recurrent share"}
_MEANINGS |= {f"net_{gate}": f"net input of the {_MEANINGS[gate]}" for gate in "ifgorzn"}
_SYMBOLS |= {f"net_{gate}": f"net_{{{gate}}}" for gate in "ifgorzn"}


class Recurrent(LayerKind):
    """A layer that goes through a sequence, (time, features), with one set of weights for all time steps.

    ``fed`` names the arrays inside that an input's share goes into, ``recurred`` those that the share of the outputs h
    of the step before goes into, both a gate at a time in torch's order.
    """

    category: ClassVar[str] = "Sequence"
    size_param: ClassVar[str] = "units"
    ports: ClassVar[tuple[str, ...]] = ("in", "state")
    optional_ports: ClassVar[int] = 1
    over_time: ClassVar[bool] = True
    gates: ClassVar[tuple[str, ...]]
    fed: ClassVar[tuple[str, ...]]
    recurred: ClassVar[tuple[str, ...]]
    insides: ClassVar[tuple[str, ...]]
    """The arrays inside, (time, units) each, in the order of computing."""
    hands_on: ClassVar[tuple[tuple[str, Any], ...]] = ()
    """Params with which the layer puts out all that another needs to go on from there, if its outputs do not do."""
    symbols: ClassVar[Mapping[str, str]] = _SYMBOLS
    meanings: ClassVar[Mapping[str, str]] = _MEANINGS

    def state_units(self, params: Mapping[str, Any]) -> int:
        """How many numbers a time step leaves for the next."""
        units: int = params["units"]
        return units

    def width(self, params: Mapping[str, Any]) -> int:
        """How many numbers are put out for a time step."""
        units: int = params["units"]
        return units

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """(time, units), or (units,) of the last step; needs a sequence (time, features), and a state that fits."""
        time = sequence_of(inputs[0])[0]
        wanted = self.state_units(params)
        if len(inputs) > 1 and (len(inputs[1]) > 2 or inputs[1][-1] != wanted):
            raise ShapeProblem(
                f"needs {wanted} numbers as its state, or a sequence of so many; {show_shape(inputs[1])} came in."
            )
        return (time, self.width(params)) if params["sequence"] else (self.width(params),)

    def weight_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """weight_ih_l0, weight_hh_l0, bias_ih_l0 and bias_hh_l0."""
        units, rows = params["units"], len(self.gates) * params["units"]
        shapes: dict[str, Shape] = {"weight_ih_l0": (rows, inputs[0][1]), "weight_hh_l0": (rows, units)}
        return shapes | ({"bias_ih_l0": (rows,), "bias_hh_l0": (rows,)} if params["bias"] else {})

    def inner_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """Every array (time, units)."""
        return dict.fromkeys(self.insides, (inputs[0][0], params["units"]))

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """One per weight and time step."""
        time, features = inputs[0]
        return math.prod((time, len(self.gates), params["units"], features + params["units"]))

    def caption(self, params: Mapping[str, Any]) -> str:
        """``10 units, last step``."""
        units = f"{params['units']} unit{'' if params['units'] == 1 else 's'}"
        return f"{units}, {'whole sequence' if params['sequence'] else 'last step'}"

    def layer_code(self, name: str, params: Mapping[str, Any], inputs: tuple[Shape, ...], extra: str = "") -> Code:
        """torch's layer ``name``, which begins with a state if one is wired in; ``extra`` are further arguments."""
        bias = "" if params["bias"] else ", bias=False"
        state = ""
        if len(inputs) > 1:
            state = ", {1}.unsqueeze(0)" if len(inputs[1]) == 1 else ", {1}[:, -1].unsqueeze(0)"
        last = "" if params["sequence"] else "[:, -1]"
        return Code(
            f"nn.{name}({inputs[0][1]}, {params['units']}{extra}{bias}, batch_first=True)",
            f"{{m}}({{0}}{state})[0]{last}",
        )

    # Forward

    def forward(self, at: Place, index: Index) -> Expr:
        """y_tj = h_tj, or that of the last step."""
        t, j = index if at.params["sequence"] else (at.inputs[0][0] - 1, *index)
        return self.put_out(at, t, j)

    def put_out(self, at: Place, t: Time, j: int | str) -> Expr:
        """What a time step puts out."""
        return at.inner("h", (t, j))

    def net(self, at: Place, gate: int, t: Time, j: int | str, fed: bool = True, recurred: bool = True) -> Expr:
        """b_ih + sum_i w_ih x_ti + b_hh + sum_k w_hh h_(t-1)k, in the rows of a gate; or one half of it."""
        row, terms = self._row(at, gate, j), list[Expr]()
        if fed:
            terms += [at.w("bias_ih_l0", (row,))] if at.params["bias"] else []
            terms.append(
                total(
                    [at.w("weight_ih_l0", (row, i)) * at.x((t, i)) for i in range(at.inputs[0][1])],
                    "i",
                    at.w("weight_ih_l0", (row, "i")) * at.x((t, "i")),
                )
            )
        if recurred:
            terms += [at.w("bias_hh_l0", (row,))] if at.params["bias"] else []
            terms += self._from_before(at, row, t)
        return total(terms)

    def _from_before(self, at: Place, row: int | str, t: Time) -> list[Expr]:
        """The share of the outputs of the step before; none at a first step that begins with zeros."""
        befores = [self.before(at, "h", t, k) for k in range(at.params["units"])]
        terms = [at.w("weight_hh_l0", (row, k)) * h for k, h in enumerate(befores) if h is not None]
        typical = self.before(at, "h", t, "k") if terms else None
        return [total(terms, "k", at.w("weight_hh_l0", (row, "k")) * typical)] if typical is not None else []

    def before(self, at: Place, name: str, t: Time, k: int | str) -> Expr | None:
        """An element of h or c one time step earlier: of the state before the first, None if that is zeros."""
        if isinstance(t, str):
            return at.inner(name, (f"{t}-1", k))
        return at.inner(name, (t - 1, k)) if t > 0 else self.begin(at, name, k)

    def begin(self, at: Place, name: str, k: int | str) -> Expr | None:
        """An element of h or c that the first time step starts from; None for zeros."""
        if len(at.inputs) < 2:
            return None
        return at.x((*(size - 1 for size in at.inputs[1][:-1]), k), port=1)

    # Backward

    def came_back(self, at: Place, t: int, column: int) -> list[Expr]:
        """d cost / d what a time step puts out, if it is put out."""
        if at.params["sequence"]:
            return [at.delta((t, column))]
        return [at.delta((column,))] if t == at.inputs[0][0] - 1 else []

    def delta_h(self, at: Place, t: int, j: int) -> Expr:
        """d cost / d h_tj: from the output, and from every use in the next time step."""
        later = self.sent_to_state(at, t + 1, j) if t + 1 < at.inputs[0][0] else []
        return total([*self.came_back(at, t, j), *later])

    def sent_to_state(self, at: Place, t: int, j: int) -> list[Expr]:
        """What time step ``t`` sends back to the h_j that it starts from: sum_k d net_tk w_hh_kj, of every gate."""
        return self._through(at, "weight_hh_l0", self.recurred, t, j)

    def _through(self, at: Place, weight: str, arrays: tuple[str, ...], t: Time, column: int | str) -> list[Expr]:
        """Sums over a gate's units, back through a column of a weight matrix."""
        sums = []
        for gate, name in enumerate(arrays):
            terms: list[Expr] = [
                at.inner_delta(name, (t, k)) * at.w(weight, (self._row(at, gate, k), column))
                for k in range(at.params["units"])
            ]
            typical = at.inner_delta(name, (t, "k")) * at.w(weight, (self._row(at, gate, "k"), column))
            sums.append(total(terms, "k", typical))
        return sums

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """sum_k d net_tk w_ih_ki, of every gate; to the state, what the first time step sends back."""
        if port == 0:
            t, i = index
            return total(self._through(at, "weight_ih_l0", self.fed, t, i))
        if any(place != size - 1 for place, size in zip(index[:-1], at.inputs[1][:-1], strict=True)):
            return total([])  # only the last step of a sequence is where this one begins
        return self.delta_begin(at, int(index[-1]))

    def delta_begin(self, at: Place, column: int) -> Expr:
        """d cost / d an element of the state that the first time step starts from."""
        return total(self.sent_to_state(at, 0, column))

    def weight_gradient(self, at: Place, name: str, index: Index) -> Expr:
        """sum_t d net_tj x_ti, sum_t d net_tj h_(t-1)k, and sum_t d net_tj for the biases."""
        gate, j = divmod(int(index[0]), at.params["units"])
        array = (self.fed if "ih" in name else self.recurred)[gate]
        terms = []
        for t in range(at.inputs[0][0]):
            back: Expr = at.inner_delta(array, (t, j))
            if name.startswith("bias"):
                terms.append(back)
                continue
            given = at.x((t, index[1])) if "ih" in name else self.before(at, "h", t, index[1])
            terms += [Product((back, given))] if given is not None else []
        return total(terms)

    # Whole arrays

    def matrix_forward(self, at: Place) -> Expr:
        """The outputs h of all time steps, or of the last."""
        return self.chosen(at, at.inner("h"), "h_t")

    def chosen(self, at: Place, whole: Expr, symbol: str) -> Expr:
        """All rows of an array of every time step, or the last one."""
        return whole if at.params["sequence"] else Part(symbol.replace("t", "T"), whole, lambda rows: rows[-1])

    def matrix_net(self, at: Place, gate: int, fed: bool = True, recurred: bool = True) -> Expr:
        """x_t W_ih^T + b_ih + h_(t-1) W_hh^T + b_hh in the rows of a gate, all time steps at once; or half of it."""
        terms: list[Expr] = []
        if fed:
            terms.append(MatMul(self.x_t(at), Transposed(self._block(at, "weight_ih_l0", gate))))
            terms += [self._block(at, "bias_ih_l0", gate)] if at.params["bias"] else []
        if recurred:
            terms.append(MatMul(self.matrix_before(at, "h"), Transposed(self._block(at, "weight_hh_l0", gate))))
            terms += [self._block(at, "bias_hh_l0", gate)] if at.params["bias"] else []
        return Sum(tuple(terms))

    def x_t(self, at: Place) -> Expr:
        """The input, a row per time step."""
        return Part("x_t", at.x(), _same)

    def matrix_before(self, at: Place, name: str) -> Expr:
        """h or c of the step before, for every time step."""
        symbol = f"{name}_{{t-1}}"
        if len(at.inputs) < 2:
            return Part(symbol, at.inner(name), lambda rows: np.vstack([np.zeros_like(rows[:1]), rows[:-1]]))
        start = self.state_columns(at, name)

        def joined(rows: Array, state: Array) -> Array:
            return np.vstack([state.reshape(-1, state.shape[-1])[-1:, start], rows[:-1]])

        return Part(symbol, Rearranged("", (at.inner(name), at.x(port=1)), joined), _same)

    def state_columns(self, at: Place, name: str) -> slice:
        """Where in the state h or c is."""
        return slice(0, at.params["units"])

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """sum over gates of d net W_ih; to the state, what the first time step sends back."""
        if port == 0:
            return total([MatMul(delta, self._block(at, "weight_ih_l0", g)) for g, delta in self._deltas(at, self.fed)])
        return self.sent_to_begin(at, self.matrix_delta_begin(at))

    def matrix_delta_begin(self, at: Place) -> Expr:
        """d cost / d the state that the first time step starts from."""
        return total(
            [
                MatMul(Part(r"\delta_1", delta, lambda rows: rows[0]), self._block(at, "weight_hh_l0", g))
                for g, delta in self._deltas(at, self.recurred)
            ]
        )

    def sent_to_begin(self, at: Place, delta: Expr) -> Expr:
        """It, in the shape of what came in as the state: to the last step of a sequence alone."""
        shape = at.inputs[1]
        if len(shape) == 1:
            return delta

        def spread(given: Array) -> Array:
            return np.vstack([np.zeros((shape[0] - 1, shape[1])), given])

        return Rearranged("last", (delta,), spread)

    def _deltas(self, at: Place, arrays: tuple[str, ...]) -> Iterator[tuple[int, Expr]]:
        return ((gate, at.inner_delta(name)) for gate, name in enumerate(arrays))

    def _block(self, at: Place, weight: str, gate: int) -> Expr:
        """The rows of one gate, by torch's name of them: W_if, b_hg."""
        units = at.params["units"]
        whole = at.w(weight)
        if len(self.gates) == 1:
            return whole
        letter = "W" if weight.startswith("weight") else "b"
        source = "i" if "ih" in weight else "h"
        rows = slice(gate * units, (gate + 1) * units)
        return Part(f"{letter}_{{{source}{self.gates[gate]}}}", whole, lambda array: array[rows])

    def _row(self, at: Place, gate: int, j: int | str) -> int | str:
        """The row of a gate's unit; of any unit j, ``f_j``."""
        if isinstance(j, int):
            return gate * int(at.params["units"]) + j
        return j if len(self.gates) == 1 else f"{self.gates[gate]}_{{{j}}}"

    @abstractmethod
    def inner(self, at: Place, name: str, index: Index) -> Expr:
        """An element of an array inside."""

    @abstractmethod
    def inner_delta(self, at: Place, name: str, index: Index) -> Expr:
        """d cost / d that element."""


def _same(rows: Any) -> Any:
    return rows
