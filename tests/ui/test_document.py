"""The document: edits, undo, weights that stay or go, selection."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from explorer.examples import load_example
from explorer.network import Network, Node, add_node, connect, remove, rename, set_params
from explorer.params import ParamError
from explorer.project.model import Project
from ui.document import Document, with_network


def document_of(example: str = "A1") -> Document:
    document = Document()
    document.open(load_example(example))
    return document


def test_an_edit_is_told_and_can_be_undone_and_done_again(qtbot: QtBot) -> None:
    document = document_of()
    first = document.project
    with qtbot.waitSignal(document.changed) as told:
        document.edit_network("add a layer", add_node(document.network, Node("more", "relu")))
    assert told.args == [first, document.project]
    assert document.dirty
    assert document.undo_stack.undoText() == "add a layer"
    second = document.project
    document.undo_stack.undo()
    assert document.project is first
    assert not document.dirty
    document.undo_stack.redo()
    assert document.project is second


def test_edits_with_one_key_become_one(qtbot: QtBot) -> None:
    document = document_of()
    first = document.project
    for rate in (0.1, 0.2, 0.3):
        document.edit_setting("lr", rate, merge="lr")
    assert document.undo_stack.count() == 1
    assert document.project.settings["lr"] == 0.3
    document.undo_stack.undo()
    assert document.project is first


def test_setting_what_is_set_already_is_no_edit(qtbot: QtBot) -> None:
    document = document_of()
    document.edit_setting("lr", document.project.settings["lr"])
    assert document.undo_stack.count() == 0


def test_a_setting_out_of_range_is_refused_and_changes_nothing(qtbot: QtBot) -> None:
    document = document_of()
    first = document.project
    with pytest.raises(ParamError, match="Learning rate"):
        document.edit_setting("lr", float("nan"))
    assert document.project is first


def test_weights_stay_where_the_shape_stays(qtbot: QtBot) -> None:
    project = load_example("A1")
    dense = [node.id for node in project.network.nodes if node.kind == "dense"]
    changed = with_network(project, set_params(project.network, dense[1], {"units": 3}))
    assert set(changed.weights) == {f"{dense[0]}.weight", f"{dense[0]}.bias"}
    kept = f"{dense[0]}.weight"
    assert np.array_equal(changed.weights[kept], project.weights[kept])


def test_a_renamed_layer_keeps_its_weights(qtbot: QtBot) -> None:
    project = load_example("A1")
    old = next(node.id for node in project.network.nodes if node.kind == "dense")
    after = with_network(project, rename(project.network, old, "other"), names={old: "other"})
    assert np.array_equal(after.weights["other.weight"], project.weights[f"{old}.weight"])
    assert len(after.weights) == len(project.weights)


def test_an_unplugged_layer_has_its_weights_again_when_it_is_wired(qtbot: QtBot) -> None:
    project = load_example("A1")
    edge = project.network.edges[0]
    unplugged = with_network(project, remove(project.network, edges=[edge]))
    again = with_network(unplugged, connect(unplugged.network, edge.source, edge.target))
    assert set(again.weights) == set(project.weights)
    wider = with_network(unplugged, set_params(unplugged.network, edge.source, {"shape": [3]}))
    wired = with_network(wider, connect(wider.network, edge.source, edge.target))
    assert f"{edge.target}.weight" not in wired.weights


def test_deleting_a_selected_node_takes_it_out_of_the_selection(qtbot: QtBot) -> None:
    document = document_of()
    node = document.network.nodes[1].id
    document.select((node, "nothing"))
    assert document.selection == (node,)
    with qtbot.waitSignal(document.selection_changed):
        document.edit_network("delete", remove(document.network, [node]))
    assert document.selection == ()


def test_opening_forgets_what_could_be_undone(qtbot: QtBot) -> None:
    document = document_of()
    document.edit_setting("lr", 0.25)
    with qtbot.waitSignal(document.opened):
        document.open(Project("other"))
    assert not document.undo_stack.canUndo()
    assert not document.dirty
    assert document.title == "other"


@given(st.lists(st.sampled_from(["add", "wire", "units", "lr", "undo", "redo"]), max_size=30))
def test_undoing_everything_gives_back_the_first_project(actions: list[str]) -> None:
    document = document_of()
    first = document.project
    for number, action in enumerate(actions):
        network: Network = document.network
        if action == "add":
            document.edit_network("add", add_node(network, Node(f"n{number}", "dense")))
        elif action == "wire":
            free = [node.id for node in network.nodes if node.kind == "dense" and not network.incoming[node.id]]
            if free:
                document.edit_network("wire", connect(network, network.nodes[0].id, free[0]))
        elif action == "units":
            document.edit_network("units", set_params(network, network.nodes[1].id, {"units": number + 1}))
        elif action == "lr":
            document.edit_setting("lr", (number + 1) / 8)
        else:
            getattr(document.undo_stack, action)()
    last = document.project
    count = document.undo_stack.index()
    for _ in range(count):
        document.undo_stack.undo()
    assert document.project is first
    for _ in range(count):
        document.undo_stack.redo()
    assert document.project is last
