"""Tally: what layers come to together, counted from what layers came to that were nearly the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import astuple, dataclass
from operator import attrgetter
from typing import Protocol

from explorer.identity import differences
from explorer.kind import LayerKind, Shape

_REMEMBERED = 6
_MANY = 64
"""Fewer layers are counted at once."""
_NUMBERS = tuple(map(attrgetter, ("parameters", "trainable", "values", "operations")))
_wish, _shape = attrgetter("wish"), attrgetter("shape")


class Counted(Protocol):
    """What is known of a layer that can be added up."""

    @property
    def kind(self) -> LayerKind:
        """What kind of layer it is."""

    @property
    def shape(self) -> Shape | None:
        """The shape that goes out; None if it is not known."""

    @property
    def operations(self) -> int:
        """Multiply-adds for one example."""

    @property
    def parameters(self) -> int:
        """How many numbers its weights are."""

    @property
    def trainable(self) -> int:
        """How many of them training changes."""

    @property
    def values(self) -> int:
        """How many numbers it puts out for one example."""

    @property
    def wish(self) -> str:
        """The layer whose weights it is set to share, if any."""


@dataclass(frozen=True)
class Tally:
    """Sums over layers of their numbers, and how many layers of a sort there are."""

    parameters: int = 0
    trainable: int = 0
    values: int = 0
    """Numbers that come out for one example."""
    operations: int = 0
    """Multiply-adds for one example."""
    sharing: int = 0
    """Layers that are set to share the weights of another."""
    unknown: int = 0
    """Layers whose shape is not known."""
    from_file: int = 0
    """Layers that are networks from a file."""


_latest: list[tuple[tuple[Counted, ...], Tally]] = []


def tally(layers: tuple[Counted, ...]) -> Tally:
    """The sums over layers: over the latest ones, if most are the same, and then without and with the others."""
    global _latest
    if len(layers) < _MANY:
        return _added(Tally(), layers, ())
    found = None
    for before, known in _latest:
        if 2 * abs(len(before) - len(layers)) > len(layers):
            continue
        come, gone = differences(before, layers)
        if before is layers or 2 * (len(come) + len(gone)) <= len(layers):
            found = _added(known, come, gone)
            break
    if found is None:
        found = _added(Tally(), layers, ())
    _latest = [(layers, found), *(one for one in _latest if one[0] is not layers)][:_REMEMBERED]
    return found


def _added(known: Tally, come: Collection[Counted], gone: Collection[Counted]) -> Tally:
    sums = zip(astuple(known), _sums(come), _sums(gone), strict=True)
    return Tally(*(was + more - less for was, more, less in sums))


def _sums(layers: Collection[Counted]) -> tuple[int, ...]:
    """What some layers come to, in the order of a tally: sums over lists take the least time."""
    return (
        *(sum(map(numbers, layers)) for numbers in _NUMBERS),
        len(layers) - list(map(_wish, layers)).count(""),
        list(map(_shape, layers)).count(None),
        sum(layer.kind.from_file for layer in layers),
    )
