"""Networks of up to 40 layers with branches: what resolve says before running is what running gives."""

from __future__ import annotations

import torch
from hypothesis import HealthCheck, given, settings

from explorer.compiler import compile_network
from explorer.network import Network
from explorer.resolve import resolve
from tests.explorer.networks import networks

MOST = 40
EXAMPLES = 40


def test_resolve_agrees_with_running() -> None:
    counts = list[int]()

    @settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
    @given(networks(most=MOST))
    def agrees(network: Network) -> None:
        check(network)
        counts.append(len(network.nodes))

    agrees()
    assert sum(count > MOST / 2 for count in counts) >= EXAMPLES / 8, counts


def check(network: Network) -> None:
    """Every layer's shape, every weight's shape, and how many numbers there are to train."""
    resolved = resolve(network)
    assert resolved.problems == ()
    module = compile_network(resolved, torch.float64).eval()
    inputs = [torch.zeros((2, *(resolved.layers[node].shape or ())), dtype=torch.float64) for node in resolved.inputs]
    with torch.no_grad():
        values = module.values(*inputs)
    assert {node: tuple(value.shape) for node, value in values.items()} == {
        node: (2, *(resolved.layers[node].shape or ())) for node in resolved.order
    }
    assert {name: tuple(weight.shape) for name, weight in module.kept().items()} == resolved.weight_shapes
    assert sum(weight.numel() for weight in module.weights().values()) == resolved.parameters
