"""Feeds: which quantities are computed from a given one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

from explorer.equations import Index, Quantity, operands
from explorer.stepping.places import each_place
from explorer.stepping.rules import Rules

LOOKED_AT = 400
WIDE, FEW = 1_000_000, 4
"""With more products than this in a pass equations are so long that only few are looked at."""


def feeds(rules: Rules, q: Quantity, most: int = 8) -> list[Quantity]:
    """Up to ``most`` quantities whose equation refers to ``q``, in the order in which they are computed."""
    found: list[Quantity] = []
    wide = sum(layer.operations for layer in rules.resolved.running) > WIDE
    candidates = islice(_candidates(rules, q), FEW if wide else LOOKED_AT)
    long = wide or any(math.prod(layer.shape or ()) > LOOKED_AT for layer in rules.resolved.running)
    for candidate in chain(_nearest(rules, q), candidates) if long else candidates:
        equation = rules.equation(candidate)
        if equation is not None and q in operands(equation) and candidate not in found:
            found.append(candidate)
            if len(found) == most:
                break
    return found


def _nearest(rules: Rules, q: Quantity) -> Iterator[Quantity]:
    """What uses a number of a wide layer at the same place, where it cannot be asked of all places."""
    if q.role == "value":
        for edge in rules.resolved.network.outgoing[q.node]:
            if rules.resolved.layers[edge.target].shape == rules.resolved.layers[q.node].shape:
                yield Quantity("value", edge.target, index=q.index, example=q.example)
            yield from _slopes(rules, edge.target, q)
            yield from islice(_weights(rules, edge.target, q.index), FEW)
    if q.role in ("delta", "slope"):
        yield from islice(_behind(rules, q), FEW)


def _candidates(rules: Rules, q: Quantity) -> Iterator[Quantity]:
    """Quantities that may refer to ``q``."""
    if q.role == "value":
        yield from _readers(rules, q)
    elif q.role in ("weight", "use", "gradient", "plus", "minus", "numeric", "before", "state", "unlimited", "length"):
        yield from _of_weight(rules, q)
        yield from (Quantity("overall", label=name) for name in rules.overall)
    elif q.role == "overall":
        yield from (Quantity("overall", label=name) for name in rules.overall)
        yield from _updates(rules)
    elif q.role == "inner":
        yield from _inside(rules, q, "inner")
        yield from _elements(rules, "value", q.node, q.example)
    elif q.role == "inner_delta" or q.role in ("delta", "slope"):
        yield from _inside(rules, q, "inner_delta")
        yield from _behind(rules, q)
    elif q.role == "term":
        yield Quantity("delta", q.node, index=q.index[:-1], example=q.example)
    elif q.role == "target":
        yield from _errors(rules, q)
    elif q.role == "penalty":
        yield Quantity("cost")
    elif q.role in ("local", "local_sum", "example_cost", "output_cost"):
        yield from (Quantity(role, q.node, example=q.example) for role in ("local_sum", "example_cost"))
        yield from (rules.output_cost(q.node), Quantity("cost"))
    if q.role in ("cost", "output_cost", "example_cost"):
        yield from _elements(rules, "delta", q.node or rules.output, q.example)


def _readers(rules: Rules, q: Quantity) -> Iterator[Quantity]:
    """What uses a node's output: the nodes that read it, the cost, slopes, and gradients of weights."""
    if q.node in rules.goals:
        yield from _errors(rules, q)
    yield from _slopes(rules, q.node, q)
    for edge in rules.resolved.network.outgoing[q.node]:
        yield from _inside(rules, replace(q, node=edge.target), "inner")
        yield from _elements(rules, "value", edge.target, q.example)
        yield from _slopes(rules, edge.target, q)
        yield from _weights(rules, edge.target, q.index)


def _inside(rules: Rules, q: Quantity, role: str) -> Iterator[Quantity]:
    """The elements of the arrays inside a layer; of a layer over time those of this time step and the nearest."""
    kind = rules.resolved.layers[q.node].kind
    shapes = rules.inner_shapes(q.node)
    if kind.over_time and len(q.index) == 2:
        time = int(q.index[0])
        near: list[dict[int, int | str]] = [{0: step} for step in (time - 1, time, time + 1)]
    else:
        near = [{}]
    for name, shape in shapes.items():
        example = 0 if name in kind.over_batch else q.example
        yield from (Quantity(role, q.node, name, place, example) for at in near for place in each_place(shape, at))


def _errors(rules: Rules, q: Quantity) -> Iterator[Quantity]:
    """What a cost makes of one number of an output, or of its target: its own errors first, for a softmax all."""
    for role in ("local", "delta"):
        yield Quantity(role, q.node, index=q.index, example=q.example)
    for role in ("local", "delta"):
        yield from _elements(rules, role, q.node, q.example)


def _slopes(rules: Rules, node: str, q: Quantity) -> Iterator[Quantity]:
    """The slope of an activation at the place of ``q``; nothing for other kinds."""
    layer = rules.resolved.layers[node]
    if layer.kind.elementwise:
        yield Quantity("slope", node, index=q.index, example=q.example, label=layer.sources[0])


def _of_weight(rules: Rules, q: Quantity) -> Iterator[Quantity]:
    """What uses a weight, its gradient, or what the check measures of it."""
    if q.role == "weight":
        for user in rules.users(q.node):
            yield from _inside(rules, Quantity("inner", user, index=(0, 0)), "inner")
            yield from (v for e in range(rules.batch) for v in _elements(rules, "value", user, e, q.index[:1]))
            for source in rules.resolved.layers[user].sources:
                if len(q.index) == 2 and len(rules.resolved.layers[source].shape or ()) == 1:
                    yield Quantity("term", source, index=(q.index[1], q.index[0]), label=user)
                    yield Quantity("delta", source, index=q.index[1:])
    if rules.resolved.layers[q.node].frozen:
        yield Quantity("updated", q.node, q.part, q.index)
        return
    held = rules.restraints.get(f"{q.node}.{q.part}")
    if held is not None and held.penalised:
        yield Quantity("penalty", q.node, q.part)
    for role in ("gradient", "numeric", "relative", "updated"):
        yield Quantity(role, q.node, q.part, q.index)
    yield from (Quantity("state", q.node, q.part, q.index, label=state) for state in rules.states())
    if held is not None and held.max_norm:
        yield Quantity("unlimited", q.node, q.part, q.index)
        yield Quantity("length", q.node, q.part, (q.index[held.unit_axis % len(q.index)],))
        if q.role == "length":
            shape = rules.record.weights[f"{q.node}.{q.part}"].shape
            for place in each_place(shape, {held.unit_axis: q.index[0]}):
                yield Quantity("updated", q.node, q.part, place)


def _updates(rules: Rules) -> Iterator[Quantity]:
    """How every weight is updated: the optimizer's states, and the new weight."""
    for node, layer in rules.resolved.layers.items():
        for part, shape in layer.weights.items():
            for place in each_place(shape):
                yield from (Quantity("state", node, part, place, label=state) for state in rules.states())
                yield Quantity("updated", node, part, place)


def _behind(rules: Rules, q: Quantity) -> Iterator[Quantity]:
    """What uses an error or a slope: errors of the layer before, and gradients of weights."""
    layer = rules.resolved.layers[q.node]
    for source in layer.sources:
        before = rules.resolved.layers[source]
        if not before.sources:  # no step computes the error of an input
            continue
        yield Quantity("delta", source, index=q.index, example=q.example)
        yield from _weights(rules, source, None, q.index[:1])
        if rules.terms_back(source) is not None:
            for place in each_place(before.shape or ()):
                yield Quantity("term", source, index=(*place, *q.index), example=q.example, label=q.node)
        else:
            yield from _elements(rules, "delta", source, q.example)
    yield from _weights(rules, q.node, None, q.index[:1])


def _elements(rules: Rules, role: str, node: str, example: int, like: Index = ()) -> Iterator[Quantity]:
    """The elements of a node's array; those that begin like ``like``."""
    shape = rules.resolved.layers[node].shape or ()
    if len(like) <= len(shape):
        for place in each_place(shape, dict(enumerate(like))):
            yield Quantity(role, node, index=place, example=example)


def _weights(rules: Rules, node: str, tail: Index | None, head: Index = ()) -> Iterator[Quantity]:
    """Gradients of the weights that a layer uses, or what it adds to them, by how their index begins and ends."""
    owner = rules.owner(node)
    for part, shape in rules.resolved.layers[owner].weights.items():
        if f"{owner}.{part}" not in rules.record.gradients:
            continue
        shared = rules.shares_gradient(owner, part)
        ends = tail or ()
        if max(len(head), len(ends)) > len(shape):
            continue
        fixed = dict(enumerate(head)) | {len(shape) - len(ends) + axis: number for axis, number in enumerate(ends)}
        for place in each_place(shape, fixed):
            yield Quantity("use" if shared else "gradient", owner, part, place, label=node if shared else "")
