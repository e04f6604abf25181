"""Embedding: what comes in must be an index, and what is none is told in a sentence that names the layer."""

from __future__ import annotations

import math
import time

import pytest
import torch

from explorer.compiler import compile_network
from explorer.formulas import kind_formulas
from explorer.layers import kind_of
from explorer.network import Edge, Network, Node
from explorer.project.check import RunProblem
from explorer.resolve import resolve

WORDS = Network(
    (Node("x", "input", {"shape": (2,)}), Node("words", "embedding", {"count": 4, "size": 3})), (Edge("x", "words"),)
)


@pytest.mark.parametrize(
    ("wrong", "said"), [(2.5, "2.5"), (4.0, "4"), (-1.0, "−1"), (1e9, "1e+09"), (math.nan, "nan"), (math.inf, "inf")]
)
def test_what_is_no_index_is_told(wrong: float, said: str) -> None:
    module = compile_network(resolve(WORDS))
    with pytest.raises(RunProblem) as problem:
        module(torch.tensor([[0.0, 1.0], [3.0, wrong]]))
    assert str(problem.value) == f"words looks up whole numbers from 0 to 3; {said} came in."
    assert problem.value.node == "words"


def test_every_index_finds_its_row() -> None:
    module = compile_network(resolve(WORDS))
    (weight,) = module.weights().values()
    assert torch.equal(module(torch.tensor([[0.0, 3.0], [2.0, 2.0]])), weight[torch.tensor([[0, 3], [2, 2]])])


def test_a_vocabulary_of_millions_is_written_at_once() -> None:
    """Its formula has no term per word."""
    kind = kind_of("embedding")
    params = {"count": 10**8, "size": 3}
    started = time.monotonic()
    formulas = kind_formulas(kind, params, ((2,),), (2, 3))
    assert time.monotonic() - started < 0.5
    assert formulas["element"] == "z_{t,j} = w_{x_{t},j}"
