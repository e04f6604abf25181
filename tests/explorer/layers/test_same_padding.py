"""Padding same: what it puts out is as large as the stride says, wherever torch can be told to do that."""

from __future__ import annotations

import itertools

import pytest
import torch

from explorer.kind import ShapeProblem
from explorer.layers import kind_of
from explorer.params import check_params


@pytest.mark.parametrize("dilation", [1, 2])
def test_a_transposed_convolution_is_refused_only_where_no_padding_gives_its_size(dilation: int) -> None:
    kind = kind_of("conv_transpose2d")
    for kernel, stride, size in itertools.product(range(1, 7), range(1, 5), (3, 5)):
        chosen = {"kernel": kernel, "stride": stride, "dilation": dilation, "padding": "same"}
        params, problems = check_params(
            kind.params, {name: v if name == "padding" else (v, v) for name, v in chosen.items()}
        )
        assert problems == []
        # torch: (size − 1) · stride − 2 · padding + dilation · (kernel − 1) + output padding + 1
        full = (size - 1) * stride + dilation * (kernel - 1) + 1
        adds = range(max(stride, dilation))
        possible = any(full - 2 * cut + add == stride * size for cut in range(full) for add in adds)
        try:
            found = kind.output_shape(params, ((2, size, size),))
        except ShapeProblem:
            assert not possible, chosen
        else:
            assert possible, chosen
            assert found[1:] == (stride * size,) * 2
            made = kind.module(params, ((2, size, size),))(torch.zeros(1, 2, size, size))
            assert made.shape[1:] == found
