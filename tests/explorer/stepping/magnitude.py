"""How large the terms are that a number is the sum of: of what cancelled out, rounding leaves a share of that."""

from __future__ import annotations

import math

from explorer.equations import Difference, Expr, Lookup, Negative, Product, Quotient, Sum


def magnitude(expr: Expr, lookup: Lookup) -> float:
    """The value of a tree if nothing in it cancelled out: sums add up sizes; NaN and infinity count as 0."""
    if isinstance(expr, (Sum, Difference)):
        return math.fsum(magnitude(part, lookup) for part in expr.parts)
    if isinstance(expr, Product):
        return math.prod(magnitude(part, lookup) for part in expr.parts)
    if isinstance(expr, Negative):
        return magnitude(expr.argument, lookup)
    if isinstance(expr, Quotient):
        below = abs(float(expr.denominator.evaluate(lookup)))
        return magnitude(expr.numerator, lookup) / below if below and math.isfinite(below) else 0.0
    size = abs(float(expr.evaluate(lookup)))
    return size if math.isfinite(size) else 0.0
