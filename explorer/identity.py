"""Frozen values told apart by which objects they are: to compare what is in them would take longer than to use them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import compress, count, islice
from operator import is_not
from typing import Generic, TypeVar

T = TypeVar("T")
_FEW = 64


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


def shared(old: tuple[T, ...], new: tuple[T, ...]) -> tuple[int, int]:
    """With how many of the same objects both begin, and with how many of the others both end."""
    if old is new:
        return len(old), 0
    return _both_ends(ByIdentity(old), ByIdentity(new))


@lru_cache(maxsize=8)  # several ask about the nodes and wires of the same two networks
def _both_ends(before: ByIdentity[tuple[T, ...]], after: ByIdentity[tuple[T, ...]]) -> tuple[int, int]:
    old, new = before.value, after.value
    first = _alike(old, new)
    shorter = min(len(old), len(new))
    return first, _alike(old[: first - 1 - len(old) : -1], new[: first - 1 - len(new) : -1]) if first < shorter else 0


def replaced(old: tuple[T, ...], new: tuple[T, ...]) -> tuple[int, ...] | None:
    """The places at which both have an object, and not the same; None if these are not few."""
    return () if old is new else _replaced(ByIdentity(old), ByIdentity(new))


@lru_cache(maxsize=8)
def _replaced(before: ByIdentity[tuple[T, ...]], after: ByIdentity[tuple[T, ...]]) -> tuple[int, ...] | None:
    places = tuple(islice(compress(count(), map(is_not, before.value, after.value)), _FEW + 1))
    return places if len(places) <= _FEW else None


@lru_cache(maxsize=8)
def _differences(
    before: ByIdentity[tuple[T, ...]], after: ByIdentity[tuple[T, ...]]
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    old, new = before.value, after.value
    places = replaced(old, new)
    if places is not None:
        common = min(len(old), len(new))
        old = (*(old[place] for place in places), *old[common:])
        new = (*(new[place] for place in places), *new[common:])
    else:
        first, last = shared(old, new)
        old, new = old[first : len(old) - last], new[first : len(new) - last]
    were, are = set(map(id, old)), set(map(id, new))
    return tuple([one for one in new if id(one) not in were]), tuple([one for one in old if id(one) not in are])


def _alike(one: Sequence[object], two: Sequence[object]) -> int:
    """How many objects both begin with."""
    return next(compress(count(), map(is_not, one, two)), min(len(one), len(two)))
