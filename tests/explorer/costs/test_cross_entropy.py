"""Cross-entropy: torch's own as a second oracle, extreme logits, and what does not fit."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from explorer.costs import cost_of
from explorer.equations import Number, Quantity, Ref, Sum

ENTRY = cost_of("cross_entropy")


def test_one_hot_targets_agree_with_torchs_cross_entropy() -> None:
    z = torch.randn(5, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    classes = torch.tensor([0, 3, 1, 1, 2])
    found = ENTRY.torch_cost(z, functional.one_hot(classes, 4).to(z.dtype))
    torch.testing.assert_close(found, functional.cross_entropy(z, classes), rtol=1e-12, atol=0)


def test_extreme_logits_stay_finite() -> None:
    z, t = [Number(1000.0), Number(-1000.0)], [Number(0.0), Number(1.0)]
    assert ENTRY.local(z, t, 0).evaluate(lambda quantity: None) == 0.0
    assert ENTRY.local(z, t, 1).evaluate(lambda quantity: None) == 2000.0
    assert ENTRY.gradient(z, t, 1, Number(0.0)).evaluate(lambda quantity: None) == -1.0
    assert ENTRY.torch_cost(torch.tensor([[1000.0, -1000.0]]), torch.tensor([[0.0, 1.0]])).item() == 2000.0


def test_equal_logits_cost_the_logarithm_of_the_number_of_classes() -> None:
    z, t = [Number(0.3)] * 10, [Number(float(k == 7)) for k in range(10)]
    assert ENTRY.local(z, t, 7).evaluate(lambda quantity: None) == pytest.approx(math.log(10), rel=1e-14)


@pytest.mark.parametrize(("shape", "named"), [((1,), "1:"), ((1, 8, 8), "1×8×8"), ((10, 1), "10×1"), ((), "single")])
def test_what_is_no_row_of_classes_is_refused_with_the_way_out(shape: tuple[int, ...], named: str) -> None:
    problem = ENTRY.problem(shape)
    assert problem is not None
    assert named in problem
    assert "dense layer" in problem


def test_sum_of_targets_has_a_short_form() -> None:
    refs = [[Ref(Quantity(role, "out", index=(k,))) for k in range(3)] for role in ("value", "target")]
    sums = [part for part in ENTRY.gradient(*refs, 0, Number(0.0)).parts[0].parts if isinstance(part, Sum)]
    assert sums[0].terms == tuple(refs[1])
    assert sums[0].summary == ("j", Ref(Quantity("target", "out", index=("j",))))
