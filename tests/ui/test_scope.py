"""The scope: a subnetwork's inside under its own names, edits that change every use, and what happens when it goes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.grouping import group
from explorer.network import Edge, Network, NetworkError, Node, add_node, remove, rename, set_params
from explorer.project.model import Project
from explorer.resolve import resolve
from ui.document import Document
from ui.scope import Scope


def use(name: str, template: str) -> Node:
    return Node(name, "subnetwork", {"template": template})


BLOCK = Network(
    (Node("in", "input"), Node("h", "dense", {"units": 3}), Node("a", "tanh"), Node("o", "add")),
    (Edge("in", "h"), Edge("h", "a"), Edge("a", "o"), Edge("in", "o", 1)),
)
NEST = Network((Node("in", "input"), use("u", "block"), Node("r", "relu")), (Edge("in", "u"), Edge("u", "r")))


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    """x → p → q → y; p is a block, q a nest with a block inside; all have weights."""
    nodes = (Node("x", "input", {"shape": (3,)}), use("p", "block"), use("q", "nest"), Node("y", "dense", {"units": 2}))
    network = Network(nodes, (Edge("x", "p"), Edge("p", "q"), Edge("q", "y")), templates={"block": BLOCK, "nest": NEST})
    numbers = np.random.default_rng(0)
    weights = {name: numbers.normal(size=shape) for name, shape in resolve(network).weight_shapes.items()}
    found = Document(Project("nested", network, weights))
    found.select(("y",))
    return found


@pytest.fixture
def scope(document: Document) -> Scope:
    return Scope.of(document)


def test_there_is_one_scope_and_outside_it_shows_the_document_itself(document: Document, scope: Scope) -> None:
    assert Scope.of(document) is scope
    assert (scope.path, scope.prefix, scope.template) == ((), "", "")
    assert scope.project is document.project
    assert scope.resolved is document.resolved
    assert scope.selection == ("y",)


def test_inside_layers_have_their_own_names_and_the_shapes_of_this_use(document: Document, scope: Scope) -> None:
    scope.enter("q")
    scope.enter("u")
    assert (scope.path, scope.prefix, scope.template) == (("q", "u"), "q/u/", "block")
    assert list(scope.network.by_id) == ["in", "h", "a", "o"]
    assert scope.network.templates == document.network.templates
    layers = scope.resolved.layers
    assert {name: layer.shape for name, layer in layers.items()} == dict.fromkeys(("in", "h", "a", "o"), (3,))
    assert layers["o"].sources == ("a", "in")
    assert layers["h"].id == "h"
    assert scope.resolved.parameters == 12
    assert list(scope.project.weights) == ["h.weight", "h.bias"]
    assert scope.project.weights["h.bias"] is document.project.weights["q/u/h.bias"]


def test_selecting_inside_selects_by_the_full_name(document: Document, scope: Scope, qtbot: QtBot) -> None:
    scope.enter("p")
    assert document.selection == scope.selection == ()
    with qtbot.waitSignal(scope.selection_changed) as told:
        scope.select(("h", "nothing"))
    assert told.args == [("h",)]
    assert document.selection == ("p/h",)
    scope.leave()
    assert document.selection == ("p",)
    document.select(("q/u/a", "y", "q/none"))
    assert document.selection == ("q/u/a", "y")
    assert scope.selection == ("y",)


def test_an_edit_inside_changes_every_use_and_says_where(document: Document, scope: Scope, qtbot: QtBot) -> None:
    scope.enter("p")
    before, kept = document.project, document.project.weights
    with qtbot.waitSignal(scope.changed) as told:
        scope.edit_network("set bias of h", set_params(scope.network, "h", {"bias": False}))
    assert told.args == [told.args[0], scope.project]
    assert document.undo_stack.undoText() == "set bias of h in block"
    assert document.network.templates["block"].node("h").params == {"units": 3, "bias": False}
    assert set(document.project.weights) == {"p/h.weight", "q/u/h.weight", "y.weight", "y.bias"}
    document.undo_stack.undo()
    assert document.project is before
    assert document.project.weights is kept
    assert scope.path == ("p",)


def test_renaming_inside_takes_the_weights_of_every_use_along(document: Document, scope: Scope) -> None:
    weights = dict(document.project.weights)
    scope.enter("p")
    scope.edit_network("rename h to g", rename(scope.network, "h", "g"), names={"h": "g"})
    assert document.project.weights["p/g.bias"] is weights["p/h.bias"]
    assert document.project.weights["q/u/g.bias"] is weights["q/u/h.bias"]
    assert document.first_weights["q/u/g.weight"] is weights["q/u/h.weight"]
    assert len(document.project.weights) == len(weights)


def test_nothing_changes_where_nothing_is_edited(document: Document, scope: Scope) -> None:
    scope.enter("p")
    scope.edit_network("nothing", scope.network)
    assert document.undo_stack.count() == 0
    inner = scope.network
    document.edit("trained", replace(document.project, weights=dict(document.project.weights)))
    assert scope.network is inner


def test_what_cannot_be_opened_or_put_inside_itself_is_told(document: Document, scope: Scope) -> None:
    for path, words in ((("y",), "no subnetwork"), (("p", "h"), "no subnetwork"), (("none",), "no layer called none")):
        with pytest.raises(NetworkError, match=words):
            scope.go(path)
    scope.go(("q", "u"))
    with pytest.raises(NetworkError, match="nest cannot be put into block"):
        scope.edit_network("paste", add_node(scope.network, use("again", "nest")))
    assert document.undo_stack.count() == 0


def test_it_closes_where_what_is_opened_goes(document: Document, scope: Scope, qtbot: QtBot) -> None:
    scope.go(("q", "u"))
    outer = document.network
    with qtbot.waitSignal(scope.opened):
        document.edit_network("take u out", remove(replace(NEST, templates=outer.templates), ["u"]), path=("q",))
    assert scope.path == ("q",)
    with qtbot.waitSignal(scope.opened):
        document.edit_network("delete", remove(document.network, ["q"]))
    assert scope.path == ()
    document.undo_stack.undo()
    assert scope.path == ()


def test_undoing_the_grouping_of_what_is_opened_leads_out_of_it(document: Document, scope: Scope, qtbot: QtBot) -> None:
    scope.enter("p")
    moved = group(scope.network, {"h", "a"} | {"o"}, name="deep")
    scope.edit_network("group", moved.network, names=moved.names)
    scope.enter("deep")
    assert scope.template == "deep"
    with qtbot.waitSignal(scope.opened):
        document.undo_stack.undo()
    assert scope.path == ("p",)
    with qtbot.waitSignal(scope.opened):
        document.open(Project("other"))
    assert scope.path == ()
    assert scope.project is document.project


def test_a_problem_inside_leads_into_the_use_that_has_it(document: Document, scope: Scope) -> None:
    inner = add_node(replace(BLOCK, templates=document.network.templates), Node("lost", "dense"))
    document.edit_network("add", inner, path=("p",))
    assert {problem.node for problem in document.problems} >= {"p", "q/u"}
    assert [p.node for p in scope.problems] == [p.node for p in document.problems]
    assert scope.show_layer("q/u/lost") == "lost"
    assert scope.path == ("q", "u")
    assert scope.selection == ("lost",)
    (problem,) = scope.problems
    assert (problem.node, problem.message) == ("lost", "lost has no input: wire a layer into it.")
    assert scope.show_layer("q/u/none") is None
    assert scope.path == ("q", "u")


def test_a_use_that_does_not_run_shows_what_its_own_inputs_lead_to(document: Document, scope: Scope) -> None:
    nodes = tuple(replace(node, muted=node.id == "q") for node in document.network.nodes)
    document.edit_network("mute q", replace(document.network, nodes=nodes))
    scope.go(("q", "u"))
    assert scope.resolved.layers["h"].shape == (3,)
    assert scope.problems == ()
    scope.select(("h",))
    assert scope.selection == ("h",)
    scope.edit_network("units", set_params(scope.network, "h", {"units": 1}))
    assert scope.resolved.layers["h"].shape == (1,)


def test_values_are_known_by_the_names_inside(document: Document, scope: Scope) -> None:
    values = {name: np.full(3, number) for number, name in enumerate(("x", "p/o", "q/u/h", "q/r"))}
    assert {name: float(array[0]) for name, array in scope.outside(values).items()} == {"x": 0, "p": 1, "q": 3}
    scope.go(("q", "u"))
    assert {name: float(array[0]) for name, array in scope.outside(values).items()} == {"in": 1, "h": 2}
