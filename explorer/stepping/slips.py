"""Slips: the wrong numbers that a known mistake leads to, each from a changed copy of a step's expression tree."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from explorer.equations import (
    Apply,
    Difference,
    Expr,
    Index,
    Lookup,
    Negative,
    Number,
    Product,
    Quantity,
    Quotient,
    Ref,
    Sum,
    operands,
)
from explorer.printing import text
from explorer.stepping.explain import written_out
from explorer.stepping.naming import shown_name
from explorer.stepping.notation import Notation
from explorer.stepping.rules import Rules
from explorer.stepping.trace import Trace

KINDS = ("sign", "rate", "factor", "branch", "index", "net", "rounding")
MOST_OPERANDS = 400
"""Of a longer formula only the sign of the result is tried."""
MOST_TERMS = 40
ROUGH = (1, 2, 3)
"""Decimals to which a person who rounds too early may have rounded the operands."""
Values = Callable[[Quantity], float]


@dataclass(frozen=True)
class Slip:
    """A mistake: its kind (of KINDS), the number that it leads to, and a sentence that names it."""

    kind: str
    value: float
    sentence: str


def slips(trace: Trace, q: Quantity, names: Notation, values: Values) -> list[Slip]:
    """The slips of one step; ``values`` gives the numbers of its operands, as they stand in its formula."""
    rules = trace.rules
    equation = rules.equation(q)
    if equation is None:
        return []
    found = [Slip("sign", -_evaluated(equation, values), "The size is right, the sign is not.")]
    longer = written_out(rules, q)
    for tree in (equation, longer):
        if tree is not None and len(operands(tree)) <= MOST_OPERANDS:
            variants = _variants(rules, tree, names)
            found += [Slip(kind, _evaluated(changed, values), words) for kind, changed, words in variants]
    if len(operands(equation)) <= MOST_OPERANDS:
        found += _neighbours(trace, q, names, values) + _rough(equation, values)
    return [slip for slip in found if math.isfinite(slip.value)]


def _evaluated(tree: Expr, values: Values) -> float:
    """The tree's value; NaN where it has none."""
    try:
        return float(tree.evaluate(values))
    except (ArithmeticError, ValueError, KeyError, IndexError):
        return math.nan


def _variants(rules: Rules, tree: Expr, names: Notation) -> Iterator[tuple[str, Expr, str]]:
    """(kind, the tree with one mistake in it, what it is)."""
    yield from _rates(tree, names)
    yield from _structural(tree, names)
    yield from _swapped(rules, tree, names)


def _rates(tree: Expr, names: Notation) -> Iterator[tuple[str, Expr, str]]:
    """The learning rate forgotten, or ten times too large or small."""
    rates = [q for q in operands(tree) if q.role == "rate"]
    if not rates:
        return
    (rate,) = rates
    name = shown_name(names, rate)
    words = f"The learning rate {name} is forgotten: the gradient is multiplied by it."
    yield "rate", _Relooked(tree, lambda q, lookup: 1.0 if q == rate else lookup(q)), words
    yield "rate", _scaled(tree, rate, 10.0), f"The learning rate {name} is ten times too large."
    yield "rate", _scaled(tree, rate, 0.1), f"The learning rate {name} is ten times too small."


def _structural(tree: Expr, names: Notation) -> Iterator[tuple[str, Expr, str]]:
    """A factor or a term left out, or the sign of a term the other way round, anywhere in the tree."""
    for part, rebuilt in _places(tree):
        if isinstance(part, Product) and len(part.factors) > 1:
            for place, factor in enumerate(part.factors):
                rest = (*part.factors[:place], *part.factors[place + 1 :])
                yield "factor", rebuilt(rest[0] if len(rest) == 1 else Product(rest)), _missing_factor(factor, names)
        elif isinstance(part, Quotient) and not isinstance(part.numerator, Number):
            yield "factor", rebuilt(part.numerator), f"It is not divided by {_said(part.denominator, names)}."
        elif isinstance(part, Sum) and len(part.terms) > 1:
            for place, term in enumerate(part.terms[:MOST_TERMS]):
                rest = (*part.terms[:place], *part.terms[place + 1 :])
                yield "branch", rebuilt(Sum(rest)), f"A branch of the sum is missing: {_said(term, names)}."
                turned = Sum((*part.terms[:place], Negative(term), *part.terms[place + 1 :]))
                yield "sign", rebuilt(turned), f"The sign of {_said(term, names)} is the wrong way round."
        elif isinstance(part, Difference):
            words = f"{_said(part.right, names)} is added, but has to be subtracted."
            yield "sign", rebuilt(Sum((part.left, part.right))), words
            if not isinstance(part.left, Number):
                other = Difference(part.right, part.left)
                yield "sign", rebuilt(other), f"The difference is the wrong way round: {_said(part, names)}."
        elif isinstance(part, Negative):
            yield "sign", rebuilt(part.argument), f"The minus before {_said(part.argument, names)} is missing."


def _missing_factor(factor: Expr, names: Notation) -> str:
    """What a factor that is left out is."""
    said = _said(factor, names)
    if isinstance(factor, Ref) and factor.quantity.role == "slope":
        return f"A derivative of the chain is forgotten: {said}."
    return f"A factor is missing: {said}."


def _said(expr: Expr, names: Notation) -> str:
    """An expression in plain characters, cut to a readable length."""
    written = text(expr, lambda q: shown_name(names, q))
    return written if len(written) <= 60 else f"{written[:59]}…"


def _places(tree: Expr) -> Iterator[tuple[Expr, Callable[[Expr], Expr]]]:
    """Every part of a tree that is no operand, and how the tree looks with another in its place."""
    yield tree, lambda new: new
    for part, put in _below(tree):
        for inner, rebuilt in _places(part):
            yield inner, lambda new, put=put, rebuilt=rebuilt: put(rebuilt(new))  # type: ignore[misc]


def _below(tree: Expr) -> Iterator[tuple[Expr, Callable[[Expr], Expr]]]:
    """The direct parts that can be changed, and the tree with another in place of each."""
    if isinstance(tree, (Product, Sum)):
        parts = tree.factors if isinstance(tree, Product) else tree.terms
        for place, part in enumerate(parts[:MOST_TERMS]):

            def put(new: Expr, place: int = place) -> Expr:
                inside = (*parts[:place], new, *parts[place + 1 :])
                return Product(inside) if isinstance(tree, Product) else Sum(inside)

            yield part, put
    elif isinstance(tree, Difference):
        yield tree.left, lambda new: Difference(new, tree.right)
        yield tree.right, lambda new: Difference(tree.left, new)
    elif isinstance(tree, Quotient):
        yield tree.numerator, lambda new: Quotient(new, tree.denominator)
        yield tree.denominator, lambda new: Quotient(tree.numerator, new)
    elif isinstance(tree, Negative):
        yield tree.argument, lambda new: Negative(new)
    elif isinstance(tree, Apply) and len(tree.arguments) == 1:
        yield tree.arguments[0], lambda new: Apply(tree.function, (new,))


def _swapped(rules: Rules, tree: Expr, names: Notation) -> Iterator[tuple[str, Expr, str]]:
    """Outputs and net inputs taken for each other, and weights with their indices the wrong way round."""
    needs = operands(tree)
    pairs = {q: other for q in needs if (other := _other_side(rules, q)) is not None}
    for q, other in pairs.items():
        words = f"{shown_name(names, other)} is used in place of {shown_name(names, q)}."
        yield "net", _renamed(tree, {q: other}), words
    if len(pairs) > 1:
        yield "net", _renamed(tree, pairs), "Net inputs and outputs are mixed up."
    turned = {q: other for q in needs if (other := _transposed(rules, q)) is not None}
    for q, other in turned.items():
        words = f"{shown_name(names, other)} is used in place of {shown_name(names, q)}: the indices are swapped."
        yield "index", _renamed(tree, {q: other}), words
    if len(turned) > 1:
        words = "The weights are taken with their indices swapped, from the wrong units."
        yield "index", _renamed(tree, turned), words


@dataclass(frozen=True)
class _Relooked(Expr):
    """A tree that finds its operands' numbers in another way."""

    tree: Expr
    find: Callable[[Quantity, Lookup], Any]

    def evaluate(self, lookup: Lookup) -> Any:
        """The tree's value on the other numbers."""
        return self.tree.evaluate(lambda q: self.find(q, lookup))


def _renamed(tree: Expr, by: dict[Quantity, Quantity]) -> Expr:
    """The tree with operands exchanged for others, all at once."""
    return _Relooked(tree, lambda q, lookup: lookup(by.get(q, q)))


def _scaled(tree: Expr, one: Quantity, factor: float) -> Expr:
    """The tree with one operand so many times as large."""
    return _Relooked(tree, lambda q, lookup: lookup(q) * (factor if q == one else 1.0))


def _other_side(rules: Rules, q: Quantity) -> Quantity | None:
    """The net input of an output, or the output of a net input; None for other quantities."""
    if q.role != "value" or q.node not in rules.resolved.layers:
        return None
    layer = rules.resolved.layers[q.node]
    if layer.kind.elementwise and layer.sources:
        return replace(q, node=layer.sources[0])
    after = rules.activation_after(q.node)
    return replace(q, node=after) if after is not None else None


def _transposed(rules: Rules, q: Quantity) -> Quantity | None:
    """The weight with its two indices swapped; None if it is the same, or there is none."""
    if q.role not in ("weight", "gradient", "updated", "numeric") or len(q.index) != 2:
        return None
    index: Index = q.index[::-1]
    shape = rules.record.weights[f"{q.node}.{q.part}"].shape
    inside = all(isinstance(i, int) and i < size for i, size in zip(index, shape, strict=True))
    return replace(q, index=index) if inside and index != q.index else None


def _neighbours(trace: Trace, q: Quantity, names: Notation, values: Values) -> list[Slip]:
    """The numbers of steps beside it that are easily taken for it: of the transposed weight, or before the function."""
    found = []
    turned, net = _transposed(trace.rules, q), _other_side(trace.rules, q)
    if turned is not None and trace.find(turned) is not None:
        words = f"This is {shown_name(names, turned)}: the indices of the weight are swapped."
        found.append(Slip("index", _evaluated(Ref(turned), values), words))
    if net is not None and trace.rules.resolved.layers[q.node].kind.elementwise:
        words = f"This is the net input {shown_name(names, net)}; the function is not applied to it yet."
        found.append(Slip("net", _evaluated(Ref(net), values), words))
    return found


def _rough(equation: Expr, values: Values) -> list[Slip]:
    """The results with operands that were rounded too early."""
    found = []
    for digits in ROUGH:
        words = f"The numbers were rounded to {digits} decimal{'s' if digits > 1 else ''} on the way; keep more digits."
        rough = _Relooked(equation, lambda q, lookup, digits=digits: round(lookup(q), digits))  # type: ignore[misc]
        found.append(Slip("rounding", _evaluated(rough, values), words))
    return found
