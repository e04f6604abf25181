"""Templates: the networks by name that subnetworks stand for, and the edits of which there are and who uses them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from explorer.layers import kind_of
from explorer.network import NODE_ID, Network, NetworkError, Node

LONGEST_NAME = 64
TEMPLATE_RULE = f"a text of 1 to {LONGEST_NAME} characters"


def used_by(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The templates that subnetworks among these nodes name, each once."""
    return tuple(dict.fromkeys(node.params.get("template", "") for node in nodes if kind_of(node.kind).expands))


def needed(templates: Mapping[str, Network], nodes: Iterable[Node]) -> tuple[str, ...]:
    """The templates that nodes use, and those that these use in turn, as far as there are such."""
    found: dict[str, None] = {}
    todo = list(used_by(nodes))
    while todo:
        name = todo.pop()
        if name in templates and name not in found:
            found[name] = None
            todo += used_by(templates[name].nodes)
    return tuple(name for name in templates if name in found)


def users(network: Network, template: str) -> tuple[str, ...]:
    """Who uses a template: subnetworks of the network by their names, and other templates by theirs."""
    direct = [node.id for node in network.nodes if template in used_by([node])]
    others = [name for name, inner in network.templates.items() if template in used_by(inner.nodes)]
    return (*direct, *(f"the template {name}" for name in others))


def use_counts(network: Network) -> Counter[str]:
    """How many subnetworks name each template, in the network and in other templates."""
    nodes = [*network.nodes, *(node for inner in network.templates.values() for node in inner.nodes)]
    return Counter(node.params.get("template", "") for node in nodes if kind_of(node.kind).expands)


def unused(network: Network) -> tuple[str, ...]:
    """The templates that nothing in the network leads to."""
    reached = needed(network.templates, network.nodes)
    return tuple(name for name in network.templates if name not in reached)


def free_template(templates: Collection[str], wish: str) -> str:
    """``wish`` if no template has this name, else the first of wish 2, wish 3 ... that is free."""
    stem = re.sub(r"[ _]\d+$", "", wish)
    name, number = wish, 1
    while name in templates:
        number += 1
        ending = f" {number}"
        name = stem[: LONGEST_NAME - len(ending)] + ending
    return name


def node_id_for(name: str) -> str:
    """A template's name as the name of a layer: ``residual block`` becomes ``residual_block``."""
    plain = re.sub(r"[^\w-]+", "_", name).strip("_-")[:40]
    return plain if NODE_ID.fullmatch(plain) else f"block_{plain}".rstrip("_")


def adopt(network: Network, nodes: Iterable[Node], templates: Mapping[str, Network]) -> tuple[Network, list[Node]]:
    """With those of ``templates`` that ``nodes`` need, and the nodes naming them as they are called here.

    One that the network has already, under the same name and alike but for places and notes, is used; one whose name
    stands for something else here gets another name.
    """
    given = tuple(nodes)
    wanted = needed(templates, given)
    known = _known(network.templates, templates, wanted)
    names: dict[str, str] = {}
    for name in wanted:
        taken = {*network.templates, *names.values()}
        names[name] = name if name in known else free_template(taken, name)
    added = {names[name]: _calling(templates[name], names) for name in wanted if name not in known}
    if added:
        network = replace(network, templates={**network.templates, **added})
    return network, [_calling_node(node, names) for node in given]


def add_template(network: Network, name: str, content: Network) -> Network:
    """With one more template; raises NetworkError if its name is taken or none."""
    _check_name(network, name)
    return replace(network, templates={**network.templates, name: replace(content, templates={})})


def rename_template(network: Network, old: str, new: str) -> Network:
    """With a template called otherwise, wherever it is used; raises NetworkError."""
    _find(network, old)
    if new == old:
        return network
    _check_name(network, new)
    names = {old: new}
    templates = {names.get(name, name): _calling(inner, names) for name, inner in network.templates.items()}
    return replace(_calling(network, names), templates=templates)


def duplicate_template(network: Network, name: str) -> tuple[Network, str]:
    """With a copy of a template, and the copy's name; raises NetworkError."""
    content = _find(network, name)
    copy = free_template(network.templates, name)
    return add_template(network, copy, content), copy


def delete_template(network: Network, name: str) -> Network:
    """Without a template that nothing uses; raises NetworkError."""
    _find(network, name)
    found = users(network, name)
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        raise NetworkError(f"{name} is used by {', '.join(found[:3])}{more}: ungroup or delete these first.")
    return replace(network, templates={key: inner for key, inner in network.templates.items() if key != name})


def make_unique(network: Network, node_id: str) -> tuple[Network, str]:
    """With a template of its own for one subnetwork, and that template's name; raises NetworkError."""
    name = template_of(network, network.node(node_id))
    network, copy = duplicate_template(network, name)
    names = {name: copy}
    nodes = tuple(_calling_node(node, names) if node.id == node_id else node for node in network.nodes)
    return replace(network, nodes=nodes), copy


def template_of(network: Network, node: Node) -> str:
    """The name of the template that a subnetwork stands for; raises NetworkError if there is none to open."""
    if not kind_of(node.kind).expands:
        raise NetworkError(f"{node.id} is no subnetwork: there is nothing inside it.")
    name: str = node.params.get("template", "")
    if name not in network.templates:
        raise NetworkError(f"{node.id} stands for the template {name!r}, which the project does not have.")
    return name


def _find(network: Network, name: str) -> Network:
    if name not in network.templates:
        raise NetworkError(f"There is no template called {name[:LONGEST_NAME]}.")
    return network.templates[name]


def _check_name(network: Network, name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise NetworkError(f"A template's name is {TEMPLATE_RULE}; {name[:70]!r} is not.")
    if name in network.templates:
        raise NetworkError(f"There is a template called {name} already.")


def _known(here: Mapping[str, Network], given: Mapping[str, Network], wanted: Collection[str]) -> set[str]:
    """Which of the templates are here already under the same name, with all that they use."""
    known = {name for name in wanted if name in here and _content(here[name]) == _content(given[name])}
    while True:
        # What uses a template that is another one here is itself another one.
        other = {name for name in known if any(n in wanted and n not in known for n in used_by(given[name].nodes))}
        if not other:
            return known
        known -= other


def _content(network: Network) -> tuple[object, ...]:
    """What a network computes, without places and notes."""
    return [(node.id, node.kind, node.params, node.muted) for node in network.nodes], network.edges


def _calling(network: Network, names: Mapping[str, str]) -> Network:
    nodes = tuple(_calling_node(node, names) for node in network.nodes)
    changed = any(node is not old for node, old in zip(nodes, network.nodes, strict=True))
    return replace(network, nodes=nodes) if changed else network


def _calling_node(node: Node, names: Mapping[str, str]) -> Node:
    """A node that names its template as it is called now."""
    if not kind_of(node.kind).expands:
        return node
    name = node.params.get("template", "")
    new = names.get(name, name)
    return node if new == name else replace(node, params={**node.params, "template": new})
