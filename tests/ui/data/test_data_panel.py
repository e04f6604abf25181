"""Data panel: every choice is an edit, and the first examples are those of the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.data import SOURCES
from explorer.project.model import Data
from tests.ui.training.fake_engine import FakeEngine
from tests.ui.training.projects import small
from ui.data.data_panel import DataPanel
from ui.data.preview import MOST, class_counts, preview_of
from ui.document import Document
from ui.training.client import Trainer

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def document() -> Document:
    return Document(small())


@pytest.fixture
def panel(qtbot: QtBot, document: Document) -> Iterator[DataPanel]:
    trainer = Trainer(document, FakeEngine())
    panel = DataPanel(document, trainer)
    qtbot.addWidget(panel)
    panel.show()
    yield panel
    trainer.close()


@pytest.mark.parametrize("place", range(len(SOURCES)), ids=[source.id for source in SOURCES])
def test_choosing_a_source_is_one_edit(qtbot: QtBot, panel: DataPanel, document: Document, place: int) -> None:
    document.edit("other", replace(document.project, data=Data("digits" if place != 1 else "inline")))
    count = document.undo_stack.count()
    panel._choose(place)
    assert document.project.data.source == SOURCES[place].id
    assert document.undo_stack.count() == count + 1
    assert panel.sources.currentText() == SOURCES[place].title
    qtbot.waitUntil(lambda: panel._shown is document.project.data)
    panel.grab()
    document.undo_stack.undo()
    assert panel.sources.currentData() == document.project.data.source


def test_a_param_is_an_edit(panel: DataPanel, document: Document) -> None:
    document.edit("sine", replace(document.project, data=Data("noisy_sine")))
    panel.form.changed.emit("noise", 0.25)
    assert document.project.data.params["noise"] == 0.25
    document.undo_stack.undo()
    assert "noise" not in document.project.data.params


def test_a_problem_of_the_data_is_told(qtbot: QtBot, panel: DataPanel, document: Document) -> None:
    document.edit("empty", replace(document.project, data=Data("noisy_sine", {"low": 3.0, "high": -3.0})))
    qtbot.waitUntil(lambda: bool(panel.problem.text()))
    assert "smallest" in panel.problem.text()


def test_the_preview_is_the_beginning_of_the_data() -> None:
    data = Data("characters", {"count": 5000})
    preview = preview_of(data)
    assert preview.examples is not None
    assert not preview.whole
    assert len(preview.examples) == MOST
    shorter = data.kind.load({**data.checked()[0], "count": MOST})
    np.testing.assert_array_equal(preview.examples.inputs, shorter.inputs)


def test_classes_are_counted() -> None:
    preview = preview_of(Data("digits"))
    assert preview.examples is not None
    counts = class_counts(preview.examples)
    assert sum(count for _, count in counts) == 1797
    assert counts[0] == ("0", 178)
