"""The tally: what was counted from other layers is what counting them all gives."""

from __future__ import annotations

import math
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import tally as module
from explorer.network import Network, Node, set_params
from explorer.resolve import Layer, resolve
from explorer.tally import Tally, tally
from tests.explorer.edits import EDITS, after_each
from tests.explorer.networks import networks
from tests.explorer.test_again import chain


def counted(layers: tuple[Layer, ...]) -> Tally:
    """Each sum by itself, over all."""
    return Tally(
        sum(math.prod(shape) for layer in layers for shape in layer.weights.values()),
        sum(math.prod(shape) for layer in layers if not layer.frozen for shape in layer.weights.values()),
        sum(math.prod(layer.shape) for layer in layers if layer.shape is not None),
        sum(layer.operations for layer in layers),
        sum("share" in layer.params and layer.params["share"] != "" for layer in layers),
        sum(layer.shape is None for layer in layers),
        sum(layer.kind.from_file for layer in layers),
    )


@settings(max_examples=60)
@given(networks(), EDITS)
def test_the_sums_of_any_network_after_any_edits(network: Network, edits: list[tuple[int, int, int, int]]) -> None:
    with patch.object(module, "_MANY", 0):  # as a large network is treated
        for after in after_each(network, edits):
            resolved = resolve(after)
            assert tally(resolved.running) == counted(resolved.running)
            assert (resolved.parameters, resolved.trainable) == (resolved.sums.parameters, resolved.sums.trainable)


@given(st.data())
def test_the_sums_of_many_layers_from_those_of_others_like_them(data: st.DataObject) -> None:
    network = chain(120)
    layers = resolve(network).every
    assert tally(layers) == counted(layers)
    for _ in range(3):
        name = f"d{data.draw(st.integers(0, 119))}"
        changed = {"units": data.draw(st.integers(1, 9)), "freeze": data.draw(st.booleans())}
        network = set_params(network, name, changed)
        layers = resolve(network).every
        assert tally(layers) == counted(layers)
        few = layers[: data.draw(st.integers(0, len(layers)))]
        assert tally(few) == counted(few)


def test_subnetworks_and_muted_layers_are_not_counted_with_those_that_run() -> None:
    network = chain(3)
    muted = resolve(type(network)((*network.nodes[:-1], Node("d2", "dense", {"units": 4}, muted=True)), network.edges))
    assert len(muted.every) == 4
    assert muted.parameters == muted.sums.parameters == 2 * 20
