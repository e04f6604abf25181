"""Expression trees over whole arrays: matrix products, transposes and rearrangements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explorer.equations import Expr, Lookup


@dataclass(frozen=True)
class MatMul(Expr):
    """The matrix product of two arrays; two vectors give their outer product if ``outer``."""

    left: Expr
    right: Expr
    outer: bool = False

    @property
    def parts(self) -> tuple[Expr, ...]:
        """Left and right."""
        return (self.left, self.right)

    def evaluate(self, lookup: Lookup) -> Any:
        """The product."""
        left, right = self.left.evaluate(lookup), self.right.evaluate(lookup)
        return np.outer(left, right) if self.outer else np.matmul(left, right)


@dataclass(frozen=True)
class Transposed(Expr):
    """The transpose of a matrix."""

    argument: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The matrix."""
        return (self.argument,)

    def evaluate(self, lookup: Lookup) -> Any:
        """The transposed array."""
        return np.transpose(self.argument.evaluate(lookup))


@dataclass(frozen=True)
class Rearranged(Expr):
    """An array whose numbers are moved, gathered or added up by ``function``; written ``name(arguments)``."""

    name: str
    arguments: tuple[Expr, ...]
    function: Callable[..., Any] = field(compare=False)

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The arrays."""
        return self.arguments

    def evaluate(self, lookup: Lookup) -> Any:
        """The new array."""
        return self.function(*[argument.evaluate(lookup) for argument in self.arguments])


@dataclass(frozen=True)
class Part(Expr):
    """Some of an array, written by a symbol of its own, LaTeX: the rows ``W_{if}`` of a matrix of four gates."""

    symbol: str
    argument: Expr
    function: Callable[[Any], Any] = field(compare=False)

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The whole array."""
        return (self.argument,)

    def evaluate(self, lookup: Lookup) -> Any:
        """The numbers of the part."""
        return self.function(self.argument.evaluate(lookup))
