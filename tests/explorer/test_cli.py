"""The command line, as the design writes it: output, exit statuses, errors, interruption."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.cli import main
from explorer.examples import EXAMPLES, STARTERS, load_example
from explorer.project.format import load_project, loads_project, save_project
from explorer.stepping.compute import compute_records
from tests.explorer.project.networks import same
from tests.explorer.project.test_format import BY_HAND

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Done:
    """What a command left."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[Any]:
        """One JSON value per line."""
        return [json.loads(line, parse_constant=pytest.fail) for line in self.out.splitlines()]


class Shell:
    """Runs commands in this process."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *words: object) -> Done:
        status = main([str(word) for word in words])
        captured = self._capture.readouterr()
        return Done(status, captured.out, captured.err)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    path = tmp_path / "two.json"
    path.write_text(BY_HAND, encoding="utf-8")
    return path


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    path = tmp_path / "digits.json"
    save_project(load_example("digits"), path)
    return path


def edited(path: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


class TestWhole:
    def test_help_names_every_command_and_the_window(self, shell: Shell) -> None:
        for words in (["--help"], []):
            done = shell(*words)
            assert done.status == 0
            for word in ("check", "train", "step", "examples", "--debug", "[FILE] opens the window"):
                assert word in done.out

    @pytest.mark.parametrize("command", ["check", "train", "step", "examples"])
    def test_every_command_has_help(self, shell: Shell, command: str) -> None:
        done = shell(command, "--help")
        assert done.status == 0
        assert "Usage: nn-explorer " + command in done.out

    @pytest.mark.parametrize(
        "words",
        [
            ["chek"], ["check"], ["check", "missing.nnx"], ["check", "."], ["check", "--", "--debug"],
            ["train"], ["train", "x.nnx"],
            ["step", "x.nnx"], ["examples", "Z9"], ["examples", "--out", "a.nnx"], ["check", "a", "--jo"],
        ],
    )  # fmt: skip
    def test_bad_input_is_one_sentence_and_status_2(self, shell: Shell, words: Sequence[str]) -> None:
        done = shell(*words)
        assert done.status == 2
        assert done.out == ""
        assert len(done.err.splitlines()) == 1
        assert "Traceback" not in done.err

    @pytest.mark.parametrize("words", [["--debug", "check", "no.nnx"], ["check", "no.nnx", "--debug"]])
    def test_debug_shows_a_traceback(self, shell: Shell, words: Sequence[str]) -> None:
        done = shell(*words)
        assert done.status == 2
        assert "Traceback" in done.err
        assert done.err.splitlines()[-1].startswith("no.nnx cannot be read")

    def test_it_runs_as_a_module_in_a_narrow_locale(self, two: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "explorer", "step", str(two)],
            cwd=ROOT, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, b"")

    def test_a_deleted_folder_is_told(self, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "gone").mkdir()
        monkeypatch.chdir(tmp_path / "gone")
        (tmp_path / "gone").rmdir()
        done = shell("train", "x.nnx")
        assert (done.status, done.err) == (2, "The current folder was deleted; change to another one.\n")

    def test_a_reader_that_leaves_early_is_no_error(self, two: Path) -> None:
        words = [sys.executable, "-m", "explorer", "step", str(two), "--iterations", "200"]
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.readline()
            process.stdout.close()
            assert process.stderr.read() == b""


class TestCheck:
    def test_json(self, shell: Shell, two: Path) -> None:
        done = shell("check", two, "--json")
        assert done.status == 0
        assert done.objects == [
            {
                "nodes": {
                    "x": {"kind": "input", "shape": [2], "parameters": 0},
                    "h": {"kind": "dense", "shape": [2], "parameters": 6},
                    "h_out": {"kind": "sigmoid", "shape": [2], "parameters": 0},
                },
                "parameters": 6,
                "problems": [],
            }
        ]

    def test_text(self, shell: Shell, two: Path) -> None:
        done = shell("check", two)
        assert done.status == 0
        assert [line.split() for line in done.out.splitlines()][-1] == ["total", "6"]

    @pytest.mark.parametrize(
        ("old", "new", "node", "words"),
        [
            ('"units": 2', '"units": "two"', "h", "a whole number"),
            ('["h", "h_out"]', '["h_out", "h"]', "h", "two wires"),
            ('["h", "h_out"]', '["h", "gone"]', "h", "gone"),
            ('"units": 2', '"units": 1000000000', "h", "memory"),
            ("squared_error", "cross_entropy", None, None),
            ('"targets": [[0, 1]]', '"targets": [[0, 1, 0]]', "h_out", "targets"),
            ('"targets": [[0, 1]]', '"targets": [["a"]]', None, "Targets"),
            ('"h.bias": [0.80, 0.25]', '"h.bias": [0.8]', "h", "h.bias"),
            ('"h.bias": [0.80, 0.25]', '"k.bias": [0.8]', None, "k.bias"),
        ],
    )
    def test_problems_name_their_layer(
        self, shell: Shell, two: Path, old: str, new: str, node: str | None, words: str | None
    ) -> None:
        edited(two, old, new)
        done = shell("check", two, "--json")
        problems = done.objects[0]["problems"]
        if words is None:
            assert (done.status, problems) == (0, [])
            return
        assert done.status == 2
        assert any(words in problem["message"] and problem["node"] == node for problem in problems)
        told = shell("check", two)
        assert told.status == 2
        # How much memory is free may change in between.
        texts = told.err, "".join(problem["message"] + "\n" for problem in problems)
        assert len({re.sub(r"[\d.]+ GB are free", "", text) for text in texts}) == 1


class TestExamples:
    def test_all_are_listed(self, shell: Shell) -> None:
        lines = shell("examples").out.splitlines()
        assert [line.split()[0] for line in lines] == [example.id for example in (*EXAMPLES, *STARTERS)]

    @pytest.mark.parametrize("suffix", [".nnx", ".json"])
    def test_one_is_saved(self, shell: Shell, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"a1{suffix}"
        assert shell("examples", "a1", "--out", path).status == 0
        assert same(load_project(path), load_example("A1"))

    def test_one_is_printed(self, shell: Shell) -> None:
        assert same(loads_project(shell("examples", "B2").out), load_example("B2"))

    def test_what_is_no_project_is_not_overwritten(self, shell: Shell, tmp_path: Path) -> None:
        path = tmp_path / "package.json"
        path.write_text('{"name": "precious"}')
        assert shell("examples", "A1", "--out", path).status == 2
        assert path.read_text() == '{"name": "precious"}'


class TestTrain:
    def test_json_lines(self, shell: Shell, digits: Path) -> None:
        done = shell("train", digits, "--epochs", 2, "--device", "cpu", "--json")
        assert done.status == 0
        first, second, end = done.objects
        keys = {"event", "epoch", "step", "train_cost", "validation_cost", "validation_accuracy", "seconds"}
        assert set(first) == set(second) == keys
        assert [first[key] for key in ("event", "epoch", "step")] == ["epoch", 1, 34]
        assert second["train_cost"] < first["train_cost"]
        assert 0 <= second["validation_accuracy"] <= 1
        assert set(end) == {"event", "reason", "test_cost", "test_accuracy"}
        assert end["event"] == "finished"
        assert end["test_accuracy"] > 0.8

    def test_the_same_seed_gives_the_same_figures(self, shell: Shell, digits: Path) -> None:
        def figures(*words: object) -> list[Any]:
            objects = shell("train", digits, "--epochs", 1, "--device", "cpu", "--json", *words).objects
            return [{key: value for key, value in line.items() if key != "seconds"} for line in objects]

        assert figures("--seed", 3) == figures("--seed", 3)
        assert figures("--seed", 3) != figures("--seed", 4)

    def test_what_there_is_not_is_null(self, shell: Shell, two: Path) -> None:
        epoch, end = shell("train", two, "--json").objects
        assert epoch["validation_cost"] is None
        assert epoch["validation_accuracy"] is None
        assert end["test_cost"] is None
        assert end["test_accuracy"] is None

    @pytest.mark.parametrize("suffix", [".nnx", ".json"])
    def test_the_trained_project_is_saved_and_the_file_stays(
        self, shell: Shell, two: Path, tmp_path: Path, suffix: str
    ) -> None:
        before, out = two.read_bytes(), tmp_path / f"out{suffix}"
        done = shell("train", two, "--set", "precision=float64", "--out", out)
        assert done.status == 0
        assert two.read_bytes() == before
        (record,) = compute_records(load_project(two))
        for name, array in load_project(out).weights.items():
            np.testing.assert_allclose(array, record.updated[name], rtol=1e-12)

    def test_settings_of_the_command_line_count(self, shell: Shell, two: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.nnx"
        words = ("--set", "lr=0.01", "--set", "optimizer=adam", "--set", "batch_size=7", "--epochs", 3, "--seed", 5)
        assert shell("train", two, *words, "--out", out).status == 0
        settings = load_project(out).settings
        names = ("lr", "optimizer", "batch_size", "epochs", "seed")
        assert [settings[name] for name in names] == [0.01, "adam", 7, 3, 5]

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["--set", "lrr=1"], "did you mean lr?"),
            (["--set", "lr=nan"], "Learning rate must be"),
            (["--set", "lr"], "key=value"),
            (["--set", "batch_size=0"], "Batch must be"),
            (["--epochs", "-1"], "Epochs must be"),
            (["--seed", "-1"], "Seed must be"),
            (["--epochs", "x"], "--epochs"),
            (["--device", "tpu"], "tpu"),
            (["--out", "x.pkl"], "must end in .nnx or .json"),
            (["--out", "no/such/x.nnx"], "its folder does not exist"),
        ],
    )
    def test_bad_options(self, shell: Shell, two: Path, words: list[str], told: str) -> None:
        done = shell("train", two, *words)
        assert done.status == 2
        assert told in done.err
        assert len(done.err.splitlines()) == 1

    def test_a_project_with_a_problem_is_not_trained(self, shell: Shell, two: Path) -> None:
        done = shell("train", edited(two, '"units": 2', '"units": 0'))
        assert done.status == 2
        assert "Units must be a whole number" in done.err

    def test_a_cost_that_is_not_finite_fails_and_keeps_the_weights_before(self, shell: Shell, tmp_path: Path) -> None:
        path, out = tmp_path / "b2.json", tmp_path / "out.nnx"
        save_project(load_example("B2"), path)
        words = ("--set", "cost=mse", "--set", "lr=1e6", "--out", out)
        done = shell("train", path, *words, "--json")
        assert done.status == 1
        assert "at step" in done.err
        assert "layer y" in done.err
        assert done.objects[-1]["event"] == "finished"
        assert all(np.all(np.isfinite(array)) for array in load_project(out).weights.values())

    @pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    @pytest.mark.parametrize("named", [True, False])
    def test_an_interruption_saves_what_there_is(self, digits: Path, tmp_path: Path, number: int, named: bool) -> None:
        out = tmp_path / "out.nnx" if named else tmp_path / "digits-interrupted.nnx"
        words = [sys.executable, "-m", "explorer", "train", str(digits), "--epochs", "100000", "--json"]
        words += ["--out", str(out)] if named else []
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.send_signal(number)
            started = time.monotonic()
            lines, told = process.communicate(timeout=60)
        assert time.monotonic() - started < 30
        end = json.loads(lines.splitlines()[-1])
        assert (end["event"], end["reason"]) == ("finished", "interrupted")
        assert process.returncode == 0
        assert out.name in told
        assert load_project(out).weights.keys() == {"h.weight", "h.bias", "y.weight", "y.bias"}

    def test_without_json_it_tells_the_epochs_on_stderr(self, shell: Shell, digits: Path) -> None:
        done = shell("train", digits, "--epochs", 2)
        assert [line.split(":")[0] for line in done.err.splitlines()] == ["epoch 1/2", "epoch 2/2"]
        assert done.out.startswith("Finished: ")
        assert "test accuracy" in done.out


class TestStep:
    def test_json_is_the_record(self, shell: Shell, two: Path) -> None:
        done = shell("step", two, "--format", "json", "--iterations", 2)
        assert done.status == 0
        records = compute_records(load_project(two), iterations=2)
        for told, record in zip(done.objects, records, strict=True):
            assert set(told) == {"cost", "values", "deltas", "gradients", "check", "updated", "steps"}
            assert told["cost"] == record.cost
            assert told["values"] == {node: array.tolist() for node, array in record.values.items()}
            assert told["gradients"] == {name: array.tolist() for name, array in record.gradients.items()}
            assert told["updated"] == {name: array.tolist() for name, array in record.updated.items()}
            assert set(told["check"]) == {"epsilon", "max_relative_error", "verdict", "gradients"}
            assert told["check"]["verdict"] == "probably right"
            assert {tuple(step) for step in told["steps"]} == {("stage", "target", "formula", "substituted", "value")}
            assert {step["stage"] for step in told["steps"]} == {1, 2, 3, 4, 5}

    def test_the_worked_example_by_hand(self, shell: Shell, two: Path) -> None:
        """One layer, checked with pencil and paper: z = (0.857, 0.3395), a = sigmoid(z)."""
        told = shell("step", two, "--format", "json").objects[0]
        a = 1 / (1 + np.exp(-np.array([0.857, 0.3395])))
        delta = (a - [0, 1]) * a * (1 - a)
        np.testing.assert_allclose(told["values"]["h_out"], [a], rtol=1e-12)
        np.testing.assert_allclose(told["deltas"]["h"], [delta], rtol=1e-12)
        np.testing.assert_allclose(told["gradients"]["h.weight"], np.outer(delta, [0.15, 0.35]), rtol=1e-12)
        np.testing.assert_allclose(told["updated"]["h.bias"], [0.8, 0.25] - 0.5 * delta, rtol=1e-12)

    def test_rounded_numbers_are_carried_on(self, shell: Shell, two: Path) -> None:
        told = shell("step", two, "--format", "json", "--round", 2).objects[0]
        a = np.array([0.70, 0.58])
        assert told["values"]["h"] == [[0.86, 0.34]]
        assert told["values"]["h_out"] == [a.tolist()]
        assert told["cost"] == pytest.approx(0.34)  # 0.5 · (0.49 + 0.18), each rounded, halves up

    def test_textbook_figures_and_slips_are_told(self, shell: Shell, tmp_path: Path) -> None:
        path = tmp_path / "a1.json"
        save_project(load_example("A1"), path)
        for form in ("text", "markdown", "html", "latex"):
            out = shell("step", path, "--format", form, "--round", 4).out
            assert out.count("slip: ") == sum(row.slip for row in load_example("A1").textbook)
            assert out.count("printed: ") == len(load_example("A1").textbook)
        assert shell("step", path, "--iterations", 2).out.count("printed: ") == len(load_example("A1").textbook)

    @pytest.mark.parametrize("form", ["text", "markdown", "html", "latex"])
    def test_names_cannot_break_a_sheet(self, shell: Shell, two: Path, form: str) -> None:
        edited(two, "two-two-two", "<script>|$x_%&{}~^#")
        out = shell("step", two, "--format", form).out
        broken = {"html": "<script>", "markdown": "<script>", "latex": "$x_%&"}.get(form)
        assert broken is None or broken not in out

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["--sample", "1"], "There is no example 1"),
            (["--sample", "a"], "--sample"),
            (["--sample", "0,0"], "different"),
            (["--sample", "-1"], "from 0 up"),
            (["--iterations", "0"], "--iterations"),
            (["--round", "16"], "--round"),
            (["--notation", "greek"], "--notation"),
            (["--format", "pdf"], "--format"),
        ],
    )
    def test_bad_options(self, shell: Shell, two: Path, words: list[str], told: str) -> None:
        done = shell("step", two, *words)
        assert done.status == 2
        assert told in done.err
        assert len(done.err.splitlines()) == 1

    def test_layers_notation(self, shell: Shell, two: Path) -> None:
        told = shell("step", two, "--notation", "layers", "--format", "json").objects[0]
        assert [step["target"] for step in told["steps"]][:2] == ["z^2_1", "z^2_2"]
