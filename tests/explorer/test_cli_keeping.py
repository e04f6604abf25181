"""What the command line keeps when something goes wrong, and what it refuses before it begins."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from explorer.cli import main, train
from explorer.examples import load_example
from explorer.project.errors import ProjectError
from explorer.project.format import load_project, save_project
from tests.explorer.project.test_format import BY_HAND

ROOT = Path(__file__).resolve().parents[2]
WORDS = [sys.executable, "-m", "explorer"]


def changed(path: Path, **parts: Any) -> Path:
    """The project written by hand with other parts at its top."""
    path.write_text(json.dumps({**json.loads(BY_HAND), **parts}), encoding="utf-8")
    return path


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    path = tmp_path / "digits.json"
    save_project(load_example("digits"), path)
    return path


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_many_interruptions_still_save(digits: Path, tmp_path: Path) -> None:
    words = [*WORDS, "train", str(digits), "--epochs", "100000", "--json", "--out", str(tmp_path / "out.nnx")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            time.sleep(0.02)
        lines, told = process.communicate(timeout=60)
    # What the interpreter itself does at its end is interrupted too; the project is safe by then.
    assert json.loads(lines.splitlines()[-1])["reason"] == "interrupted"
    assert "Saved as" in told
    assert load_project(tmp_path / "out.nnx").weights


def test_a_reader_that_leaves_does_not_lose_the_weights(digits: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.nnx"
    words = [*WORDS, "train", str(digits), "--epochs", "1000", "--json", "--out", str(out)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 1
    assert load_project(out).weights


def test_a_place_where_nothing_can_be_saved_is_refused_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("explorer.cli.output.tempfile.TemporaryFile", refuse)
    path = changed(tmp_path / "two.json")
    assert main(["train", str(path), "--out", str(tmp_path / "out.nnx")]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"{tmp_path / 'out.nnx'} cannot be saved: you are not allowed to; change its")
    assert len(told.err.splitlines()) == 1


def test_what_cannot_be_saved_in_its_place_is_saved_beside_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, path = tmp_path / "out.nnx", changed(tmp_path / "two.json")

    def full(project: Any, target: Path) -> None:
        if target == out:
            raise ProjectError("out.nnx cannot be saved: the disk is full.")
        save_project(project, target)

    monkeypatch.setattr(train, "save_project", full)
    assert main(["train", str(path), "--out", str(out)]) == 1
    assert "out.nnx cannot be saved: the disk is full; it is saved as" in capsys.readouterr().err
    assert load_project(tmp_path / "two-trained.nnx").weights


def test_a_run_that_failed_is_not_called_finished(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b2.json"
    save_project(load_example("B2"), path)
    assert main(["train", str(path), "--set", "cost=mse", "--set", "lr=1e6"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[-1].startswith("The cost became infinite at step 4, first in layer y.")


@pytest.mark.parametrize("number", [2, -1, 0.5])
def test_check_looks_at_class_numbers(number: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = {"source": "inline", "params": {"inputs": [[1, 2], [3, 4]], "targets": [0, number]}}
    path = changed(tmp_path / "two.json", data=data, training={"cost": "cross_entropy"})
    assert main(["check", str(path)]) == 2
    assert capsys.readouterr().err == (
        f"h_out: As class numbers, targets must be whole and from 0 to 1; {number:g} is not.\n"
    )


def test_weights_of_a_layer_on_a_loop_are_not_called_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = json.loads(BY_HAND)["network"]
    network["edges"].append(["h_out", "h"])
    path = changed(tmp_path / "two.json", network=network)
    assert main(["check", str(path), "--json"]) == 2
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert sorted(problem["message"].split()[1] for problem in problems) == ["has", "is"]


def test_a_batch_that_does_not_fit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    params = {"inputs": [[0.1, 0.2]] * 1000, "targets": [[0, 1]] * 1000}
    training = {"batch_size": 1000, "epochs": 1}
    path = changed(tmp_path / "two.json", data={"source": "inline", "params": params}, training=training)
    monkeypatch.setattr("explorer.training.session.free_memory", lambda: 40_000)
    assert main(["train", str(path), "--device", "cpu"]) == 2
    assert capsys.readouterr().err.startswith("A batch of 1000 would need 48.0 kB of memory, and 40.0 kB are free")
    assert main(["train", str(path), "--device", "cpu", "--set", "batch_size=100"]) == 0


@pytest.mark.parametrize("form", ["json", "text", "html", "latex", "markdown"])
@pytest.mark.parametrize("weight", [1e200, 1e20])
def test_numbers_too_large_for_a_cost_are_stepped_without_a_verdict(
    weight: float, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = {"source": "inline", "params": {"inputs": [[1e150, 1.0]], "targets": [[0, 1]]}}
    network = json.loads(BY_HAND)["network"]
    network = {"nodes": network["nodes"][:2], "edges": network["edges"][:1]}
    weights = {"h.weight": [[weight, 0.12], [0.2, 0.17]], "h.bias": [0.8, 0.25]}
    path = changed(tmp_path / "two.json", network=network, weights=weights, data=data)
    assert main(["step", str(path), "--format", form, "--round", "4"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    if form == "json":
        report = json.loads(told.out, parse_constant=pytest.fail)
        assert (report["cost"], report["check"]["max_relative_error"]) == (None, None)
        assert report["check"]["verdict"] == "not a number"
