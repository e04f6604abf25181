"""The command line's numbers for projects that people write by hand, against those of tests.explorer.handwritten."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.cli import main
from tests.explorer.handwritten import CASES, EPSILON, Reference, Written, cost_of_batch, write


def near(told: Any, wanted: Tensor | float, rtol: float = 1e-10, atol: float = 1e-12) -> None:
    np.testing.assert_allclose(
        np.array(told), np.asarray(wanted.detach() if isinstance(wanted, Tensor) else wanted), rtol=rtol, atol=atol
    )


def lines(capsys: pytest.CaptureFixture[str], *words: object) -> list[Any]:
    status = main([str(word) for word in words])
    captured = capsys.readouterr()
    assert (status, captured.err) == (0, "")
    return [json.loads(line, parse_constant=pytest.fail) for line in captured.out.splitlines()]


@pytest.mark.parametrize("name", CASES)
def test_check_tells_the_shapes(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = write(CASES[name], tmp_path / "p.json")
    (told,) = lines(capsys, "check", written.path, "--json")
    values = written.case.forward(written.weights, written.inputs)
    assert {node: tuple(entry["shape"]) for node, entry in told["nodes"].items()} == {
        node: tuple(value.shape[1:]) for node, value in values.items()
    }
    assert told["parameters"] == sum(tensor.numel() for tensor in written.weights.values())
    assert told["problems"] == []


@pytest.mark.parametrize("name", CASES)
def test_step_tells_every_number(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = write(CASES[name], tmp_path / "p.json")
    told = lines(capsys, "step", written.path, "--sample", "3,0,4", "--iterations", 3, "--format", "json")
    assert len(told) == 3
    x, t = written.inputs[[3, 0, 4]], written.targets[[3, 0, 4]]
    reference = Reference(written)
    for line in told:
        cost, values, deltas, gradients = reference.gradients(x, t)
        near(line["cost"], cost)
        numeric = reference.numeric(x, t)
        reference.update(gradients)
        for key, arrays in (
            ("values", values),
            ("deltas", deltas),
            ("gradients", gradients),
            ("updated", reference.weights),
        ):
            assert set(line[key]) == set(arrays)
            for part, array in arrays.items():
                near(line[key][part], array)
        assert line["check"]["epsilon"] == EPSILON
        for part, array in numeric.items():
            near(line["check"]["gradients"][part], array, rtol=1e-7, atol=1e-10)
        stages = (
            (1, [values[node] for node in list(values)[1:]]),
            (3, gradients.values()),
            (4, numeric.values()),
            (5, reference.weights.values()),
        )
        for stage, tensors in stages:
            shown = np.array([step["value"] for step in line["steps"] if step["stage"] == stage])
            for number in torch.cat([tensor.flatten() for tensor in tensors]).tolist():
                assert np.min(np.abs(shown - number)) <= (1e-9 if stage == 4 else 1e-12)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("name", [name for name in CASES if name != "dropout is off"])
def test_train_tells_every_epoch(name: str, precision: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = write(CASES[name], tmp_path / "p.json")
    words = ("--device", "cpu", "--set", f"precision={precision}")
    *epochs, end = lines(capsys, "train", written.path, "--json", *words)
    reference = Reference(written)
    tolerance = {"rtol": 1e-10} if precision == "float64" else {"rtol": 2e-4, "atol": 1e-6}
    for number, line in enumerate(epochs, 1):
        assert (line["event"], line["epoch"], line["step"]) == ("epoch", number, 3 * number)
        near(line["train_cost"], reference.epoch(written.inputs, written.targets, 2), **tolerance)
        assert line["validation_cost"] is line["validation_accuracy"] is None
    assert len(epochs) == 3
    assert end == {"event": "finished", "reason": "all epochs are done", "test_cost": None, "test_accuracy": None}


def test_train_measures_the_examples_that_it_kept_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = replace(CASES["class numbers"], examples=10)
    written = write(case, tmp_path / "p.json", batch=10, epochs=2, split=[0.6, 0.2, 0.2])
    first, second, end = lines(capsys, "train", written.path, "--json", "--device", "cpu", "--set", "precision=float64")
    order = np.random.default_rng(0).permutation(10)
    train, validation, test = (torch.from_numpy(order[a:b]) for a, b in ((0, 6), (6, 8), (8, 10)))
    reference = Reference(written)
    for line in (first, second):
        near(line["train_cost"], reference.epoch(written.inputs[train], written.targets[train], 10))
        near([line["validation_cost"], line["validation_accuracy"]], measured(reference, written, validation))
    near([end["test_cost"], end["test_accuracy"]], measured(reference, written, test))


def measured(reference: Reference, written: Written, rows: Tensor) -> Tensor:
    """(cost, accuracy) on some examples."""
    x, t = written.inputs[rows], written.targets[rows]
    outputs = list(reference.case.forward(reference.weights, x).values())[-1]
    right = (outputs.argmax(1) == t.argmax(1)).double().mean()
    return torch.stack([cost_of_batch(reference.case.cost, outputs, t), right])
