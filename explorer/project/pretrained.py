"""add_pretrained: another project's trained network as a frozen subnetwork of this one, a feature extractor."""

from __future__ import annotations

from dataclasses import replace

from explorer.layers import kind_of
from explorer.network import Network, NetworkError, Node, Position, add_node, free_id
from explorer.params import NodeParam
from explorer.project.model import Project
from explorer.templates import LONGEST_NAME, add_template, adopt, free_template


def add_pretrained(project: Project, other: Project, at: Position | None = None) -> tuple[Project, str]:
    """The project with one more subnetwork, not wired yet, and its name.

    It has the layers and weights of ``other``; all of its layers are frozen, so that training changes only what is
    behind it. Raises NetworkError if ``other`` has no weights, no input, or not one output.
    """
    if not other.weights:
        raise NetworkError(f"{other.name[:60]} has no weights yet: train it and save it first.")
    if not any(not kind_of(node.kind).ports and not kind_of(node.kind).expands for node in other.network.nodes):
        raise NetworkError(f"{other.name[:60]} has no input layer.")
    if len(other.network.outputs) != 1:
        raise NetworkError(f"{other.name[:60]} has {len(other.network.outputs)} outputs; a subnetwork has one.")
    frozen = {name: _frozen(inner) for name, inner in other.network.templates.items()}
    network, nodes = adopt(project.network, _frozen(other.network).nodes, frozen)
    title = " ".join(word for word in other.name.split() if word.isprintable())[: LONGEST_NAME - 8] or "pretrained"
    template = free_template(network.templates, title)
    content = replace(other.network, nodes=tuple(nodes), templates={})
    name = free_id(network, "pretrained")
    network = add_node(
        add_template(network, template, content), Node(name, "subnetwork", {"template": template}, position=at)
    )
    weights = {f"{name}/{key}": array for key, array in other.weights.items()}
    return replace(project, network=network, weights={**project.weights, **weights}), name


def _frozen(network: Network) -> Network:
    """With every layer frozen that has weights of its own."""
    return replace(network, nodes=tuple(_frozen_node(node) for node in network.nodes))


def _frozen_node(node: Node) -> Node:
    params = kind_of(node.kind).params
    shares = any(isinstance(param, NodeParam) and node.params.get(param.name) for param in params)
    if shares or not any(param.name == "freeze" for param in params):
        return node
    return replace(node, params={**node.params, "freeze": True})
