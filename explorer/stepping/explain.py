"""Explanations: a step's formula written out by the chain rule, its short form, and its factors one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from explorer.equations import Difference, Expr, Number, Product, Quantity, Quotient, Ref, Sum, operands
from explorer.formulas import kind_formulas
from explorer.stepping.notation import Notation
from explorer.stepping.questions import kind_title, question, source_words, through
from explorer.stepping.rules import Rules

CARDS = 4
"""More factors or terms than this are not shown one by one."""


@dataclass(frozen=True)
class Factor:
    """One part of a formula: what stands before it, the part itself, and what it asks.

    ``formula`` is how it is computed (its own name if it is given); ``caption`` says in a few words what it is.
    """

    operator: str
    part: Expr
    formula: Expr
    question: str
    caption: str

    @property
    def quantity(self) -> Quantity | None:
        """The quantity that the part is; None for a product within a sum."""
        return self.part.quantity if isinstance(self.part, Ref) else None


def written_out(rules: Rules, q: Quantity) -> Expr | None:
    """The equation with slopes and sent-back errors replaced by what they are computed from; None if nothing changes.

    The chain rule of a textbook: dE/dw1 = (delta_c1 w5 + delta_c2 w6) out_b1 (1 - out_b1) out_a1.
    """
    equation = rules.equation(q)
    if equation is None or q.role not in ("gradient", "use", "delta"):
        return None
    if isinstance(equation, Ref) or rules.batch > 1:  # with the shares of all examples it would be too long to read
        return None
    longer = _inlined(rules, equation)
    return None if longer == equation else longer


def general_form(rules: Rules, q: Quantity, notation: Notation) -> Expr | None:
    """What ``written_out`` gives, with a capital sigma for the errors that several units send back."""
    longer = written_out(rules, q)
    return None if longer is None else _summarised(longer, notation)


def general_formula(rules: Rules, q: Quantity) -> str:
    """LaTeX of what a layer computes, or sends back, for any of its numbers; empty for other quantities."""
    behind = rules.resolved.network.outgoing.get(q.node, ())
    node = q.node if q.role == "value" else behind[0].target if q.role == "delta" and len(behind) == 1 else ""
    if not node:
        return ""
    layer = rules.resolved.layers[node]
    shapes = tuple(shape for shape in layer.inputs if shape is not None)
    found = kind_formulas(layer.kind, layer.params, shapes, layer.shape or ())
    return found.get("element" if q.role == "value" else "element_backward", "")


def short_form(rules: Rules, q: Quantity, notation: Notation) -> Expr:
    """How a factor of the chain rule is computed, in general form; every other operand keeps its name."""
    equation = rules.equation(q) if q.role in ("delta", "slope", "term") else None
    if equation is None or (q.role == "delta" and _inner(rules, q) is None):
        return Ref(q)
    return _summarised(_inlined(rules, equation), notation)


def factors(rules: Rules, q: Quantity, notation: Notation) -> list[Factor]:
    """The parts of a product, a short sum, or an update, in order; empty if they are too many or of another form.

    ``notation`` names them in the questions.
    """
    equation = rules.equation(q)
    parts = _parts(equation)
    if q.role in ("unlimited", "updated") and equation is not None:
        by_rule = q.role == "unlimited" or not (rules.limit(q) or rules.resolved.layers[q.node].frozen)
        ends = _ends_of_update(rules, q) if by_rule else [("", Ref(need)) for need in operands(equation)]
        parts = [*(parts or ends), ("=", Ref(q))]
    return [_factor(rules, q, *part, notation) for part in parts] if 2 <= len(parts) <= CARDS else []


def _factor(rules: Rules, of: Quantity, operator: str, part: Expr, notation: Notation) -> Factor:
    if not isinstance(part, Ref):
        return Factor(operator, part, part, "", "")
    q = part.quantity
    formula = short_form(rules, q, notation)
    return Factor(operator, part, formula, _question(rules, of, q, notation), _caption(rules, q, notation))


def _parts(equation: Expr | None) -> list[tuple[str, Expr]]:
    """(operator before it, part) of each part; empty if the equation is of another form."""
    if isinstance(equation, Product):
        return _refs("·", equation.factors)
    if isinstance(equation, Sum):
        return [("+" if place else "", term) for place, term in enumerate(equation.terms)]
    if isinstance(equation, Difference):
        right = equation.right
        tail = _refs("·", right.factors) if isinstance(right, Product) else _refs("", (right,))
        if isinstance(equation.left, Ref) and tail:
            return [("", equation.left), ("−", tail[0][1]), *tail[1:]]
    return []


def _ends_of_update(rules: Rules, q: Quantity) -> list[tuple[str, Expr]]:
    """What every update starts from, where its rule has more parts than cards can show."""
    equation = rules.equation(q)
    used = operands(equation) if equation is not None else []
    ends = [
        Quantity("weight", q.node, q.part, q.index),
        Quantity("rate"),
        Quantity("gradient", q.node, q.part, q.index),
    ]
    return [("", Ref(end)) for end in ends if end.role != "rate" or end in used]


def _refs(operator: str, parts: tuple[Expr, ...]) -> list[tuple[str, Expr]]:
    if not all(isinstance(part, Ref) for part in parts):
        return []
    return [(operator if place else "", part) for place, part in enumerate(parts)]


def _question(rules: Rules, of: Quantity, part: Quantity, notation: Notation) -> str:
    """What a factor asks: how much one thing changes the next; nothing for plain parts of a sum or an update."""
    if part.role in ("delta", "inner_delta", "slope"):
        return question(rules, part, notation, short=True)
    if isinstance(rules.equation(of), Product):
        return through(rules, of, part, notation)
    return ""


def _caption(rules: Rules, part: Quantity, notation: Notation) -> str:
    """A few words: the function of a slope, where a value comes from."""
    if part.role == "slope":
        return f"slope of {kind_title(rules, part.node)}"
    return source_words(rules, part, notation)


def _inlined(rules: Rules, expr: Expr) -> Expr:
    """Refs to slopes, sent-back sums and their terms replaced by their equations."""
    if isinstance(expr, Ref):
        return _inlined(rules, found) if (found := _inner(rules, expr.quantity)) is not None else expr
    if isinstance(expr, Product):
        return Product(tuple(_inlined(rules, part) for part in expr.factors))
    if isinstance(expr, Sum) and expr.summary is None:
        return Sum(tuple(_inlined(rules, part) for part in expr.terms), None, expr.lead)
    if isinstance(expr, Quotient) and isinstance(expr.denominator, Number):
        return Quotient(_inlined(rules, expr.numerator), expr.denominator)
    return expr


def _inner(rules: Rules, q: Quantity) -> Expr | None:
    """What a textbook writes for an operand of the chain rule; None if it keeps the operand's name."""
    if q.role in ("slope", "term"):
        return rules.equation(q)
    if q.role == "delta" and (q.node in rules.goals or rules.terms_back(q.node) is not None):
        return rules.equation(q) if rules.activation_after(q.node) is None else None
    return None


def _summarised(expr: Expr, notation: Notation) -> Expr:
    """Sums over the units of the next layer with a sigma, where every term is a delta times a weight."""
    if isinstance(expr, Product):
        return Product(tuple(_summarised(part, notation) for part in expr.factors))
    if isinstance(expr, Sum) and len(expr.terms) > 1:
        typical = _typical(expr.terms[0], notation)
        if typical is not None and all(_typical(term, notation) == typical for term in expr.terms):
            return Sum((), typical)
    return expr


def _typical(term: Expr, notation: Notation) -> tuple[str, Expr] | None:
    """(running letter, delta_c w_bc) of one product delta_c1 w5; None for another form."""
    if not (isinstance(term, Product) and len(term.factors) == 2):
        return None
    delta, weight = term.factors
    if not (isinstance(delta, Ref) and isinstance(weight, Ref)):
        return None
    d, w = delta.quantity, weight.quantity
    if d.role != "delta" or w.role != "weight" or len(w.index) != 2 or d.node not in notation.units:
        return None
    letter = notation.units[d.node].letter if notation.style == "names" else "k"
    running = Quantity("delta", d.node, index=(letter,), example=d.example)
    return letter, Product((Ref(running), Ref(Quantity("weight", w.node, "weight", (letter, w.index[1])))))


def lettered(expr: Expr, notation: Notation) -> Expr:
    """The tree with the letter of the layer, not i or j, under each capital sigma: the sum over a of w_a out_a."""
    if isinstance(expr, Product):
        return Product(tuple(lettered(part, notation) for part in expr.factors))
    if not isinstance(expr, Sum) or expr.summary is None or notation.style != "names":
        return expr
    old, typical = expr.summary
    nodes = [q.node for q in operands(typical) if q.role in ("value", "delta") and q.index == (old,)]
    units = notation.units.get(nodes[0]) if nodes else None
    if units is None:
        return expr
    return Sum(expr.terms, (units.letter, _renamed(typical, old, units.letter)), expr.lead)


def _renamed(expr: Expr, old: str, new: str) -> Expr:
    """A product with another running index."""
    if isinstance(expr, Product):
        return Product(tuple(_renamed(part, old, new) for part in expr.factors))
    if isinstance(expr, Ref):
        index = tuple(new if place == old else place for place in expr.quantity.index)
        return Ref(replace(expr.quantity, index=index))
    return expr
