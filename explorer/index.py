"""Index: the nodes of a network by name and the wires by their ends, from those of a network that differs little.

A network of thousands of layers is looked into with every edit, and nearly all nodes and wires are then the very same
objects: what is known of them is copied, which is soon done, and only the others are entered.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from operator import attrgetter
from typing import Generic, Literal, Protocol, TypeVar

from explorer.identity import differences, replaced, shared


class Named(Protocol):
    """A node."""

    @property
    def id(self) -> str:
        """Its name."""


class Wire(Protocol):
    """A wire from the output of one node to a port of another."""

    @property
    def source(self) -> str:
        """The node that it comes from."""

    @property
    def target(self) -> str:
        """The node that it goes to."""

    @property
    def port(self) -> int:
        """Which port of that."""


N = TypeVar("N", bound=Named)
W = TypeVar("W", bound=Wire)
Ends = Mapping[str, tuple[W, ...]]
_name, _port = attrgetter("id"), attrgetter("port")
_REMEMBERED = 6
_MANY = 64
"""Fewer nodes are entered at once."""
_FEW = 0.25
"""Up to this part of all that differs is entered one by one."""


class Names(Generic[N]):
    """Nodes by their names, in their order; the last one of a name counts."""

    def __init__(self) -> None:
        self._known: list[tuple[tuple[N, ...], Mapping[str, N]]] = []

    def of(self, nodes: tuple[N, ...]) -> Mapping[str, N]:
        """The index of these nodes."""
        if len(nodes) < _MANY:
            return {node.id: node for node in nodes}
        found = next((again for known in self._known if (again := _renamed(*known, nodes)) is not None), None)
        if found is None:
            found = {node.id: node for node in nodes}
        self._known = [(nodes, found), *(known for known in self._known if known[0] is not nodes)][:_REMEMBERED]
        return found


def _renamed(old: tuple[N, ...], known: Mapping[str, N], new: tuple[N, ...]) -> Mapping[str, N] | None:
    """The index of other nodes, from that of the old ones; None if it is not the same but for a few."""
    if old is new:
        return known
    if len(known) != len(old) or abs(len(old) - len(new)) > _FEW * len(new):
        return None
    places = replaced(old, new)
    if places is not None:
        # Others in the same places, and then some more or fewer.
        gone, fresh = [old[place] for place in places], [new[place] for place in places]
        if list(map(_name, gone)) == list(map(_name, fresh)):
            return _entered(known, old[len(new) :], (*fresh, *new[len(old) :]), len(new))
    first, last = shared(old, new)
    left, come = old[first : len(old) - last], new[first : len(new) - last]
    if (last and come) or len(left) + len(come) > _FEW * len(new):
        return None
    return _entered(known, left, come, len(new))


def _entered(known: Mapping[str, N], gone: Sequence[N], come: Sequence[N], count: int) -> Mapping[str, N] | None:
    """The index without some nodes and with others; None if they are not as many then."""
    found = dict(known)
    for node in gone:
        del found[node.id]
    for node in come:
        found[node.id] = node
    return found if len(found) == count else None


class Wires(Generic[W]):
    """Wires by one of their ends: those out of each node in their order, or those into each node by port."""

    def __init__(self, end: Literal["source", "target"]) -> None:
        self._end = attrgetter(end)
        self._by_port = end == "target"
        self._known: list[tuple[tuple[W, ...], tuple[Named, ...], Ends[W]]] = []

    def of(self, wires: tuple[W, ...], nodes: tuple[Named, ...], names: Container[str]) -> Ends[W]:
        """The wires of each of these nodes, () where there are none, and of others that a wire names.

        ``names`` are those of the nodes.
        """
        if len(nodes) < _MANY:
            return self._afresh(wires, nodes)
        found = next((again for known in self._known if (again := self._rewired(*known, wires, nodes, names))), None)
        if found is None:
            found = self._afresh(wires, nodes)
        kept = (known for known in self._known if known[0] is not wires or known[1] is not nodes)
        self._known = [(wires, nodes, found), *kept][:_REMEMBERED]
        return found

    def _afresh(self, wires: tuple[W, ...], nodes: tuple[Named, ...]) -> Ends[W]:
        found: dict[str, tuple[W, ...]] = dict.fromkeys(map(_name, nodes), ())
        several = set()
        for wire, name in zip(wires, map(self._end, wires), strict=True):
            known = found.get(name)
            if known:
                found[name] = (*known, wire)
                several.add(name)
            else:
                found[name] = (wire,)
        if self._by_port:
            for name in several:
                found[name] = tuple(sorted(found[name], key=_port))
        return found

    def _rewired(
        self, old: tuple[W, ...], old_nodes: tuple[Named, ...], known: Ends[W],
        new: tuple[W, ...], nodes: tuple[Named, ...], names: Container[str],
    ) -> Ends[W] | None:  # fmt: skip
        """The index of other wires and nodes, from that of the old ones; None if it is not the same but for a few."""
        if old is new and old_nodes is nodes:
            return known
        if abs(len(old) - len(new)) + abs(len(old_nodes) - len(nodes)) > _FEW * (len(new) + len(nodes)):
            return None
        first, last = shared(old, new)
        cut, drawn = old[first : len(old) - last], new[first : len(new) - last]
        come, gone = differences(old_nodes, nodes)
        if len(cut) + len(drawn) + len(gone) + len(come) > _FEW * (len(new) + len(nodes)):
            return None
        found = dict(known)
        for name in map(_name, come):
            found.setdefault(name, ())
        less, more = _grouped(cut, self._end), _grouped(drawn, self._end)
        for name in {**less, **more}:
            changed = self._changed(found.get(name, ()), less.get(name, ()), more.get(name, ()), at_end=last == 0)
            if changed is None:
                return None
            found[name] = changed
        for name in (*less, *map(_name, gone)):
            if name not in names and not found.get(name, True):
                del found[name]
        return found

    def _changed(self, was: tuple[W, ...], cut: Sequence[W], drawn: Sequence[W], at_end: bool) -> tuple[W, ...] | None:
        """The wires of one node, some cut and others drawn in their place; None if it is not known where these go."""
        out_of = set(map(id, cut))
        taken = [id(wire) in out_of for wire in was]
        if sum(taken) != len(cut):
            return None
        kept = tuple(wire for wire, out in zip(was, taken, strict=True) if not out)
        if self._by_port:
            joined = sorted((*kept, *drawn), key=_port)
            return tuple(joined) if len(set(map(_port, joined))) == len(joined) else None
        if not (kept and drawn) or at_end:
            return (*kept, *drawn)
        if True not in taken:
            return None
        place = taken.index(True)
        return (*kept[:place], *drawn, *kept[place:])


def _grouped(wires: tuple[W, ...], end: Callable[[W], str]) -> dict[str, list[W]]:
    found: dict[str, list[W]] = {}
    for wire in wires:
        found.setdefault(end(wire), []).append(wire)
    return found
