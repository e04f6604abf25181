"""Places in words lead to the step that computes what is meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.layers import kind_of
from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from explorer.stepping.compute import compute_records
from explorer.stepping.notation import Notation
from explorer.stepping.seek import seek
from explorer.stepping.trace import Trace
from tests.explorer.networks import DENSE_KINDS, networks, projects


def pictures() -> Trace:
    nodes = (
        Node("x", "input", {"shape": (1, 6, 8)}), Node("conv1", "conv2d", {"filters": 3, "kernel": (3, 3)}),
        Node("conv10", "relu"), Node("flat", "flatten"), Node("y", "dense", {"units": 2}),
    )  # fmt: skip
    edges = (Edge("x", "conv1"), Edge("conv1", "conv10"), Edge("conv10", "flat"), Edge("flat", "y"))
    rows = {"inputs": [[[[0.1] * 8] * 6]], "targets": [[1.0, 0.0]]}
    return Trace(compute_records(Project(network=Network(nodes, edges), data=Data("inline", rows)), (0,))[0])


PICTURES = pictures()


@pytest.mark.parametrize(
    ("asked", "quantity"),
    [
        ("conv1 channel 3 row 2 col 5", Quantity("value", "conv1", index=(2, 1, 4))),
        ("Conv1 map 3, column 5", Quantity("value", "conv1", index=(2, 0, 4))),
        ("conv1[2,1,4]", Quantity("value", "conv1", index=(2, 1, 4))),
        ("error conv1 channel 1 row 4 col 6", Quantity("delta", "conv1", index=(0, 3, 5))),
        ("conv10 channel 2 row 1 col 1", Quantity("value", "conv10", index=(1, 0, 0))),
        ("gradient conv1 weight filter 2 channel 1 row 3 col 1", Quantity("gradient", "conv1", "weight", (1, 0, 2, 0))),
        ("new conv1 bias unit 3", Quantity("updated", "conv1", "bias", (2,))),
        ("y unit 2", Quantity("value", "y", index=(1,))),
        ("w3", Quantity("gradient", "y", "weight", (0, 1))),
        ("new w4", Quantity("updated", "y", "weight", (1, 1))),
        ("bw2", Quantity("gradient", "y", "bias", (1,))),
    ],
)
def test_what_is_meant_comes_first(asked: str, quantity: Quantity) -> None:
    found = seek(PICTURES, Notation(PICTURES.rules.resolved), asked)
    assert found
    assert PICTURES[found[0]].quantity == quantity


@pytest.mark.parametrize(
    "asked",
    ["", "conv1", "row 2", "conv1 channel 4 row 1 col 1", "conv1[2,1]", "conv1[9,9,9]", "w9999", "bw3", "[", "w"],
)
def test_what_is_not_there_is_not_found(asked: str) -> None:
    assert seek(PICTURES, Notation(PICTURES.rules.resolved), asked) == []


@settings(max_examples=25)
@given(projects(networks([kind_of(kind) for kind in DENSE_KINDS], most=5)), st.data())
def test_numbers_of_weights_lead_to_the_weight_of_that_name(project: Project, data: st.DataObject) -> None:
    trace = Trace(compute_records(project, (0,))[0])
    notation = Notation(trace.rules.resolved)
    gradients = [q for q in (step.quantity for step in trace) if q.role == "gradient" and q.node in notation.dense]
    if not gradients:
        return
    wanted = data.draw(st.sampled_from(gradients))
    name = notation.text(Quantity("weight", wanted.node, wanted.part, wanted.index))
    assert trace[seek(trace, notation, name)[0]].quantity == wanted


def test_the_first_example_can_be_asked_of_by_its_numbers() -> None:
    trace = Trace(compute_records(load_example("A1"), (0,))[0])
    found = seek(trace, Notation(trace.rules.resolved), "w5")
    roles = [trace[number].quantity.role for number in found]
    assert roles == ["gradient", "plus", "minus", "numeric", "relative", "updated"]
