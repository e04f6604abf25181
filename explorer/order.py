"""Order: in what order the layers of a network run after an edit, where the last order tells; else it is found anew."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.identity import differences, replaced
from explorer.network import Edge, Network, Node


def order_again(order: tuple[str, ...], old: Network, new: Network) -> tuple[str, ...] | None:
    """Kahn's order of the new network from that of the old one; None if the edit was none of the usual ones.

    These are: a layer without wires was put behind the others, a layer was put into a wire, a layer has a new name.
    Both networks have one node of a name, and ``order`` has all nodes of the old one.
    """
    come, gone = differences(old.nodes, new.nodes)
    drawn, cut = differences(old.edges, new.edges)
    added = [node.id for node in come if node.id not in old.by_id]
    removed = [node.id for node in gone if node.id not in new.by_id]
    if len(added) != 1 or len(removed) > 1 or not _in_place(old.nodes, new.nodes, removed, added):
        return None
    name = added[0]
    if removed:
        return _renamed(order, (removed[0], name), old.edges, new.edges)
    if not drawn and not cut:
        # It waits for nothing, as the inputs, and they all come first, in the order of the nodes.
        inputs = next((place for place, node in enumerate(order) if old.incoming[node]), len(order))
        return (*order[:inputs], name, *order[inputs:])
    return _inserted(order, name, old, new) if len(cut) == 1 and len(drawn) == 2 else None


def _in_place(old: Sequence[Node], new: Sequence[Node], removed: Sequence[str], added: Sequence[str]) -> bool:
    """Whether the nodes follow each other as before, a removed one's place taken by an added one, or that put last."""
    places = replaced(tuple(old), tuple(new))
    if places is None or len(new) != len(old) + len(added) - len(removed):
        return False
    names = [(old[place].id, new[place].id) for place in places]
    others = [pair for pair in names if pair[0] != pair[1]]
    return others == [(removed[0], added[0])] if removed else not others and new[-1].id == added[0]


def _renamed(
    order: tuple[str, ...], names: tuple[str, str], old: tuple[Edge, ...], new: tuple[Edge, ...]
) -> tuple[str, ...] | None:
    was, now = names
    places = replaced(old, new)
    if places is None or len(old) != len(new):
        return None
    for before, after in ((old[place], new[place]) for place in places):
        ends = tuple(now if end == was else end for end in (before.source, before.target))
        if ends != (after.source, after.target):
            return None
    place = order.index(was)
    return (*order[:place], now, *order[place + 1 :])


def _inserted(order: tuple[str, ...], name: str, old: Network, new: Network) -> tuple[str, ...] | None:
    """With a layer put into a wire: right before the one behind it, if nothing else was waiting to run with that."""
    into, out_of = new.incoming[name], new.outgoing[name]
    if len(into) != 1 or len(out_of) != 1:
        return None
    source, target = into[0].source, out_of[0].target
    if [edge.source for edge in old.incoming.get(target, ())] != [source] or len(new.incoming[target]) != 1:
        return None
    were = [name if edge.target == target else edge.target for edge in old.outgoing[source]]
    if were != [edge.target for edge in new.outgoing[source]]:
        return None
    place = order.index(target)
    # What runs next was waiting for the target alone: so nothing was in the queue beside that.
    if place + 1 < len(order) and all(edge.source != target for edge in old.incoming[order[place + 1]]):
        return None
    return (*order[:place], name, *order[place:])
