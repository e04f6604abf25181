"""Whole arrays: a layer's step in matrix form, with the textbook's four laws of going back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from explorer.arrays import MatMul
from explorer.equations import Apply, Expr, Number, Product, Quantity, Ref, total
from explorer.formulas import replaced
from explorer.optimizer import UpdatePlace
from explorer.stepping.numbers import has, stored
from explorer.stepping.rules import Rules

LAWS = {"output": "BP1", "delta": "BP2", "bias": "BP3", "weight": "BP4"}
"""What the notation by layers calls the error of an output, an error sent back, and the gradients of dense layers."""


@dataclass(frozen=True)
class Whole:
    """An array of numbers that a layer's steps compute: ``quantity`` has no index.

    ``equation`` computes it from whole arrays; None where each of its numbers has a formula alone. ``law`` is BP1 to
    BP4.
    """

    quantity: Quantity
    equation: Expr | None
    law: str = ""


def whole(rules: Rules, q: Quantity) -> Whole | None:
    """The array that a step's number belongs to, or that it is a part of; None for numbers on their own."""
    if q.role in ("term", "slope"):
        node = q.node if q.role == "term" else q.label
        q = Quantity("delta", node, example=q.example)
    elif q.role in ("plus", "minus", "numeric", "relative", "use"):
        q = Quantity("gradient", q.node, q.part)
    elif q.role == "state":
        q = replace(q, role="unlimited" if rules.limit(q) else "updated", label="")
    make = _EQUATIONS.get(q.role)
    if make is None:
        return None
    bare = replace(q, index=())
    return Whole(bare, make(rules, bare), _law(rules, bare))


class Arrays:
    """The arrays of a record, as operands of matrix forms; states that the optimizer does not keep are computed."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def __call__(self, q: Quantity) -> Any:
        """A whole array, or with an index one number; raises KeyError if the record does not have it."""
        if q.role == "state" and not has(self._rules.record, q):
            equation = _rule(self._rules, q)[q.label]
            if equation is None:
                raise KeyError(q)
            return equation.evaluate(self)
        return stored(self._rules.record, q)


def _rule(rules: Rules, q: Quantity) -> dict[str, Expr | None]:
    """The optimizer's rule for a whole array of weights: what it is for one holds for each."""
    at = UpdatePlace(q.node, q.part, (), rules.record.iteration)
    return dict(rules.optimizer.rule(rules.record.project.settings.optimizer_params, at))


def _law(rules: Rules, q: Quantity) -> str:
    """The law by which the array is computed, if it is one of a dense layer."""
    if q.role == "delta" and rules.resolved.layers[q.node].has_units:
        return LAWS["output" if q.node in rules.goals or _is_last(rules, q.node) else "delta"]
    if q.role == "gradient" and rules.resolved.layers[q.node].kind.fully_connected:
        return LAWS.get(q.part, "")
    return ""


def _is_last(rules: Rules, node: str) -> bool:
    """Whether only an activation stands between a layer and the cost."""
    after = rules.activation_after(node)
    return after in rules.goals


def _value(rules: Rules, q: Quantity) -> Expr | None:
    layer = rules.resolved.layers[q.node]
    if not layer.sources or layer.kind.from_file:
        return None
    return layer.kind.matrix_forward(rules.place(q.node, q.example))


def _inner(rules: Rules, q: Quantity) -> Expr | None:
    return rules.resolved.layers[q.node].kind.matrix_inner(rules.place(q.node, q.example), q.part)


def _delta(rules: Rules, q: Quantity) -> Expr | None:
    """What all readers send back, added up; the cost tells the error of each output by itself."""
    if q.node in rules.goals:
        return None
    shares = []
    for edge in rules.resolved.network.outgoing[q.node]:
        layer = rules.resolved.layers[edge.target]
        if layer.kind.from_file or layer.kind.takes_indices:
            continue
        ports = sorted(other.port for other in rules.resolved.network.incoming[edge.target])
        shares.append(layer.kind.matrix_backward(rules.place(edge.target, q.example), ports.index(edge.port)))
    if not shares:
        return None
    after = rules.activation_after(q.node)
    inner = _delta(rules, Quantity("delta", after, example=q.example)) if after is not None else None
    if inner is None:
        return total(shares)
    # BP2 as textbooks write it: what comes back through the next layer, times the slope of the activation.
    return replaced(total(shares), lambda part: inner if (part.role, part.node) == ("delta", after) else None)


def _gradient(rules: Rules, q: Quantity) -> Expr | None:
    """The sum over examples of δ xᵀ, or of δ for a bias, and the penalty's slope; dense layers alone have it."""
    if not rules.resolved.layers[q.node].kind.fully_connected or q.part not in ("weight", "bias"):
        return None
    terms: list[Expr] = []
    for user in rules.users(q.node):
        if not rules.resolved.layers[user].has_units:
            return None
        for example in range(rules.batch):
            at = rules.place(user, example)
            terms.append(MatMul(at.delta(), at.x(), outer=True) if q.part == "weight" else at.delta())
    held, weight = rules.restraints.get(f"{q.node}.{q.part}"), Ref(replace(q, role="weight"))
    if held is not None and held.l1:
        terms.append(Product((Number(held.l1), Apply("sign", (weight,)))))
    if held is not None and held.l2:
        terms.append(Product((Number(held.l2), weight)))
    return total(terms)


def _updated(rules: Rules, q: Quantity) -> Expr | None:
    """The optimizer's rule, which is the same for every weight; a max norm looks at units one by one."""
    if rules.resolved.layers[q.node].frozen or (q.role == "updated" and rules.limit(q) is not None):
        return None
    return _rule(rules, q)["weight"]


_EQUATIONS = {
    "value": _value,
    "inner": _inner,
    "delta": _delta,
    "inner_delta": lambda rules, q: None,
    "gradient": _gradient,
    "updated": _updated,
    "unlimited": _updated,
}
