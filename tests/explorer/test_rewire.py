"""Putting layers into wires and taking them off: the rest joins up, nothing dangles, nothing loops."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.network import Edge, Frame, Network, NetworkError, Node
from explorer.rewire import (
    add_part,
    connect_in_order,
    detach,
    free_port,
    part,
    remove_and_join,
    splice,
    unwire,
    why_not_splice,
)
from tests.explorer.project.networks import networks


@pytest.fixture
def residual() -> Network:
    """x → conv → act → add, and past both: x → add."""
    nodes = (
        Node("x", "input", {"shape": (1, 4, 4)}, (0.0, 0.0)),
        Node("conv", "conv2d", {"filters": 1, "padding": "same"}, (160.0, 0.0)),
        Node("act", "relu", {}, (320.0, 0.0)),
        Node("add", "add", {}, (480.0, 0.0)),
        Node("loose", "dropout", {}, (160.0, 200.0)),
    )
    return Network(nodes, (Edge("x", "conv"), Edge("conv", "act"), Edge("act", "add"), Edge("x", "add", 1)))


def test_a_layer_goes_into_a_wire(residual: Network) -> None:
    after = splice(residual, Edge("act", "add"), "loose")
    assert after.edges == (
        Edge("x", "conv"), Edge("conv", "act"), Edge("act", "loose"), Edge("loose", "add"), Edge("x", "add", 1)
    )  # fmt: skip
    assert after.nodes == residual.nodes


@pytest.mark.parametrize(
    ("edge", "node", "sentence"),
    [
        (Edge("act", "add"), "conv", "wired already"),
        (Edge("act", "add"), "x", "is an input"),
        (Edge("conv", "add"), "loose", "no wire from conv to add"),
        (Edge("act", "add"), "nobody", "no layer called nobody"),
    ],
)
def test_what_cannot_go_into_a_wire_says_why(residual: Network, edge: Edge, node: str, sentence: str) -> None:
    with pytest.raises(NetworkError, match=sentence):
        splice(residual, edge, node)


def test_a_layer_off_its_wires_leaves_a_whole_chain(residual: Network) -> None:
    after = detach(residual, ["act"])
    assert set(after.edges) == {Edge("x", "conv"), Edge("conv", "add"), Edge("x", "add", 1)}
    assert why_not_splice(after, Edge("x", "conv"), "act") is None


def test_several_layers_keep_the_wires_among_themselves(residual: Network) -> None:
    after = detach(residual, ["conv", "act"])
    assert set(after.edges) == {Edge("conv", "act"), Edge("x", "add"), Edge("x", "add", 1)}


def test_a_merge_passes_on_its_first_input(residual: Network) -> None:
    longer = Network((*residual.nodes, Node("out", "softmax")), (*residual.edges, Edge("add", "out")))
    assert Edge("act", "out") in detach(longer, ["add"]).edges
    without_first = Network(longer.nodes, tuple(edge for edge in longer.edges if edge != Edge("act", "add")))
    assert Edge("x", "out") in detach(without_first, ["add"]).edges


def test_nothing_reads_on_where_nothing_came_in(residual: Network) -> None:
    assert detach(residual, ["x"]).edges == (Edge("conv", "act"), Edge("act", "add"))


def test_a_loop_is_left_alone() -> None:
    loop = Network(
        (Node("a", "relu"), Node("b", "relu"), Node("c", "relu")), (Edge("a", "b"), Edge("b", "a"), Edge("b", "c"))
    )
    assert detach(loop, ["a", "b"]).edges == (Edge("a", "b"), Edge("b", "a"))


def test_deleting_joins_what_is_left(residual: Network) -> None:
    after = remove_and_join(residual, ["conv", "act"])
    assert [node.id for node in after.nodes] == ["x", "add", "loose"]
    assert set(after.edges) == {Edge("x", "add"), Edge("x", "add", 1)}


def test_all_wires_of_a_layer_go(residual: Network) -> None:
    assert unwire(residual, ["conv"]).edges == (Edge("act", "add"), Edge("x", "add", 1))


def test_layers_are_wired_in_a_row(residual: Network) -> None:
    after = connect_in_order(unwire(residual, ["act"]), ["x", "act", "loose", "add"])
    assert {Edge("x", "act"), Edge("act", "loose"), Edge("loose", "add")} <= set(after.edges)
    assert connect_in_order(residual, ["x", "conv", "act"]) == residual
    with pytest.raises(NetworkError, match="close a loop"):
        connect_in_order(residual, ["act", "conv"])


def test_the_next_free_port(residual: Network) -> None:
    assert free_port(residual, "add") == 2
    assert free_port(unwire(residual, ["act"]), "add") == 0
    assert free_port(residual, "act") == 0


def test_a_part_is_added_as_a_copy_with_its_frames(residual: Network) -> None:
    framed = Network(
        residual.nodes,
        residual.edges,
        (Frame("frame1", ("conv", "act"), "Block"), Frame("frame2", ("add", "loose"))),
    )
    copied = part(framed, ["conv", "act", "add"])
    assert [frame.id for frame in copied.frames] == ["frame1"]
    assert copied.edges == (Edge("conv", "act"), Edge("act", "add"))
    after, names = add_part(framed, copied, (0.0, 80.0))
    assert names == {"conv": "conv_2", "act": "act_2", "add": "add_2"}
    assert after.frames == (*framed.frames, Frame("frame3", ("conv_2", "act_2"), "Block"))
    assert after.by_id["act_2"].position == (320.0, 80.0)
    assert part(after, ["conv", "act", "add", "x", "loose"]) == framed


@given(networks(), st.data())
def test_taking_off_keeps_what_reaches_what(network: Network, data: st.DataObject) -> None:
    """Against networkx: no new loop, nothing dangles, and no node reads what it did not depend on before."""
    names = list(network.by_id)
    taken = set(data.draw(st.lists(st.sampled_from(names), unique=True))) if names else set()
    after = detach(network, taken)
    before_graph, after_graph = graph(network), graph(after)
    assert after.nodes == network.nodes
    for edge in after.edges:
        assert (edge.source in taken) == (edge.target in taken)
        assert networkx.has_path(before_graph, edge.source, edge.target)
    ports = [(edge.target, edge.port) for edge in after.edges]
    if len({(e.target, e.port) for e in network.edges}) == len(network.edges):
        assert len(set(ports)) == len(ports)
    if networkx.is_directed_acyclic_graph(before_graph):
        assert networkx.is_directed_acyclic_graph(after_graph)


def graph(network: Network) -> networkx.DiGraph:
    """The same as a graph of networkx."""
    made = networkx.DiGraph()
    made.add_nodes_from(network.by_id)
    made.add_edges_from((edge.source, edge.target) for edge in network.edges)
    return made


def test_a_part_has_the_templates_that_it_needs_and_brings_them_along(residual: Network) -> None:
    inner = Network((Node("in", "input"), Node("h", "relu")), (Edge("in", "h"),))
    outer = Network((Node("in", "input"), Node("u", "subnetwork", {"template": "inner"})), (Edge("in", "u"),))
    used = Network(
        (*residual.nodes, Node("b", "subnetwork", {"template": "outer"})),
        residual.edges,
        templates={"inner": inner, "outer": outer, "spare": inner},
    )
    copied = part(used, {"b", "act"})
    assert dict(copied.templates) == {"inner": inner, "outer": outer}
    assert part(used, {"act"}).templates == {}
    again, names = add_part(used, copied)
    assert (again.templates, names) == (used.templates, {"act": "act_2", "b": "b_2"})
    other = Network((Node("b", "relu"),), templates={"inner": residual})
    there, names = add_part(other, copied)
    assert list(there.templates) == ["inner", "inner 2", "outer"]
    assert there.node(names["b"]).params == {"template": "outer"}
    assert there.templates["outer"].node("u").params == {"template": "inner 2"}
