"""Batch norm in training: running statistics, batches of one, and what is kept when the cost diverges."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from explorer.layers import kind_of
from explorer.project.model import Project
from explorer.torch_norms import BatchNorm
from explorer.training.events import Diverged, Ended
from explorer.training.loop import train
from explorer.training.session import Session
from tests.explorer.training.small import chain, project

NORMED = chain(
    ("x", "input", {"shape": (3,)}),
    ("h", "dense", {"units": 4}),
    ("n", "batch_norm", {"momentum": 0.25}),
    ("r", "relu", {}),
    ("o", "dense", {"units": 2}),
)


@pytest.mark.parametrize("shape", [(2,), (2, 3), (2, 3, 2)])
def test_running_statistics_go_as_in_torchs_own_layer(shape: tuple[int, ...]) -> None:
    own = kind_of("batch_norm").module({"eps": 1e-5, "momentum": 0.25}, (shape,))
    torchs = torch.nn.BatchNorm2d(2, momentum=0.25) if len(shape) == 3 else torch.nn.BatchNorm1d(2, momentum=0.25)
    for _ in range(3):
        x = torch.randn(5, *shape)
        assert_allclose(own(x).detach(), torchs(x).detach(), rtol=1e-6)
    for name, buffer in torchs.named_buffers():
        assert_allclose(own.get_buffer(name), buffer, rtol=1e-6)
    x = torch.randn(1, *shape)
    assert_allclose(own.eval()(x).detach(), torchs.eval()(x).detach(), rtol=1e-6)


def test_a_batch_of_one_trains_and_says_nothing_of_the_variance() -> None:
    module = BatchNorm(2, momentum=0.25)
    with torch.no_grad():
        module.bias.copy_(torch.tensor([0.5, -1.0]))
    output = module(torch.tensor([[3.0, 8.0]], requires_grad=True))
    assert output.tolist() == [[0.5, -1.0]]
    output.sum().backward()  # type: ignore[no-untyped-call]
    assert module.bias.grad is not None
    assert module.bias.grad.tolist() == [1.0, 1.0]
    assert module.running_mean is not None
    assert module.running_var is not None
    assert module.running_mean.tolist() == [0.75, 2.0]
    assert module.running_var.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("batch", [1, 4])
def test_a_run_keeps_its_running_statistics_and_uses_them(batch: int) -> None:
    session = Session(project(NORMED, batch_size=batch, epochs=4))
    ended = [event for event in train(session) if isinstance(event, Ended)]
    assert ended
    kept = session.weights()
    assert not np.array_equal(kept["n.running_mean"], np.zeros(4))
    assert np.isfinite(kept["n.running_var"]).all()
    again = Session(Project(network=NORMED, weights=kept, data=session.project.data, settings=session.settings))
    rows = np.arange(5)
    for node, values in session.values(rows).items():
        assert_allclose(again.values(rows)[node], values, rtol=1e-12)


def test_statistics_that_are_not_finite_are_taken_back_with_the_weights() -> None:
    session = Session(project(NORMED, lr=1e6, epochs=50, precision="float32"))
    told = next(event for event in train(session) if isinstance(event, Diverged))
    assert told.step
    assert all(np.isfinite(array).all() for array in session.weights().values())
