"""Seek: quantities by a place in words, ``conv channel 3 row 2 col 7``, by ``conv[2,1,6]``, or by a number, w5."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from explorer.equations import Quantity
from explorer.kind import Shape
from explorer.stepping.notation import Notation
from explorer.stepping.trace import Trace

_AXES: dict[int, tuple[tuple[str, ...], ...]] = {
    1: (("unit", "feature", "channel", "number", "class"),),
    2: (("row", "time", "step", "channel", "map", "filter"), ("column", "col", "feature", "unit", "place")),
    3: (("channel", "map", "filter"), ("row",), ("column", "col")),
    4: (("filter", "map"), ("channel",), ("row",), ("column", "col")),
}
"""What people call the axes of an array, by how many it has."""
_ROLES = (
    ("new", "updated"), ("check", "relative"), ("numeric", "numeric"), ("gradient", "gradient"), ("error", "delta"),
    ("delta", "delta"), ("δ", "delta"),
)  # fmt: skip
_OF_WEIGHT = ("gradient", "plus", "minus", "numeric", "relative", "updated")
_WORD_AND_NUMBER = re.compile(r"([a-z]+)\s*(\d+)\b")
_BRACKETS = re.compile(r"\[\s*(\d+(?:\s*,\s*\d+)*)\s*\]")
_NUMBERED = re.compile(r"(?:^|\s)(b?w)(\d+)$")


def seek(trace: Trace, notation: Notation, text: str) -> list[int]:
    """The numbers of the steps that a person may mean, best first; none if the text names no place.

    Words count from 1, ``channel 1`` is the first; numbers in brackets count from 0, as in the names of arrays.
    """
    asked = text.strip().lower()
    found = (trace.find(quantity) for quantity in (*_numbered(notation, asked), *_placed(trace, asked)))
    return list(dict.fromkeys(number for number in found if number is not None))


def _numbered(notation: Notation, asked: str) -> Iterator[Quantity]:
    """What there is of w5 or bw3, found by how weights are numbered."""
    match = _NUMBERED.search(asked)
    if match is None or notation.style != "names":
        return
    letter, number = match.group(1), int(match.group(2))
    for node, dense in notation.dense.items():
        columns = notation.layers[node].weights["weight"][1] if "weight" in notation.layers[node].weights else 0
        if letter == "bw" and 0 <= number - dense.first_bias < dense.units:
            yield from _of_weight(Quantity("weight", node, "bias", (number - dense.first_bias,)), asked)
        elif letter == "w" and 0 <= number - dense.first < dense.units * columns:
            source, unit = divmod(number - dense.first, dense.units)
            yield from _of_weight(Quantity("weight", node, "weight", (unit, source)), asked)


def _of_weight(weight: Quantity, asked: str) -> Iterator[Quantity]:
    wanted = [role for word, role in _ROLES if word in asked]
    yield from (replace(weight, role=role) for role in (*wanted, *_OF_WEIGHT))


def _placed(trace: Trace, asked: str) -> Iterator[Quantity]:
    """Elements of the arrays of the layer that is named, where a place is told."""
    layers = trace.rules.resolved.layers
    names = [name for name in layers if re.search(rf"(?<![\w/]){re.escape(name.lower())}(?![\w/])", asked)]
    if not names:
        return
    node = max(names, key=len)
    rest = asked.replace(node.lower(), " ", 1)
    wanted = [role for word, role in _ROLES if word in rest]
    for quantity, shape in _arrays(trace, node, rest, wanted):
        index = _index(rest, shape)
        if index is not None:
            yield replace(quantity, index=index)


def _arrays(trace: Trace, node: str, rest: str, wanted: list[str]) -> Iterator[tuple[Quantity, Shape]]:
    """The arrays of a layer that are meant, with their shapes: what is named first, then its output and error."""
    layer = trace.rules.resolved.layers[node]
    for part, shape in layer.weights.items():
        if re.search(rf"\b{re.escape(part.lower())}\b", rest):
            yield from ((Quantity(role, node, part), shape) for role in (*wanted, *_OF_WEIGHT) if role != "delta")
    for part, shape in trace.rules.inner_shapes(node).items():
        if re.search(rf"(?<!\w){re.escape(part.lower())}(?!\w)", rest):
            roles = ("inner_delta", "inner") if "delta" in wanted else ("inner", "inner_delta")
            yield from ((Quantity(role, node, part), shape) for role in roles)
    roles = ("delta", "value") if "delta" in wanted else ("value", "delta")
    yield from ((Quantity(role, node), layer.shape or ()) for role in roles)


def _index(rest: str, shape: Shape) -> tuple[int, ...] | None:
    """The place that is told, if the array has it."""
    match = _BRACKETS.search(rest)
    if match is not None:
        index = tuple(int(number) for number in match.group(1).split(","))
    else:
        told = {word: int(number) - 1 for word, number in _WORD_AND_NUMBER.findall(rest)}
        places = [next((told[word] for word in words if word in told), None) for words in _AXES.get(len(shape), ())]
        if not told or all(place is None for place in places):
            return None
        index = tuple(place or 0 for place in places)
    fits = len(index) == len(shape) and all(0 <= place < size for place, size in zip(index, shape, strict=True))
    return index if fits and bool(np.prod(shape)) else None
