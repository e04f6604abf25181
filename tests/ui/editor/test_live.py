"""Live pictures: the example at the input, and outputs while the network trains and is seen, asked for only then."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.engine.messages import Snapshot, Watch
from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from tests.ui.editor.conftest import check_scene
from tests.ui.training.fake_engine import FakeEngine
from ui import theme
from ui.document import Document
from ui.editor.editor import Editor
from ui.editor.live import LivePictures
from ui.editor.thumbnail import values_image
from ui.training.client import Trainer


def pictures() -> Project:
    """A convolution on men and chickens."""
    nodes = (
        Node("x", "input", {"shape": (1, 8, 8)}),
        Node("conv", "conv2d", {"filters": 4}),
        Node("flat", "flatten"),
        Node("out", "dense", {"units": 2}),
    )
    edges = (Edge("x", "conv"), Edge("conv", "flat"), Edge("flat", "out"))
    return Project(network=Network(nodes, edges), data=Data("characters"))


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def trainer(qapp: QApplication, engine: FakeEngine) -> Iterator[Trainer]:
    trainer = Trainer(Document(pictures()), engine)
    yield trainer
    trainer.close()


@pytest.fixture
def editor(trainer: Trainer, qtbot: QtBot, light: theme.Theme) -> Iterator[Editor]:
    shown = Editor(trainer._document)
    LivePictures(shown, trainer._document, trainer)
    qtbot.addWidget(shown)
    shown.resize(800, 600)
    shown.show()
    yield shown
    shown.close()


def test_nothing_is_asked_before_training(editor: Editor, engine: FakeEngine) -> None:
    assert engine.all(Watch) == []


def test_outputs_are_shown_while_training(editor: Editor, trainer: Trainer, engine: FakeEngine) -> None:
    trainer.run()
    for message in (engine.opened(), engine.running()):
        trainer.take(message)
    assert engine.all(Watch)[-1].values == ("conv",)
    assert editor.scene.nodes["x"].look.values is not None
    before = editor.scene.nodes["conv"].size
    values = np.random.default_rng(0).normal(size=(4, 6, 6))
    trainer.take(Snapshot(engine.run, 1, 3, values={"conv": values}))
    assert editor.scene.nodes["conv"].look.values is values
    assert editor.scene.nodes["conv"].size[1] > before[1]
    check_scene(editor)
    assert not editor.document.dirty
    editor.hide()
    assert engine.all(Watch)[-1].values == ()


def test_a_picture_of_another_shape_is_not_shown(editor: Editor, trainer: Trainer, engine: FakeEngine) -> None:
    editor.scene.show_values({"conv": np.zeros((3, 6, 6)), "gone": np.zeros((1, 2, 2)), "flat": np.zeros(144)})
    assert all(item.look.values is None for item in editor.scene.nodes.values())


def test_another_document_forgets_the_pictures(editor: Editor, trainer: Trainer) -> None:
    editor.scene.show_values({"x": np.zeros((1, 8, 8))})
    editor.document.open(pictures())
    assert editor.scene.nodes["x"].look.values is None


def test_grey_runs_from_black_to_white(light: theme.Theme) -> None:
    image = values_image(np.array([[0.0, 5.0], [5.0, 10.0]]), grey=True)
    assert image.pixelColor(0, 0).name() == "#000000"
    assert image.pixelColor(1, 1).name() == "#ffffff"
