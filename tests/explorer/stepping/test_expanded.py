"""Multiplying out: the addends of any tree that is linear in the errors add up to it, and no other tree has any."""

from __future__ import annotations

import math

from hypothesis import example, given, settings
from hypothesis import strategies as st

from explorer.equations import Apply, Choose, Difference, Expr, Negative, Number, Product, Quantity, Quotient, Ref, Sum
from explorer.stepping.paths import _expanded, _NotLinearError

ERRORS = [Ref(Quantity("delta", "n", index=(place,))) for place in range(3)]
PLAIN = [Ref(Quantity("weight", "n", "weight", (place,))) for place in range(3)]
VALUES = dict(zip([ref.quantity for ref in (*ERRORS, *PLAIN)], (0.7, -1.3, 2.9, 0.4, -0.6, 1.7), strict=True))
LEAVES = st.sampled_from([*ERRORS, *PLAIN, Number(0.0), Number(1.0), Number(-2.5)])
FEW = {"min_size": 1, "max_size": 3}


def larger(trees: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        st.lists(trees, **FEW).map(lambda terms: Sum(tuple(terms))),  # type: ignore[arg-type]
        st.lists(trees, **FEW).map(lambda factors: Product(tuple(factors))),  # type: ignore[arg-type]
        st.builds(Difference, trees, trees),
        st.builds(Negative, trees),
        st.builds(Quotient, trees, st.sampled_from([*PLAIN, ERRORS[0]])),
        st.builds(Choose, st.sampled_from([*PLAIN, ERRORS[1]]), trees, trees),
        trees.map(lambda tree: Apply("tanh", (tree,))),
    )


TREES = st.recursive(LEAVES, larger, max_leaves=8)


def goes_back(tree: Expr) -> bool:
    return tree in ERRORS or any(map(goes_back, tree.parts))


def linear(tree: Expr) -> bool:
    """Whether an error is nowhere multiplied by another, divided by, decided upon, or bent."""
    if not goes_back(tree) or tree in ERRORS:
        return True
    if isinstance(tree, Apply):
        return False
    if isinstance(tree, Product) and sum(map(goes_back, tree.factors)) > 1:
        return False
    if isinstance(tree, Quotient) and goes_back(tree.denominator):
        return False
    if isinstance(tree, Choose) and goes_back(tree.test):
        return False
    return all(map(linear, tree.parts))


@settings(max_examples=400)
@given(TREES)
@example(Choose(PLAIN[0], ERRORS[0], ERRORS[1]))
@example(Choose(PLAIN[1], ERRORS[0], ERRORS[1]))
def test_the_addends_of_a_tree_add_up_to_it(tree: Expr) -> None:
    lookup = VALUES.__getitem__
    try:
        found = list(_expanded(tree, lookup))
    except _NotLinearError:
        assert not linear(tree)
        return
    assert linear(tree)
    products = [
        math.prod(float(factor.evaluate(lookup)) for factor in factors) * (VALUES[on] if on is not None else 1.0)
        for factors, on in found
    ]
    value = float(tree.evaluate(lookup))
    assert math.isclose(math.fsum(products), value, rel_tol=1e-9, abs_tol=1e-9 * max(1.0, *map(abs, products or [0.0])))
    assert not any(goes_back(factor) for factors, _ in found for factor in factors)
