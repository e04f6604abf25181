"""Frames, bends and muted layers: every edit gives a new value and keeps what it is not about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.annotate import (
    bend,
    find_frame,
    frame_nodes,
    put_in,
    remove_frame,
    set_frame,
    set_muted,
    take_out,
)
from explorer.network import Edge, Network, NetworkError, Node, paste, remove, rename
from explorer.project.format import dumps_project, loads_project
from explorer.project.model import Project

CHAIN = Network(
    (Node("x", "input", {"shape": (2,)}), Node("h", "dense"), Node("a", "relu"), Node("o", "dense")),
    (Edge("x", "h"), Edge("h", "a"), Edge("a", "o")),
)


def test_a_frame_goes_round_nodes_and_each_node_is_in_one_frame_at_most() -> None:
    network, first = frame_nodes(CHAIN, ["a", "h"], "hidden")
    assert find_frame(network, first).nodes == ("h", "a")
    network, second = frame_nodes(network, ["a", "o"])
    assert (find_frame(network, first).nodes, find_frame(network, second).nodes) == (("h",), ("a", "o"))
    network = put_in(network, first, ["a"])
    assert (find_frame(network, first).nodes, find_frame(network, second).nodes) == (("h", "a"), ("o",))
    network = take_out(network, ["o"])
    assert [frame.id for frame in network.frames] == [first]
    assert remove_frame(network, first).nodes == CHAIN.nodes
    with pytest.raises(NetworkError, match="no such frame"):
        remove_frame(network, second)
    with pytest.raises(NetworkError, match="Select the layers"):
        frame_nodes(network, [])


def test_frames_follow_renaming_and_deleting() -> None:
    network, frame = frame_nodes(CHAIN, ["h", "a"], "hidden")
    network = rename(network, "h", "hidden")
    assert find_frame(network, frame).nodes == ("hidden", "a")
    assert remove(network, ["hidden"]).frames[0].nodes == ("a",)
    assert remove(network, ["hidden", "a"]).frames == ()


def test_a_frame_has_title_note_and_colour() -> None:
    network, frame = frame_nodes(CHAIN, ["h"])
    changed = set_frame(network, frame, title="<b>Encoder</b>", note="n", colour="blue")
    assert find_frame(changed, frame).title == "<b>Encoder</b>"
    assert set_frame(changed, frame, colour="blue") is changed


def test_an_input_cannot_be_muted() -> None:
    with pytest.raises(NetworkError, match="x is an input"):
        set_muted(CHAIN, ["x", "h"], True)
    muted = set_muted(CHAIN, ["a"], True)
    assert [node.muted for node in muted.nodes] == [False, False, True, False]
    assert set_muted(muted, ["a"], True) is muted
    assert set_muted(muted, ["a"], False) == CHAIN


def test_bends_belong_to_their_wire_and_move_with_a_copy() -> None:
    network = bend(CHAIN, Edge("h", "a"), [(1, 2), (3, 4)])
    assert network.edges[1].via == ((1.0, 2.0), (3.0, 4.0))
    copied, _ = paste(network, network.nodes[1:3], network.edges, (10.0, 20.0))
    assert copied.edges[-1].via == ((11.0, 22.0), (13.0, 24.0))
    with pytest.raises(NetworkError, match="no wire from h to o"):
        bend(CHAIN, Edge("h", "o"), [])


@given(
    chosen=st.lists(st.sets(st.sampled_from("xhao"), min_size=1), max_size=3),
    title=st.text(max_size=30),
    via=st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), max_size=3),
    muted=st.sets(st.sampled_from("hao")),
)
def test_a_file_keeps_frames_bends_mutes_and_templates(
    chosen: list[set[str]], title: str, via: list[tuple[float, float]], muted: set[str]
) -> None:
    network = bend(set_muted(CHAIN, muted, True), Edge("x", "h"), via)
    for nodes in chosen:
        network, _ = frame_nodes(network, nodes, title)
    whole = Network(network.nodes, network.edges, network.frames, {"block": network})
    opened = loads_project(dumps_project(Project(network=whole), ".json")).network
    assert opened == whole
    assert [edge.via for edge in opened.edges] == [edge.via for edge in network.edges]
    assert [edge.via for edge in opened.templates["block"].edges] == [edge.via for edge in network.edges]
