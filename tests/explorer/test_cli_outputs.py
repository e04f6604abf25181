"""The command line with several outputs: what check, train and step tell of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from explorer.cli import main

PROJECT = {
    "format": "nn-explorer-project",
    "version": 1,
    "network": {
        "nodes": [
            {"id": "x", "kind": "input", "params": {"shape": [2]}},
            {"id": "h", "kind": "dense", "params": {"units": 3, "l2": 0.1}},
            {"id": "kind", "kind": "dense", "params": {"units": 3}},
            {"id": "size", "kind": "dense", "params": {"units": 1, "freeze": True}},
            {"id": "again", "kind": "dense", "params": {"units": 2}},
        ],
        "edges": [["x", "h"], ["h", "kind"], ["h", "size"], ["h", "again"]],
    },
    "data": {
        "source": "inline",
        "params": {"inputs": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], "targets": [[0, 0.5], [1, 1.5], [2, -1]]},
        "split": [0.4, 0.3, 0.3],
    },
    "training": {
        "cost": "mse",
        "outputs": {"kind": {"cost": "cross_entropy", "weight": 2}, "again": {"target": "inputs"}},
        "batch_size": 1,
        "epochs": 1,
    },
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "heads.json"
    file.write_text(json.dumps(PROJECT))
    return file


def told(capsys: pytest.CaptureFixture[str], *words: str | Path) -> list[dict[str, Any]]:
    assert main([str(word) for word in words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_check_lists_the_outputs(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = told(capsys, "check", path, "--json")
    assert found["outputs"] == {
        "kind": {"cost": "cross_entropy", "weight": 2.0, "target": [0, 1]},
        "size": {"cost": "mse", "weight": 1.0, "target": [1, 2]},
        "again": {"cost": "mse", "weight": 1.0, "target": "inputs"},
    }
    assert (found["parameters"], found["trainable"]) == (33, 29)
    assert main(["check", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()[-4:]
    assert lines == [
        "29 of them are trained, the others are frozen",
        "output kind: cross_entropy, weight 2, target number 0",
        "output size: mse, weight 1, target number 1",
        "output again: mse, weight 1, target inputs",
    ]


def test_train_tells_the_figures_of_each(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    epoch, end = told(capsys, "train", path, "--json")
    costs = {node: own["train_cost"] for node, own in epoch["outputs"].items()}
    assert epoch["train_cost"] == pytest.approx(2 * costs["kind"] + costs["size"] + costs["again"])
    assert epoch["outputs"]["kind"]["validation_accuracy"] == epoch["validation_accuracy"]
    assert set(end["outputs"]) == {"kind", "size", "again"}
    assert main(["train", str(path)]) == 0
    assert "kind: test cost" in capsys.readouterr().out


def test_step_tells_what_the_cost_is_made_of(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = told(capsys, "step", path, "--format", "json", "--sample", "0,2")
    costs, penalties = found["costs"], found["penalties"]
    assert set(penalties) == {"h.weight"}
    expected = 2 * costs["kind"] + costs["size"] + costs["again"] + penalties["h.weight"]
    assert found["cost"] == pytest.approx(expected, rel=1e-12)
    assert set(found["gradients"]) == {"h.weight", "h.bias", "kind.weight", "kind.bias", "again.weight", "again.bias"}
    assert set(found["updated"]) == {*found["gradients"], "size.weight", "size.bias"}
    assert found["check"]["verdict"] == "probably right"
    formulas = {step["target"]: step["formula"] for step in found["steps"]}
    assert formulas["E"] == "2 · E_kind + E_size + E_again + penalty_h"
    assert formulas["new w16"] == "w16"  # frozen
