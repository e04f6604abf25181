"""How the weights of layers begin, by the initialiser that each layer names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from explorer.kind import LayerKind, Shape, is_bias

BIASES_TOO = ("normal", "uniform")
"""With the other initialisers biases begin at 0, but for torch's own."""


def starts(
    kind: LayerKind, params: Mapping[str, Any], shapes: Mapping[str, Shape], how: str, spread: float
) -> dict[str, tuple[str, float]]:
    """How each weight of a layer is drawn: (method, factor); see ``INITIALISERS`` for the names of initialisers.

    The method is zeros, normal for N(0, 1), uniform within ±1, or orthogonal by Saxe and others (2014); the factor is
    what it is multiplied with. ``how`` and ``spread`` are the project's, for a layer that has none of its own. What
    torch's module has made stays, and is not in the answer, for ``torch``, for weights that the kind keeps, and for
    lists that are no biases, such as the scale of a norm.
    """
    if params.get("init", "project") != "project":
        how, spread = params["init"], params["init_spread"]
    found = {}
    for name, shape in shapes.items():
        if how == "torch" or name in kind.keeps_start or (len(shape) < 2 and not is_bias(name)):
            continue
        if is_bias(name) and how not in BIASES_TOO:
            found[name] = ("zeros", 1.0)
        elif how in ("zeros", "orthogonal"):
            found[name] = (how, 1.0)
        elif how in ("uniform", "normal"):
            found[name] = (how, spread)
        else:
            found[name] = ("normal", _deviation(shape, how, kind.unit_axis))
    return found


def initialise(
    kind: LayerKind, params: Mapping[str, Any], weights: Mapping[str, Tensor], how: str, spread: float
) -> None:
    """Draw the weights of one layer anew as ``starts`` says, in their order, from torch's generator as it stands."""
    shapes = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    with torch.no_grad():
        for name, (method, factor) in starts(kind, params, shapes, how, spread).items():
            _fill(weights[name], method, factor)


def _fill(tensor: Tensor, method: str, factor: float) -> None:
    if method == "orthogonal":
        torch.nn.init.orthogonal_(tensor)
    elif method == "uniform":
        tensor.uniform_(-1.0, 1.0).mul_(factor)
    elif method == "normal":
        tensor.normal_(0.0, 1.0).mul_(factor)
    else:
        tensor.zero_()


def _deviation(sizes: Shape, how: str, unit_axis: int) -> float:
    """1/√n, Xavier's √(2/(n + m)) (Glorot and Bengio, 2010) or He's √(2/n) (2015): n inputs of a unit, m outputs."""
    cells = math.prod(sizes[2:])
    inputs, outputs = sizes[1 - unit_axis] * cells, sizes[unit_axis] * cells
    variances = {"scaled": 1 / inputs, "xavier": 2 / (inputs + outputs), "he": 2 / inputs}
    return math.sqrt(variances[how])
