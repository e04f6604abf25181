"""Paths: a gradient or an error as the sum over every path that leads from it to the cost, the largest first.

The rules of going back are linear in the errors they start from: d cost / d w is a sum of shares, each the product of
some factors and one error nearer to the cost. A path takes one share at every step; its product is the chain rule's.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice

from explorer.equations import (
    Choose,
    Difference,
    Expr,
    Negative,
    Number,
    Pick,
    Product,
    Quantity,
    Quotient,
    Ref,
    Sum,
)
from explorer.stepping.rules import Rules

Numbers = Callable[[Quantity], float]
ERRORS = ("delta", "inner_delta", "term", "use")
"""The roles of quantities that carry an error back."""
Addend = tuple[tuple[Expr, ...], Quantity | None]
"""Factors, and the error that they multiply."""
UNFOLDED, SHARES = 1500, 20_000
"""At most so many errors are unfolded, and only while they have so few shares, which takes a second; those behind them
count as one path each, with the number that they have."""
TINY = 1e-30
"""A factor of 0 is ranked as if it had this size, so that of paths that carry nothing those blocked once come first."""


@dataclass(frozen=True)
class Share:
    """One addend of a quantity: ``number`` is the product of ``factors``, ``on`` the error that it multiplies.

    Without ``on`` the share ends: at the cost, or at an error that is not unfolded.
    """

    factors: tuple[Expr, ...]
    number: float
    on: Quantity | None


@dataclass(frozen=True)
class Path:
    """The shares that a path takes, each with the quantity that it is of, from the unfolded one to the cost.

    ``bundle`` is the error at its end if that was not unfolded, and stands for all paths behind it.
    """

    chain: tuple[tuple[Quantity, Share], ...]
    bundle: Quantity | None = None

    @property
    def factors(self) -> tuple[Expr, ...]:
        """What is multiplied, from the cost back, as the chain rule is written."""
        return tuple(factor for _, share in reversed(self.chain) for factor in share.factors)

    @property
    def product(self) -> float:
        """What the path adds."""
        return math.prod(share.number for _, share in self.chain)

    @property
    def through(self) -> tuple[Quantity, ...]:
        """The unfolded quantity, and the errors that the path leads through."""
        return tuple(q for q, _ in self.chain)


class Paths:
    """The paths of one quantity. ``numbers`` gives the operands' values; ``most`` bounds the errors unfolded."""

    def __init__(self, rules: Rules, quantity: Quantity, numbers: Numbers, most: int = UNFOLDED) -> None:
        self.quantity = quantity
        self._shares: dict[Quantity, list[Share]] = {}
        self.bundles: set[Quantity] = set()
        self._unfold(rules, numbers, most)
        self._counts: dict[Quantity, int] = {}
        self._totals: dict[Quantity, float] = {}
        self._sizes: dict[Quantity, float] = {}
        self._ranks: dict[Quantity, float] = {}
        for q in self._from_the_cost():
            self._settle(q)

    @property
    def count(self) -> int:
        """How many paths there are; one that ends in a bundle counts once."""
        return self._counts[self.quantity]

    @property
    def total(self) -> float:
        """The sum of all paths' products: the quantity itself."""
        return self._totals[self.quantity]

    @property
    def size(self) -> float:
        """The sum of the products' sizes: as large as the total unless paths cancel."""
        return self._sizes[self.quantity]

    def shares(self, q: Quantity) -> list[Share]:
        """The addends of a quantity on the paths, the most promising first."""
        return self._shares[q]

    def best(self, most: int) -> list[Path]:
        """The ``most`` paths with the largest products, by size; those that carry nothing are left out."""
        return [path for path in islice(self.ranked(), most) if path.product != 0]

    def ranked(self) -> Iterator[Path]:
        """Every path by its size, the largest first; paths blocked by a 0 come last, those blocked once before others.

        The rank of what is ahead is known exactly, so that only those errors are looked at that the paths lead through.
        """
        order = count()
        waiting: list[tuple[float, int, float, tuple[tuple[Quantity, Share], ...], Quantity, int]] = []

        def offer(before: float, chain: tuple[tuple[Quantity, Share], ...], q: Quantity, place: int) -> None:
            if place < len(self._shares[q]):
                rank = before + self._rank_of(self._shares[q][place])
                heapq.heappush(waiting, (-rank, next(order), before, chain, q, place))

        offer(0.0, (), self.quantity, 0)
        while waiting:
            _, _, before, chain, q, place = heapq.heappop(waiting)
            share = self._shares[q][place]
            offer(before, chain, q, place + 1)
            if share.on is None:
                yield self._path((*chain, (q, share)))
            else:
                offer(before + _log(share.number), (*chain, (q, share)), share.on, 0)

    def _path(self, chain: tuple[tuple[Quantity, Share], ...]) -> Path:
        end = chain[-1][0]
        return Path(chain, end if end in self.bundles else None)

    def _unfold(self, rules: Rules, numbers: Numbers, most: int) -> None:
        """The shares of the quantity and of the errors behind it, breadth first."""
        waiting, seen, found = [self.quantity], {self.quantity}, 0
        for q in waiting:  # it grows meanwhile
            if len(self._shares) >= most or found >= SHARES:
                self._shares[q] = [_whole(q, numbers)]
                self.bundles.add(q)
                continue
            self._shares[q] = shares(rules, q, numbers)
            found += len(self._shares[q])
            for share in self._shares[q]:
                if share.on is not None and share.on not in seen:
                    seen.add(share.on)
                    waiting.append(share.on)

    def _from_the_cost(self) -> Iterator[Quantity]:
        """Every error after those that it is computed from."""
        done: set[Quantity] = set()
        stack = [(self.quantity, iter(self._shares[self.quantity]))]
        while stack:
            q, rest = stack[-1]
            on = next((share.on for share in rest if share.on is not None and share.on not in done), None)
            if on is not None:
                stack.append((on, iter(self._shares[on])))
                continue
            stack.pop()
            if q not in done:
                done.add(q)
                yield q

    def _settle(self, q: Quantity) -> None:
        own = self._shares[q]
        self._counts[q] = sum(self._counts[share.on] if share.on is not None else 1 for share in own)
        products = [share.number * (self._totals[share.on] if share.on is not None else 1.0) for share in own]
        self._totals[q] = math.fsum(products) if all(map(math.isfinite, products)) else sum(products)
        self._sizes[q] = sum(abs(share.number) * (self._sizes[share.on] if share.on else 1.0) for share in own)
        own.sort(key=self._rank_of, reverse=True)
        self._ranks[q] = self._rank_of(own[0])

    def _rank_of(self, share: Share) -> float:
        return _log(share.number) + (self._ranks[share.on] if share.on is not None else 0.0)


def shares(rules: Rules, q: Quantity, numbers: Numbers) -> list[Share]:
    """The addends that a quantity's equation has for the errors it is computed from; at the cost, itself."""
    equation = rules.equation(q)
    if equation is None or not _goes_back(equation):
        return [_whole(q, numbers)]
    try:
        found = list(_expanded(equation, numbers))
    except _NotLinearError:
        return [_whole(q, numbers)]
    return [Share(factors, _product(factors, numbers), on) for factors, on in _merged(found)]


def _product(factors: tuple[Expr, ...], numbers: Numbers) -> float:
    return math.prod(float(factor.evaluate(numbers)) for factor in factors)


def _merged(addends: list[Addend]) -> Iterator[Addend]:
    """The addends, those of one error as one: a path is told from others by the errors that it leads through."""
    by_error: dict[Quantity, list[tuple[Expr, ...]]] = {}
    for factors, on in addends:
        if on is None:
            yield factors, None
        else:
            by_error.setdefault(on, []).append(factors)
    for on, ways in by_error.items():
        products = tuple(Product(factors) if factors else Number(1.0) for factors in ways)
        yield ways[0] if len(ways) == 1 else (Sum(products),), on


class _NotLinearError(Exception):
    """An equation is no sum of products with one error each."""


def _whole(q: Quantity, numbers: Numbers) -> Share:
    return Share((Ref(q),), float(numbers(q)), None)


def _expanded(expr: Expr, numbers: Numbers) -> Iterator[Addend]:
    """The addends of a tree, multiplied out."""
    if isinstance(expr, Ref) and expr.quantity.role in ERRORS:
        yield (), expr.quantity
    elif isinstance(expr, Number) and expr.value == 0:
        return
    elif not _goes_back(expr):
        yield (expr,), None
    elif isinstance(expr, Sum):
        for term in expr.terms:
            yield from _expanded(term, numbers)
    elif isinstance(expr, Difference):
        yield from _expanded(expr.left, numbers)
        yield from _times((Number(-1.0),), expr.right, numbers)
    elif isinstance(expr, Negative):
        yield from _times((Number(-1.0),), expr.argument, numbers)
    elif isinstance(expr, Product):
        back = [factor for factor in expr.factors if _goes_back(factor)]
        if len(back) > 1:
            raise _NotLinearError
        yield from _times(tuple(factor for factor in expr.factors if factor is not back[0]), back[0], numbers)
    elif isinstance(expr, Quotient) and not _goes_back(expr.denominator):
        yield from _times((Quotient(Number(1.0), expr.denominator),), expr.numerator, numbers)
    elif isinstance(expr, Choose) and not _goes_back(expr.test):
        for branch, kept in ((expr.then, (1.0, 0.0)), (expr.otherwise, (0.0, 1.0))):
            switch = Choose(expr.test, Number(kept[0]), Number(kept[1]), expr.or_equal)
            yield from _times((switch,), branch, numbers)
    elif isinstance(expr, Pick):
        yield from _expanded(expr.at(int(expr.place.evaluate(numbers))), numbers)
    else:
        raise _NotLinearError


def _times(factors: tuple[Expr, ...], expr: Expr, numbers: Numbers) -> Iterator[Addend]:
    for more, on in _expanded(expr, numbers):
        yield (*more, *factors), on


def _goes_back(expr: Expr) -> bool:
    """Whether a tree refers to an error that comes back."""
    if isinstance(expr, Ref):
        return expr.quantity.role in ERRORS
    return any(_goes_back(part) for part in expr.parts)


def _log(number: float) -> float:
    """The logarithm of a number's size; what is no number ranks first."""
    size = abs(number)
    return math.log(max(size, TINY)) if size < math.inf else 1000.0
