"""Weights begin as the layer says, or else as the project does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from explorer.compiler import compile_project
from explorer.initialise import initialise
from explorer.layers import KINDS, kind_of
from explorer.network import set_params
from explorer.project.model import Project
from explorer.resolve import resolve
from explorer.settings import Settings
from explorer.weight_params import INITIALISERS, WEIGHT_PARAMS
from tests.explorer.training.small import chain

WIDE = chain(("x", "input", {"shape": (400,)}), ("h", "dense", {"units": 300}), ("o", "sigmoid", {}))
DEVIATIONS = {
    "normal": (0.5, 0.5),
    "uniform": (0.5 / 3**0.5, 0.5 / 3**0.5),
    "scaled": (400**-0.5, 0.0),
    "he": (2 / 400) ** 0.5,
    "xavier": (2 / 700) ** 0.5,
    "orthogonal": 400**-0.5,
    "zeros": 0.0,
    "torch": ((1 / 400 / 3) ** 0.5, (1 / 400 / 3) ** 0.5),
}
"""Of weights and biases, for 400 inputs, 300 units and a spread of 0.5; torch draws uniformly from ±1/√n."""


def weights_of(dtype: torch.dtype = torch.float32, settings: dict[str, Any] | None = None, **params: Any) -> Any:
    network = set_params(WIDE, "h", params)
    project = Project(network=network, settings=Settings(settings or {}))
    return compile_project(project, resolve(network), dtype).weight_arrays()


@pytest.mark.parametrize("how", INITIALISERS[1:])
def test_weights_have_the_deviation_that_the_initialiser_promises(how: str) -> None:
    expected = DEVIATIONS[how]
    deviation, bias = expected if isinstance(expected, tuple) else (expected, 0.0)
    by_layer = weights_of(init=how, init_spread=0.5)
    assert by_layer["h.weight"].std() == pytest.approx(deviation, rel=0.02)
    assert abs(by_layer["h.weight"].mean()) < 0.01
    assert by_layer["h.bias"].std() == pytest.approx(bias, rel=0.2)
    by_project = weights_of(settings={"init": how, "init_spread": 0.5})
    for name, array in by_layer.items():
        assert_array_equal(array, by_project[name])


@pytest.mark.parametrize("how", INITIALISERS[1:])
def test_both_precisions_start_alike(how: str) -> None:
    narrow, wide = (weights_of(dtype, init=how) for dtype in (torch.float32, torch.float64))
    for name, array in narrow.items():
        assert array.dtype == np.float32
        assert wide[name].dtype == np.float64
        assert_array_equal(array.astype(np.float64), wide[name])


def test_a_layers_own_initialiser_comes_before_the_projects() -> None:
    assert not np.any(weights_of(settings={"init": "he"}, init="zeros")["h.weight"])
    assert np.any(weights_of(settings={"init": "zeros"}, init="he")["h.weight"])


def test_uniform_weights_stay_within_the_spread_and_orthogonal_rows_are_orthonormal() -> None:
    assert 0.0099 < np.abs(weights_of(init="uniform", init_spread=0.01)["h.weight"]).max() <= 0.01
    rows = weights_of(torch.float64, init="orthogonal")["h.weight"]
    assert_allclose(rows @ rows.T, np.eye(300), atol=1e-5)


def test_a_convolution_counts_the_cells_under_its_filter() -> None:
    torch.manual_seed(0)
    tensor = torch.zeros(256, 8, 5, 5)
    for how, expected in (("he", 2 / 200), ("scaled", 1 / 200), ("xavier", 2 / (200 + 6400))):
        initialise(kind_of("conv2d"), {}, {"weight": tensor}, how, 1.0)
        assert tensor.std().item() == pytest.approx(expected**0.5, rel=0.02)


def test_what_is_no_bias_and_no_table_of_weights_begins_as_torch_has_it() -> None:
    scale = torch.ones(5)
    for how in INITIALISERS[1:]:
        initialise(kind_of("dense"), {}, {"weight": scale}, how, 1.0)
        assert scale.tolist() == [1.0] * 5


@pytest.mark.parametrize("kind", [kind for kind in KINDS if WEIGHT_PARAMS[0] in kind.params], ids=lambda kind: kind.id)
def test_weights_that_a_kind_keeps_are_left_alone(kind: Any) -> None:
    marked = {name: torch.full((3, 3), 7.0) for name in (*kind.keeps_start, "another")}
    initialise(kind, {}, marked, "zeros", 1.0)
    assert {name for name, tensor in marked.items() if tensor[0, 0] == 7.0} == set(kind.keeps_start)
    assert kind.unit_axis in (0, 1)
