"""Questions: what a step asks in plain words, such as how much a change in w1 changes the total error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from explorer.equations import Quantity
from explorer.stepping.naming import shown_name
from explorer.stepping.notation import Notation
from explorer.stepping.rules import Rules

Ask = Callable[[Rules, Quantity, Notation], str]
OF_A_WEIGHT = ("weight", "use", "gradient", "plus", "minus", "numeric", "relative", "unlimited", "updated")
"""The roles of quantities that are about one weight."""


def question(rules: Rules, q: Quantity, notation: Notation, short: bool = False) -> str:
    """What the step that computes ``q`` asks; ``short`` says E for the total error, as on a small card."""
    asked = _QUESTIONS[q.role](rules, q, notation) if q.role in _QUESTIONS else shown_name(notation, q)
    return asked.replace("the total error", notation.cost) if short else asked


def through(rules: Rules, of: Quantity, part: Quantity, notation: Notation) -> str:
    """What the last factor of a chain asks: a gradient's input, a term's weight; empty for others."""
    if of.role in ("gradient", "use") and part.role == "value":
        net = Quantity("value", of.label or of.node, index=of.index[:1], example=part.example)
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
    if q.role == "inner":
        return meaning(rules, q)
    if q.role == "weight":
        return "weight" if q.part == "weight" else "bias weight" if q.part == "bias" else q.part
    return _CAPTIONS.get(q.role, "")


def meaning(rules: Rules, q: Quantity) -> str:
    """What an array inside a layer is, in a few words: ``forget gate``."""
    return rules.resolved.layers[q.node].kind.meanings.get(q.part, q.part)


_CAPTIONS = {
    "delta": "error sent back",
    "inner_delta": "error sent back",
    "gradient": "gradient",
    "rate": "learning rate",
    "updated": "new weight",
    "state": "state of the optimizer",
    "before": "state before",
    "overall": "the same for all weights",
    "local": "local error",
    "output_cost": "error of one output",
    "penalty": "penalty of large weights",
    "unlimited": "weight before max norm",
    "length": "length of a unit's weights",
    "use": "through one layer",
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


def _inner(rules: Rules, q: Quantity, notation: Notation) -> str:
    if rules.resolved.layers[q.node].kind.over_time:
        step, unit = (int(place) + 1 for place in q.index)
        return f"What is the {meaning(rules, q)} of unit {unit} at time step {step}?"
    return f"What is the {meaning(rules, q)} {shown_name(notation, q)}?"


def _inner_delta(rules: Rules, q: Quantity, notation: Notation) -> str:
    return _change(shown_name(notation, replace(q, role="inner")), "the total error")


def _slope(rules: Rules, q: Quantity, notation: Notation) -> str:
    below = Quantity("value", q.label, index=q.index, example=q.example)
    above = Quantity("value", q.node, index=q.index, example=q.example)
    return _change(shown_name(notation, below), shown_name(notation, above))


def _term(rules: Rules, q: Quantity, notation: Notation) -> str:
    weight = Quantity("weight", rules.owner(q.label), "weight", (q.index[-1], q.index[0]))
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
    "output_cost": lambda rules, q, notation: _cost_question(rules, q),
    "penalty": lambda rules, q, notation: f"How much do large weights of {q.node} cost?",
    "cost": lambda rules, q, notation: "How large is the total error?",
    "delta": _delta,
    "inner": _inner,
    "inner_delta": _inner_delta,
    "slope": _slope,
    "term": _term,
    "use": lambda rules, q, notation: _change(f"{shown_name(notation, weight_of(q))} in {q.label}", "the total error"),
    "gradient": _about_weight("How much does a change in {w} change the total error?"),
    "plus": _about_weight("What is the total error if {w} is larger by ε?"),
    "minus": _about_weight("What is the total error if {w} is smaller by ε?"),
    "numeric": _about_weight("How much does the total error really change with {w}?"),
    "relative": _about_weight("Do the two gradients of {w} agree?"),
    "state": _about_weight("What does the optimizer remember of {w}?"),
    "overall": lambda rules, q, notation: f"What is {shown_name(notation, q)}, the same for all weights?",
    "unlimited": _about_weight("What is the new {w}, before max norm?"),
    "length": lambda rules, q, notation: f"How long are the new weights into unit {int(q.index[0]) + 1} of {q.node}?",
    "updated": lambda rules, q, notation: (
        f"{shown_name(notation, weight_of(q))} is frozen: what is it after the update?"
        if rules.resolved.layers[q.node].frozen
        else f"What is the new {shown_name(notation, weight_of(q))}?"
    ),
}


def _cost_question(rules: Rules, q: Quantity) -> str:
    if len(rules.goals) > 1:
        return f"How large is the error of {q.node}?"
    return "How large is the error of the data?"


def section_words(rules: Rules, q: Quantity, notation: Notation) -> str:
    """The part of the network and the kind of quantity, as ``hidden weights`` or ``output errors``."""
    if q.role == "cost" or (q.role in ("output_cost", "local_sum", "example_cost") and len(rules.goals) == 1):
        return "all outputs"
    if q.role in ("output_cost", "local_sum", "example_cost"):
        return f"all of {q.node}"
    if q.role == "penalty":
        return f"all weights of {q.node}"
    if q.role == "overall":
        return "all weights"
    if q.role in ("inner", "inner_delta"):
        return f"{q.node} {meaning(rules, q)}" + (" errors" if q.role == "inner_delta" else "")
    what = {"delta": "errors", "slope": "slopes", "term": "errors sent back", "local": "errors"}.get(q.role, "")
    if not what:
        what = {"": "units", "weight": "weights", "bias": "bias weights"}.get(q.part, q.part)
    return f"{layer_words(rules, q.node, notation)} {what}"


def layer_words(rules: Rules, node: str, notation: Notation) -> str:
    """``input``, ``hidden`` or ``output`` for layers of units; the node's name for others."""
    units = notation.units.get(node)
    outputs = {notation.units[output].letter for output in rules.goals if output in notation.units}
    if units is None:
        return node
    if units.letter in outputs:
        return "output"
    return "input" if units.number == 1 and not rules.resolved.layers[node].sources else "hidden"
