"""Notation: what every quantity of a network is called, by textbook names (w5, out_b1) or by layers (w^2_12)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from explorer.equations import Index, Quantity
from explorer.kind import ANY_EXAMPLE
from explorer.resolve import Layer, Resolved

Style = Literal["names", "layers"]
LETTERS = "abcdfghjklmnopqruvxy"
"""Letters for layers of units; those that mean something else (e, i, s, t, w, z) are left out."""


@dataclass(frozen=True)
class Units:
    """A layer of units: its letter, its number (the input is 1), and what of it a node puts out.

    ``part`` is ``net`` (the net input z) or ``out`` (the activation a).
    """

    letter: str
    number: int
    part: str


@dataclass(frozen=True)
class DenseWeights:
    """How a dense layer's weights are numbered: w from ``first``, source by source; biases from ``first_bias``."""

    first: int
    first_bias: int
    units: int


class Notation:
    """Names for the quantities of one network, in one style. ``batch`` above 1 adds the number of the example."""

    def __init__(self, resolved: Resolved, style: Style = "names", batch: int = 1) -> None:
        self.style = style
        self.batch = batch
        self.layers = resolved.layers
        self.outputs = resolved.outputs
        self.units = _units(resolved)
        self.dense = _dense(resolved)

    def text(self, quantity: Quantity) -> str:
        """The plain-text name, such as ``dE/dw5`` or ``δ^2_1``."""
        return plain_name(self.latex(quantity))

    def latex(self, quantity: Quantity) -> str:
        """The name as LaTeX."""
        return _ROLES[quantity.role](self, quantity)

    def unit(self, node: str, index: Index) -> str:
        """The unit's own name, ``b1``; for an array's element ``conv[0,1,2]``."""
        units = self.units.get(node)
        if units is None or len(index) != 1:
            return f"{node}[{','.join(str(i) for i in index)}]" if index else node
        return f"{units.letter}{_count(index[0])}"

    @property
    def cost(self) -> str:
        """E, or C in the notation of layers."""
        return "E" if self.style == "names" else "C"

    def value(self, q: Quantity) -> str:
        """The output of a node: net_b1 or out_b1; z^2_1 or a^2_1."""
        units = self.units.get(q.node)
        if units is None:
            return self._array(q.node, q.index, q.example)
        if self.style == "layers":
            letter = "z" if units.part == "net" else "a"
            return f"{letter}^{{{units.number}{self._mark(q.example)}}}" + _below(q.index)
        if not q.index:
            return rf"\mathbf{{{units.part}}}_{{{units.letter}}}"
        return f"{units.part}_{{{_unit_tex(units.letter, q.index)}}}" + self._power(q.example)

    def weight(self, q: Quantity) -> str:
        """A weight: w5 or bw3; w^2_12 or b^2_1."""
        dense, units = self.dense.get(q.node), self.units.get(q.node)
        if dense is None or units is None:
            return self._part(q)
        if self.style == "layers":
            letter = "w" if q.part == "weight" else "b"
            if not q.index:
                return f"{letter.upper() if letter == 'w' else letter}^{{{units.number}}}"
            return f"{letter}^{{{units.number}}}" + _below(q.index)
        return _named_weight(q, dense, units, self._source_letter(q.node))

    def delta(self, q: Quantity) -> str:
        """d cost / d output: a textbook's delta where the node puts out a net input."""
        units = self.units.get(q.node)
        if units is None or units.part == "out":
            return self.derivative(self.value(q))
        if self.style == "layers":
            return rf"\delta^{{{units.number}{self._mark(q.example)}}}" + _below(q.index)
        if not q.index:
            return rf"\delta_{{{units.letter}}}"
        return rf"\delta_{{{_unit_tex(units.letter, q.index)}}}" + self._power(q.example)

    def inner(self, q: Quantity) -> str:
        """An element of an array inside a layer: ``h.f[2,0]``."""
        common = q.part in self.layers[q.node].kind.over_batch
        return self._part(q) + ("" if common else self._power(q.example))

    def _part(self, q: Quantity) -> str:
        """An element of one of a layer's arrays, by the symbol that its kind gives it."""
        symbol = self.layers[q.node].kind.symbols.get(q.part, _escape(q.part))
        return f"{_escape(q.node)}.{symbol}" + (f"[{','.join(map(str, q.index))}]" if q.index else "")

    def derivative(self, of: str) -> str:
        """The partial derivative of the cost."""
        return rf"\frac{{\partial {self.cost}}}{{\partial {of}}}"

    def slope(self, q: Quantity) -> str:
        """d output / d input of an activation, for one unit; ``label`` is the node before it."""
        above = self.value(Quantity("value", q.node, index=q.index, example=q.example))
        below = self.value(Quantity("value", q.label, index=q.index, example=q.example))
        return rf"\frac{{\partial {above}}}{{\partial {below}}}"

    def term(self, q: Quantity) -> str:
        """One product of a sum that goes back; ``label`` is the reading node, the last index its unit."""
        back = Quantity("delta", q.label, index=q.index[-1:], example=q.example)
        owner = self.layers[q.label].owner or q.label
        weight = Quantity("weight", owner, "weight", (q.index[-1], q.index[0]))
        return rf"{self.delta(back)} \cdot {self.weight(weight)}"

    def target(self, q: Quantity) -> str:
        """t, with the unit."""
        return "t" + (_below(q.index) if self.style == "layers" else f"_{{{self._tail(q)}}}") + self._power(q.example)

    def local(self, q: Quantity) -> str:
        """The local error of an output."""
        return rf"local_{{{self._tail(q)}}}" + self._power(q.example)

    def local_sum(self, q: Quantity) -> str:
        """The local errors of an output together."""
        among = f",{_escape(q.node)}" if len(self.outputs) > 1 else ""
        return f"local_{{sum{among}}}" + self._power(q.example)

    def output_cost(self, q: Quantity) -> str:
        """The cost of one of several outputs; of a single one, that of the data without the penalties."""
        return f"{self.cost}_{{{_escape(q.node) if len(self.outputs) > 1 else 'data'}}}"

    def example_cost(self, q: Quantity) -> str:
        """The cost of one example, at an output if there are several."""
        return (self.output_cost(q) if len(self.outputs) > 1 else self.cost) + self._power(q.example)

    def _tail(self, q: Quantity) -> str:
        units = self.units.get(q.node)
        return _unit_tex(units.letter, q.index) if units else f"{_escape(q.node)},{','.join(map(str, q.index))}"

    def _source_letter(self, node: str) -> str:
        source = self.units.get(self.layers[node].sources[0])
        return source.letter if source else "x"

    def _array(self, node: str, index: Index, example: int) -> str:
        inside = f"[{','.join(map(str, index))}]" if index else ""
        return f"{_escape(node)}{inside}" + self._power(example)

    def _power(self, example: int) -> str:
        return f"^{{({_number(example)})}}" if self.batch > 1 else ""

    def _mark(self, example: int) -> str:
        return f",({_number(example)})" if self.batch > 1 else ""


def _changed(sign: str) -> Callable[[Notation, Quantity], str]:
    return lambda names, q: rf"{names.cost}({names.weight(q)}{sign}\epsilon)"


_ROLES: dict[str, Callable[[Notation, Quantity], str]] = {
    "value": Notation.value,
    "weight": Notation.weight,
    "delta": Notation.delta,
    "inner": Notation.inner,
    "inner_delta": lambda names, q: names.derivative(names.inner(q)),
    "slope": Notation.slope,
    "term": Notation.term,
    "target": Notation.target,
    "local": Notation.local,
    "local_sum": Notation.local_sum,
    "example_cost": Notation.example_cost,
    "output_cost": Notation.output_cost,
    "penalty": lambda names, q: rf"penalty_{{{_array_name(q)}}}",
    "cost": lambda names, q: names.cost,
    "use": lambda names, q: rf"{names.derivative(names.weight(q))}\ through\ {_escape(q.label)}",
    "gradient": lambda names, q: names.derivative(names.weight(q)),
    "plus": _changed("+"),
    "minus": _changed("-"),
    "numeric": lambda names, q: rf"numeric\ {names.derivative(names.weight(q))}",
    "relative": lambda names, q: rf"relative\ error\ {names.weight(q)}",
    "unlimited": lambda names, q: rf"unlimited\ {names.weight(q)}",
    "length": lambda names, q: rf"length_{{{_array_name(q)},{_count(q.index[0])}}}",
    "updated": lambda names, q: rf"new\ {names.weight(q)}",
    "state": lambda names, q: rf"{_state(q.label)}_{{{names.weight(q)}}}",
    "before": lambda names, q: rf"old\ {_state(q.label)}_{{{names.weight(q)}}}",
    "overall": lambda names, q: _state(q.label),
    "rate": lambda names, q: r"\eta",
    "epsilon": lambda names, q: r"\epsilon",
}

_SYMBOLS = {r"\eta": "η", r"\alpha": "α", r"\beta": "β", r"\Delta": "Δ"}
_SYMBOLS |= {r"\gamma": "γ", r"\mu": "μ", r"\sigma": "σ", r"\hat{x}": "x̂"}
_SYMBOLS |= {r"\epsilon": "eps", r"\cdot": "·", r"\ ": " ", r"\partial": "d"}


def plain_name(tex: str) -> str:
    """A LaTeX name as people type it: ``\\frac{\\partial E}{\\partial w5}`` becomes ``dE/dw5``."""
    plain = re.sub(r"_\{([a-z]+\d*)_\{(\d+)\}\}", r"_{\1\2}", tex).replace(r"\delta", "delta")
    plain = re.sub(r"\\mathbf\{(\w+)\}", r"\1", plain)
    for mark, word in _SYMBOLS.items():
        plain = plain.replace(f"{mark} " if mark == r"\partial" else mark, word)
    plain = re.sub(r"\^\{([^{}]*)\}", lambda m: f"^{m[1]}" if not m[1].startswith("(") else m[1], plain)
    plain = re.sub(r"_\{([^{}]*)\}", r"_\1", plain)
    while r"\frac" in plain:
        plain = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", plain, count=1)
    return plain.replace(" · ", "·").replace("{", "").replace("}", "").replace("\\", "")


def _units(resolved: Resolved) -> dict[str, Units]:
    """The layers of units: inputs and dense layers begin one, an activation on one puts out its ``out``."""
    found: dict[str, Units] = {}
    letters = 0
    for node in resolved.order:
        layer = resolved.layers[node]
        if layer.shape is None or len(layer.shape) != 1:
            continue
        enters = not layer.kind.ports
        if enters or layer.has_units:
            letter = LETTERS[letters] if letters < len(LETTERS) else f"l{letters + 1}"
            letters += 1
            found[node] = Units(letter, letters, "out" if enters else "net")
        elif layer.kind.activation and _owns(resolved, layer, found):
            before = found[layer.sources[0]]
            found[node] = Units(before.letter, before.number, "out")
    return found


def _owns(resolved: Resolved, layer: Layer, found: dict[str, Units]) -> bool:
    """Whether an activation follows a net input that nothing else reads."""
    before = found.get(layer.sources[0])
    readers = resolved.network.outgoing[layer.sources[0]]
    return before is not None and before.part == "net" and len(readers) == 1


def _dense(resolved: Resolved) -> dict[str, DenseWeights]:
    """The numbering of the dense layers' weights, in order."""
    found: dict[str, DenseWeights] = {}
    weights, biases = 1, 1
    for node in resolved.order:
        layer = resolved.layers[node]
        if layer.has_units and "weight" in layer.weights:
            units, inputs = layer.weights["weight"]
            found[node] = DenseWeights(weights, biases, units)
            weights += units * inputs
            biases += units if "bias" in layer.weights else 0
    return found


def _named_weight(q: Quantity, dense: DenseWeights, units: Units, source: str) -> str:
    """w5, bw3; with running indices w_{b1 c}; without any, W_c."""
    if not q.index:
        return f"{'W' if q.part == 'weight' else 'bw'}_{{{units.letter}}}"
    if q.part == "bias":
        j = q.index[0]
        return f"bw_{{{units.letter}}}" if isinstance(j, str) else f"bw{dense.first_bias + j}"
    j, i = q.index
    if isinstance(j, int) and isinstance(i, int):
        return f"w{dense.first + i * dense.units + j}"
    return f"w_{{{source}{_count(i)} {units.letter}{_count(j)}}}"


def _number(example: int) -> str:
    """The number of an example, from 1; n for any."""
    return "n" if example == ANY_EXAMPLE else str(example + 1)


def _count(index: int | str) -> str:
    """The number of a unit, from 1; a running index is left to the layer's letter."""
    return str(index + 1) if isinstance(index, int) else ""


def _unit_tex(letter: str, index: Index) -> str:
    number = _count(index[0]) if index else ""
    return f"{letter}_{{{number}}}" if number else letter


def _below(index: Index) -> str:
    return f"_{{{''.join(_count(i) or str(i) for i in index) if len(index) < 2 else _pair(index)}}}" if index else ""


def _pair(index: Index) -> str:
    parts = [_count(i) or str(i) for i in index]
    return ("," if any(len(part) > 1 for part in parts) else "").join(parts)


def _state(label: str) -> str:
    """A state's name in LaTeX: ``m_hat`` has its hat, ``beta_PR`` is Greek, ``g·d_old`` is a product."""
    if "·" in label:
        return r" \cdot ".join(_state(factor) for factor in label.split("·"))
    stem, _, below = label.partition("_")
    if below == "hat":
        return rf"\hat{{{stem}}}"
    stem = f"\\{stem}" if f"\\{stem}" in _SYMBOLS else stem
    return f"{stem}_{{{below}}}" if below else stem


def _array_name(q: Quantity) -> str:
    """What an array of weights is called: its layer alone, where it is the layer's only one that is no bias."""
    return _escape(q.node if q.part == "weight" else f"{q.node}.{q.part}")


def _escape(node: str) -> str:
    return node.replace("_", r"\_")
