"""The step: 1 from 0 on, with the slope 0, also for what is not finite."""

from __future__ import annotations

import torch

from explorer.layers import kind_of


def test_the_step_of_numbers_that_are_not_finite() -> None:
    step = kind_of("step").module({}, ((4,),))
    z = torch.tensor([[0.0, -1e-300, torch.inf, -torch.inf]], dtype=torch.float64, requires_grad=True)
    assert step(z).tolist() == [[1.0, 0.0, 1.0, 0.0]]
    step(z[:, :2]).sum().backward()
    assert z.grad is not None
    assert z.grad.tolist() == [[0.0, 0.0, 0.0, 0.0]]
