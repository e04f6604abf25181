"""The export as a whole: what is written, what is refused, and the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from explorer.cli import main
from explorer.compiler import compile_project
from explorer.exchange.export import export
from explorer.network import Edge, Network, Node
from explorer.project.check import RunProblem
from explorer.project.errors import ProjectError
from explorer.project.format import save_project
from explorer.project.model import Data, Project
from explorer.resolve import resolve
from tests.explorer.training.small import INPUTS, NETWORK, WEIGHTS, chain, project

UNTRAINABLE = replace(project(), data=Data("inline", {"inputs": [[1.0]], "targets": [[1.0]]}))


def names_of(path: Path) -> dict[str, Any]:
    """What an exported program defines."""
    names: dict[str, Any] = {"__file__": str(path), "__name__": "exported"}
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), names)
    return names


def test_a_project_that_cannot_be_trained_is_exported_without_training(tmp_path: Path) -> None:
    for given, beside in ((UNTRAINABLE, set()), (many_weights(), {"net.safetensors"})):
        path = tmp_path / "net.py"
        exported = export(given, "pytorch", path, force=True)
        assert {file.name for file in exported.files} == {"net.py"} | beside
        (note,) = exported.notes
        assert note.startswith("There is no training in it: The data has")
        names = names_of(path)
        assert "train" not in names
        made = names["make_model"]().eval()
        here = compile_project(given, resolve(given.network), torch.float64).eval()
        inputs = torch.from_numpy(INPUTS)
        assert torch.equal(made(inputs), here(inputs))


def many_weights() -> Project:
    wide = chain(("x", "input", {"shape": (3,)}), ("h", "dense", {"units": 40}))
    weights = {"h.weight": np.ones((40, 3)), "h.bias": np.arange(40.0)}
    return replace(UNTRAINABLE, network=wide, weights=weights)


def test_without_weights_it_is_the_class_alone(tmp_path: Path) -> None:
    export(replace(UNTRAINABLE, weights={}, name="my net"), "pytorch", tmp_path / "net.py")
    text = (tmp_path / "net.py").read_text(encoding="utf-8")
    assert text.startswith('"""my net as a PyTorch module, exported from Neural Network Explorer."""\n\nfrom torch')
    assert text.endswith("        return o\n")
    assert set(names_of(tmp_path / "net.py")) >= {"MyNet"}


def test_a_network_without_weights_has_no_training(tmp_path: Path) -> None:
    given = project(chain(("x", "input", {"shape": (3,)}), ("s", "sum", {})), targets=INPUTS[:, :1])
    assert export(given, "pytorch", tmp_path / "net.py").notes == (
        "There is no training in it: The network has no weights to train.",
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Project(), "The network is empty"),
        (replace(project(), network=Network((*NETWORK.nodes, Node("z", "dense")), NETWORK.edges)), "z has no input"),
        (replace(project(), weights={**WEIGHTS, "h.bias": np.ones(3)}), "h.bias have the shape 3"),
        (replace(project(), weights={**WEIGHTS, "h.bias": np.full(4, np.nan)}), "not finite"),
    ],
)
def test_what_is_broken_is_refused(given: Project, words: str, tmp_path: Path) -> None:
    for to, ending in (("pytorch", "py"), ("onnx", "onnx")):
        with pytest.raises(RunProblem, match=words):
            export(given, to, tmp_path / f"net.{ending}")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    path, data = tmp_path / "net.py", tmp_path / "net_data.npz"
    data.write_text("mine")
    with pytest.raises(ProjectError, match=r"net_data\.npz would be replaced: choose another name, or say --force."):
        export(project(), "pytorch", path)
    assert not path.exists()
    assert data.read_text() == "mine"
    export(project(), "pytorch", path, force=True)
    assert np.load(data)["inputs"].shape == INPUTS.shape


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("net", "the name must end in .py; add it"),
        ("net.onnx", "the name must end in .py; add it"),
        ("none/net.py", "its folder does not exist; make it first"),
        ("folder.py", "a folder has this name"),
    ],
)
def test_where_it_cannot_be_written(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(ProjectError, match=words):
        export(project(), "pytorch", tmp_path / name, force=True)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "p.json", tmp_path / "out.py"
    save_project(project(), file)
    command = ["export", str(file), "--to", "pytorch", "--out", str(out)]
    assert main(command) == 0
    assert capsys.readouterr() == (f"Saved as {out}, {tmp_path / 'out_data.npz'}.\n", "")
    assert main(command) == 2
    assert "would be replaced" in capsys.readouterr().err
    assert main([*command, "--force"]) == 0
    assert main(["export", str(file), "--to", "onnx", "--out", str(tmp_path / "out.onnx")]) == 0
    assert "onnxruntime gives the same outputs as PyTorch" in capsys.readouterr().err
    assert main(["export", str(file), "--to", "tea", "--out", str(out)]) == 2
    assert "--to takes pytorch or onnx; 'tea' is neither." in capsys.readouterr().err
    file.write_text(json.dumps({"format": "nn-explorer-project", "version": 1}))
    assert main([*command, "--force"]) == 2
    assert capsys.readouterr().err == "The network is empty: add an input and a layer.\n"


def test_the_program_of_a_network_with_edges_that_cross_is_read_branch_by_branch(tmp_path: Path) -> None:
    nodes = [Node("x", "input", {"shape": (3,)}), Node("s", "add")]
    edges = []
    for port, branch in enumerate("ab"):
        nodes += [Node(f"{branch}1", "dense", {"units": 3}), Node(f"{branch}2", "tanh")]
        edges += [Edge("x", f"{branch}1"), Edge(f"{branch}1", f"{branch}2"), Edge(f"{branch}2", "s", port)]
    export(Project(network=Network(tuple(nodes), tuple(edges))), "pytorch", tmp_path / "net.py")
    lines = (tmp_path / "net.py").read_text().splitlines()
    assert [line.strip().partition(" =")[0] for line in lines[-6:]] == ["a1", "a2", "b1", "b2", "s", "return s"]
