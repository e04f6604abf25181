"""The paths of a gradient, as a person sees them: chains with links, their sum, and the place in the diagram."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.project.model import Project
from tests.explorer.stepping.recurrent import recurrent
from tests.ui.stepper.conftest import Bench

W1 = Quantity("gradient", "b", "weight", (0, 0))


def unfolded(bench: Bench, q: Quantity) -> None:
    assert bench.session.go_to(q)
    bench.formula.paths.fold.header.click()
    QApplication.processEvents()


def test_paths_are_found_only_when_they_are_folded_out(a1: Bench) -> None:
    part = a1.formula.paths
    assert part.isHidden()
    a1.session.go_to(W1)
    assert part.isVisible()
    assert part.rows == []
    unfolded(a1, W1)
    assert [row.product.text() for row in part.rows] == ["= −0.000646607", "= 0.000224611"]
    assert part.sum.text() == "Together −0.000421996 = ∂E/∂w1, exact."
    a1.session.go_to(Quantity("cost"))
    assert part.isHidden()


def test_a_factor_leads_to_its_step(a1: Bench) -> None:
    unfolded(a1, W1)
    row = a1.formula.paths.rows[0]
    text = row.label.text()
    assert "w6&nbsp;0.4" in text
    assert 'href="0"' in text
    row.label.linkActivated.emit("0")
    assert a1.session.step is not None
    assert a1.session.name(a1.session.step.quantity) == "∂E/∂out c2"


def test_the_path_under_the_pointer_is_marked_in_the_diagram(a1: Bench) -> None:
    unfolded(a1, W1)
    before = a1.diagram.highlight
    assert before.error_edges
    row = a1.formula.paths.rows[0]
    QApplication.sendEvent(row, QEnterEvent(QPointF(1, 1), QPointF(1, 1), QPointF(1, 1)))
    marked = a1.diagram.highlight
    assert marked.edges == {("b", 0, 0), ("c", 1, 0)}
    assert ("c", 1) in marked.units
    assert ("c", 0) not in marked.units
    assert not marked.error_edges
    QApplication.sendEvent(row, QEvent(QEvent.Type.Leave))
    assert a1.diagram.highlight.error_edges == before.error_edges


def test_many_paths_are_bounded_and_the_rest_is_told(bench: Callable[..., Bench], qtbot: QtBot) -> None:
    found = bench(recurrent(steps=6, units=3))
    unfolded(found, Quantity("gradient", "r", "weight_hh_l0", (0, 0)))
    part = found.formula.paths
    assert len(part.rows) == 6
    assert part.sum.text().startswith("The 115 other paths add ")
    qtbot.mouseClick(part.more, Qt.MouseButton.LeftButton)
    assert len(part.rows) == 50
    assert part.sum.text().startswith("The 71 other paths add ")
    assert part.more.isHidden()


@pytest.mark.parametrize("project", [load_example("A1"), load_example("digits-conv")], ids=["A1", "digits-conv"])
def test_every_kind_of_step_that_has_paths_shows_them(bench: Callable[..., Bench], project: Project) -> None:
    found = bench(project)
    found.diagram.kind.set_current("layers")
    found.formula.paths.fold.header.click()
    trace = found.session.trace
    assert trace is not None
    for name, gradient in trace.record.gradients.items():
        node, _, part = name.partition(".")
        found.session.go_to(Quantity("gradient", node, part, (0,) * gradient.ndim))
        assert found.formula.paths.sum.text().endswith(("exact.", "behind it."))
        for row in found.formula.paths.rows[:1]:
            found.diagram.show_path(row.path)
