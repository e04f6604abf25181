"""Expression trees over the quantities of a network: they evaluate to numbers, and ``printing`` writes them out.

A tree holds scalars (``w1``), or whole arrays where a quantity has no index (``W``): evaluation uses numpy for both.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

FEW = 64  # an element that is picked out of more than these is not told beside all the others
Index = tuple[int | str, ...]
Lookup = Callable[["Quantity"], Any]


@dataclass(frozen=True)
class Quantity:
    """One named number (or array, without an index) of a network.

    ``role`` says what it is: value (a node's output), weight, delta (dE/d output), gradient (dE/d weight), inner (an
    array inside a layer, called ``part``), inner_delta (dE/d inner), target, cost, local (local error), slope (df/dz),
    term, updated, state (of the optimizer), rate, epsilon.
    ``part`` is the weight's name, ``label`` the optimizer state's or the other end of a term; an index entry
    that is a letter stands for a running index. ``example`` is the position in the batch.
    """

    role: str
    node: str = ""
    part: str = ""
    index: Index = ()
    example: int = 0
    label: str = ""

    def __post_init__(self) -> None:
        # Kept, because quantities are the keys of everything that is found out about them.
        whole = hash((self.role, self.node, self.part, self.index, self.example, self.label))
        object.__setattr__(self, "_hash", whole)

    def __hash__(self) -> int:
        return self._hash  # type: ignore[attr-defined, no-any-return]

    def __reduce__(self) -> tuple[Any, ...]:  # another process hashes texts otherwise
        return (Quantity, (self.role, self.node, self.part, self.index, self.example, self.label))


class Expr(ABC):
    """A node of an expression tree; arithmetic operators build larger trees."""

    @abstractmethod
    def evaluate(self, lookup: Lookup) -> Any:
        """The value, a float or a float64 array, with the operands taken from ``lookup``."""

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The sub-expressions, in the order in which they are written."""
        return ()

    def __add__(self, other: Expr | float) -> Expr:
        return Sum((self, as_expr(other)))

    def __radd__(self, other: float) -> Expr:
        return Sum((as_expr(other), self))

    def __sub__(self, other: Expr | float) -> Expr:
        return Difference(self, as_expr(other))

    def __rsub__(self, other: float) -> Expr:
        return Difference(as_expr(other), self)

    def __mul__(self, other: Expr | float) -> Expr:
        return Product((self, as_expr(other)))

    def __rmul__(self, other: float) -> Expr:
        return Product((as_expr(other), self))

    def __truediv__(self, other: Expr | float) -> Expr:
        return Quotient(self, as_expr(other))

    def __rtruediv__(self, other: float) -> Expr:
        return Quotient(as_expr(other), self)

    def __neg__(self) -> Expr:
        return Negative(self)

    def __pow__(self, exponent: float) -> Expr:
        return Power(self, exponent)


@dataclass(frozen=True)
class Number(Expr):
    """A constant of the formula, such as the 1/2 of the squared error."""

    value: float

    def evaluate(self, lookup: Lookup) -> Any:
        """The constant."""
        return self.value


@dataclass(frozen=True)
class Ref(Expr):
    """An operand: a quantity of the network."""

    quantity: Quantity

    def evaluate(self, lookup: Lookup) -> Any:
        """Whatever the lookup holds for the quantity."""
        return lookup(self.quantity)


@dataclass(frozen=True)
class Sum(Expr):
    """The sum of terms; ``summary`` is (running index, typical term) for the short form with a capital sigma.

    ``lead`` counts the first terms that stay outside the sigma, such as the bias. With running indices there
    may be a summary alone, which cannot be evaluated.
    """

    terms: tuple[Expr, ...]
    summary: tuple[str, Expr] | None = None
    lead: int = 0

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The terms."""
        return self.terms

    def evaluate(self, lookup: Lookup) -> Any:
        """The sum; exactly rounded (fsum) for finite scalars."""
        values = [term.evaluate(lookup) for term in self.terms]
        if all(isinstance(value, float) and math.isfinite(value) for value in values):
            return math.fsum(values)
        total: Any = 0.0
        for value in values:
            total = total + value
        return total


@dataclass(frozen=True)
class Difference(Expr):
    """Left minus right."""

    left: Expr
    right: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:
        """Left and right."""
        return (self.left, self.right)

    def evaluate(self, lookup: Lookup) -> Any:
        """The difference."""
        return self.left.evaluate(lookup) - self.right.evaluate(lookup)


@dataclass(frozen=True)
class Product(Expr):
    """The product of factors, element by element for arrays."""

    factors: tuple[Expr, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The factors."""
        return self.factors

    def evaluate(self, lookup: Lookup) -> Any:
        """The product."""
        result: Any = 1.0
        for factor in self.factors:
            result = result * factor.evaluate(lookup)
        return result


@dataclass(frozen=True)
class Negative(Expr):
    """Minus the argument."""

    argument: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The argument."""
        return (self.argument,)

    def evaluate(self, lookup: Lookup) -> Any:
        """The negated value."""
        return -self.argument.evaluate(lookup)


@dataclass(frozen=True)
class Quotient(Expr):
    """Numerator over denominator; dividing by zero gives an infinity or NaN, as in IEEE arithmetic."""

    numerator: Expr
    denominator: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:
        """Numerator and denominator."""
        return (self.numerator, self.denominator)

    def evaluate(self, lookup: Lookup) -> Any:
        """The quotient."""
        with np.errstate(all="ignore"):
            result = np.divide(self.numerator.evaluate(lookup), self.denominator.evaluate(lookup))
        return plain(result)


@dataclass(frozen=True)
class Power(Expr):
    """The argument to a constant power."""

    argument: Expr
    exponent: float

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The argument."""
        return (self.argument,)

    def evaluate(self, lookup: Lookup) -> Any:
        """The power."""
        with np.errstate(all="ignore"):
            return plain(np.power(self.argument.evaluate(lookup), self.exponent))


def _erf(x: Any) -> Any:
    """The error function, for scalars and arrays."""
    return np.vectorize(math.erf, otypes=[np.float64])(x)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "ln": np.log,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "erf": _erf,
    "max": np.maximum,
    "min": np.minimum,
    "sigmoid": lambda x: 1 / (1 + np.exp(-np.asarray(x))),
    "ln1pexp": lambda x: np.logaddexp(0.0, x),
}


@dataclass(frozen=True)
class Apply(Expr):
    """One of FUNCTIONS applied to its arguments, element by element."""

    function: str
    arguments: tuple[Expr, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The arguments."""
        return self.arguments

    def evaluate(self, lookup: Lookup) -> Any:
        """The function's value; overflow gives an infinity."""
        values = [argument.evaluate(lookup) for argument in self.arguments]
        if self.function == "max" and len(values) > 2:
            return plain(np.max(values, axis=0))
        with np.errstate(all="ignore"):
            return plain(FUNCTIONS[self.function](*values))


@dataclass(frozen=True)
class Choose(Expr):
    """``then`` where ``test`` is above zero (at least zero if ``or_equal``), else ``otherwise``."""

    test: Expr
    then: Expr
    otherwise: Expr
    or_equal: bool = False

    @property
    def parts(self) -> tuple[Expr, ...]:
        """Test and the two outcomes."""
        return (self.test, self.then, self.otherwise)

    def evaluate(self, lookup: Lookup) -> Any:
        """The outcome that the test picks, element by element."""
        test = self.test.evaluate(lookup)
        holds = np.greater_equal(test, 0) if self.or_equal else np.greater(test, 0)
        return plain(np.where(holds, self.then.evaluate(lookup), self.otherwise.evaluate(lookup)))


@dataclass(frozen=True)
class Pick(Expr):
    """The element of an array whose first index is the value of ``place``; ``first`` is the one at 0, of ``count``."""

    place: Expr
    first: Ref
    count: int

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The place and, of few, all elements that it can be."""
        return (self.place, *(self.at(place) for place in range(self.count if self.count <= FEW else 0)))

    def at(self, place: int | str) -> Ref:
        """The element at a place."""
        return Ref(replace(self.first.quantity, index=(place, *self.first.quantity.index[1:])))

    def evaluate(self, lookup: Lookup) -> Any:
        """The value of the element; the others are not looked up."""
        return self.at(int(self.place.evaluate(lookup))).evaluate(lookup)


@dataclass(frozen=True)
class SoftmaxShare(Expr):
    """exp(one) / sum of exp(all), evaluated without overflow; without ``one`` the whole vector's softmax."""

    arguments: tuple[Expr, ...]
    one: Expr | None = None

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The exponents."""
        return self.arguments

    def evaluate(self, lookup: Lookup) -> Any:
        """A number in [0, 1], or the vector of them."""
        values = np.asarray([argument.evaluate(lookup) for argument in self.arguments], dtype=np.float64)
        if self.one is None:
            values = values[0]
        with np.errstate(all="ignore"):
            powers = np.exp(values - values.max())
            own = powers if self.one is None else np.exp(self.one.evaluate(lookup) - values.max())
            return plain(own / powers.sum())


@dataclass(frozen=True)
class LogSumExp(Expr):
    """ln of the sum of exp(arguments), evaluated without overflow; one array argument is summed over its elements."""

    arguments: tuple[Expr, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The exponents."""
        return self.arguments

    def evaluate(self, lookup: Lookup) -> Any:
        """The logarithm of the sum."""
        values = np.asarray([argument.evaluate(lookup) for argument in self.arguments], dtype=np.float64)
        with np.errstate(all="ignore"):
            return plain(np.logaddexp.reduce(values.ravel()))


def as_expr(value: Expr | float) -> Expr:
    """A number as a tree; a tree stays itself."""
    return value if isinstance(value, Expr) else Number(float(value))


def plain(value: Any) -> Any:
    """A numpy scalar as a float, an array as it is."""
    return float(value) if np.ndim(value) == 0 else value


def exp(x: Expr) -> Expr:
    """e to the x."""
    return Apply("exp", (x,))


def ln(x: Expr) -> Expr:
    """The natural logarithm."""
    return Apply("ln", (x,))


def total(terms: list[Expr], letter: str = "", typical: Expr | None = None, lead: int = 0) -> Expr:
    """The sum of ``terms``; one term alone is itself, none is 0. ``letter`` and ``typical`` give the short form."""
    if not terms:
        return Number(0.0)
    if len(terms) == 1:
        return terms[0]
    return Sum(tuple(terms), (letter, typical) if typical is not None else None, lead)


def operands(expr: Expr) -> list[Quantity]:
    """The quantities that a tree refers to, each once, in the order in which they are written."""
    found: dict[Quantity, None] = {}
    stack: list[Expr] = [expr]
    while stack:
        top = stack.pop()
        if isinstance(top, Ref):
            found.setdefault(top.quantity)
        else:
            stack.extend(reversed(top.parts))
    return list(found)
