"""The examples of a project: in the network's shapes, split as asked, scored as their targets are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.network import Edge, Network, Node
from explorer.project.examples import data_problem, load_examples, split
from explorer.project.goals import goals_of
from explorer.project.model import Data, Project
from explorer.resolve import resolve
from explorer.settings import Settings
from explorer.source import DataProblem

SHARES = st.sampled_from([(0.6, 0.2, 0.2), (1.0, 0.0, 0.0), (0.5, 0.5, 0.0), (0.8, 0.0, 0.2), (0.34, 0.33, 0.33)])


@given(st.integers(0, 300), SHARES, st.integers(0, 5))
def test_every_example_is_in_one_part(count: int, shares: tuple[float, float, float], seed: int) -> None:
    parts = split(count, Data("inline", {}, shares), seed)
    assert sorted(np.concatenate(parts)) == list(range(count))
    train, validation, test = map(len, parts)
    assert count == 0 or train >= 1
    for size, share in zip((train, validation, test), shares, strict=True):
        assert abs(size - share * count) <= 1.5
    if shares[2] == 0:
        assert test == 0


def test_the_default_is_60_20_20() -> None:
    parts = split(1797, Data("digits"), 0)
    assert [len(part) for part in parts] == [1078, 359, 360]


def test_the_seed_decides_who_is_where_and_all_for_training_stay_in_order() -> None:
    data = Data("inline", {}, (0.6, 0.2, 0.2))
    one, same, other = (split(50, data, seed)[0].tolist() for seed in (1, 1, 2))
    assert one == same
    assert one != other
    assert split(50, Data("inline", {}, (1.0, 0.0, 0.0)), 3)[0].tolist() == list(range(50))


def project(shape: tuple[int, ...], units: int, inputs: Any, targets: Any, cost: str = "squared_error") -> Project:
    nodes = (
        Node("x", "input", {"shape": shape}),
        Node("f", "flatten"),
        Node("h", "dense", {"units": units}),
    )
    return Project(
        network=Network(nodes, (Edge("x", "f"), Edge("f", "h"))),
        data=Data("inline", {"inputs": inputs, "targets": targets}),
        settings=Settings({"cost": cost}),
    )


def load(*args: Any) -> Any:
    made = project(*args)
    return load_examples(made, resolve(made.network))


def test_inputs_are_rearranged_to_the_input_layers_shape() -> None:
    found = load((1, 2, 2), 1, [[1.0, 2.0, 3.0, 4.0]], [[0.5]])
    assert found.inputs.tolist() == [[[[1.0, 2.0], [3.0, 4.0]]]]
    assert load((4,), 1, [[[1.0, 2.0], [3.0, 4.0]]], [0.5]).inputs.tolist() == [[1.0, 2.0, 3.0, 4.0]]
    assert found.targets.tolist() == [[0.5]]
    assert len(found) == 1


def test_class_numbers_become_one_hot_rows() -> None:
    found = load((1,), 3, [[1.0], [2.0]], [[0], [2]], "cross_entropy")
    assert found.targets.tolist() == [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    assert found.scoring == {"h": "largest"}


@pytest.mark.parametrize("number", [-1, 3, 0.5])
def test_class_numbers_that_are_none_are_told(number: float) -> None:
    with pytest.raises(DataProblem, match="whole and from 0 to 2"):
        load((1,), 3, [[1.0], [2.0]], [[0], [number]], "cross_entropy")


@pytest.mark.parametrize(
    ("targets", "scoring"),
    [
        ([[1, 0], [0, 1]], "largest"),
        ([[0.5, 0.5], [0, 1]], ""),
        ([[1, 1], [0, 1]], ""),
        ([[1], [0]], "threshold"),
        ([[1.5], [0]], ""),
    ],
)
def test_how_accuracy_is_told(targets: Any, scoring: str) -> None:
    assert load((1,), len(targets[0]), [[1.0], [2.0]], targets).scoring == ({"h": scoring} if scoring else {})


def test_what_does_not_fit_is_told_without_loading_and_refused_in_loading() -> None:
    def told(shape: tuple[int, ...], units: int, cost: str = "squared_error") -> str:
        made = project(shape, units, [[1.0, 2.0]], [[1.0]], cost)
        resolved = resolve(made.network)
        problem = data_problem(made.data, resolved, goals_of(made.settings, resolved))
        return "" if problem is None else str(problem)

    assert told((2,), 1) == ""
    assert told((2,), 3, "cross_entropy") == ""  # class numbers
    assert told((2,), 1, "cross_entropy") == ""
    assert "input" in told((3,), 1)
    assert told((2,), 3).endswith("have 1 output.")
    with pytest.raises(DataProblem, match="numbers per example"):
        load((3,), 1, [[1.0, 2.0]], [[1.0]])
    with pytest.raises(DataProblem, match="targets"):
        load((2,), 3, [[1.0, 2.0]], [[1.0]])


def test_params_of_the_source_are_checked_first() -> None:
    made = replace(project((1,), 1, [[1.0]], [[1.0]]), data=Data("inline", {"rows": 3}))
    assert "not known" in str(data_problem(made.data, resolve(made.network), ()))
    made = project((1,), 1, [[1.0], []], [[1.0]])
    with pytest.raises(DataProblem):
        load_examples(made, resolve(made.network))


def test_classes_of_a_source_have_names() -> None:
    nodes = (Node("x", "input", {"shape": (64,)}), Node("h", "dense", {"units": 10}))
    made = Project(network=Network(nodes, (Edge("x", "h"),)), data=Data("digits"))
    found = load_examples(made, resolve(made.network))
    assert len(found.class_names) == 10
    assert found.scoring == {"h": "largest"}
    assert found.inputs.shape == (1797, 64)
