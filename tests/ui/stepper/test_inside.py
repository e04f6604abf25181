"""Stepping through what layers compute inside: diagram, arrays, formulas and quantities, at every kind of step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from explorer.equations import Quantity
from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from explorer.settings import Settings
from tests.ui.stepper.conftest import Bench
from ui.stepper.tensors import HeatTable, tensors_of

KINDS = {
    "rnn": {"units": 2},
    "lstm": {"units": 2},
    "gru": {"units": 2, "sequence": True},
    "self_attention": {"causal": True},
    "batch_norm": {},
    "layer_norm": {},
}


def project(kind: str) -> Project:
    """Three time steps of two numbers through one layer of a kind, and a dense layer."""
    nodes = [Node("x", "input", {"shape": (3, 2)}), Node("h", kind, KINDS[kind]), Node("flat", "flatten")]
    edges = [Edge("x", "h"), Edge("h", "flat"), Edge("flat", "y")]
    nodes.append(Node("y", "dense", {"units": 2}))
    numbers = np.random.default_rng(3)
    inputs, targets = numbers.normal(size=(3, 3, 2)), numbers.normal(size=(3, 2))
    data = Data("inline", {"inputs": inputs.tolist(), "targets": targets.tolist()})
    return Project(kind, Network(tuple(nodes), tuple(edges)), {}, data, Settings({"batch_size": 3}))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_step_is_shown_and_agrees_with_pytorch(bench: Callable[..., Bench], kind: str) -> None:
    found = bench(project(kind))
    session = found.session
    assert session.trace is not None, session.reason
    inside = [section for section in session.trace.sections if section.node == "h" and section.stage in (1, 3)]
    for section in inside[::3]:
        session.go(session.trace.start_of(section))
        assert found.formula.card.check.property("role") == "secondary", section.title
        assert found.formula.question.text().endswith("?")
        assert session.figures.agrees(section.make(0))
    for shown in ("layers", "tensors"):
        found.diagram.kind.set_current(shown)
        session.run_to_stage(3)
        found.diagram.refresh()


def test_the_arrays_inside_are_tables_that_fill_as_they_are_computed(bench: Callable[..., Bench]) -> None:
    found = bench(project("lstm"))
    session = found.session
    assert session.go_to(Quantity("inner", "h", "f", (1, 0)))
    tables = {tensor.title.partition(" h.")[0]: tensor for tensor in tensors_of(session)}
    forget = tables["forget gate"]
    assert forget.current == (1, 0)
    assert np.isfinite(forget.values).tolist() == [[True, True], [True, False], [False, False]]
    assert "error at the forget gate" not in tables
    assert session.go_to(Quantity("inner_delta", "h", "f", (1, 1)))
    errors = {tensor.title.partition("   ")[0]: tensor for tensor in tensors_of(session)}["error at the forget gate"]
    assert np.isfinite(errors.values).tolist() == [[False, False], [True, True], [True, True]]


def test_scores_that_a_causal_layer_hides_leave_the_others_their_colours(bench: Callable[..., Bench]) -> None:
    found = bench(project("self_attention"))
    assert found.session.go_to(Quantity("value", "h", index=(2, 1)))
    (scores,) = [tensor for tensor in tensors_of(found.session) if tensor.title.startswith("score ")]
    assert np.isneginf(scores.values[0, 1:]).all()
    table = HeatTable(scores)
    colours = {tuple(colour) for colour in table.colours()[np.isfinite(scores.values)]}
    assert len(colours) > 3
    table.deleteLater()
