"""again: what is known of a network still holds after an edit, but for what it touched and what follows from that.

A network of thousands of layers is resolved with every edit; nearly all nodes and wires are then the very same objects.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Generic, Protocol, TypeVar

from explorer.identity import ByIdentity, differences, replaced
from explorer.kind import Shape
from explorer.layers import kind_of
from explorer.network import Edge, Network, Node
from explorer.order import order_again


class Shaped(Protocol):
    """What is known of a layer."""

    @property
    def shape(self) -> Shape | None:
        """The shape that goes out."""


L = TypeVar("L", bound=Shaped)
P = TypeVar("P")
Make = Callable[[Node, Mapping[str, L]], tuple[L, tuple[P, ...]]]
"""One layer and its problems, from its node and the layers before it."""


@dataclass(frozen=True)
class Known(Generic[L, P]):
    """A network without subnetworks, its layers and the problems of those that have any; ``layers`` lie in ``order``.

    Every wire runs from a node to a port that there is, no two into one, and none closes a loop.
    """

    network: Network
    memory: int | None
    order: tuple[str, ...]
    layers: Mapping[str, L]
    problems: Mapping[str, tuple[P, ...]]


class Latest(Generic[L, P]):
    """The networks that became known last, the one in use first; the next is most likely much the same as that."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: tuple[Known[L, P], ...] = ()

    def add(self, known: Known[L, P]) -> None:
        """Remember a network as the one in use, and forget the one that was used longest ago."""
        self._known = (known, *(other for other in self._known if other is not known))[: self._most]

    def use(self, network: Network) -> None:
        """Note that a network is in use again."""
        for known in self._known[1:]:
            if known.network is network:
                self.add(known)

    def like(
        self, network: Network, memory: int | None, make: Make[L, P], order_of: Callable[[Network], tuple[str, ...]]
    ) -> Known[L, P] | None:
        """What is known of a network, from one that is like it; None if none is."""
        for before in self._known:
            found = again(before, network, make, order_of) if before.memory == memory else None
            if found is not None:
                self.add(found)
                return found
        return None


def again(
    before: Known[L, P], network: Network, make: Make[L, P], order_of: Callable[[Network], tuple[str, ...]]
) -> Known[L, P] | None:
    """The same for another network; None if they have too little in common, or its wires are not in order."""
    old, new = before.network, network
    fresh, gone = differences(old.nodes, new.nodes)
    drawn, cut = differences(old.edges, new.edges)
    if 2 * (len(fresh) + len(gone)) > len(new.nodes) or len(new.by_id) != len(new.nodes):
        return None
    touched = {node.id for node in fresh if not _same_layer(node, old.by_id.get(node.id))}
    removed = {node.id for node in gone} - new.by_id.keys()
    touched |= {edge.target for edge in (*drawn, *cut)} - removed
    if any(new.incoming.get(name) or new.outgoing.get(name) for name in removed):
        return None
    if not touched <= new.by_id.keys() or not all(_in_order(new, name) for name in touched):
        return None
    order = before.order
    if drawn or cut or not _same_names(old.nodes, new.nodes):
        order = order_again(before.order, old, new) or order_of(new)
    if len(order) != len(new.nodes):
        return None
    layers, problems = _follow(before, new, order, touched, make)
    return Known(new, before.memory, order, layers, problems)


def _follow(
    before: Known[L, P], network: Network, order: tuple[str, ...], touched: Iterable[str], make: Make[L, P]
) -> tuple[Mapping[str, L], Mapping[str, tuple[P, ...]]]:
    """The layers, those made anew that were touched or that read one whose shape changed."""
    layers: dict[str, L] = dict(before.layers)
    problems = {name: found for name, found in before.problems.items() if name in network.by_id}
    rank = _rank(ByIdentity(order))
    due = [rank[name] for name in touched]
    heapq.heapify(due)
    last = -1
    while due:
        place = heapq.heappop(due)
        if place == last:
            continue
        last, name = place, order[place]
        layer, found = make(network.by_id[name], layers)
        known = before.layers.get(name)
        layer = known if known == layer and known is not None else layer
        if known is None or known.shape != layer.shape:
            for edge in network.outgoing[name]:
                heapq.heappush(due, rank[edge.target])
        layers[name] = layer
        problems.pop(name, None)
        if found:
            problems[name] = found
    if order is not before.order:
        layers = dict(zip(order, map(layers.__getitem__, order), strict=True))
    return layers, {name: problems[name] for name in sorted(problems, key=rank.__getitem__)}


@lru_cache(maxsize=4)  # most edits leave the order as it is
def _rank(order: ByIdentity[tuple[str, ...]]) -> Mapping[str, int]:
    return dict(zip(order.value, count(), strict=False))


def _same_names(old: tuple[Node, ...], new: tuple[Node, ...]) -> bool:
    """Whether the nodes are called the same, in the same order."""
    if len(old) != len(new):
        return False
    places = replaced(old, new)
    if places is None:
        return [node.id for node in old] == [node.id for node in new]
    return all(old[place].id == new[place].id for place in places)


def _same_layer(node: Node, old: Node | None) -> bool:
    """Whether only its place on the canvas and what is noted of it differ."""
    return old is not None and (node.kind, node.params) == (old.kind, old.params)


def _in_order(network: Network, name: str) -> bool:
    """Whether every wire into a node comes from one that there is, to a port that there is, and no two to one."""
    kind = kind_of(network.by_id[name].kind)
    edges: tuple[Edge, ...] = network.incoming[name]
    ports: Set[int] = {edge.port for edge in edges}
    fits = all(edge.source in network.by_id and edge.port >= 0 for edge in edges)
    return fits and len(ports) == len(edges) and (kind.variadic or all(port < len(kind.ports) for port in ports))
