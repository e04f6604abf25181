"""Fixes on another layer: the one before is set to put out what is needed."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.network import Edge, Network, Node, apply_fix
from explorer.resolve import resolve


def network(nodes: dict[str, tuple[str, dict[str, Any]]], *edges: tuple[str, str] | tuple[str, str, int]) -> Network:
    return Network(tuple(Node(name, *given) for name, given in nodes.items()), tuple(Edge(*edge) for edge in edges))


def fixes(net: Network, node: str) -> list[str]:
    """The labels of a node's fixes, each of which takes the problem away."""
    (problem,) = resolve(net).problems_of(node)
    for fix in problem.fixes:
        assert resolve(apply_fix(net, node, fix)).problems == ()
    return [fix.label for fix in problem.fixes]


def test_either_dense_layer_before_a_sum_can_get_the_units_of_the_other() -> None:
    net = network(
        {
            "x": ("input", {"shape": (4,)}),
            "h": ("dense", {"units": 3}),
            "a": ("relu", {}),
            "g": ("dense", {"units": 5}),
            "s": ("add", {}),
        },
        ("x", "h"),
        ("h", "a"),
        ("a", "s"),
        ("x", "g"),
        ("g", "s", 1),
    )
    assert fixes(net, "s") == ["Set units of g to 3", "Set units of h to 5"]


@pytest.mark.parametrize(
    ("channels", "label"),
    [(3, "Set filters of c to 3 and padding to same"), (8, "Set padding of c to same")],
)
def test_a_convolution_in_a_skipped_branch_keeps_size_and_channels(channels: int, label: str) -> None:
    net = network(
        {"x": ("input", {"shape": (channels, 8, 8)}), "c": ("conv2d", {"filters": 8}), "s": ("multiply", {})},
        ("x", "c"),
        ("x", "s"),
        ("c", "s", 1),
    )
    assert fixes(net, "s") == [label]


def test_as_many_numbers_can_be_given_the_other_shape() -> None:
    net = network(
        {"x": ("input", {"shape": (1, 8, 8)}), "f": ("flatten", {}), "s": ("add", {})},
        ("x", "f"),
        ("x", "s"),
        ("f", "s", 1),
    )
    assert fixes(net, "s") == ["Insert Reshape to 1×8×8 at input 2"]


def test_no_layer_is_changed_that_could_not_put_it_out() -> None:
    net = network(
        {"x": ("input", {"shape": (4,)}), "y": ("input", {"shape": (3,)}), "s": ("add", {})},
        ("x", "s"),
        ("y", "s", 1),
    )
    assert fixes(net, "s") == []


def test_inside_a_subnetwork_the_layer_there_is_named() -> None:
    inner = network(
        {"i": ("input", {"shape": (4,)}), "h": ("dense", {"units": 3}), "s": ("add", {})},
        ("i", "h"),
        ("i", "s"),
        ("h", "s", 1),
    )
    outer = network({"x": ("input", {"shape": (4,)}), "b": ("subnetwork", {"template": "block"})}, ("x", "b"))
    (problem,) = resolve(Network(outer.nodes, outer.edges, templates={"block": inner})).problems_of("b/s")
    assert [(fix.label, fix.node) for fix in problem.fixes] == [("Set units of h to 4", "b/h")]
