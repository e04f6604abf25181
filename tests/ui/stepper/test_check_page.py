"""The page of the gradient check: sums, the worst, seven steps and the curve; checks on demand, cancelled, exported."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.network import set_params
from explorer.project.model import Project
from explorer.stepping import compute
from explorer.stepping.record import VERDICTS
from tests.ui.stepper.conftest import Bench
from ui.stepper.check_page import CheckPage
from ui.stepper.check_plots import BANDS


def page_of(bench: Bench) -> CheckPage:
    """The page, shown by its button."""
    bench.formula.check_button.click()
    QApplication.processEvents()
    page = bench.formula.check
    assert page.isVisible()
    return page


def at_a_corner() -> Project:
    """The worked example with a ReLU whose first net input is 0 but for a millionth."""
    project = load_example("A1")
    nodes = tuple(replace(node, kind="relu") if node.id == "b_out" else node for node in project.network.nodes)
    weights = dict(project.weights) | {"b.bias": np.array([-0.1 * 0.15 - 0.12 * 0.35 + 1e-6, 0.25])}
    return replace(project, network=replace(project.network, nodes=nodes), weights=weights, textbook=())


def test_a_small_network_is_checked_when_it_is_opened(a1: Bench) -> None:
    page = page_of(a1)
    assert page.verdict.text().startswith("Probably right: the largest relative error of all 12 weights is ")
    assert not page.start.isVisible()
    assert not page.corners.isVisible()
    counts = page.histogram.counts()
    assert sum(count for _, count in counts) == 12
    assert page.table.rowCount() > 3
    assert {page.table.item(row, 2).text() for row in range(page.table.rowCount())} == {"probably right"}
    page.grab()
    spot = page.histogram.spots[0]
    where = spot[0].center().toPoint()
    QApplication.sendEvent(
        page.histogram, QHelpEvent(QHelpEvent.Type.ToolTip, where, page.histogram.mapToGlobal(where))
    )
    assert QToolTip.text() == spot[1]
    QToolTip.showText(QPoint(), "")


def test_a_row_leads_to_its_step_and_the_button_back(a1: Bench) -> None:
    page = page_of(a1)
    wanted = page.table.item(1, 0).text()
    page.table.cellClicked.emit(1, 0)
    assert a1.session.step is not None
    assert (a1.session.step.quantity.role, a1.formula.crumbs.path[-1]) == ("relative", wanted)
    assert not page.isVisible()
    page_of(a1).back.click()
    assert not page.isVisible()


def test_one_weight_has_seven_steps_and_a_curve(a1: Bench) -> None:
    a1.session.go_to(Quantity("relative", "c", "weight", (0, 0)))
    page = page_of(a1)
    rows = page.seven.rows
    assert [quantity.role if quantity else "" for *_, quantity in rows] == [
        "", "", "plus", "", "minus", "numeric", "relative",
    ]  # fmt: skip
    assert rows[0][:2] == ("Choose a weight: w5", "w5 = 0.05, ∂E/∂w5 = 0.100508254")
    assert rows[1][1] == "w5 + ε = 0.05 + 0.0001 = 0.0501"
    assert rows[2][1] == "E(w5 + ε) = 0.211076188"
    assert rows[4][1] == "E(w5 − ε) = 0.211056087"
    assert rows[5][1].endswith("= 0.100508254")
    assert rows[6][1].endswith("= 5.6e−10: probably right")
    assert a1.tracer.checks
    a1.tracer.answer_check()
    assert page.curve_title.text() == "Error of w5 against ε"
    assert len(page.curve.curve) == 12
    assert page.curve.used == 1e-4
    assert 1e-7 < page.curve.best < 1e-2
    page.grab()
    assert len(page.curve.spots) == 12
    assert not a1.tracer.checks  # it is not asked for again


def test_the_formula_of_a_check_has_the_seven_steps_too(a1: Bench) -> None:
    a1.session.run_to_stage(4)
    assert a1.formula.seven.isVisible()
    a1.formula.seven.picked.emit(a1.formula.seven.rows[5][2])
    assert a1.session.step is not None
    assert a1.session.step.quantity.role == "numeric"
    a1.session.run_to_stage(5)
    assert not a1.formula.seven.isVisible()


def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records check a few weights only."""
    monkeypatch.setattr(compute, "CHECK_LIMIT", 40)


def test_all_weights_are_checked_on_demand(bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    shown = bench(load_example("A2"))
    page = page_of(shown)
    assert "of 4,290 weights" in page.verdict.text()
    assert page.start.text() == "Check all 4,290 weights"
    steps = len(shown.session.trace or ())
    page.start.click()
    assert page.cancel.isVisible()
    assert not page.start.isVisible()
    shown.tracer.answer_check()
    assert not page.cancel.isVisible()
    assert "of all 4,290 weights" in page.verdict.text()
    assert len(shown.session.trace or ()) > steps + 4 * 4000
    assert shown.session.go_to(Quantity("numeric", "b", "weight", (5, 7)))


def test_a_check_can_be_cancelled_and_fail(bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    shown = bench(load_example("A2"))
    page = page_of(shown)
    page.start.click()
    page.cancel.click()
    assert not shown.tracer.checks
    assert page.start.isVisible()
    page.start.click()
    monkeypatch.setattr("explorer.engine.checking.passes_of", lambda record: 1 / 0)
    shown.tracer.answer_check()
    assert page.problem.text().startswith("The check failed: ZeroDivisionError")
    assert page.start.isVisible()


def test_another_example_forgets_the_check(bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    shown = bench(load_example("A2"))
    page = page_of(shown)
    page.start.click()
    shown.session.set_sample(1)
    shown.tracer.answer()
    assert not shown.panels.checks.running
    assert page.start.isVisible()


def test_corners_are_told_and_not_judged(bench: Callable[..., Bench]) -> None:
    shown = bench(at_a_corner())
    page = page_of(shown)
    assert page.verdict.text().startswith("Probably right")
    assert page.corners.isVisible()
    said = [page.table.item(row, 2).text() for row in range(page.table.rowCount())]
    assert any("passes the corner of ReLU (b_out)" in text for text in said)
    shown.session.go_to(Quantity("relative", "b", "bias", (0,)))
    shown.formula.show_check(False)
    assert "none is wrong" in shown.formula.note.text()
    assert not shown.formula.verdict.isVisible()


def test_numbers_and_pictures_are_copied_and_saved(a1: Bench, tmp_path: Path) -> None:
    page = page_of(a1)
    assert [action.text() for action in page.menu().actions()] == [
        "Copy numbers", "Save numbers…", "Copy picture", "Save picture…",
    ]  # fmt: skip
    page.save_table(tmp_path / "check.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "check.csv").read_text(encoding="utf-8"))))
    assert rows[0] == ["Weight", "Gradient", "Numeric gradient", "Relative error", "Note"]
    assert len(rows) == 13
    w5 = next(row for row in rows if row[0] == "w5")
    assert float(w5[1]) == pytest.approx(0.100508254240, abs=1e-12)
    assert float(w5[2]) == pytest.approx(0.100508254185, abs=1e-12)
    page.copy()
    assert QGuiApplication.clipboard().text().startswith("Weight\tGradient\t")
    page.copy_picture()
    assert not QGuiApplication.clipboard().pixmap().isNull()
    page.save_picture(tmp_path / "check.png")
    assert (tmp_path / "check.png").stat().st_size > 1000
    page.save_table(tmp_path / "nowhere" / "check.csv")
    assert page.problem.text().startswith("The numbers were not written")
    page.save_picture(tmp_path / "nowhere" / "check.png")
    assert "could not be written" in page.problem.text()


def test_a_network_without_weights_says_so(bench: Callable[..., Bench]) -> None:
    project = load_example("A1")
    network = set_params(set_params(project.network, "b", {"freeze": True}), "c", {"freeze": True})
    page = page_of(bench(replace(project, network=network, textbook=())))
    assert page.verdict.text().startswith("Nothing is checked yet")
    page.grab()


def test_the_bands_of_the_histogram_are_the_verdicts() -> None:
    assert [bound for bound, _ in VERDICTS] == [10.0**power for power, *_ in BANDS[2::-1]]
