"""What if: the record with changes is that of a project which has them; keeping makes that project."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.network import Edge, Network, Node
from explorer.optimizers import OPTIMIZERS
from explorer.output_settings import OutputSettings
from explorer.project.check import RunProblem, check_project
from explorer.project.examples import load_examples
from explorer.project.model import Data, Project
from explorer.settings import Settings, change
from explorer.stepping import whatif
from explorer.stepping.compute import compute_records
from explorer.stepping.record import Record
from explorer.stepping.tried import try_out
from explorer.stepping.whatif import NO_CHANGES, Changes, WhatIfProblem, can_change, kept
from tests.explorer.networks import projects

W5 = Quantity("weight", "c", "weight", (0, 0))
X1, T1 = Quantity("value", "a", index=(0,)), Quantity("target", "c_out", index=(0,))


def same(one: Record, other: Record) -> None:
    assert one.cost == pytest.approx(other.cost, rel=1e-12)
    for name in ("values", "deltas", "gradients", "updated", "states_before", "states", "targets"):
        found, expected = getattr(one, name), getattr(other, name)
        assert found.keys() == expected.keys()
        for key, array in expected.items():
            assert_allclose(found[key], array, rtol=1e-9, atol=1e-12, err_msg=f"{name} {key}")


@pytest.mark.parametrize("optimizer", [own for own in OPTIMIZERS if not own.searches], ids=lambda own: own.id)
def test_without_changes_an_iteration_is_what_it_was(optimizer: object) -> None:
    project = load_example("A1")
    project = replace(project, settings=change(project.settings, "optimizer", optimizer.id))  # type: ignore[attr-defined]
    if "momentum" in project.settings.optimizer_params:
        project = replace(project, settings=change(project.settings, "momentum", 0.9))
    records = compute_records(project, iterations=3)
    for record in records:
        tried = try_out(record, NO_CHANGES)
        assert tried.iteration == record.iteration
        same(tried, record)


@settings(max_examples=25)
@given(projects(), st.integers(0, 2))
def test_what_is_tried_is_what_is_kept(project: Project, sample: int) -> None:
    (record,) = compute_records(project, (sample,))
    resolved = check_project(project)[0]
    changes = NO_CHANGES
    for name, array in list(record.weights.items())[:2]:
        node, _, part = name.partition(".")
        if array.size:
            place = tuple(int(i) for i in np.unravel_index(array.size - 1, array.shape))
            changes = changes.with_number(Quantity("weight", node, part, place), 0.25)
    node = resolved.inputs[0]
    reader = resolved.layers[resolved.network.outgoing[node][0].target].kind
    if not reader.takes_indices:
        place = (0,) * len(resolved.layers[node].shape or ())
        changes = changes.with_number(Quantity("value", node, index=place, example=sample), 0.75)
    changes = changes.with_setting("lr", 0.125)
    before = pickle.dumps(project.data.params["inputs"])
    tried = try_out(record, changes)
    (wanted,) = compute_records(kept(project, pickle.loads(pickle.dumps(changes))), (sample,))
    same(tried, wanted)
    assert tried.rate == 0.125
    assert pickle.dumps(project.data.params["inputs"]) == before


def test_several_changes_at_once_change_only_what_they_say() -> None:
    project = load_example("A1")
    (record,) = compute_records(project)
    changes = Changes({W5: 0.1, X1: 0.5, T1: 0.25}, {"cost": "mse"})
    tried = try_out(record, changes)
    assert tried.weights["c.weight"][0, 0] == 0.1
    assert tried.values["a"][0].tolist() == [0.5, 0.35]
    assert tried.targets["c_out"][0].tolist() == [0.25, 1.0]
    assert tried.setting("cost") == "mse"
    assert record.weights["c.weight"][0, 0] == project.weights["c.weight"][0, 0] == 0.05
    assert_array_equal(tried.weights["b.weight"], record.weights["b.weight"])
    assert changes.without(W5).numbers.keys() == {X1, T1}
    assert changes.without(W5).settings == {"cost": "mse"}
    more = changes.with_setting("lr", 0.25)
    assert (more.without("cost").settings, more.without("cost").numbers) == ({"lr": 0.25}, changes.numbers)
    assert (len(changes), bool(NO_CHANGES)) == (4, False)


def test_only_given_numbers_can_be_changed() -> None:
    resolved = check_project(load_example("A1"))[0]
    assert all(can_change(resolved, q) for q in (W5, X1, T1))
    for q in (Quantity("value", "b", index=(0,)), Quantity("gradient", "c", "weight", (0, 0)), Quantity("cost")):
        assert not can_change(resolved, q)


def test_generated_examples_are_typed_in_only_when_asked() -> None:
    project = load_example("A2")
    resolved, _ = check_project(project)
    node, end = resolved.inputs[0], resolved.outputs[0]
    place = (0,) * len(resolved.layers[node].shape or ())
    changes = Changes(
        {Quantity("value", node, index=place, example=3): 0.5, Quantity("target", end, index=(1,), example=3): 0.25}
    )
    with pytest.raises(WhatIfProblem, match="Type all of them into the project") as told:
        kept(project, changes)
    assert told.value.convert
    after = kept(project, changes, convert=True)
    assert (after.data.source, after.data.shares) == ("inline", project.data.shares)
    before, now = (load_examples(each, resolved) for each in (project, after))
    assert now.entering[node][(3, *place)] == 0.5
    assert now.wanted[end][3, 1] == 0.25
    assert_array_equal(np.delete(now.inputs, 3, 0), np.delete(before.inputs, 3, 0))
    assert_array_equal(now.train, before.train)
    assert now.class_names == before.class_names
    assert kept(project, Changes(settings={"lr": 0.25})).data is project.data


def test_of_generated_examples_no_more_than_fit_are_typed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    project = load_example("A2")
    examples = load_examples(project, check_project(project)[0])
    numbers = examples.inputs.size + sum(array.size for array in examples.wanted.values())
    changes = Changes({Quantity("target", check_project(project)[0].outputs[0], index=(1,), example=3): 0.25})
    monkeypatch.setattr(whatif, "MOST_TYPED", numbers)
    assert kept(project, changes, convert=True).data.source == "inline"
    monkeypatch.setattr(whatif, "MOST_TYPED", numbers - 1)
    with pytest.raises(WhatIfProblem, match="too many"):
        kept(project, changes, convert=True)


def test_a_class_of_several_outputs_cannot_be_part_of_another() -> None:
    nodes = (Node("x", "input", {"shape": (2,)}), Node("c", "dense", {"units": 3}), Node("v", "dense", {"units": 1}))
    data = Data("inline", {"inputs": [[1.0, 2.0], [3.0, 4.0]], "targets": [[0, 0.5], [2, 0.25]]})
    settings = Settings(outputs={"c": OutputSettings("cross_entropy", target=(0, 1)), "v": OutputSettings("mse")})
    several = Project(network=Network(nodes, (Edge("x", "c"), Edge("x", "v"))), data=data, settings=settings)
    with pytest.raises(WhatIfProblem, match="class numbers of several outputs"):
        kept(several, Changes({Quantity("target", "c", index=(1,)): 0.5}))
    after = kept(several, Changes({Quantity("target", "v", index=(0,), example=1): 0.75}))
    assert after.data.params["targets"] == [[0.0, 0.5], [2.0, 0.75]]


def test_searching_optimizers_say_that_they_cannot_later_on() -> None:
    project = load_example("A1")
    project = replace(project, settings=change(project.settings, "optimizer", "conjugate_gradient"))
    first, second = compute_records(project, iterations=2)
    assert try_out(first, Changes({W5: 0.1})).weights["c.weight"][0, 0] == 0.1
    with pytest.raises(RunProblem, match="first iteration alone"):
        try_out(second, Changes({W5: 0.1}))


@pytest.mark.parametrize(
    "order", [("beta1", "optimizer", "lr"), ("optimizer", "beta1", "lr"), ("lr", "beta1", "optimizer")]
)
def test_an_optimizer_and_its_own_settings_can_be_tried_in_any_order(order: tuple[str, ...]) -> None:
    values = {"optimizer": "adam", "beta1": 0.5, "lr": 0.125}
    (record,) = compute_records(load_example("A1"))
    tried = try_out(record, Changes(settings={name: values[name] for name in order}))
    assert {name: tried.setting(name) for name in values} == values


def test_numbers_of_several_inputs_and_targets_are_kept_in_their_columns() -> None:
    nodes = tuple(Node(name, "input", {"shape": (2,)}) for name in "pq")
    nodes += tuple(Node(name, "dense", {"units": 2}) for name in "uv")
    edges = (Edge("p", "u"), Edge("q", "v"))
    data = Data("inline", {"inputs": [[1.0, 2.0, 3.0, 4.0]] * 2, "targets": [[5.0, 6.0, 7.0, 8.0]] * 2})
    settings = Settings(outputs={"u": OutputSettings("mse", target=(0, 2)), "v": OutputSettings("mse", target=(2, 4))})
    project = Project(network=Network(nodes, edges), data=data, settings=settings)
    changes = {
        Quantity("value", "p", index=(1,), example=1): 20.0, Quantity("value", "q", index=(0,), example=1): 30.0,
        Quantity("target", "u", index=(0,), example=1): 50.0, Quantity("target", "v", index=(1,), example=1): 80.0,
    }  # fmt: skip
    after = kept(project, Changes(changes)).data.params
    assert after["inputs"] == [[1.0, 2.0, 3.0, 4.0], [1.0, 20.0, 30.0, 4.0]]
    assert after["targets"] == [[5.0, 6.0, 7.0, 8.0], [50.0, 6.0, 7.0, 80.0]]


def test_a_class_number_becomes_a_row_in_which_the_change_stands() -> None:
    nodes = (Node("x", "input", {"shape": (2,)}), Node("c", "dense", {"units": 3}))
    data = Data("inline", {"inputs": [[1.0, 2.0], [3.0, 4.0]], "targets": [0, 2]})
    project = Project(
        network=Network(nodes, (Edge("x", "c"),)), data=data, settings=Settings({"cost": "cross_entropy"})
    )
    after = kept(project, Changes({Quantity("target", "c", index=(2,)): 0.5}))
    assert after.data.params["targets"] == [[1.0, 0.0, 0.5], [0.0, 0.0, 1.0]]
