"""Every kind against numpy: the same outputs in use as plain loops give; the gradients of its module are slopes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from explorer.kind import LayerKind, Shape
from explorer.layers import KINDS
from tests.explorer.layers import numpy_sequences  # noqa: F401  # it adds its kinds to FORWARD
from tests.explorer.layers.numpy_reference import FORWARD
from tests.explorer.networks import layers, numbers_for

RUN = [kind for kind in KINDS if kind.ports and not kind.expands and not kind.from_file]
each_that_runs = pytest.mark.parametrize("kind", RUN, ids=lambda kind: kind.id)
BATCH = 2


def draw_layer(
    kind: LayerKind, data: st.DataObject, scale: float
) -> tuple[dict[str, Any], torch.nn.Module, list[np.ndarray], Shape]:
    """(params, module with random weights, inputs, output shape) of a layer in use, in float64."""
    params, shapes, output = data.draw(layers(kind), label="layer")
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1), label="seed"))
    module = kind.module(params, shapes).double().eval()
    with torch.no_grad():
        for weight in module.parameters():
            weight.copy_(torch.tensor(rng.normal(0.0, scale, tuple(weight.shape))))
    return params, module, [numbers_for(kind, params, (BATCH, *shape), rng, scale) for shape in shapes], output


def test_every_kind_has_a_reference() -> None:
    assert {kind.id for kind in RUN} == set(FORWARD)


@each_that_runs
@settings(max_examples=25)
@given(data=st.data())
def test_what_it_puts_out_is_what_numpy_says(kind: LayerKind, data: st.DataObject) -> None:
    scale = data.draw(st.sampled_from([0.3, 1.0, 8.0]), label="scale")
    params, module, inputs, output = draw_layer(kind, data, scale)
    weights = {name: weight.detach().numpy() for name, weight in module.named_parameters()}
    found = module(*map(torch.tensor, inputs)).detach().numpy()
    expected = FORWARD[kind.id](params, inputs, weights)
    assert found.shape == expected.shape == (BATCH, *output)
    largest = math.prod(max(1.0, float(np.abs(array).max())) for array in (*inputs, *weights.values()))
    assert_allclose(found, expected, rtol=1e-10, atol=1e-13 * largest)


@each_that_runs
@settings(max_examples=5)
@given(data=st.data())
def test_its_gradients_are_the_slopes_of_its_outputs(kind: LayerKind, data: st.DataObject) -> None:
    """torch.autograd.gradcheck: differences of the outputs at numbers that lie on no kink."""
    _, module, inputs, _ = draw_layer(kind, data, 1.0)
    tensors = [torch.tensor(array, requires_grad=not kind.takes_indices) for array in inputs]
    weights = list(module.parameters())

    def run(*given: torch.Tensor) -> torch.Tensor:
        names = (name for name, _ in module.named_parameters())
        own = dict(zip(names, given[len(tensors) :], strict=True))
        return torch.func.functional_call(module, own, given[: len(tensors)])

    assert torch.autograd.gradcheck(run, (*tensors, *weights), eps=1e-7, atol=1e-5, rtol=1e-4)
