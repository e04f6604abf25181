"""The additions at work in a copy of the program that lists them: from the palette to a saved project.

Not a test of the program itself: test_cost_of_change.py runs it in the copy.
"""

from __future__ import annotations

import contextlib
import json
from itertools import pairwise
from pathlib import Path

import pytest
from numpy.testing import assert_allclose
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from explorer.cli import main
from explorer.formulas import kind_formulas
from explorer.layers import kind_of
from explorer.network import Edge, Network, Node
from explorer.project.check import check_project
from explorer.project.examples import load_examples
from explorer.project.format import load_project, save_project
from explorer.project.model import Data, Project
from explorer.settings import Settings
from explorer.stepping.compute import compute_records
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import Exact
from explorer.stepping.trace import Trace
from tests.explorer.references import reference
from tests.ui.training.fake_engine import FakeEngine
from ui import theme
from ui.data.data_panel import DataPanel
from ui.document import Document
from ui.editor.palette import Palette
from ui.inspector.inspector import Inspector
from ui.param_form import ParamForm
from ui.training.client import Trainer
from ui.training.run_settings import RunSettings
from ui.views import VIEWS
from ui.watch.grid import ViewGrid


@pytest.fixture
def project() -> Project:
    """x -> h (dense) -> s (square) -> y (dense), with everything that is new."""
    nodes = (
        Node("x", "input", {"shape": (2,)}),
        Node("h", "dense", {"units": 3}),
        Node("s", "square", {"factor": 0.5}),
        Node("y", "dense", {"units": 1}),
    )
    settings = Settings({"cost": "quartic", "optimizer": "decayed", "epochs": 2}, {"lr": 0.05, "decay": 0.1})
    edges = tuple(Edge(one.id, other.id) for one, other in pairwise(nodes))
    return Project("rings", Network(nodes, edges), data=Data("rings", {"count": 50}), settings=settings)


def test_it_is_checked_trained_saved_and_opened(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check_project(project)[1] == ()
    for suffix in (".json", ".nnx"):
        path = tmp_path / f"rings{suffix}"
        save_project(project, path)
        opened = load_project(path)
        assert (opened.network, opened.settings, opened.data) == (project.network, project.settings, project.data)
        assert main(["train", str(path), "--json", "--out", str(tmp_path / f"trained{suffix}")]) == 0
        events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [event["event"] for event in events] == ["epoch", "epoch", "finished"]
        assert events[1]["train_cost"] < events[0]["train_cost"]
        assert set(load_project(tmp_path / f"trained{suffix}").weights) == {"h.weight", "h.bias", "y.weight", "y.bias"}


def test_every_step_agrees_with_autograd(project: Project) -> None:
    examples = load_examples(project, check_project(project)[0])
    for record in compute_records(project, (0, 3), iterations=2):
        expected = reference(project, examples, (0, 3), record.weights)
        for name, gradient in expected.gradients.items():
            assert_allclose(record.gradients[name], gradient, rtol=1e-10, atol=1e-13)
            decayed = record.weights[name] - 0.05 * (gradient + 0.1 * record.weights[name])
            assert_allclose(record.updated[name], decayed, rtol=1e-10, atol=1e-13)
        trace = Trace(record)
        exact, notation = Exact(trace.rules), Notation(trace.rules.resolved, batch=2)
        assert len(trace) > 50
        for step in trace:
            assert exact.step_value(step.quantity) == pytest.approx(exact(step.quantity), rel=1e-9, abs=1e-12)
            assert notation.text(step.quantity)


def test_its_formulas_are_written() -> None:
    written = kind_formulas(kind_of("square"), {"factor": 0.5}, ((3,),), (3,))
    assert set(written) == {"element", "matrix", "element_backward", "matrix_backward"}
    assert all("z" in formula for formula in written.values())


def test_palette_forms_and_docks_show_it(qtbot: QtBot, project: Project, light: theme.Theme) -> None:
    palette = Palette()
    qtbot.addWidget(palette)
    groups = {group.text(0): group for group in palette.rows.groups()}
    activations = groups["Activation"]
    assert "Square" in [activations.child(row).text(0) for row in range(activations.childCount())]

    document = Document(project)
    inspector = Inspector(document)
    qtbot.addWidget(inspector)
    document.select(("s",))
    assert shows(inspector, "factor")

    trainer = Trainer(document, FakeEngine())
    settings = RunSettings(document, trainer)
    settings.show()
    qtbot.addWidget(settings)
    assert shows(settings, "decay")
    choices = settings.findChildren(QComboBox)
    offered = {choice.itemText(row).lower() for choice in choices for row in range(choice.count())}
    assert {"quartic", "decayed"} <= offered

    data = DataPanel(document, trainer)
    qtbot.addWidget(data)
    assert shows(data, "count")

    grid = ViewGrid(VIEWS, document, trainer)
    qtbot.addWidget(grid)
    assert "ranked" in grid.shown()
    trainer.close()


def shows(widget: QWidget, name: str) -> bool:
    """Whether one of a widget's forms has a field for a param."""
    for form in widget.findChildren(ParamForm):
        with contextlib.suppress(KeyError):
            return form.field(name) is not None
    return False
