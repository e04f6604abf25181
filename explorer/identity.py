"""Frozen values told apart by which objects they are: to compare what is in them would take longer than to use them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import compress, count
from operator import is_not
from typing import Generic, TypeVar

T = TypeVar("T")


class ByIdentity(Generic[T]):
    """A network or node as a key: to compare two by what is in them would take as long as to resolve them."""

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByIdentity) and other.value is self.value


def differences(old: tuple[T, ...], new: tuple[T, ...]) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """The objects that only the new ones have, and those that only the old ones had."""
    if old is new:
        return (), ()
    return _differences(ByIdentity(old), ByIdentity(new))


@lru_cache(maxsize=4)  # several ask about the nodes and wires of the same two networks
def _differences(
    before: ByIdentity[tuple[T, ...]], after: ByIdentity[tuple[T, ...]]
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    old, new = before.value, after.value
    # Nearly always both begin and end with the same objects, which is seen soonest.
    first = _shared(old, new)
    last = _shared(old[:first:-1], new[:first:-1])
    old, new = old[first : len(old) - last], new[first : len(new) - last]
    were, are = set(map(id, old)), set(map(id, new))
    return tuple([one for one in new if id(one) not in were]), tuple([one for one in old if id(one) not in are])


def _shared(one: Sequence[object], two: Sequence[object]) -> int:
    """How many objects both begin with."""
    return next(compress(count(), map(is_not, one, two)), min(len(one), len(two)))
