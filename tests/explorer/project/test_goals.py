"""What each input and output takes of an example, and settings of outputs that follow edits of the network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.network import Edge, Network, Node, append, remove
from explorer.output_settings import OutputSettings
from explorer.params import ParamError
from explorer.project.check import check_project
from explorer.project.document import to_document, to_project
from explorer.project.errors import ProjectError
from explorer.project.examples import Examples, load_examples
from explorer.project.goals import Goal, Misfit, follow_outputs, goals_of, target_parts
from explorer.project.model import Data, Project
from explorer.resolve import resolve
from explorer.settings import Settings, change_output

INPUTS = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
CLASSES = OutputSettings("cross_entropy", 2.0, (0, 1))


def project(inputs: dict[str, int], outputs: dict[str, int], targets: Any, **settings: OutputSettings) -> Project:
    """Inputs of some sizes, joined if they are several, and dense outputs of some sizes on them."""
    nodes = [Node(name, "input", {"shape": (size,)}) for name, size in inputs.items()]
    edges, source = [], next(iter(inputs))
    if len(inputs) > 1:
        nodes.append(Node("all", "concat"))
        edges += [Edge(name, "all", port) for port, name in enumerate(inputs)]
        source = "all"
    for name, units in outputs.items():
        nodes.append(Node(name, "dense", {"units": units}))
        edges.append(Edge(source, name))
    data = Data("inline", {"inputs": INPUTS, "targets": targets})
    return Project(network=Network(tuple(nodes), tuple(edges)), data=data, settings=Settings(outputs=settings))


def load(*args: Any, **settings: OutputSettings) -> Examples:
    made = project(*args, **settings)
    resolved, problems = check_project(made)
    assert problems == ()
    return load_examples(made, resolved)


def test_several_inputs_take_their_parts_in_order_or_each_the_whole() -> None:
    parts = load({"a": 1, "b": 2}, {"y": 1}, [[0.0], [1.0]])
    assert {name: array.tolist() for name, array in parts.entering.items()} == {
        "a": [[1.0], [4.0]],
        "b": [[2.0, 3.0], [5.0, 6.0]],
    }
    assert parts.inputs.tolist() == INPUTS
    whole = load({"a": 3, "b": 3}, {"y": 1}, [[0.0], [1.0]])
    assert whole.entering["a"].tolist() == whole.entering["b"].tolist() == INPUTS


def test_outputs_take_their_parts_of_the_targets_in_order_or_each_the_whole() -> None:
    rows = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    parts = load({"x": 3}, {"p": 1, "q": 2}, rows)
    assert parts.wanted["p"].tolist() == [[1.0], [4.0]]
    assert parts.wanted["q"].tolist() == [[2.0, 3.0], [5.0, 6.0]]
    assert parts.targets.tolist() == rows
    whole = load({"x": 3}, {"p": 3, "q": 3}, rows)
    assert whole.wanted["p"].tolist() == whole.wanted["q"].tolist() == rows


def test_a_class_number_and_a_value_are_taken_one_after_the_other() -> None:
    rows = [[2, 0.5], [0, -0.5]]
    found = load({"x": 3}, {"c": 3, "v": 1}, rows, c=OutputSettings("cross_entropy"))
    assert found.wanted["c"].tolist() == [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    assert found.wanted["v"].tolist() == [[0.5], [-0.5]]
    assert found.scoring == {"c": "largest"}


def test_auto_goes_on_where_a_range_leaves_off() -> None:
    rows = [[2, 0.5, 3.0], [0, -0.5, 4.0]]
    found = load(
        {"x": 3}, {"c": 3, "v": 1, "w": 1}, rows, c=OutputSettings("cross_entropy"), v=OutputSettings(target=(1, 2))
    )
    assert found.wanted["c"].tolist() == [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    assert found.wanted["w"].tolist() == [[3.0], [4.0]]


def test_targets_can_be_a_range_all_or_the_inputs() -> None:
    rows = [[1, 0.5, 0.25], [0, -0.5, 0.75]]
    chosen = {"c": CLASSES, "v": OutputSettings(target=(1, 3)), "w": OutputSettings(target="all")}
    found = load({"x": 3}, {"c": 2, "v": 2, "w": 3, "r": 3}, rows, **chosen, r=OutputSettings(target="inputs"))
    assert found.wanted["c"].tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert found.wanted["v"].tolist() == [[0.5, 0.25], [-0.5, 0.75]]
    assert found.wanted["w"].tolist() == rows
    assert found.wanted["r"].tolist() == INPUTS


def test_an_autoencoder_has_its_inputs_as_targets() -> None:
    found = load({"x": 3}, {"y": 3}, [[0.0], [1.0]], y=OutputSettings(target="inputs"))
    assert found.targets.tolist() == found.wanted["y"].tolist() == INPUTS
    assert found.scoring == {}


def test_a_goal_has_its_own_cost_and_weight_or_the_projects() -> None:
    made = project({"x": 3}, {"c": 2, "v": 1}, [[0, 0.5], [1, 0.5]], c=CLASSES)
    first, second = goals_of(made.settings, resolve(made.network))
    assert (first.node, first.cost.id, first.weight, first.target) == ("c", "cross_entropy", 2.0, (0, 1))
    assert (second.node, second.cost.id, second.weight, second.target) == ("v", "squared_error", 1.0, "auto")


def test_a_misfit_names_its_layer() -> None:
    cost = goals_of(Settings(), resolve(project({"x": 3}, {"y": 1}, []).network))[0].cost
    with pytest.raises(Misfit, match="choose another target") as caught:
        target_parts([Goal("p", (2,), cost), Goal("q", (2,), cost)], (3,), (3,))
    assert caught.value.node == "p"


def test_settings_of_outputs_come_back_from_a_file_as_they_were() -> None:
    made = project({"x": 3}, {"c": 2, "v": 1}, [[0, 0.5], [1, 0.5]], c=CLASSES, v=OutputSettings("l1"))
    document = to_document(made, with_weights=True)
    assert document["training"]["outputs"] == {
        "c": {"cost": "cross_entropy", "weight": 2.0, "target": [0, 1]},
        "v": {"cost": "l1"},
    }
    assert to_project(document).settings == made.settings


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        ([], "object of objects"),
        ({"y": 1}, "object of objects"),
        ({"y": {"wieght": 1}}, "did you mean weight"),
        ({"y": {"weight": -1}}, "at least 0"),
        ({"y": {"cost": "huber"}}, "one of project"),
        ({"y": {"target": [3, 3]}}, "auto, all, inputs or a range"),
        ({"y": {"target": [0, 1.5]}}, "a range"),
        ({"y": {"target": "outputs"}}, "a range"),
    ],
)
def test_a_file_with_wrong_settings_of_outputs_is_refused(outputs: Any, words: str) -> None:
    document = to_document(Project(), with_weights=False)
    document["training"]["outputs"] = outputs
    with pytest.raises(ProjectError, match=words) as caught:
        to_project(document)
    assert "training.outputs" in str(caught.value)


def test_a_setting_of_an_output_is_changed_and_put_back() -> None:
    changed = change_output(Settings(), "y", "weight", 0.5)
    assert changed.outputs == {"y": OutputSettings(weight=0.5)}
    assert change_output(changed, "y", "target", "all").outputs == {"y": OutputSettings(weight=0.5, target="all")}
    assert change_output(changed, "y", "weight", 1.0).outputs == {}
    with pytest.raises(ParamError):
        change_output(changed, "y", "weight", np.nan)


def test_settings_follow_an_output_that_is_renamed_or_gets_an_activation() -> None:
    made = project({"x": 3}, {"c": 2, "v": 1}, [[0, 0.5], [1, 0.5]], c=CLASSES)

    def followed(network: Network, moved: dict[str, str] | None = None) -> dict[str, OutputSettings]:
        return dict(follow_outputs(made.settings, moved or {}, resolve(network)).outputs)

    longer = append(made.network, "c", "softmax")
    assert followed(made.network) == {"c": CLASSES}
    assert followed(longer) == {"softmax": CLASSES}
    assert followed(remove(made.network, ["c"])) == {}
    assert followed(append(longer, "c", "tanh")) == {}  # it leads to two outputs now
    renamed = Network(tuple(Node("k", n.kind, n.params) if n.id == "c" else n for n in made.network.nodes),
                      (Edge("x", "k"), Edge("x", "v")))  # fmt: skip
    assert followed(renamed, {"c": "k"}) == {"k": CLASSES}
    loop = Network(made.network.nodes, (Edge("x", "v"), Edge("c", "c")))
    assert followed(loop) == {}
