"""Questions: what a step asks in plain words, such as how much a change in w1 changes the total error."""

from __future__ import annotations

from collections.abc import Callable

from explorer.equations import Quantity
from explorer.stepping.naming import shown_name
from explorer.stepping.notation import Notation
from explorer.stepping.rules import Rules

Ask = Callable[[Rules, Quantity, Notation], str]


def question(rules: Rules, q: Quantity, notation: Notation, short: bool = False) -> str:
    """What the step that computes ``q`` asks; ``short`` says E for the total error, as on a small card."""
    asked = _QUESTIONS[q.role](rules, q, notation) if q.role in _QUESTIONS else shown_name(notation, q)
    return asked.replace("the total error", notation.cost) if short else asked


def through(rules: Rules, of: Quantity, part: Quantity, notation: Notation) -> str:
    """What the last factor of a chain asks: a gradient's input, a term's weight; empty for others."""
    if of.role == "gradient" and part.role == "value":
        net = Quantity("value", of.node, index=of.index[:1], example=part.example)
        return _change(shown_name(notation, weight_of(of)), shown_name(notation, net))
    if of.role == "term" and part.role == "weight":
        unit = Quantity("value", of.node, index=of.index[:-1], example=of.example)
        net = Quantity("value", of.label, index=of.index[-1:], example=of.example)
        return _change(shown_name(notation, unit), shown_name(notation, net))
    return ""


def weight_of(q: Quantity) -> Quantity:
    """The weight that a gradient, a check or an update is about."""
    return Quantity("weight", q.node, q.part, q.index)


def kind_title(rules: Rules, node: str) -> str:
    """``the sigmoid``: a node's kind in a sentence."""
    title = rules.resolved.layers[node].kind.title
    return f"the {title.lower()}" if title[1:].islower() else title


def source_words(rules: Rules, q: Quantity, notation: Notation) -> str:
    """Where a part of a formula comes from, in a few words: ``first input``, ``learning rate``."""
    if q.role == "value":
        given = not rules.resolved.layers[q.node].sources
        return f"input {notation.unit(q.node, q.index)}" if given else f"output of {notation.unit(q.node, q.index)}"
    if q.role == "weight":
        return "weight" if q.part == "weight" else "bias weight" if q.part == "bias" else q.part
    return _CAPTIONS.get(q.role, "")


_CAPTIONS = {
    "delta": "error sent back",
    "gradient": "gradient",
    "rate": "learning rate",
    "updated": "new weight",
    "state": "state of the optimizer",
    "before": "state before",
    "overall": "the same for all weights",
    "local": "local error",
    "term": "share of one unit",
    "target": "target",
}


def _change(cause: str, effect: str) -> str:
    return f"How much does a change in {cause} change {effect}?"


def _value(rules: Rules, q: Quantity, notation: Notation) -> str:
    units = notation.units.get(q.node)
    unit = notation.unit(q.node, q.index)
    if units is not None and units.part == "net":
        return f"What is the net input of {unit}?"
    return f"What does {unit} put out?"


def _delta(rules: Rules, q: Quantity, notation: Notation) -> str:
    value = Quantity("value", q.node, index=q.index, example=q.example)
    return _change(shown_name(notation, value), "the total error")


def _slope(rules: Rules, q: Quantity, notation: Notation) -> str:
    below = Quantity("value", q.label, index=q.index, example=q.example)
    above = Quantity("value", q.node, index=q.index, example=q.example)
    return _change(shown_name(notation, below), shown_name(notation, above))


def _term(rules: Rules, q: Quantity, notation: Notation) -> str:
    weight = Quantity("weight", q.label, "weight", (q.index[-1], q.index[0]))
    unit = notation.unit(q.node, q.index[:-1])
    return f"How much error comes back to {unit} through {shown_name(notation, weight)}?"


def _about_weight(sentence: str) -> Ask:
    return lambda rules, q, notation: sentence.format(w=shown_name(notation, weight_of(q)))


def _of_unit(sentence: str) -> Ask:
    return lambda rules, q, notation: sentence.format(unit=notation.unit(q.node, q.index))


_QUESTIONS: dict[str, Ask] = {
    "value": _value,
    "local": _of_unit("How large is the local error of {unit}?"),
    "local_sum": lambda rules, q, notation: "How large are the local errors together?",
    "example_cost": lambda rules, q, notation: f"How large is the error of example {q.example + 1}?",
    "cost": lambda rules, q, notation: "How large is the total error?",
    "delta": _delta,
    "slope": _slope,
    "term": _term,
    "gradient": _about_weight("How much does a change in {w} change the total error?"),
    "plus": _about_weight("What is the total error if {w} is larger by ε?"),
    "minus": _about_weight("What is the total error if {w} is smaller by ε?"),
    "numeric": _about_weight("How much does the total error really change with {w}?"),
    "relative": _about_weight("Do the two gradients of {w} agree?"),
    "state": _about_weight("What does the optimizer remember of {w}?"),
    "overall": lambda rules, q, notation: f"What is {shown_name(notation, q)}, the same for all weights?",
    "updated": _about_weight("What is the new {w}?"),
}


def section_words(rules: Rules, q: Quantity, notation: Notation) -> str:
    """The part of the network and the kind of quantity, as ``hidden weights`` or ``output errors``."""
    if q.role in ("cost", "local_sum", "example_cost"):
        return "all outputs"
    if q.role == "overall":
        return "all weights"
    what = {"delta": "errors", "slope": "slopes", "term": "errors sent back", "local": "errors"}.get(q.role, "")
    if not what:
        what = {"": "units", "weight": "weights", "bias": "bias weights"}.get(q.part, q.part)
    return f"{layer_words(rules, q.node, notation)} {what}"


def layer_words(rules: Rules, node: str, notation: Notation) -> str:
    """``input``, ``hidden`` or ``output`` for layers of units; the node's name for others."""
    units, output = notation.units.get(node), notation.units.get(rules.output)
    if units is None:
        return node
    if output is not None and units.letter == output.letter:
        return "output"
    return "input" if units.number == 1 and not rules.resolved.layers[node].sources else "hidden"
