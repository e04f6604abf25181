"""Networks as PyTorch classes compute what they compute here, whatever they are made of."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from explorer.exchange.model_code import model_program
from explorer.grouping import group
from explorer.kind import LayerKind
from explorer.layers import KINDS
from explorer.network import Edge, Network, NetworkError, Node
from explorer.resolve import resolve
from tests.explorer.exchange.programs import both, text_of
from tests.explorer.networks import layers, networks

RUN = [kind for kind in KINDS if kind.ports and not kind.expands and not kind.from_file]


def check_same(network: Network) -> None:
    """The program computes what the network does."""
    exported, compiled = both(network)
    assert len(exported) == len(compiled)
    for one, other in zip(exported, compiled, strict=True):
        assert_close(one, other, rtol=1e-9, atol=1e-12)


def chain(*nodes: Node, **more: Network) -> Network:
    edges = tuple(Edge(one.id, other.id) for one, other in pairwise(nodes))
    return Network(nodes, edges, templates=more)


def code_of(network: Network, title: str = "net") -> str:
    return text_of(model_program(network, resolve(network), title))


@pytest.mark.parametrize("kind", RUN, ids=lambda kind: kind.id)
@settings(max_examples=10)
@given(data=st.data())
def test_a_layer_of_every_kind(kind: LayerKind, data: st.DataObject) -> None:
    params, shapes, _ = data.draw(layers(kind))
    inputs = tuple(Node(f"x{port}", "input", {"shape": shape}) for port, shape in enumerate(shapes))
    edges = tuple(Edge(node.id, "n", port) for port, node in enumerate(inputs))
    check_same(Network((*inputs, Node("n", kind.id, params)), edges))


@given(network=networks(most=12))
def test_random_networks(network: Network) -> None:
    check_same(network)


@given(network=networks(most=12), even=st.randoms(use_true_random=False))
def test_random_networks_with_subnetworks_and_muted_and_shared_layers(network: Network, even: random.Random) -> None:
    for _ in range(even.randint(1, 4)):
        network = even.choice([grouped, muted, shared])(network, even)
    check_same(network)


def grouped(network: Network, even: random.Random) -> Network:
    """With some layers in a subnetwork, if they can be."""
    start = even.choice(network.nodes).id
    chosen = {start, *(edge.source for edge in network.incoming[start]), *(e.source for e in network.edges[:2])}
    try:
        return group(network, chosen, {name: layer.shape for name, layer in resolve(network).layers.items()}).network
    except NetworkError:
        return network


def muted(network: Network, even: random.Random) -> Network:
    """With one layer muted, if the network still runs."""
    node = even.choice(network.nodes)
    after = replace(network, nodes=tuple(replace(n, muted=True) if n is node else n for n in network.nodes))
    return network if resolve(after).problems else after


def shared(network: Network, even: random.Random) -> Network:
    """With one layer more that shares the weights of another, if there is one that has some."""
    resolved = resolve(network)
    owners = [layer for layer in resolved.running if layer.weights]
    if not owners:
        return network
    owner = even.choice(owners)
    name = f"shared{len(network.nodes)}"
    fitting = [n.id for n in network.nodes if n.id in resolved.layers and resolved.layers[n.id].shape in owner.inputs]
    outer = [name for name in fitting if not resolved.layers[name].kind.expands or not network.node(name).muted]
    if not outer:
        return network
    params = {**owner.params, "share": owner.id}
    node = Node(name, owner.kind.id, params)
    after = replace(network, nodes=(*network.nodes, node), edges=(*network.edges, Edge(even.choice(outer), name)))
    return after if not resolve(after).problems else network
