"""Names that are free: what a copy or a new layer is called where its name is taken."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

LONGEST_ID = 64
"""Characters of a layer's name."""


def free_name(taken: Container[str], wish: str) -> str:
    """``wish`` if it is not taken, else the first of wish_2, wish_3 ... that is free, cut to the length of a name."""
    return wish if wish not in taken else _numbered(taken, _stem(wish), 2)[0]


class FreeNames:
    """Names for many nodes: each is taken once it is given. No number is tried twice."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def take(self, wish: str) -> str:
        """What ``free_name`` gives."""
        name = wish
        if wish in self._taken:
            stem = _stem(wish)
            name, number = _numbered(self._taken, stem, self._next.get(stem, 2))
            self._next[stem] = number + 1
        self._taken.add(name)
        return name


def _stem(name: str) -> str:
    return re.sub(r"_\d+$", "", name)


def _numbered(taken: Container[str], stem: str, number: int) -> tuple[str, int]:
    """The first free name with a number from ``number`` on, and its number."""
    while (name := f"{stem[: LONGEST_ID - len(str(number)) - 1]}_{number}") in taken:
        number += 1
    return name, number
