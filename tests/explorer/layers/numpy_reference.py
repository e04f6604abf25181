"""Every kind's forward pass a third way: textbook loops in numpy float64, apart from torch and the kinds' equations.

Each function takes the params, the inputs (batch, *shape) and the weights by torch's names, and gives (batch, *output).
Dropout is off, and batch norm uses its running statistics 0 and 1, as when a new network is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

Params = Mapping[str, Any]
Arrays = Sequence[np.ndarray]
Weights = Mapping[str, np.ndarray]
Forward = Callable[[Params, Arrays, Weights], np.ndarray]

FORWARD: dict[str, Forward] = {}


def of(*ids: str) -> Callable[[Forward], Forward]:
    """Register a function as the reference of these kinds."""

    def listed(function: Forward) -> Forward:
        FORWARD.update(dict.fromkeys(ids, function))
        return function

    return listed


def each(function: Callable[[float, Params], float]) -> Forward:
    """A kind that turns each number by itself."""
    return lambda p, given, w: np.array([function(float(z), p) for z in given[0].ravel()]).reshape(given[0].shape)


FORWARD |= {
    "identity": each(lambda z, p: z),
    "step": each(lambda z, p: 1.0 if z >= 0 else 0.0),
    "sigmoid": each(lambda z, p: 0.5 * (1 + math.tanh(z / 2))),
    "tanh": each(lambda z, p: math.tanh(z)),
    "relu": each(lambda z, p: z if z > 0 else 0.0),
    "leaky_relu": each(lambda z, p: z if z > 0 else p["slope"] * z),
    "elu": each(lambda z, p: z if z > 0 else p["alpha"] * math.expm1(z)),
    "gelu": each(lambda z, p: z * math.erfc(-z / math.sqrt(2)) / 2),
    "silu": each(lambda z, p: z * 0.5 * (1 + math.tanh(z / 2))),
    "softplus": each(lambda z, p: max(z, 0.0) + math.log1p(math.exp(-abs(z)))),
    "dropout": each(lambda z, p: z),
}


@of("softmax")
def softmax(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    return np.array([[math.exp(z - row.max()) / np.exp(row - row.max()).sum() for z in row] for row in given[0]])


@of("log_softmax")
def log_softmax(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    return np.array([[z - row.max() - math.log(np.exp(row - row.max()).sum()) for z in row] for row in given[0]])


@of("dense")
def dense(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    return np.einsum("b...i,ji->b...j", given[0], w["weight"]) + w.get("bias", 0.0)


@of("add")
def add(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    return np.sum(given, axis=0)


@of("multiply")
def multiply(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    return np.prod(given, axis=0)


@of("sum")
def sum_up(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    return np.array([[math.fsum(example.ravel())] for example in given[0]])


@of("concat")
def concat(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    lists = [np.moveaxis(array, p["axis"] + 1, 0) for array in given]
    return np.moveaxis(np.array([row for rows in lists for row in rows]), 0, p["axis"] + 1)


@of("flatten")
def flatten(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    return np.array([list(example.flat) for example in given[0]])


@of("reshape")
def reshape(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    return np.array([np.array(list(example.flat)).reshape(p["shape"]) for example in given[0]])


@of("slice")
def slice_(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    size = given[0].shape[p["axis"] + 1]
    start = p["start"] + size if p["start"] < 0 else p["start"]
    stop = p["stop"] + size if p["stop"] <= 0 else p["stop"]
    taken = [place for place in range(size) if start <= place < stop and (place - max(start, 0)) % p["step"] == 0]
    return given[0].take(taken, axis=p["axis"] + 1)


@of("polynomial")
def polynomial(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    powers, highest = [given[0]], given[0]
    for _ in range(p["degree"] - 1):
        highest = highest * given[0]
        powers.append(highest)
    return np.concatenate(powers, axis=1)


@of("embedding")
def embedding(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    one_hot = given[0][..., None] == np.arange(p["count"])
    return one_hot.astype(float) @ w["weight"]


# Windows


def padded(x: np.ndarray, before: Sequence[int], after: Sequence[int], fill: float = 0.0) -> np.ndarray:
    """An array (batch, channels, *sizes) with cells added around its sizes."""
    return np.pad(x, [(0, 0), (0, 0), *zip(before, after, strict=True)], constant_values=fill)


def tiles(x: np.ndarray, size: Sequence[int], stride: Sequence[int], dilation: Sequence[int]) -> Iterator[Any]:
    """(place, the array under the window (batch, channels, *size)) for every place where it fits."""
    reach = [(cells - 1) * apart for cells, apart in zip(size, dilation, strict=True)]
    counts = [(n - r - 1) // s + 1 for n, r, s in zip(x.shape[2:], reach, stride, strict=True)]
    for place in product(*map(range, counts)):
        spans = [slice(at * s, at * s + r + 1, d) for at, s, r, d in zip(place, stride, reach, dilation, strict=True)]
        yield place, x[(slice(None), slice(None), *spans)]


def both(value: Any, axes: int) -> tuple[int, ...]:
    """A param as one number per axis."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * axes


def gathered(found: Sequence[tuple[tuple[int, ...], np.ndarray]]) -> np.ndarray:
    """(batch, channels, *places) of (place, (batch, channels))."""
    sizes = [1 + max(place[axis] for place, _ in found) for axis in range(len(found[0][0]))]
    out = np.empty((*found[0][1].shape, *sizes))
    for place, numbers in found:
        out[(slice(None), slice(None), *place)] = numbers
    return out


@of("conv1d", "conv2d")
def convolution(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    x, weight, groups = given[0], w["weight"], p["groups"]
    axes = x.ndim - 2
    kernel, stride, dilation = (both(p[name], axes) for name in ("kernel", "stride", "dilation"))
    before = after = both(p["padding"] if isinstance(p["padding"], int) else 0, axes)
    if p["padding"] == "same":
        missing = [(cells - 1) * apart for cells, apart in zip(kernel, dilation, strict=True)]
        before, after = tuple(m // 2 for m in missing), tuple(m - m // 2 for m in missing)
    channels, filters = weight.shape[1], weight.shape[0] // groups
    found = []
    for place, tile in tiles(padded(x, before, after), kernel, stride, dilation):
        numbers = np.empty((len(x), len(weight)))
        for f in range(len(weight)):
            group = f // filters
            under = tile[:, group * channels : (group + 1) * channels]
            numbers[:, f] = (under * weight[f]).reshape(len(x), -1).sum(1)
        found.append((place, numbers + w.get("bias", 0.0)))
    return gathered(found)


@of("conv_transpose2d")
def transposed_convolution(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    x, weight, groups = given[0], w["weight"], p["groups"]
    kernel, stride, dilation = (both(p[name], 2) for name in ("kernel", "stride", "dilation"))
    full = [(n - 1) * s + (k - 1) * d + 1 for n, s, k, d in zip(x.shape[2:], stride, kernel, dilation, strict=True)]
    per_group = weight.shape[1]
    painted = np.zeros((len(x), per_group * groups, *full))
    for c, (row, column), (i, j) in product(range(len(weight)), np.ndindex(*x.shape[2:]), np.ndindex(*kernel)):
        group = c // (len(weight) // groups)
        at = row * stride[0] + i * dilation[0], column * stride[1] + j * dilation[1]
        for f in range(per_group):
            painted[:, group * per_group + f, at[0], at[1]] += x[:, c, row, column] * weight[c, f, i, j]
    if p["padding"] == "same":
        wanted = [n * s for n, s in zip(x.shape[2:], stride, strict=True)]
        first = [max(0, math.ceil((have - want) / 2)) for have, want in zip(full, wanted, strict=True)]
    else:
        cut = p["padding"] if isinstance(p["padding"], int) else 0
        wanted = [have - 2 * cut + more for have, more in zip(full, p["output_padding"], strict=True)]
        first = [cut, cut]
    room = padded(painted, (0, 0), tuple(max(0, f + n - h) for f, n, h in zip(first, wanted, full, strict=True)))
    out = room[:, :, first[0] : first[0] + wanted[0], first[1] : first[1] + wanted[1]]
    return out + np.reshape(w.get("bias", np.zeros(1)), (-1, 1, 1))


def pooling(make: Callable[[np.ndarray], np.ndarray], fill: float = 0.0) -> Forward:
    """A pool that makes a number of the list of a tile's numbers (batch, channels, cells)."""

    def forward(p: Params, given: Arrays, w: Weights) -> np.ndarray:
        around = (p["padding"],) * 2
        all_tiles = tiles(padded(given[0], around, around, fill), p["size"], p["stride"] or p["size"], (1, 1))
        return gathered([(place, make(tile.reshape(*tile.shape[:2], -1))) for place, tile in all_tiles])

    return forward


FORWARD |= {
    "max_pool2d": pooling(lambda tile: tile.max(-1), -math.inf),
    "avg_pool2d": pooling(lambda tile: tile.sum(-1) / tile.shape[-1]),
    "l2_pool2d": pooling(lambda tile: np.sqrt((tile * tile).sum(-1))),
    "global_avg_pool2d": lambda p, given, w: given[0].sum((2, 3)) / math.prod(given[0].shape[2:]),
}


@of("upsample2d")
def upsample(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    x = given[0]
    for axis, factor in zip((2, 3), p["factor"], strict=True):
        x = np.repeat(x, factor, axis) if p["mode"] == "nearest" else lines(x, factor, axis)
    return x


def lines(x: np.ndarray, factor: int, axis: int) -> np.ndarray:
    """Numbers between the numbers along an axis, which lie in the middles of their cells; constant beyond the ends."""
    middles = (np.arange(x.shape[axis]) + 0.5) * factor
    wanted = np.arange(x.shape[axis] * factor) + 0.5
    return np.apply_along_axis(lambda row: np.interp(wanted, middles, row), axis, x)
