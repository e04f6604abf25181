"""Grouping: the commands that put layers into subnetworks and take them out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from explorer.grouping import Moved, group, ungroup
from explorer.layers import kind_of
from explorer.library import Kept, keep
from explorer.network import Network, NetworkError, move
from explorer.project.model import Project
from explorer.project.pretrained import add_pretrained
from explorer.templates import add_template, make_unique, template_of
from ui.editor.edits import Edits, what
from ui.editor.layout import COLUMN_GAP, NODE_GAP, overlaps
from ui.templates import PROJECT


class Grouping(Edits):
    """Group, take apart, make unique, save as a template."""

    def group(self, node_ids: Collection[str]) -> str:
        """Put nodes into a new subnetwork, and return its name; raises NetworkError if they cannot be one."""
        shapes = {name: layer.shape for name, layer in self._document.resolved.layers.items()}
        moved = group(self._places.pinned(), node_ids, shapes)
        inside = [name for name in node_ids if name in moved.names]
        self._move_layers(f"group {what(inside)}", moved.network, moved.names, moved.fresh)
        return moved.fresh[0]

    def ungroup(self, node_ids: Collection[str]) -> None:
        """Put the layers of subnetworks in their place; raises NetworkError."""
        network, fresh, names = self._places.pinned(), list[str](), dict[str, str]()
        chosen = self._subnetworks(node_ids)
        for name in chosen:
            moved = ungroup(network, name)
            network = self._spread(moved, name)
            fresh += moved.fresh
            names |= moved.names
        self._move_layers(f"ungroup {what(chosen)}", network, names, tuple(fresh))

    def add_pretrained(self, other: Project) -> None:
        """Add the trained network of another project, frozen, below what there is; raises NetworkError."""
        document, shown, sizes = self._document.document, self._places.positions, self._places.sizes
        bottom = max((y + sizes[name][1] for name, (_, y) in shown.items()), default=0.0)
        left = min((x for x, _ in shown.values()), default=0.0)
        pinned = replace(document.project, network=self._places.pinned())
        project, name = add_pretrained(pinned, other, (left, bottom + NODE_GAP))
        document.edit(f"add the trained network of {other.name[:40]}", project)
        self._document.select((name,))

    def make_unique(self, node_ids: Collection[str]) -> None:
        """Give subnetworks templates of their own; raises NetworkError."""
        network = self._document.network
        chosen = self._subnetworks(node_ids)
        for name in chosen:
            network, _ = make_unique(network, name)
        self._edit(f"make {what(chosen)} unique", network)

    def save_template(self, node_ids: Collection[str]) -> None:
        """Make a template of the project like these nodes, which stay as they are; raises NetworkError."""
        kept = self._template_like(node_ids)
        if kept.name in self._document.network.templates:
            raise NetworkError(f"{kept.name} is a template already: it is listed with the layers.")
        self._edit(f"save the template {kept.name}", add_template(self._places.pinned(), kept.name, kept.content))
        self._shelf.added.emit(f"{PROJECT}:{kept.name}")

    def keep_template(self, node_ids: Collection[str]) -> None:
        """Keep a template like these nodes for other projects; raises NetworkError."""
        self._shelf.keep(self._template_like(node_ids))

    def _template_like(self, node_ids: Collection[str]) -> Kept:
        """The template of a subnetwork, if that is all there is, or one that nodes would be grouped into."""
        network = self._places.pinned()
        if len(node_ids) == 1:
            node = network.node(next(iter(node_ids)))
            if kind_of(node.kind).expands:
                return keep(template_of(network, node), network)
        shapes = {name: layer.shape for name, layer in self._document.resolved.layers.items()}
        moved = group(network, node_ids, shapes)
        return keep(moved.fresh[0], moved.network)

    def _subnetworks(self, node_ids: Collection[str]) -> list[str]:
        """Those of the nodes that stand for networks; raises NetworkError if there are none."""
        known = self._document.network.by_id
        found = [name for name in node_ids if name in known and kind_of(known[name].kind).expands]
        if not found:
            raise NetworkError("Select a subnetwork first.")
        return found

    def _move_layers(self, label: str, network: Network, names: Mapping[str, str], fresh: tuple[str, ...]) -> None:
        self._document.edit_network(label, network, names=names)
        self._document.select(fresh)

    def _spread(self, moved: Moved, name: str) -> Network:
        """The layers where the template has them; if they would cover others, what lies right of them makes room."""
        network, shown, sizes = moved.network, self._places.positions, self._places.sizes
        places = {n: place for n in moved.fresh if (place := network.node(n).position) is not None}
        others = {n: place for n, place in shown.items() if n in network.by_id and n not in moved.fresh}
        if not places or not any(overlaps(others, sizes, place, sizes[name]) for place in places.values()):
            return network
        here, left = shown[name], min(x for x, _ in places.values())
        width = max(x for x, _ in places.values()) - left
        inner = {n: (here[0] + x - left, y) for n, (x, y) in places.items()}
        after = {n: (x + width + COLUMN_GAP, y) for n, (x, y) in others.items() if x > here[0]}
        return move(network, inner | after)
