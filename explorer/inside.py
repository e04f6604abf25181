"""Inside subnetworks: the network that a path of uses opens, where a layer lies, and edits that change every use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from explorer.layers import kind_of
from explorer.network import Network, NetworkError, Node, new_name, with_names
from explorer.params import NodeParam
from explorer.templates import needed, template_of, used_by

T = TypeVar("T")
UsePath = tuple[str, ...]
"""The subnetworks that are opened one inside the other, by their names; () is the whole network."""


def opened(network: Network, path: UsePath) -> Network:
    """What a path opens, with all the templates; raises NetworkError if something of it is no subnetwork."""
    inner = network
    for name in path:
        inner = replace(network.templates[template_of(network, inner.node(name))], templates=network.templates)
    return inner


def template_at(network: Network, path: UsePath) -> str:
    """The name of the template that a path opens; "" for the whole network; raises NetworkError."""
    return template_of(network, opened(network, path[:-1]).node(path[-1])) if path else ""


def with_inside(network: Network, path: UsePath, inner: Network, names: Mapping[str, str] | None = None) -> Network:
    """With ``inner`` in place of what a path opens, in every use of that template; its templates become the network's.

    Wires into its uses follow the inputs by their names; those of an input that is gone go too. ``names`` are the new
    names of layers that were renamed in it, which layers elsewhere that name them follow. Raises NetworkError if a
    template would then be inside itself.
    """
    after = _put_in(network, template_at(network, path), inner, names or {}) if path else inner
    if not names or not network.templates:
        return after
    changed = template_at(network, path)
    templates = {
        name: other if name == changed else _following(network, name, other, changed, names)
        for name, other in after.templates.items()
    }
    outer = _following(network, "", after, changed, names) if path else after
    return replace(outer, templates=templates)


def locate(network: Network, full_id: str) -> tuple[UsePath, str] | None:
    """The path that opens the network in which a layer such as ``block/conv`` lies, and its name there; None if none.

    As names may hold a slash themselves, the outermost layer that fits is found.
    """
    path: list[str] = []
    for _, _, node, rest in _trail(network, full_id):
        if not rest:
            return (tuple(path), node.id) if full_id.endswith(node.id) else None
        path.append(node.id)
    return None


def moved_inside(network: Network, path: UsePath, names: Mapping[str, str], full_ids: Iterable[str]) -> dict[str, str]:
    """The new full names of layers, after those inside what ``path`` opens were renamed by ``names``, in every use.

    ``network`` is as it was before. A name stands for all that lies under it too; layers that keep theirs are left out.
    """
    return _moved(network, "", template_at(network, path), names, full_ids)


def moved_weights(network: Network, path: UsePath, names: Mapping[str, str], weights: Mapping[str, T]) -> dict[str, T]:
    """What is kept by names such as ``block/conv.weight``, under the names that the layers have after such an edit."""
    owners = {name: name.partition(".")[0] for name in weights}
    moved = moved_inside(network, path, names, set(owners.values()))
    return {moved.get(owners[name], owners[name]) + name[len(owners[name]) :]: value for name, value in weights.items()}


def child_of(network: Network, name: str) -> str | None:
    """The layer of this very network that is called ``name`` or, like ``block`` for ``block/conv``, holds it."""
    parts = name.split("/")
    heads = ("/".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((head for head in heads if head in network.by_id), None)


def _put_in(network: Network, name: str, inner: Network, names: Mapping[str, str]) -> Network:
    """With another content of a template; raises NetworkError if it would then be inside itself."""
    content = replace(inner, templates={})
    templates = {**inner.templates, name: content}
    for fresh in set(used_by(content.nodes)) - set(used_by(network.templates[name].nodes)):
        if fresh == name or (fresh in templates and name in needed(templates, templates[fresh].nodes)):
            raise NetworkError(f"{fresh} cannot be put into {name}: {name} would then be inside itself.")
    before, after = _inputs(network.templates[name]), _inputs(content)
    called = [names.get(port, port) for port in before]
    if called == after[: len(called)]:
        return replace(network, templates=templates)
    ports = {place: after.index(port) if port in after else None for place, port in enumerate(called)}
    templates = {other: _rewired(network, name, ports) for other, network in templates.items()}
    return replace(_rewired(network, name, ports), templates=templates)


def _inputs(template: Network) -> list[str]:
    return [node.id for node in template.nodes if not kind_of(node.kind).ports]


def _rewired(network: Network, template: str, ports: Mapping[int, int | None]) -> Network:
    """With the wires into the uses of a template at other ports; None lets a wire go."""
    uses = {node.id for node in network.nodes if template in used_by([node])}
    edges = []
    for edge in network.edges:
        port = ports.get(edge.port, edge.port) if edge.target in uses else edge.port
        if port is not None:
            edges.append(edge if port == edge.port else replace(edge, port=port))
    return replace(network, edges=tuple(edges)) if tuple(edges) != network.edges else network


def _following(before: Network, start: str, network: Network, changed: str, names: Mapping[str, str]) -> Network:
    """The network of the template ``start``, whose layers name those of another one that were renamed there."""
    named = {
        name
        for node in network.nodes
        for param in kind_of(node.kind).params
        if isinstance(param, NodeParam) and isinstance(name := node.params.get(param.name), str)
    }
    moved = _moved(before, start, changed, names, named) if named and (not start or start in before.templates) else {}
    if not moved:
        return network
    nodes = tuple(node if node.id in moved else with_names(node, moved) for node in network.nodes)
    return replace(network, nodes=nodes)


def _moved(network: Network, start: str, changed: str, names: Mapping[str, str], ids: Iterable[str]) -> dict[str, str]:
    """The new names of layers that are named from within the template ``start``, where they lie in ``changed``."""
    found = {}
    for name in ids:
        for prefix, at, _, _ in _trail(network, name, start):
            own = name[len(prefix) :]
            if at == changed and new_name(own, names) != own:
                found[name] = prefix + new_name(own, names)
                break
    return found


def _trail(network: Network, name: str, start: str = "") -> Iterator[tuple[str, str, Node, str]]:
    """Each layer on the way to one: what is before its name, the template that it lies in, itself, what follows."""
    prefix, template, rest = "", start, name
    while rest:
        node = _head(network, network.templates[template] if template else network, rest)
        if node is None:
            return
        following = rest[len(node.id) + 1 :]
        yield prefix, template, node, following
        prefix, rest = f"{prefix}{node.id}/", following
        template = node.params["template"] if rest else ""


def _head(network: Network, inner: Network, name: str) -> Node | None:
    """The layer called ``name``, or the subnetwork that ``name`` begins with."""
    if name in inner.by_id:
        return inner.by_id[name]
    parts = name.split("/")
    for count in range(1, len(parts)):
        node = inner.by_id.get("/".join(parts[:count]))
        if node is not None and kind_of(node.kind).expands and node.params.get("template") in network.templates:
            return node
    return None
