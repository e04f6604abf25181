"""initialise: how the weights of layers begin, by the initialiser that each layer names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from explorer.kind import LayerKind, is_bias

BIASES_TOO = ("normal", "uniform")
"""With the other initialisers biases begin at 0, but for torch's own."""


def initialise(
    kind: LayerKind, params: Mapping[str, Any], weights: Mapping[str, Tensor], how: str, spread: float
) -> None:
    """Draw the weights of one layer anew, from torch's generator as it stands; see ``INITIALISERS`` for the names.

    ``how`` and ``spread`` are the project's, for a layer that has none of its own. What torch's module has made stays
    for ``torch``, for weights that the kind keeps, and for lists that are no biases, such as the scale of a norm.
    """
    if params.get("init", "project") != "project":
        how, spread = params["init"], params["init_spread"]
    if how == "torch":
        return
    with torch.no_grad():
        for name, tensor in weights.items():
            if name in kind.keeps_start or (tensor.dim() < 2 and not is_bias(name)):
                continue
            if is_bias(name) and how not in BIASES_TOO:
                tensor.zero_()
            else:
                _fill(tensor, how, spread, kind.unit_axis)


def _fill(tensor: Tensor, how: str, spread: float, unit_axis: int) -> None:
    """One array: normal and scaled as N(0, sd); uniform within ±spread; orthogonal by Saxe and others (2014)."""
    if how == "orthogonal":
        torch.nn.init.orthogonal_(tensor)
    elif how == "uniform":
        tensor.uniform_(-1.0, 1.0).mul_(spread)
    elif how == "zeros":
        tensor.zero_()
    else:
        tensor.normal_(0.0, 1.0).mul_(spread if how == "normal" else _deviation(tensor, how, unit_axis))


def _deviation(tensor: Tensor, how: str, unit_axis: int) -> float:
    """1/√n, Xavier's √(2/(n + m)) (Glorot and Bengio, 2010) or He's √(2/n) (2015): n inputs of a unit, m outputs."""
    sizes = tensor.shape
    cells = math.prod(sizes[2:])
    inputs, outputs = sizes[1 - unit_axis] * cells, sizes[unit_axis] * cells
    variances = {"scaled": 1 / inputs, "xavier": 2 / (inputs + outputs), "he": 2 / inputs}
    return math.sqrt(variances[how])
