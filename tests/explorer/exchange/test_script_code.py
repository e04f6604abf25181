"""Exported programs, run with torch and numpy alone, come to the costs that training comes to here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.costs import COSTS, cost_of
from explorer.examples import EXAMPLES, load_example
from explorer.exchange.export import export
from explorer.network import Edge, Network, Node, append, set_params
from explorer.optimizers import OPTIMIZERS
from explorer.project.check import check_project, cost_problem
from explorer.project.model import Project
from explorer.resolve import resolve
from explorer.settings import Settings, change, change_output
from explorer.training.events import EpochDone
from explorer.training.loop import train
from explorer.training.session import Session
from tests.explorer.exchange import run_programs
from tests.explorer.training.small import INPUTS, NETWORK, chain, project

CLOSE = 1e-6
Check = Callable[..., None]


@pytest.fixture(scope="module")
def runner() -> Iterator[subprocess.Popen[str]]:
    """One process for all programs: to import torch takes longer than to train."""
    command = [sys.executable, "-I", "-W", "error", run_programs.__file__]
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        assert process.wait() == 0


@pytest.fixture
def check_alike(runner: subprocess.Popen[str], tmp_path: Path) -> Callable[..., None]:
    """Every program reaches the figures of the loop, epoch by epoch."""

    def check(projects: Mapping[str, Project], allowed: str = "") -> None:
        assert runner.stdin
        assert runner.stdout
        for name, given in projects.items():
            assert check_project(given)[1] == (), name
            path = tmp_path / f"{name}.py"
            assert export(given, "pytorch", path).notes == ()
            runner.stdin.write(json.dumps([str(path), allowed]) + "\n")
            runner.stdin.flush()
            expected = [figures(event) for event in train(Session(given, "cpu")) if isinstance(event, EpochDone)]
            for found, wanted in zip(json.loads(runner.stdout.readline()), expected, strict=True):
                assert found == pytest.approx(wanted, rel=CLOSE, abs=1e-12), name

    return check


def figures(event: EpochDone) -> dict[str, float]:
    """The figures of an epoch by the names that programs give them."""
    given = {
        "train cost": event.train_cost,
        "train accuracy": event.train_accuracy,
        "validation cost": event.validation_cost,
        "validation accuracy": event.validation_accuracy,
    }
    return {name: value for name, value in given.items() if value is not None}


def with_epochs(given: Project, epochs: int) -> Project:
    return replace(given, settings=change(given.settings, "epochs", epochs))


def test_the_examples(check_alike: Check) -> None:
    check_alike({entry.id: with_epochs(load_example(entry.id), 2) for entry in EXAMPLES})


def test_every_optimizer(check_alike: Check) -> None:
    plain = {optimizer.id: project(optimizer=optimizer.id) for optimizer in OPTIMIZERS}
    changed = {}
    for optimizer in OPTIMIZERS:
        given = project(optimizer=optimizer.id)
        for param in optimizer.params:
            if isinstance(param.default, float) and param.minimum < param.default / 2 and param.name != "eps":
                given = replace(given, settings=change(given.settings, param.name, param.default / 2))
            elif isinstance(param.default, bool):
                given = replace(given, settings=change(given.settings, param.name, not param.default))
        changed[f"{optimizer.id}-changed"] = replace(given, weights={})
    momentum = project(optimizer="sgd", momentum=0.9, nesterov=True, weight_decay=0.01, lr=0.02)
    check_alike(plain | changed | {"momentum": momentum})


def test_every_cost(check_alike: Check) -> None:
    shares = np.abs(INPUTS[:, :2]) / np.abs(INPUTS[:, :2]).sum(1, keepdims=True)
    found = {}
    for cost in COSTS:
        network, end = NETWORK, "o"
        problem = cost_problem(cost, resolve(network), end)
        if problem is not None:
            network = append(network, end, problem.fixes[0].append)
        elif cost.id == "exponential":
            network = append(network, end, "tanh")
        found[cost.id] = project(network, targets=shares, cost=cost.id, lr=0.05)
    check_alike(found)


BRANCHED = Network(
    (
        Node("x", "input", {"shape": (3,)}),
        Node("h", "dense", {"units": 3, "freeze": True}),
        Node("d", "dropout", {"p": 0.4}),
        Node("n", "batch_norm"),
        Node("block", "subnetwork", {"template": "two layers"}),
        Node("again", "subnetwork", {"template": "two layers"}),
        Node("s", "add"),
        Node("o", "dense", {"units": 2, "l1": 0.01, "max_norm": 0.5}),
    ),
    (
        *(Edge("x", "h"), Edge("h", "d"), Edge("d", "n"), Edge("n", "block"), Edge("block", "again")),
        *(Edge("n", "s"), Edge("again", "s", 1), Edge("s", "o")),
    ),
    templates={
        "two layers": Network(
            (Node("in", "input", {"shape": (3,)}), Node("h", "dense", {"units": 3, "l2": 0.1}), Node("t", "tanh")),
            (Edge("in", "h"), Edge("h", "t")),
        )
    },
)
OUTPUTS = Network(
    (
        *(Node("x", "input", {"shape": (2,)}), Node("z", "input", {"shape": (1,)}), Node("xz", "concat")),
        *(Node("h", "dense", {"units": 4}), Node("a", "dense", {"units": 1}), Node("b", "dense", {"units": 1})),
    ),
    (Edge("x", "xz"), Edge("z", "xz", 1), Edge("xz", "h"), Edge("h", "a"), Edge("h", "b")),
)


def test_dropout_norms_subnetworks_frozen_layers_and_penalties(check_alike: Check) -> None:
    given = {
        "branched": project(BRANCHED, lr=0.05),
        "searching": project(BRANCHED, optimizer="lbfgs"),
        "float32": project(BRANCHED, precision="float32", optimizer="adam", init="he"),
        "settled": project(BRANCHED, stop_change=0.5, epochs=50, shuffle=False, split=(1.0, 0.0, 0.0)),
    }
    check_alike(given)


def test_several_inputs_and_outputs(check_alike: Check) -> None:
    equal = project(OUTPUTS)
    weighted = replace(equal, settings=change_output(equal.settings, "b", "weight", 0.25))
    mixed = replace(weighted, settings=change_output(weighted.settings, "a", "cost", "sse"))
    told = project(OUTPUTS, targets=(INPUTS[:, :2] > 0).astype(float))
    check_alike({"equal": equal, "weighted": weighted, "mixed": mixed, "told": told})


def test_every_start(check_alike: Check, tmp_path: Path) -> None:
    begun = {init: project(BRANCHED, init=init) for init in ("normal", "uniform", "orthogonal", "scaled", "zeros")}
    own = set_params(NETWORK, "h", {"init": "uniform", "init_spread": 0.3})
    check_alike({**begun, "own": project(replace(own, frames=())), "given": project()})
    assert "model.again.h.weight.uniform_(-1.0, 1.0)" in (tmp_path / "uniform.py").read_text()


def test_weights_that_are_many_or_partly_given_lie_in_a_file(check_alike: Check, tmp_path: Path) -> None:
    wide = chain(("x", "input", {"shape": (3,)}), ("h", "dense", {"units": 40}), ("o", "dense", {"units": 2}))
    session = Session(project(wide))
    shared = Network(
        (*NETWORK.nodes, Node("t2", "tanh"), Node("h2", "dense", {"units": 4, "share": "h"}), Node("j", "add")),
        (*NETWORK.edges[:-1], Edge("x", "h2"), Edge("h2", "t2"), Edge("t2", "j"), Edge("t", "j", 1), Edge("j", "o")),
    )
    given = {
        "many": replace(project(wide), weights=session.weights()),
        "some": replace(project(wide, lr=0.01), weights={"h.bias": np.ones(40)}),
        "shared": project(shared),
        "normed": replace(project(BRANCHED), weights=Session(project(BRANCHED)).weights()),
    }
    check_alike(given, allowed="safetensors")
    assert {path.stem for path in tmp_path.glob("*.safetensors")} == set(given)


def test_another_seed_in_the_program_is_that_seed_here(tmp_path: Path) -> None:
    given: Any = project(BRANCHED, seed=3)
    path = tmp_path / "seed.py"
    export(project(BRANCHED), "pytorch", path)
    text = path.read_text()
    assert "\nSEED = 0\n" in text
    path.write_text(text.replace("\nSEED = 0\n", "\nSEED = 3\n"))
    names: dict[str, Any] = {"__file__": str(path), "__name__": "exported"}
    exec(compile(path.read_text(), path, "exec"), names)
    history = names["train"]()
    expected = [figures(event) for event in train(Session(given, "cpu")) if isinstance(event, EpochDone)]
    for one, other in zip(history, expected, strict=True):
        assert one == pytest.approx(other, rel=CLOSE)


def test_no_two_definitions_of_one_name_are_copied() -> None:
    from explorer.exchange.optimizer_code import optimizer_code
    from explorer.exchange.sources import copied_method

    texts: dict[str, set[str]] = {}
    found = [optimizer_code(Settings({"optimizer": entry.id}), "w")[1] for entry in OPTIMIZERS]
    for cost in COSTS:
        text, needed = copied_method(type(cost).__module__, type(cost).__name__, "torch_costs", cost.id)
        assert text.startswith(f'def {cost.id}(output: Tensor, target: Tensor) -> Tensor:\n    """')
        assert cost_of(cost.id) is cost
        found.append(needed)
    for needed in found:
        for text in needed.definitions:
            name = text.partition("(")[0].partition(" = ")[0].split()[-1]
            texts.setdefault(name, set()).add(text)
    assert {"ConjugateGradient", "LEAST"} <= set(texts)
    assert all(len(same) == 1 for same in texts.values())
