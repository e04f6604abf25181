"""Dropout while training: the equations with the mask that was drawn are what torch computes with it."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from explorer.equations import Quantity
from explorer.kind import MASK, Place
from explorer.layers import kind_of


@given(st.floats(0.01, 0.95), st.integers(0, 2**31))
def test_what_is_kept_is_scaled_up_and_the_rest_is_zero(p: float, seed: int) -> None:
    kind = kind_of("dropout")
    torch.manual_seed(seed)
    given_ = torch.randn(7, dtype=torch.float64, requires_grad=True)
    out = torch.nn.functional.dropout(given_, p, training=True)
    delta = torch.randn(7, dtype=torch.float64)
    (back,) = torch.autograd.grad(out, given_, delta)
    arrays = {"x": given_.detach().numpy(), "delta": delta.numpy(), "mask": (out != 0).double().numpy()}
    at = Place("n", ("in0",), {"p": p}, ((7,),), (7,), drawn=True)

    def lookup(q: Quantity) -> object:
        array = arrays["mask" if q.part == MASK else "x" if q.role == "value" else "delta"]
        return array[q.index] if q.index else array

    for index in range(7):
        assert_allclose(kind.forward(at, (index,)).evaluate(lookup), out[index].item(), rtol=1e-12)
        assert_allclose(kind.backward(at, 0, (index,)).evaluate(lookup), back[index].item(), rtol=1e-12)
    assert_allclose(kind.matrix_forward(at).evaluate(lookup), out.detach().numpy(), rtol=1e-12)
    assert_allclose(kind.matrix_backward(at).evaluate(lookup), back.numpy(), rtol=1e-12)
    still = Place("n", ("in0",), {"p": p}, ((7,),), (7,))
    assert_allclose(np.asarray(kind.matrix_forward(still).evaluate(lookup)), arrays["x"])
