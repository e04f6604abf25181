"""The forward pass of norms, recurrent kinds and attention in numpy float64, a time step and an example at a time."""

from __future__ import annotations

import math

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


def begin(given: Arrays, example: int, size: int) -> np.ndarray:
    """The state that a sequence begins with: zeros, what is wired in, or its last time step."""
    if len(given) < 2:
        return np.zeros(size)
    return given[1][example] if given[1].ndim == 2 else given[1][example, -1]


def halves(w: Weights, x: np.ndarray, h: np.ndarray, gates: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """For each gate what the input and what the step before give to its net input."""
    fed = w["weight_ih_l0"] @ x + w.get("bias_ih_l0", 0.0)
    back = w["weight_hh_l0"] @ h + w.get("bias_hh_l0", 0.0)
    return np.split(fed, gates), np.split(back, gates)


def put_out(p: Params, steps: list[list[np.ndarray]]) -> np.ndarray:
    """(batch, time, units), or the last step."""
    return np.array(steps) if p["sequence"] else np.array([example[-1] for example in steps])


@of("rnn")
def rnn(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    steps: list[list[np.ndarray]] = []
    for example, sequence in enumerate(given[0]):
        h = begin(given, example, p["units"])
        steps.append([])
        for x in sequence:
            (fed,), (back,) = halves(w, x, h, 1)
            h = np.tanh(fed + back) if p["activation"] == "tanh" else np.maximum(fed + back, 0.0)
            steps[-1].append(h)
    return put_out(p, steps)


@of("lstm")
def lstm(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    steps: list[list[np.ndarray]] = []
    for example, sequence in enumerate(given[0]):
        h, c = np.split(begin(given, example, 2 * p["units"]), 2)
        steps.append([])
        for x in sequence:
            keep, write, show, candidate = (
                fed + back for fed, back in (list(zip(*halves(w, x, h, 4), strict=True))[gate] for gate in (1, 0, 3, 2))
            )
            c = sigmoid(keep) * c + sigmoid(write) * np.tanh(candidate)
            h = sigmoid(show) * np.tanh(c)
            steps[-1].append(np.concatenate([h, c]) if p["with_cell"] else h)
    return put_out(p, steps)


@of("gru")
def gru(p: Params, given: Arrays, w: Weights) -> np.ndarray:
    steps: list[list[np.ndarray]] = []
    for example, sequence in enumerate(given[0]):
        h = begin(given, example, p["units"])
        steps.append([])
        for x in sequence:
            fed, back = halves(w, x, h, 3)
            reset, update = sigmoid(fed[0] + back[0]), sigmoid(fed[1] + back[1])
            h = (1 - update) * np.tanh(fed[2] + reset * back[2]) + update * h
            steps[-1].append(h)
    return put_out(p, steps)


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
