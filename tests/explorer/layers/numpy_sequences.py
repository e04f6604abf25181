"""The forward pass of norms, recurrent kinds and attention in numpy float64, a time step and an example at a time."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tests.explorer.layers.numpy_reference import Arrays, Params, Weights, of


def sigmoid(z: np.ndarray) -> np.ndarray:
    """The logistic function, without overflow."""
    return 0.5 * (1 + np.tanh(z / 2))


@of("batch_norm")
def batch_norm(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    """As when used, with the running statistics of a new layer: mean 0, variance 1."""
    along = (-1, *(1,) * (given[0].ndim - 2))
    return given[0] / math.sqrt(1 + p["eps"]) * w["weight"].reshape(along) + w["bias"].reshape(along)


@of("layer_norm")
def layer_norm(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    out = np.empty(given[0].shape)
    for index in np.ndindex(*given[0].shape[: given[0].ndim - w["weight"].ndim]):
        row = given[0][index]
        mean = math.fsum(row.flat) / row.size
        variance = math.fsum((x - mean) ** 2 for x in row.flat) / row.size
        out[index] = (row - mean) / math.sqrt(variance + p["eps"]) * w["weight"] + w["bias"]
    return out


Step = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""What a time step makes of its input and the state before: what is put out, and the state."""


def through(p: Params, given: Arrays, size: int, step: Step) -> np.ndarray:
    """(batch, time, units), or the last step: begins with zeros, with what is wired in, or with its last time step."""
    out = []
    for example, sequence in enumerate(given[0]):
        state = np.zeros(size)
        if len(given) > 1:
            state = given[1][example] if given[1].ndim == 2 else given[1][example, -1]
        shown = []
        for x in sequence:
            put_out, state = step(x, state)
            shown.append(put_out)
        out.append(np.array(shown) if p["sequence"] else shown[-1])
    return np.array(out)


def halves(w: Weights, x: np.ndarray, h: np.ndarray, gates: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """For each gate what the input and what the step before give to its net input."""
    fed = w["weight_ih_l0"] @ x + w.get("bias_ih_l0", 0.0)
    back = w["weight_hh_l0"] @ h + w.get("bias_hh_l0", 0.0)
    return np.split(fed, gates), np.split(back, gates)


@of("rnn")
def rnn(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    def step(x: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        (fed,), (back,) = halves(w, x, h, 1)
        h = np.tanh(fed + back) if p["activation"] == "tanh" else np.maximum(fed + back, 0.0)
        return h, h

    return through(p, given, p["units"], step)


@of("lstm")
def lstm(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    def step(x: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        h, c = np.split(state, 2)
        fed, back = halves(w, x, h, 4)
        write, keep, candidate, show = (one + other for one, other in zip(fed, back, strict=True))
        c = sigmoid(keep) * c + sigmoid(write) * np.tanh(candidate)
        h = sigmoid(show) * np.tanh(c)
        both = np.concatenate([h, c])
        return both if p["with_cell"] else h, both

    return through(p, given, 2 * p["units"], step)


@of("gru")
def gru(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    def step(x: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        fed, back = halves(w, x, h, 3)
        reset, update = sigmoid(fed[0] + back[0]), sigmoid(fed[1] + back[1])
        h = (1 - update) * np.tanh(fed[2] + reset * back[2]) + update * h
        return h, h

    return through(p, given, p["units"], step)


@of("self_attention")
def self_attention(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    features = given[0].shape[2]
    each = features // p["heads"]
    zeros = np.zeros(3 * features)
    out = np.empty(given[0].shape)
    for example, sequence in enumerate(given[0]):
        q, k, v = np.split(sequence @ w["in_proj_weight"].T + w.get("in_proj_bias", zeros), 3, axis=1)
        mixed = np.zeros(sequence.shape)
        for head in range(p["heads"]):
            own = slice(head * each, (head + 1) * each)
            for t in range(len(sequence)):
                seen = range(t + 1 if p["causal"] else len(sequence))
                scores = np.array([q[t, own] @ k[s, own] / math.sqrt(each) for s in seen])
                shares = np.exp(scores - scores.max())
                mixed[t, own] = sum(share * v[s, own] for s, share in zip(seen, shares / shares.sum(), strict=True))
        out[example] = mixed @ w["out_proj.weight"].T + w.get("out_proj.bias", zeros[:features])
    return out
