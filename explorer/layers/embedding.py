"""Embedding: a list of numbers for each index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.arrays import Rearranged
from explorer.equations import Apply, Choose, Expr, Index, Number, Pick, total
from explorer.kind import Code, LayerKind, Place, Shape, one_list
from explorer.params import IntParam
from explorer.weight_params import WEIGHT_PARAMS

if TYPE_CHECKING:
    from torch import nn


class Embedding(LayerKind):
    """Looks up a list of numbers for each whole number that comes in, such as a word's index: row x of its weights.

    It does what a dense layer does with one-hot inputs, without multiplying by zeros. Inputs must be whole numbers from
    0 to count − 1; nothing goes back to them.

    Formula: z_i,j = w_k,j with k = x_i, and dE/dw_k,j = Σ δ_i,j over the places i with x_i = k.

    Shapes: a list of n indices in, n×size out, as a sequence. Weights: count × size.

    When to use it: as the first layer for words, letters, or anything else that is one of many.

    Source: Bengio et al., A neural probabilistic language model, 2003.
    """

    id = "embedding"
    title = "Embedding"
    category = "Sequence"
    icon = "mdi6.book-alphabet"
    synonyms = ("lookup", "word vector", "token", "dictionary", "vocabulary", "one-hot", "categorical")
    takes_indices = True
    size_param = "size"
    params = (
        IntParam(
            "count", 10, "Count", "How many different indices there are: the size of the vocabulary.", maximum=10**8
        ),
        IntParam("size", 4, "Size", "How many numbers stand for each index.", maximum=10**6),
        *WEIGHT_PARAMS,
    )

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """(n, size); needs a list of n indices."""
        return (*one_list(inputs, means=False), params["size"])

    def weight_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """weight (count, size)."""
        return {"weight": (params["count"], params["size"])}

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """None: numbers are only looked up."""
        return 0

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Embedding, which refuses other numbers in a sentence."""
        from explorer.torch_modules import Embedding as EmbeddingModule

        return EmbeddingModule(params["count"], params["size"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.Embedding."""
        return Code(f"nn.Embedding({params['count']}, {params['size']})", "{m}({0}.long())")

    def forward(self, at: Place, index: Index) -> Expr:
        """z_ij = w_kj with k = x_i."""
        i, j = index
        return Pick(at.x((i,)), at.w("weight", (0, j)), at.params["count"])

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """Nothing: an index has no slope."""
        return Number(0.0)

    def weight_gradient(self, at: Place, name: str, index: Index) -> Expr:
        """dE/dw_kj = the sum of delta_ij over the places with x_i = k."""
        k, j = (int(i) for i in index)
        return total([_if_equal(at.x((i,)), k, at.delta((i, j))) for i in range(at.inputs[0][0])])

    def matrix_forward(self, at: Place) -> Expr:
        """The rows of W that x names."""
        return Rearranged("rows", (at.w("weight"), at.x()), lambda weight, x: weight[x.astype(int)])

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """Nothing."""
        return Number(0.0)

    def caption(self, params: Mapping[str, Any]) -> str:
        """``10 × 4``."""
        return f"{params['count']} × {params['size']}"


def _if_equal(x: Expr, k: int, delta: Expr) -> Expr:
    """``delta`` where x is k, else 0."""
    return Choose(Apply("abs", (x - k,)), Number(0.0), delta)
