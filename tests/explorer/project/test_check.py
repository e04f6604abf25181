"""Everything that keeps a project from running is one clear sentence at the layer where it shows."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from explorer.cost import CostFunction
from explorer.costs import COSTS
from explorer.examples import EXAMPLES, load_example
from explorer.layers import kind_of
from explorer.network import Edge, Network, Node, apply_fix
from explorer.output_settings import OutputSettings
from explorer.project.check import check_project
from explorer.project.examples import load_examples
from explorer.project.model import Data, Project
from explorer.resolve import Problem, resolve
from explorer.settings import Settings
from explorer.source import DataProblem
from tests.explorer.networks import projects
from tests.explorer.onnx_files import extractor

INPUTS, TARGETS = [[0.5, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]


def project(
    *layers: Node,
    edges: tuple[tuple[Any, ...], ...] | None = None,
    inputs: Any = INPUTS,
    targets: Any = TARGETS,
    cost: str = "squared_error",
    weights: Any = None,
    outputs: Any = None,
) -> Project:
    """Layers behind an input x of 2 numbers, one after the other unless ``edges`` are given."""
    nodes = (Node("x", "input", {"shape": (2,)}), *layers)
    chain = tuple(Edge(a.id, b.id) for a, b in itertools.pairwise(nodes))
    return Project(
        network=Network(nodes, chain if edges is None else tuple(Edge(*edge) for edge in edges)),
        data=Data("inline", {"inputs": inputs, "targets": targets}),
        settings=Settings({"cost": cost}, outputs=outputs or {}),
        weights=weights or {},
    )


def dense(name: str = "h", **params: Any) -> Node:
    return Node(name, "dense", {"units": 2} | params)


ADD = Node("s", "add")
W = np.zeros((2, 2))
BAD: dict[str, tuple[Project, str | None, str]] = {
    "a loop": (project(dense(), edges=(("x", "h"), ("h", "h"))), "h", "loop"),
    "a dangling wire": (project(dense(), edges=(("x", "h"), ("nobody", "h"))), "h", "dangles"),
    "two wires into one port": (project(dense("a"), dense(), edges=(("x", "a"), ("x", "h"), ("a", "h"))), "h", "two"),
    "a missing input": (project(dense(), edges=()), "h", "has no input"),
    "one wire where two are needed": (project(dense(), ADD, edges=(("x", "h"), ("h", "s"))), "s", "lacks its input b"),
    "no layers": (Project(), None, "empty"),
    "no input layer": (Project(network=Network((dense(),))), None, "add an input layer"),
    "two inputs for one": (
        project(Node("y", "input", {"shape": (3,)}), Node("c", "concat"), edges=(("x", "c", 0), ("y", "c", 1))),
        "y",
        "the 2 inputs take 2 (x) + 3 (y)",
    ),
    "two outputs for one target": (
        project(dense("a"), dense("b", units=3), edges=(("x", "a"), ("x", "b"))),
        "b",
        "its target is 2 of the targets: let it have 2 outputs",
    ),
    "an input that goes nowhere": (
        project(Node("y", "input", {"shape": (2,)}), dense(), edges=(("x", "h"),)),
        "y",
        "goes nowhere",
    ),
    "a cost of a layer that is not there": (project(dense(), outputs={"y": OutputSettings()}), None, "for y, which is"),
    "a cost of a layer between": (
        project(dense(), Node("t", "tanh"), outputs={"h": OutputSettings()}),
        "h",
        "another layer reads it",
    ),
    "a range beyond the targets": (project(dense(), outputs={"h": OutputSettings(target=(1, 3))}), "h", "is 1:3"),
    "a range of another size": (project(dense(), outputs={"h": OutputSettings(target=(1, 2))}), "h", "have 1 output"),
    "no classes for one of two outputs": (
        project(
            dense("a"),
            dense("b", units=1),
            edges=(("x", "a"), ("x", "b")),
            targets=[[2, 0.5], [0, 0.5]],
            outputs={"a": OutputSettings(cost="cross_entropy")},
        ),
        "a",
        "As class numbers",
    ),
    "shapes that do not fit": (project(Node("c", "conv2d")), "c", "needs pictures"),
    "text for a number": (project(dense(units="many")), "h", "whole number from 1 to 1000000000"),
    "nan": (project(dense(units=math.nan)), "h", "whole number"),
    "out of range": (project(Node("d", "dropout", {"p": 1.0})), "d", "at least 0 and below 1"),
    "an unknown param": (project(dense(unit=3)), "h", "units"),
    "cross-entropy on one output": (
        project(dense(units=1), targets=[[0.0], [1.0]], cost="cross_entropy"),
        "h",
        "at least 2",
    ),
    "targets of another shape": (project(dense(units=3)), "h", "let its last layer have 2 outputs"),
    "inputs of another shape": (project(dense(), inputs=[[1.0], [2.0]]), "x", "give the input the shape 1"),
    "ragged rows": (project(dense(), inputs=[[1.0, 2.0], [1.0]]), None, "one shape"),
    "inputs that are not finite": (project(dense(), inputs=[[1.0, math.inf], [1.0, 2.0]]), None, "finite"),
    "rows without targets": (project(dense(), targets=[[1.0, 0.0]]), None, "2 rows of inputs and 1 of targets"),
    "no examples": (project(dense(), inputs=[], targets=[]), None, "No examples"),
    "weights of another shape": (project(dense(), weights={"h.weight": np.zeros((3, 2))}), "h", "3×2"),
    "weights of no layer": (project(dense(), weights={"g.weight": W}), None, "g.weight"),
    "weights that are not finite": (project(dense(), weights={"h.weight": W * np.nan}), "h", "not finite"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_projects_are_told_in_one_sentence(name: str) -> None:
    bad, node, words = BAD[name]
    _, problems = check_project(bad)
    assert problems
    fitting = [problem for problem in problems if words in problem.message]
    assert len(fitting) == 1, [problem.message for problem in problems]
    assert fitting[0].node == node
    for problem in problems:
        assert problem.message.endswith((".", "?"))
        assert "\n" not in problem.message
        assert len(problem.message) < 300
        assert problem.node is None or problem.node in problem.message or name == "cross-entropy on one output"


def test_good_projects_have_no_problem() -> None:
    assert check_project(project(dense()))[1] == ()
    assert check_project(project(dense(units=3), targets=[[0], [2]], cost="cross_entropy"))[1] == ()
    for example in EXAMPLES:
        assert check_project(load_example(example.id))[1] == ()


@settings(max_examples=30)
@given(projects())
def test_random_networks_that_fit_have_no_problem(good: Project) -> None:
    resolved, problems = check_project(good)
    assert problems == ()
    assert resolved == resolve(good.network)


def test_what_fits_layer_by_layer_must_fit_as_a_whole() -> None:
    """Each weight is kept with its backup and its gradient, and with what the optimizer keeps of it."""
    wide = project(dense("a", units=1000), dense("b", units=1000), dense("c", units=2))
    numbers = resolve(wide.network).parameters
    for optimizer, precision, copies in (("sgd", "float32", 4), ("adam", "float32", 5), ("adam", "float64", 10)):
        made = replace(wide, settings=Settings({"optimizer": optimizer, "precision": precision}))
        room = copies * 4 * (numbers + 5000)
        assert check_project(made, room)[1] == ()
        (problem,) = check_project(made, 4 * copies * numbers - 1)[1]
        assert problem.node == "b"
        assert "memory" in problem.message
    assert check_project(wide)[1] == ()


def test_checking_changes_nothing_and_twice_is_the_same() -> None:
    bad, _, _ = BAD["weights of another shape"]
    assert check_project(bad)[1] == check_project(bad)[1]


def test_a_fix_of_a_problem_mends_it() -> None:
    picture = Node("x", "input", {"shape": (1, 2, 2)})
    broken = Network((picture, Node("h", "dense", {"units": 2})), (Edge("x", "h"),))
    (problem,) = resolve(broken).problems
    assert isinstance(problem, Problem)
    mended = apply_fix(broken, "h", problem.fixes[0])
    assert resolve(mended).problems == ()


def test_weights_of_a_layer_whose_shape_is_not_known_are_left_alone() -> None:
    bad = replace(project(dense(), edges=()), weights={"h.weight": W})
    assert all("weights" not in problem.message for problem in check_project(bad)[1])


def test_what_learns_before_a_network_from_a_file_must_be_frozen(tmp_path: Path) -> None:
    params: dict[str, Any] = {"file": str(extractor(tmp_path / "net.onnx")), "layer": ""}
    params |= kind_of("backbone").from_its_file(params)
    nodes = (
        Node("x", "input", {"shape": (1, 8, 8)}),
        Node("c", "conv2d", {"filters": 1, "padding": "same"}),
        Node("b", "backbone", params),
        Node("y", "dense", {"units": 10}),
    )
    network = Network(nodes, (Edge("x", "c"), Edge("c", "b"), Edge("b", "y")))
    project = Project(network=network, data=Data("digits"), settings=Settings({"cost": "cross_entropy"}))
    (problem,) = check_project(project)[1]
    assert (problem.node, "c before it could not learn" in problem.message) == ("b", True)
    mended = replace(project, network=apply_fix(network, "b", problem.fixes[0]))
    assert check_project(mended)[1] == ()


@pytest.mark.parametrize("cost", [cost for cost in COSTS if cost.probabilities], ids=lambda cost: cost.id)
@pytest.mark.parametrize(
    ("layers", "fits"),
    [
        ((dense(),), False),
        ((dense(), Node("r", "relu")), False),
        ((dense(), Node("t", "tanh")), False),
        ((dense(), Node("t", "tanh"), Node("f", "flatten")), False),
        ((dense(), Node("s", "sigmoid")), "each"),
        ((dense(), Node("p", "softmax")), True),
        ((dense(), Node("p", "softmax"), Node("f", "flatten")), True),
        ((dense(), Node("p", "softmax"), Node("d", "dropout")), True),
        ((dense(), Node("p", "softmax"), Node("i", "identity")), True),
    ],
)
def test_a_cost_of_probabilities_needs_a_network_that_ends_in_them(
    cost: CostFunction, layers: tuple[Node, ...], fits: bool | str
) -> None:
    given = project(*layers, cost=cost.id)
    _, problems = check_project(given)
    assert (problems == ()) == (fits if fits != "each" else not cost.classes)
    if problems:
        (problem,) = problems
        assert problem.node == layers[-1].id
        assert "softmax" in problem.message if cost.classes else "sigmoid" in problem.message
        mended = replace(given, network=apply_fix(given.network, problem.node, problem.fixes[0]))
        assert check_project(mended)[1] == ()


def test_a_cost_of_probabilities_allows_what_cannot_be_told() -> None:
    layers = (dense("a"), Node("p", "softmax"), Node("q", "softmax"), Node("m", "multiply"))
    wires = (("x", "a"), ("a", "p"), ("a", "q"), ("p", "m"), ("q", "m", 1))
    assert check_project(project(*layers, edges=wires, cost="binary_cross_entropy"))[1] == ()


@pytest.mark.parametrize("cost", [cost for cost in COSTS if cost.probabilities], ids=lambda cost: cost.id)
def test_targets_that_are_no_probabilities_are_told_when_they_are_loaded(cost: CostFunction) -> None:
    for targets in ([[2.0, -1.0], [0.0, 1.0]], [[5.0, 0.0], [0.0, 1.0]]):
        given = project(dense(), Node("p", "softmax"), cost=cost.id, targets=targets)
        with pytest.raises(DataProblem, match=f"{cost.title} needs targets from 0 to 1"):
            load_examples(given, check_project(given)[0])


@pytest.mark.parametrize(
    ("name", "label"),
    [("targets of another shape", "Set units of h to 2"), ("inputs of another shape", "Set shape to 1")],
)
def test_data_that_does_not_fit_has_a_fix_in_the_network(name: str, label: str) -> None:
    bad, node, _ = BAD[name]
    (problem,) = check_project(bad)[1]
    (fix,) = problem.fixes
    assert fix.label == label
    mended = replace(bad, network=apply_fix(bad.network, node or "", fix))
    assert check_project(mended)[1] == ()
