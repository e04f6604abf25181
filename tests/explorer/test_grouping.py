"""Grouping and taking apart: the network computes the same, with the weights that it had, or the edit is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from explorer.compiler import compile_project
from explorer.grouping import group, ungroup
from explorer.inside import moved_weights, opened, with_inside
from explorer.network import Edge, Frame, Network, NetworkError, Node, set_params
from explorer.project.document import to_document, to_project
from explorer.project.model import Project
from explorer.resolve import resolve
from tests.explorer.networks import LAYERS, networks, projects

KINDS = [kind for kind in LAYERS if kind.id in ("dense", "tanh", "relu", "dropout", "add", "concat", "sum")]
X = Node("x", "input", {"shape": (4,)}, (0.0, 0.0))


def chain() -> Network:
    """x → h → a → y, and h + a into s, which y reads."""
    nodes = (
        X,
        Node("h", "dense", {"units": 4}, (200.0, 0.0)),
        Node("a", "tanh", {}, (400.0, 80.0)),
        Node("s", "add", {}, (600.0, 0.0)),
        Node("y", "dense", {"units": 2}, (800.0, 0.0)),
    )
    edges = (Edge("x", "h"), Edge("h", "a"), Edge("h", "s"), Edge("a", "s", 1, ((500.0, 40.0),)), Edge("s", "y"))
    return Network(nodes, edges)


def outputs(project: Project) -> torch.Tensor:
    """What comes out for three examples; dropout rests."""
    resolved = resolve(project.network)
    assert resolved.problems == ()
    assert set(project.weights) == set(resolved.weight_shapes)
    module = compile_project(project, resolved, torch.float64).eval()
    shape = resolved.layers[resolved.inputs[0]].shape
    assert shape is not None
    numbers = torch.from_numpy(np.random.default_rng(3).normal(size=(3, *shape)))
    found: torch.Tensor = module(numbers)
    return found


def grouped(project: Project, names: set[str]) -> Project:
    """The project with layers grouped, and their weights under their new names."""
    after = group(project.network, names)
    weights = moved_weights(project.network, (), after.names, project.weights)
    return replace(project, network=after.network, weights=weights)


def taken_apart(project: Project, name: str) -> Project:
    """The project with a subnetwork taken apart."""
    after = ungroup(project.network, name)
    weights = moved_weights(project.network, (), after.names, project.weights)
    return replace(project, network=after.network, weights=weights)


def wiring(network: Network) -> tuple[object, ...]:
    """Layers and wires, in no order."""
    return {node.id: (node.kind, node.params) for node in network.nodes}, set(network.edges)


def upstream(network: Network, start: str, choose: list[bool]) -> set[str]:
    """A layer and some of those that are read by nothing but what was chosen already: one output, and no loop."""
    chosen = {start}
    for take in choose:
        fitting = [
            node.id
            for node in network.nodes
            if node.id not in chosen
            and node.kind != "input"
            and network.outgoing[node.id]
            and all(edge.target in chosen for edge in network.outgoing[node.id])
        ]
        if fitting and take:
            chosen.add(fitting[0])
    return chosen


@given(project=projects(networks(KINDS)), data=st.data())
def test_a_grouped_network_computes_the_same_and_so_does_one_taken_apart(project: Project, data: st.DataObject) -> None:
    assume(not any(node.params.get("share") for node in project.network.nodes))  # those stay together, or are refused
    layers = [node.id for node in project.network.nodes if node.kind != "input"]
    chosen = upstream(project.network, data.draw(st.sampled_from(layers)), data.draw(st.lists(st.booleans())))
    after = grouped(project, chosen)
    assert {node.id for node in after.network.nodes} == {n.id for n in project.network.nodes} - chosen | {"block"}
    expected = outputs(project)
    assert torch.equal(outputs(after), expected)
    apart = taken_apart(after, "block")
    assert wiring(apart.network) == wiring(project.network)
    assert torch.equal(outputs(apart), expected)


@given(project=projects(networks(KINDS)), data=st.data())
def test_groups_of_groups_compute_the_same_and_are_kept_in_files(project: Project, data: st.DataObject) -> None:
    assume(not any(node.params.get("share") for node in project.network.nodes))  # those stay together, or are refused
    layers = [node.id for node in project.network.nodes if node.kind != "input"]
    first = upstream(project.network, data.draw(st.sampled_from(layers)), data.draw(st.lists(st.booleans())))
    once = grouped(project, first)
    after = grouped(once, upstream(once.network, "block", data.draw(st.lists(st.booleans()))))
    assert torch.equal(outputs(after), outputs(project))
    again = to_project(to_document(after, with_weights=True))
    assert torch.equal(outputs(again), outputs(project))
    apart = taken_apart(taken_apart(after, "block_2"), "block")
    assert wiring(apart.network) == wiring(project.network)
    assert torch.equal(outputs(apart), outputs(project))


@given(network=networks(KINDS), data=st.data())
def test_any_choice_is_grouped_to_the_same_shapes_or_refused(network: Network, data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.sampled_from([node.id for node in network.nodes])))
    try:
        after = group(network, chosen).network
    except NetworkError:
        return
    before, found = resolve(network), resolve(after)
    assert found.problems == ()
    assert found.parameters == before.parameters
    assert len(found.running) == len(before.running)


def test_what_a_group_looks_like() -> None:
    after = group(chain(), {"h", "a", "s"}, {"x": (4,)})
    network = after.network
    assert (after.fresh, after.names) == (("block",), {"h": "block/h", "a": "block/a", "s": "block/s"})
    assert [node.id for node in network.nodes] == ["x", "block", "y"]
    assert set(network.edges) == {Edge("x", "block"), Edge("block", "y")}
    assert network.node("block").position == (400.0, 40.0)
    template = network.templates["block"]
    assert [node.id for node in template.nodes] == ["in", "h", "a", "s"]
    assert template.node("in").params == {"shape": (4,)}
    assert template.node("in").position == (40.0, 0.0)
    assert template.incoming["s"] == (Edge("h", "s"), Edge("a", "s", 1))
    assert template.incoming["s"][1].via == ((500.0, 40.0),)
    assert ungroup(network, "block").network.node("h").position == (200.0, 0.0)


def test_each_layer_that_is_read_from_outside_becomes_one_input() -> None:
    network = Network(
        (X, Node("h", "dense", {"units": 4}), Node("s", "add"), Node("t", "add"), Node("u", "add")),
        (Edge("x", "h"), Edge("h", "s"), Edge("x", "s", 1), Edge("x", "t"), Edge("s", "t", 1), Edge("t", "u"),
         Edge("h", "u", 1)),
    )  # fmt: skip
    after = group(network, {"s", "t"}).network
    assert after.incoming["block"] == (Edge("h", "block"), Edge("x", "block", 1))
    inner = after.templates["block"]
    assert [node.id for node in inner.nodes] == ["in_h", "in_x", "s", "t"]
    assert set(inner.edges) == {Edge("in_h", "s"), Edge("in_x", "s", 1), Edge("in_x", "t"), Edge("s", "t", 1)}
    assert wiring(ungroup(after, "block").network) == wiring(network)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (set(), "Select the layers"),
        ({"x"}, "inputs stay outside"),
        ({"h", "s"}, "in a loop with a: select a too"),
        ({"h", "a"}, "have 2 outputs (h, a)"),
        ({"h", "y"}, "in a loop with a"),
        ({"a", "loose"}, "have 2 outputs (a, loose)"),
    ],
)
def test_what_cannot_be_grouped_is_told(chosen: set[str], words: str) -> None:
    network = replace(chain(), nodes=(*chain().nodes, Node("loose", "relu")))
    with pytest.raises(NetworkError) as told:
        group(network, chosen)
    assert words in str(told.value)


def test_inputs_stay_outside_and_names_stay_free() -> None:
    network = replace(chain(), nodes=(*chain().nodes, Node("block/h", "relu")))
    after = group(network, {"x", "h", "a", "s"}).network
    assert [node.id for node in after.nodes] == ["x", "block_2", "y", "block/h"]
    assert list(after.templates) == ["block_2"]
    inner = Network((Node("in", "input"), Node("in_2", "relu")), (Edge("in", "in_2"),), templates={"block": chain()})
    assert list(group(inner, {"in_2"}, name="block").network.templates) == ["block", "block_2"]


def test_layers_in_a_loop_are_refused() -> None:
    loop = Network((Node("p", "relu"), Node("q", "relu")), (Edge("p", "q"), Edge("q", "p")))
    with pytest.raises(NetworkError, match="in a loop, and"):
        group(loop, {"p", "q"})


def test_shared_weights_stay_shared() -> None:
    k = Node("k", "dense", {"units": 4, "share": "h"})
    network = Network((*chain().nodes, k), (*chain().edges[:-1], Edge("s", "k"), Edge("k", "y")))
    with pytest.raises(NetworkError, match="k names h as"):
        group(network, {"k"})
    together = group(network, {"h", "a", "s", "k"}).network
    assert together.templates["block"].node("k").params["share"] == "h"
    apart = group(network, {"h", "a", "s"}).network
    assert apart.node("k").params["share"] == "block/h"
    for found in (together, apart):
        assert resolve(found).problems == ()
        assert resolve(found).parameters == resolve(network).parameters
        assert wiring(ungroup(found, "block").network) == wiring(network)


def test_frames_stay_round_what_they_were_round() -> None:
    frames = (Frame("all", ("h", "a", "s", "y")), Frame("in", ("h", "a")), Frame("part", ("s", "x")))
    network = replace(chain(), frames=(frames[1], frames[0]))
    after = group(network, {"h", "a", "s"}).network
    assert after.frames == (Frame("all", ("y", "block")),)
    assert after.templates["block"].frames == (frames[1],)
    assert ungroup(after, "block").network.frames == (Frame("all", ("y", "h", "a", "s")),)
    cut = group(replace(chain(), frames=(frames[1], frames[2])), {"h", "a", "s"}).network
    assert cut.frames == (Frame("part", ("x",)),)
    assert ungroup(cut, "block").network.frames == (Frame("part", ("x",)), frames[1])


def test_what_cannot_be_taken_apart_is_told() -> None:
    after = group(chain(), {"h", "a", "s"}).network
    for name, words in (("y", "no subnetwork"), ("z", "no layer called z")):
        with pytest.raises(NetworkError, match=words):
            ungroup(after, name)
    muted = replace(after, nodes=tuple(replace(n, muted=n.id == "block") for n in after.nodes))
    with pytest.raises(NetworkError, match="block is muted"):
        ungroup(muted, "block")
    with pytest.raises(NetworkError, match="does not have"):
        ungroup(replace(after, templates={}), "block")
    two = replace(after, templates={"block": Network((X, Node("p", "relu")))})
    with pytest.raises(NetworkError, match="2 outputs inside"):
        ungroup(two, "block")


def test_taking_one_use_apart_leaves_the_others() -> None:
    once = group(chain(), {"h", "a", "s"}).network
    twice = Network(
        (*once.nodes, Node("again", "subnetwork", {"template": "block"})),
        (Edge("x", "block"), Edge("block", "again"), Edge("again", "y")),
        templates=once.templates,
    )
    after = ungroup(twice, "again")
    assert dict(after.names) == {"again/h": "h", "again/a": "a", "again/s": "s"}
    assert resolve(after.network).problems == ()
    assert resolve(after.network).parameters == resolve(twice).parameters
    both = ungroup(after.network, "block")
    assert dict(both.names) == {"block/h": "h_2", "block/a": "a_2", "block/s": "s_2"}


def test_grouping_inside_a_template_moves_the_weights_of_every_use() -> None:
    once = group(chain(), {"h", "a", "s"}).network
    twice = Network(
        (*once.nodes, Node("again", "subnetwork", {"template": "block"})),
        (Edge("x", "block"), Edge("block", "again"), Edge("again", "y")),
        templates=once.templates,
    )
    numbers = np.random.default_rng(1)
    weights = {name: numbers.normal(size=shape) for name, shape in resolve(twice).weight_shapes.items()}
    project = Project(network=twice, weights=weights)
    inner = group(opened(twice, ("again",)), {"h", "a"} | {"s"}, name="deep")
    after = with_inside(twice, ("again",), inner.network, inner.names)
    renamed = moved_weights(twice, ("again",), inner.names, weights)
    assert torch.equal(outputs(Project(network=after, weights=renamed)), outputs(project))


def test_layers_that_name_one_that_moved_inside_a_template_follow_it() -> None:
    once = group(chain(), {"h", "a", "s"}).network
    shared = set_params(once, "y", {"units": 4, "share": "block/h"})
    inner = group(opened(shared, ("block",)), {"h", "a", "s"}, name="deep")
    after = with_inside(shared, ("block",), inner.network, inner.names)
    assert after.node("y").params["share"] == "block/deep/h"
    assert resolve(after).problems == ()
