"""Culprits: what is conspicuous about one factor of a path, in a sentence with the measured numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from explorer.activation import Activation
from explorer.equations import Expr, Quantity, Ref
from explorer.kind import MASK
from explorer.printing import show_plain
from explorer.stepping.paths import Numbers, Share
from explorer.stepping.rules import Rules

SUSPICIOUS = 0.05
"""A factor below this makes a gradient small: a sigmoid's slope at a net input beyond ±2.9."""
HEAVY = 3.0
"""A weight above this makes a gradient large."""
Name = Callable[[Quantity], str]


@dataclass(frozen=True)
class Culprit:
    """What makes a gradient small or large: its sort, a sentence, and the quantity to look at."""

    sort: str
    sentence: str
    quantity: Quantity | None


def suspect(
    rules: Rules, of: Quantity, share: Share, factor: Expr, value: float, numbers: Numbers, name: Name, low: bool
) -> Culprit | None:
    """What is conspicuous about a factor of ``share``, which is one of ``of``; None if nothing.

    ``low`` asks what makes a gradient small, else what makes it large.
    """
    size = abs(value)
    if not low:
        return _heavy(factor, size, name) if size > HEAVY else None
    look = _Look(rules, numbers, name)
    of_softmax = share.on is not None and rules.resolved.layers[share.on.node].kind.id == "softmax"
    if isinstance(factor, Ref) and not of_softmax:
        q = factor.quantity
        looks = {"slope": look.slope, "value": look.value, "inner": look.inner, "delta": look.at_the_cost}
        found = looks[q.role](q, size) if q.role in looks else look.weight(q, size) if q.role == "weight" else None
        if found is not None:
            return found
    return look.inside(of, share, size)


def _heavy(factor: Expr, size: float, name: Name) -> Culprit | None:
    if not isinstance(factor, Ref):
        return None
    q, told = factor.quantity, show_plain(size, digits=4)
    if q.role == "weight":
        return Culprit("large weight", f"The weight {name(q)} is large: its size is {told}.", q)
    if q.role == "delta":
        return Culprit("large error", f"The cost is steep: {name(q)} has the size {told}.", q)
    return Culprit("large value", f"{name(q)} is large: its size is {told}.", q)


class _Look:
    """What makes a factor small, by what it is."""

    def __init__(self, rules: Rules, numbers: Numbers, name: Name) -> None:
        self._rules, self._numbers, self._name = rules, numbers, name

    def slope(self, q: Quantity, size: float) -> Culprit | None:
        """The slope of an activation: off, or on its flat part."""
        before = Quantity("value", q.label, index=q.index, example=q.example)
        return self._flat(before, Quantity("value", q.node, index=q.index, example=q.example), size, q)

    def value(self, q: Quantity, size: float) -> Culprit | None:
        """What a weight is multiplied by."""
        if size >= SUSPICIOUS:
            return None
        layer = self._rules.resolved.layers[q.node]
        mask = Quantity("inner", q.node, MASK, q.index, q.example)
        if size == 0 and layer.kind.id == "dropout" and f"{q.node}.{MASK}" in self._rules.record.inner:
            return self._dropped(mask)
        if size == 0 and layer.kind.id == "relu":
            before = Quantity("value", layer.sources[0], index=q.index, example=q.example)
            return Culprit("zero input", f"Zero input: {self._told(q)}, a ReLU that is off at {self._told(before)}.", q)
        word = "Zero input" if size == 0 else "Small input"
        return Culprit(word.lower(), f"{word}: {self._told(q)}, and the weight's slope is what it is multiplied by.", q)

    def inner(self, q: Quantity, size: float) -> Culprit | None:
        """A number inside a layer: a drawn mask, a gate, a state."""
        if q.part == MASK:
            return self._dropped(q) if size == 0 else None
        meaning = self._rules.resolved.layers[q.node].kind.meanings.get(q.part, q.part)
        if size >= SUSPICIOUS:
            return None
        sort = "closed gate" if "gate" in meaning else "zero input" if size == 0 else "small input"
        return Culprit(sort, f"The {meaning} {self._told(q)} lets almost nothing through.", q)

    def weight(self, q: Quantity, size: float) -> Culprit | None:
        """A weight that the error comes back through."""
        if size >= SUSPICIOUS:
            return None
        return Culprit("small weight", f"The weight {self._told(q)} lets little of the error come back.", q)

    def at_the_cost(self, q: Quantity, size: float) -> Culprit | None:
        """The cost's own slope at an output; near 0 where the output equals its target."""
        if size >= SUSPICIOUS or q.node not in self._rules.goals:
            return None
        z, t = replace(q, role="value"), replace(q, role="target")
        apart = abs(self._numbers(z) - self._numbers(t))
        how = "equals" if apart == 0 else "is close to"
        if apart >= SUSPICIOUS:
            return Culprit("cost flat", f"The cost's own slope is small here: {self._told(q)}.", q)
        return Culprit(
            "cost flat", f"The cost's own slope is {self._number(q)}: {self._told(z)} {how} {self._told(t)}.", q
        )

    def inside(self, of: Quantity, share: Share, size: float) -> Culprit | None:
        """A factor that a layer's own rule makes: of a maximum, a softmax, an activation beside other readers."""
        on = share.on
        if on is None:
            return None
        layer = self._rules.resolved.layers[on.node]
        if layer.kind.id.startswith("max_pool"):
            return self._lost(of, on) if share.number == 0 else None
        if layer.kind.id == "softmax" and abs(share.number) < SUSPICIOUS:
            y = replace(on, role="value")
            return Culprit(
                "softmax saturated",
                f"The softmax is saturated: at {self._told(y)} its slope is {show_plain(share.number, digits=3)} "
                "(at most 0.25).",
                y,
            )
        if isinstance(layer.kind, Activation):
            return self._flat(
                Quantity("value", of.node, index=on.index, example=on.example), replace(on, role="value"), size, on
            )
        if of.role == "inner_delta" and on.role == "inner_delta" and of.node == on.node:
            return self._flat_inside(of, on, size)
        return None

    def _flat_inside(self, of: Quantity, on: Quantity, size: float) -> Culprit | None:
        """The slope of an activation inside a layer, where one array is made of another, element by element."""
        if size >= SUSPICIOUS or of.index != on.index or of.part == on.part:
            return None
        before, after = replace(of, role="inner"), replace(on, role="inner")
        off = size == 0 and self._numbers(before) <= 0 and self._numbers(after) == 0
        sort = "dead ReLU" if off else "saturated"
        word = "is off" if off else "is saturated"
        return Culprit(sort, f"{self._told(after)} {word} at {self._told(before)}: its slope is {_short(size)}.", after)

    def _flat(self, before: Quantity, after: Quantity, size: float, q: Quantity) -> Culprit | None:
        kind = self._rules.resolved.layers[after.node].kind
        title = kind.title if kind.title[1:] != kind.title[1:].lower() else kind.title.lower()
        if kind.id == "relu":
            if size:
                return None
            return Culprit("dead ReLU", f"A dead ReLU: {self._told(before)} is not positive, so its slope is 0.", q)
        if size >= SUSPICIOUS:
            return None
        most = {"sigmoid": " (at most 0.25)", "tanh": " (at most 1)"}.get(kind.id, "")
        sort = f"saturated {kind.id}" if most else "flat activation"
        state = f"The {title} is saturated" if most else f"The {title} is flat"
        slope = f"its slope is {_short(size)}{most}"
        return Culprit(sort, f"{state}: at {self._told(before)} it puts out {self._number(after)}, and {slope}.", q)

    def _lost(self, of: Quantity, on: Quantity) -> Culprit:
        own, won = replace(of, role="value"), replace(on, role="value")
        return Culprit(
            "another input won",
            f"In the max pooling {on.node} another input won: {self._told(own)} is smaller than the tile's largest, "
            f"{self._number(won)}.",
            won,
        )

    def _dropped(self, mask: Quantity) -> Culprit:
        return Culprit("dropped", f"Dropout has dropped the unit: {self._told(mask)}.", mask)

    def _told(self, q: Quantity) -> str:
        return f"{self._name(q)} = {self._number(q)}"

    def _number(self, q: Quantity) -> str:
        return _short(self._numbers(q))


def _short(number: float) -> str:
    return show_plain(float(number), digits=4)
