"""The command line on projects with subnetworks: the same numbers as without, under names such as ``block/h``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explorer.examples import load_example
from explorer.grouping import group
from explorer.inside import moved_weights
from explorer.project.format import load_project, save_project
from explorer.project.model import Project
from explorer.resolve import resolve
from tests.explorer.test_cli import Shell


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def grouped(project: Project, names: set[str], block: str = "block") -> Project:
    """The project with layers in a subnetwork."""
    moved = group(project.network, names, name=block)
    return replace(
        project, network=moved.network, weights=moved_weights(project.network, (), moved.names, project.weights)
    )


def nested(example: str) -> tuple[Project, Project, dict[str, str]]:
    """An example, the same with all but input and output in a block in a block, and the new name of each layer."""
    flat = load_example(example)
    inner = [node.id for node in flat.network.nodes if node.kind != "input"]
    once = grouped(flat, set(inner[:-1]), "deep")
    twice = grouped(once, {"deep", inner[-1]}, "block")
    assert resolve(twice.network).problems == ()
    names = {name: f"block/deep/{name}" for name in inner[:-1]} | {inner[-1]: f"block/{inner[-1]}"}
    return flat, twice, names


def files(tmp_path: Path, *projects: Project) -> list[Path]:
    paths = [tmp_path / f"{number}.nnx" for number in range(len(projects))]
    for path, project in zip(paths, projects, strict=True):
        save_project(project, path)
    return paths


def renamed(value: Any, names: dict[str, str]) -> Any:
    """Keys such as ``h`` and ``h.weight`` under the layer's new name."""
    if not isinstance(value, dict):
        return value
    found = {}
    for key, inner in value.items():
        node, dot, part = key.partition(".")
        found[names.get(node, node) + dot + part] = renamed(inner, names)
    return found


def test_stepping_gives_the_same_numbers(shell: Shell, tmp_path: Path) -> None:
    flat, block, names = nested("A1")
    one, two = files(tmp_path, flat, block)
    before = shell("step", one, "--format", "json", "--iterations", 2)
    after = shell("step", two, "--format", "json", "--iterations", 2)
    assert (before.status, after.status) == (0, 0)
    assert len(before.objects) == len(after.objects) == 2
    for mine, theirs in zip(after.objects, before.objects, strict=True):
        for part in ("values", "deltas", "gradients", "updated"):
            assert mine[part] == renamed(theirs[part], names)
        assert mine["check"]["gradients"] == renamed(theirs["check"]["gradients"], names)
        assert mine["cost"] == theirs["cost"]
        assert [step["value"] for step in mine["steps"]] == [step["value"] for step in theirs["steps"]]
        assert [step["substituted"] for step in mine["steps"]] == [step["substituted"] for step in theirs["steps"]]


@pytest.mark.parametrize("example", ["B6", "digits-conv"])
def test_training_gives_the_same_figures_and_weights(shell: Shell, tmp_path: Path, example: str) -> None:
    flat, block, names = nested(example)
    paths = files(tmp_path, flat, block)
    outs = [path.with_name(f"trained-{path.name}") for path in paths]
    found = [
        shell("train", path, "--epochs", 1, "--json", "--out", out).objects
        for path, out in zip(paths, outs, strict=True)
    ]
    for event in (*found[0], *found[1]):
        event.pop("seconds", None)
    assert found[0] == found[1]
    before, after = (load_project(out).weights for out in outs)
    assert set(after) == set(renamed(dict(before), names))
    for name, array in renamed(dict(before), names).items():
        assert (after[name] == array).all()


def test_check_tells_totals_and_what_is_inside(shell: Shell, tmp_path: Path) -> None:
    flat, block, names = nested("A1")
    one, two = files(tmp_path, flat, block)
    before, after = shell("check", one, "--json").objects[0], shell("check", two, "--json").objects[0]
    assert after["parameters"] == before["parameters"]
    for name, told in before["nodes"].items():
        assert after["nodes"][names.get(name, name)] == told
    assert after["nodes"]["block"]["kind"] == "subnetwork"
    assert after["nodes"]["block"]["parameters"] == before["parameters"]
    dense = sum(told["parameters"] for name, told in before["nodes"].items() if "deep" in names.get(name, ""))
    assert after["nodes"]["block/deep"]["parameters"] == dense
    rows = [line.split()[0] for line in shell("check", two).out.splitlines()]
    assert rows[:6] == ["layer", "a", "block", "block/in", "block/deep", "block/deep/in"]
    assert rows[-1] == "total"


def test_a_problem_inside_is_told_with_its_full_name(shell: Shell, tmp_path: Path) -> None:
    _, block, _ = nested("A1")
    templates = dict(block.network.templates)
    templates["deep"] = replace(templates["deep"], edges=templates["deep"].edges[1:])
    (path,) = files(tmp_path, replace(block, network=replace(block.network, templates=templates)))
    done = shell("check", path, "--json")
    assert done.status == 2
    told = done.objects[0]["problems"]
    assert any(row["node"].startswith("block/deep/") and "has no input" in row["message"] for row in told)


@pytest.mark.parametrize(("to", "name"), [("pytorch", "out.py"), ("onnx", "out.onnx")])
def test_it_is_exported(shell: Shell, tmp_path: Path, to: str, name: str) -> None:
    _, block, _ = nested("A1")
    (path,) = files(tmp_path, block)
    assert shell("export", path, "--to", to, "--out", tmp_path / name).status == 0
    assert (tmp_path / name).stat().st_size > 0
