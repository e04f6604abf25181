"""Inside subnetworks: what a path opens, where a layer lies, and edits that no template survives inside itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.inside import child_of, locate, moved_inside, opened, template_at, with_inside
from explorer.network import Edge, Network, NetworkError, Node, add_node, port_count, rename, set_params
from explorer.resolve import resolve


def use(name: str, template: str) -> Node:
    return Node(name, "subnetwork", {"template": template})


X = Node("x", "input", {"shape": (3,)})
INNER = Network((Node("in", "input"), Node("h", "dense", {"units": 3})), (Edge("in", "h"),))
OUTER = Network((Node("in", "input"), use("u", "inner"), use("v", "inner")), (Edge("in", "u"), Edge("u", "v")))


@pytest.fixture
def network() -> Network:
    """x → p → q, each of the template outer, which uses inner twice."""
    nodes = (X, use("p", "outer"), use("q", "outer"), Node("q/w", "relu"), Node("y", "dense"))
    edges = (Edge("x", "p"), Edge("p", "q"), Edge("q", "q/w"), Edge("q/w", "y"))
    return Network(nodes, edges, templates={"outer": OUTER, "inner": INNER})


def test_what_a_path_opens(network: Network) -> None:
    assert opened(network, ()) is network
    inner = opened(network, ("p", "v"))
    assert (inner.nodes, inner.edges, inner.templates) == (INNER.nodes, INNER.edges, network.templates)
    assert [template_at(network, path) for path in ((), ("q",), ("q", "u"))] == ["", "outer", "inner"]
    for path, words in ((("x",), "x is no subnetwork"), (("z",), "no layer called z"), (("p", "in"), "in is no")):
        with pytest.raises(NetworkError, match=words):
            opened(network, path)
    with pytest.raises(NetworkError, match="does not have"):
        opened(add_node(network, use("z", "gone")), ("z",))


def test_where_a_layer_lies(network: Network) -> None:
    assert locate(network, "x") == ((), "x")
    assert locate(network, "p/v") == (("p",), "v")
    assert locate(network, "q/u/h") == (("q", "u"), "h")
    assert locate(network, "q/w") == ((), "q/w")
    for name in ("z", "x/y", "p/z", "p/u/z", "p/", ""):
        assert locate(network, name) is None


def test_which_layer_holds_another(network: Network) -> None:
    found = [child_of(network, name) for name in ("x", "p/u/h", "q/w", "q/u", "z/u", "")]
    assert found == ["x", "p", "q/w", "q", None, None]


def test_an_edit_inside_changes_every_use(network: Network) -> None:
    inner = set_params(opened(network, ("p", "u")), "h", {"units": 7})
    after = with_inside(network, ("p", "u"), inner)
    shapes = resolve(after).weight_shapes
    assert [shapes[f"{where}/h.bias"] for where in ("p/u", "p/v", "q/u", "q/v")] == [(7,)] * 4
    assert after.templates["inner"].templates == {}
    assert with_inside(network, (), inner) is inner


def test_a_template_is_never_put_into_itself(network: Network) -> None:
    for template in ("inner", "outer"):
        inner = add_node(opened(network, ("p", "u")), use("again", template))
        with pytest.raises(NetworkError, match=f"{template} cannot be put into inner"):
            with_inside(network, ("p", "u"), inner)
    fine = add_node(opened(network, ("p",)), use("again", "inner"))
    assert with_inside(network, ("p",), fine).templates["outer"].node("again").params == {"template": "inner"}


def test_one_that_a_file_put_into_itself_can_still_be_mended() -> None:
    broken = Network((use("b", "t"),), templates={"t": Network((*INNER.nodes, use("b", "t")), INNER.edges)})
    inner = opened(broken, ("b",))
    moved = with_inside(broken, ("b",), set_params(inner, "h", {"units": 4}))
    assert moved.templates["t"].node("h").params == {"units": 4}


def test_a_layer_renamed_inside_has_its_new_name_in_every_use(network: Network) -> None:
    layers = ["x", "p/u/h", "q/v/h", "q/w", "y", "gone", "p/u/gone"]
    assert moved_inside(network, ("q", "v"), {"h": "k"}, layers) == {"p/u/h": "p/u/k", "q/v/h": "q/v/k"}
    assert moved_inside(network, ("q",), {"u": "first"}, layers) == {"p/u/h": "p/first/h", "p/u/gone": "p/first/gone"}
    assert moved_inside(network, (), {"y": "z"}, layers) == {"y": "z"}


def test_layers_that_share_its_weights_follow(network: Network) -> None:
    shared = set_params(network, "y", {"units": 3, "share": "p/v/h"})
    outer = add_node(OUTER, Node("k", "dense", {"units": 3, "share": "u/h"}))
    shared = with_inside(
        shared, ("p",), Network(outer.nodes, (*outer.edges, Edge("v", "k")), templates=shared.templates)
    )
    inner = opened(shared, ("p", "u"))
    after = with_inside(shared, ("p", "u"), rename(inner, "h", "core"), {"h": "core"})
    assert after.node("y").params["share"] == "p/v/core"
    assert after.templates["outer"].node("k").params["share"] == "u/core"
    assert [problem.message for problem in resolve(after).problems] == []


def two_ports() -> Network:
    """x and z into b, and in the template t too, at the ports p and q of two."""
    two = Network((Node("p", "input"), Node("q", "input"), Node("s", "add")), (Edge("p", "s"), Edge("q", "s", 1)))
    wires = (Edge("x", "b"), Edge("z", "b", 1))
    nodes = (Node("x", "input"), Node("z", "input"), use("b", "two"))
    return Network(nodes, wires, templates={"two": two, "t": Network(nodes, wires)})


@pytest.mark.parametrize(
    ("inner", "names", "ports"),
    [
        (["p", "q", "s"], {}, {"x": 0, "z": 1}),
        (["q", "s"], {}, {"z": 0}),
        (["q", "p", "s"], {}, {"x": 1, "z": 0}),
        (["r", "q", "s"], {"p": "r"}, {"x": 0, "z": 1}),
        (["r", "q", "s"], {}, {"z": 1}),
        (["n", "p", "q", "s"], {}, {"x": 1, "z": 2}),
        (["s"], {}, {}),
    ],
)
def test_wires_follow_the_inputs_of_a_template_by_their_names(
    inner: list[str], names: dict[str, str], ports: dict[str, int]
) -> None:
    network = two_ports()
    nodes = tuple(Node(name, "add" if name == "s" else "input") for name in inner)
    after = with_inside(network, ("b",), Network(nodes, templates=network.templates), names)
    for found in (after, after.templates["t"]):
        assert {edge.source: edge.port for edge in found.edges} == ports
    if ports == {"x": 0, "z": 1}:
        assert after.edges is network.edges


def test_ports_that_a_template_no_longer_has_are_shown_as_long_as_they_are_wired() -> None:
    network = two_ports()
    one = replace(network, templates={"two": INNER})
    assert port_count(network, "b") == port_count(one, "b") == 2
    assert port_count(replace(one, edges=one.edges[:1]), "b") == 1
    assert port_count(replace(one, edges=(Edge("x", "b", 90_000),)), "b") < 100
