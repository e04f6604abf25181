"""Self-attention: every time step looks at the others, and takes what fits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.arrays import MatMul, Part, Rearranged, Transposed
from explorer.equations import Apply, Expr, Index, Number, Product, Ref, SoftmaxShare, Sum, total
from explorer.kind import Code, Fix, LayerKind, Place, Shape, ShapeProblem, sequence_of
from explorer.params import BoolParam, IntParam
from explorer.weight_params import WEIGHT_PARAMS

if TYPE_CHECKING:
    from torch import nn

PARTS = ("q", "k", "v")
Array = NDArray[np.float64]
_SYMBOLS = {
    "in_proj_weight": "W_{qkv}",
    "in_proj_bias": "b_{qkv}",
    "out_proj.weight": "W_{o}",
    "out_proj.bias": "b_{o}",
    "scores": "s",
    "attention": r"\alpha",
    "mixed": "m",
}
_MEANINGS = {
    "q": "query",
    "k": "key",
    "v": "value",
    "scores": "score",
    "attention": "share",
    "mixed": "mixture of the values",
}


class SelfAttention(LayerKind):
    """Scaled dot-product attention of a sequence on itself: every time step looks at the others, and takes what fits.

    Every time step asks with a query q, and answers with a key k and a value v. The scores say how well each answer
    fits; their softmax are the shares of the values that the step takes. Several heads each do this with a part of the
    features. "Causal" hides what comes later, as for predicting the next step. By itself it does not know the order of
    the steps: add positions to its input.

    Formula: q = W_q x + b_q, and k and v likewise; shares = softmax(q · k / √d) with d features in each head; y = W_o
    (Σ share · v) + b_o.

    Shapes: time steps × features in, the same out. Weights, in PyTorch's layout: in_proj_weight holds the rows of W_q,
    W_k and W_v below each other, out_proj.weight is W_o, each features × features, and their biases.

    When to use it: where a step depends on others anywhere in the sequence; with layer norms, additions round it and
    dense layers it makes a transformer.

    Source: Vaswani et al., Attention is all you need, 2017.
    """

    id = "self_attention"
    title = "Self-attention"
    category = "Sequence"
    icon = "mdi6.eye-outline"
    synonyms = ("attention", "transformer", "multi-head", "query", "key", "value", "scaled dot product", "sequence")
    symbols = _SYMBOLS
    meanings = _MEANINGS
    params = (
        IntParam("heads", 1, "Heads", "How many heads share the features; must divide their number.", maximum=10**6),
        BoolParam("causal", False, "Causal", "Let a time step see itself and earlier ones alone."),
        BoolParam("bias", True, "Bias", "Whether queries, keys, values and outputs have bias weights."),
        *WEIGHT_PARAMS,
    )

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The shape of the input, (time, features); the heads must divide the features."""
        time, features = sequence_of(inputs[0])
        if features % params["heads"]:
            heads = math.gcd(features, params["heads"])
            raise ShapeProblem(
                f"has {params['heads']} heads, which must divide its {features} features.",
                Fix(f"Set heads to {heads}", set=(("heads", heads),)),
            )
        return time, features

    def weight_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """in_proj_weight (3 features, features), in_proj_bias, out_proj.weight (features, features), out_proj.bias."""
        features = inputs[0][1]
        shapes: dict[str, Shape] = {
            "in_proj_weight": (3 * features, features),
            "in_proj_bias": (3 * features,),
            "out_proj.weight": (features, features),
            "out_proj.bias": (features,),
        }
        return shapes if params["bias"] else {name: shape for name, shape in shapes.items() if len(shape) == 2}

    def inner_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """q, k, v and mixed (time, features); scores and attention (heads, time, time)."""
        shape, square = inputs[0], (params["heads"], inputs[0][0], inputs[0][0])
        return {"q": shape, "k": shape, "v": shape, "scores": square, "attention": square, "mixed": shape}

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """One per weight and time step, and two per feature of each pair of steps."""
        time, features = inputs[0]
        return 4 * time * features**2 + 2 * time**2 * features

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's multi-head attention of a sequence on itself."""
        from explorer.torch_attention import SelfAttention as Module

        return Module(inputs[0][1], params["heads"], params["bias"], params["causal"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.MultiheadAttention."""
        time, features = inputs[0]
        made = Code.of(
            "nn.MultiheadAttention", features, params["heads"], bias=(params["bias"], True), batch_first=(True, False)
        )
        hidden = ""
        if params["causal"]:
            hidden = f", attn_mask=torch.ones({time}, {time}, dtype=torch.bool, device={{0}}.device).triu(1)"
        return Code(made.module, f"{{m}}({{0}}, {{0}}, {{0}}, need_weights=False{hidden})[0]")

    def caption(self, params: Mapping[str, Any]) -> str:
        """``2 heads, causal``."""
        heads = f"{params['heads']} head{'' if params['heads'] == 1 else 's'}"
        return heads + (", causal" if params["causal"] else "")

    # An element at a time

    def forward(self, at: Place, index: Index) -> Expr:
        """y_tj = b_j + sum_d w_jd mixed_td."""
        t, j = index
        bias = [at.w("out_proj.bias", (j,))] if at.params["bias"] else []
        return _sum("d", _features(at), lambda d: at.w("out_proj.weight", (j, d)) * at.inner("mixed", (t, d)), bias)

    def inner(self, at: Place, name: str, index: Index) -> Expr:
        """q, k and v from the input; scores, their softmax over the time steps, and the values mixed by it."""
        if name in PARTS:
            t, d = index
            row = _row(at, name, d)
            bias = [at.w("in_proj_bias", (row,))] if at.params["bias"] else []
            return _sum("i", _features(at), lambda i: at.w("in_proj_weight", (row, i)) * at.x((t, i)), bias)
        if name == "mixed":
            t, d = index
            head = _head(at, d)
            return _sum("s", _steps(at), lambda s: at.inner("attention", (head, t, s)) * at.inner("v", (s, d)))
        head, t, s = index
        if name == "attention":
            scores = tuple(at.inner("scores", (head, t, u)) for u in _steps(at))
            return SoftmaxShare(scores, at.inner("scores", index))
        if at.params["causal"] and isinstance(t, int) and isinstance(s, int) and s > t:
            return Number(-math.inf)
        return _sum("d", _of_head(at, head), lambda d: at.inner("q", (t, d)) * at.inner("k", (s, d))) / _scale(at)

    def inner_delta(self, at: Place, name: str, index: Index) -> Expr:
        """The chain rule back through the outputs, the mixture, the softmax and the scores."""
        back, own = at.inner_delta, at.inner
        if name == "mixed":
            t, d = index
            return _sum("j", _features(at), lambda j: at.delta((t, j)) * at.w("out_proj.weight", (j, d)))
        if name == "attention":
            head, t, s = index
            return _sum("d", _of_head(at, head), lambda d: back("mixed", (t, d)) * own("v", (s, d)))
        if name == "scores":
            head, t, _ = index
            row = _sum("u", _steps(at), lambda u: back("attention", (head, t, u)) * own("attention", (head, t, u)))
            return own("attention", index) * (back("attention", index) - row)
        t, d = index
        head = _head(at, d)
        if name == "v":
            return _sum("u", _steps(at), lambda u: own("attention", (head, u, t)) * back("mixed", (u, d)))
        if name == "q":
            terms = _sum("s", _steps(at), lambda s: back("scores", (head, t, s)) * own("k", (s, d)))
        else:
            terms = _sum("u", _steps(at), lambda u: back("scores", (head, u, t)) * own("q", (u, d)))
        return terms / _scale(at)

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """sum over q, k and v of sum_d d q_td w_di."""
        t, i = index

        def through(part: str) -> Expr:
            return _sum(
                "d",
                _features(at),
                lambda d: at.inner_delta(part, (t, d)) * at.w("in_proj_weight", (_row(at, part, d), i)),
            )

        return total([through(part) for part in PARTS])

    def weight_gradient(self, at: Place, name: str, index: Index) -> Expr:
        """sum_t d q_td x_ti and so on, sum_t delta_tj mixed_td, and the sums of the deltas for the biases."""
        if name.startswith("out_proj"):
            return _sum(
                "t",
                _steps(at),
                lambda t: _times(at.delta((t, index[0])), [at.inner("mixed", (t, d)) for d in index[1:]]),
            )
        part, d = divmod(int(index[0]), at.inputs[0][1])
        return _sum(
            "t",
            _steps(at),
            lambda t: _times(at.inner_delta(PARTS[part], (t, d)), [at.x((t, i)) for i in index[1:]]),
        )

    # Whole arrays

    def matrix_forward(self, at: Place) -> Expr:
        """mixed W_o^T + b_o."""
        product = MatMul(at.inner("mixed"), Transposed(at.w("out_proj.weight")))
        return Sum((product, at.w("out_proj.bias"))) if at.params["bias"] else product

    def matrix_inner(self, at: Place, name: str) -> Expr:
        """Q = X W_q^T + b_q and so on; softmax(Q K^T / sqrt(d)) V, a head at a time."""
        if name in PARTS:
            product = MatMul(at.x(), Transposed(_block(at, "in_proj_weight", name)))
            return Sum((product, _block(at, "in_proj_bias", name))) if at.params["bias"] else product
        q, k, v = (Part(part, at.inner(part), lambda array: _by_head(at, array)) for part in PARTS)
        if name == "mixed":
            return Rearranged("concat", (MatMul(at.inner("attention"), v),), _from_heads)
        if name == "attention":
            return Rearranged("softmax", (at.inner("scores"),), _softmax)
        scores = MatMul(q, Part("k^{T}", k, lambda array: np.swapaxes(array, 1, 2))) / _scale(at)
        return Rearranged("mask", (scores,), _hidden) if at.params["causal"] else scores

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """dQ W_q + dK W_k + dV W_v."""
        return total([MatMul(at.inner_delta(part), _block(at, "in_proj_weight", part)) for part in PARTS])


def _sum(letter: str, values: Sequence[int], term: Callable[[Any], Expr], lead: Sequence[Expr] = ()) -> Expr:
    """The lead, and the sum of ``term`` at each value, in short with a running letter."""
    return total([*lead, *(term(value) for value in values)], letter, term(letter), len(lead))


def _times(delta: Expr, factors: list[Ref]) -> Expr:
    """A delta alone, as for a bias, or times its input."""
    return Product((delta, *factors)) if factors else delta


def _features(at: Place) -> range:
    return range(at.inputs[0][1])


def _steps(at: Place) -> range:
    return range(at.inputs[0][0])


def _each(at: Place) -> int:
    """The features of one head."""
    return int(at.inputs[0][1] // at.params["heads"])


def _of_head(at: Place, head: int | str) -> range:
    """The features of a head; of any head, as many."""
    first = head * _each(at) if isinstance(head, int) else 0
    return range(first, first + _each(at))


def _head(at: Place, feature: int | str) -> int | str:
    return feature // _each(at) if isinstance(feature, int) else "h"


def _scale(at: Place) -> Expr:
    return Apply("sqrt", (Number(float(_each(at))),))


def _row(at: Place, part: str, feature: int | str) -> int | str:
    """The row of in_proj_weight that makes a feature of q, k or v; of any feature d, ``q_d``."""
    return PARTS.index(part) * at.inputs[0][1] + feature if isinstance(feature, int) else f"{part}_{{{feature}}}"


def _block(at: Place, weight: str, part: str) -> Expr:
    """The rows that make q, k or v."""
    features = at.inputs[0][1]
    first = PARTS.index(part) * features
    letter = "W" if weight.endswith("weight") else "b"
    return Part(f"{letter}_{{{part}}}", at.w(weight), lambda array: array[first : first + features])


def _by_head(at: Place, array: Array) -> Array:
    """(time, features) as (heads, time, features of one)."""
    return array.reshape(len(array), -1, _each(at)).swapaxes(0, 1)


def _from_heads(array: Array) -> Array:
    return array.swapaxes(0, 1).reshape(array.shape[1], -1)


def _hidden(scores: Array) -> Array:
    """Minus infinity where a step would see a later one."""
    return np.where(np.triu(np.ones(scores.shape[-2:], dtype=bool), 1), -np.inf, scores)


def _softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))
