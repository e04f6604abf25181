"""One contract for every view of the list, with real training behind it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from explorer.engine.host import LocalEngine
from explorer.engine.messages import Watch
from explorer.network import Edge, Network, Node
from explorer.project.model import Project
from tests.ui.training.fake_engine import FakeEngine
from tests.ui.training.projects import pictures, sine, small
from ui import theme
from ui.document import Document
from ui.training.client import Trainer
from ui.views import VIEWS
from ui.views.cost import envelope
from ui.views.feature_maps import FeatureMaps
from ui.views.histogram import Histogram
from ui.views.kernels import Kernels
from ui.views.weights import Weights
from ui.watch.view import View

pytestmark = pytest.mark.usefixtures("light")
WAIT = 30_000
EVERY = pytest.mark.parametrize("kind", VIEWS, ids=lambda kind: kind.id)


def project_for(kind: type[View]) -> Project:
    """A project that the view suits."""
    for project in (pictures(), sine()):
        if kind.suits(project, Document(project).resolved):
            return project
    raise AssertionError(f"no project of these tests suits {kind.id}")


@pytest.fixture
def made(qapp: object) -> Iterator[list[Trainer]]:
    trainers: list[Trainer] = []
    yield trainers
    for trainer in trainers:
        trainer.close()


def trained(qtbot: QtBot, made: list[Trainer], kind: type[View]) -> tuple[View, Trainer, Document]:
    document = Document(project_for(kind))
    trainer = Trainer(document, LocalEngine())
    made.append(trainer)
    view = kind(document, trainer)
    qtbot.addWidget(view)
    view.resize(400, 200)
    view.show()
    with qtbot.waitSignal(trainer.finished, timeout=WAIT):
        trainer.run()
    view.draw_now()
    return view, trainer, document


def colours(image: QImage) -> int:
    """How many colours a picture has, by every second pixel."""
    return len({image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)})


def test_the_ids_differ_and_every_view_explains_itself() -> None:
    assert len({kind.id for kind in VIEWS}) == len(VIEWS)
    for kind in VIEWS:
        assert kind.title
        assert kind.help.endswith(".")
        assert not theme.icon(kind.icon).isNull()


@EVERY
def test_a_view_shows_a_trained_network_in_both_themes(qtbot: QtBot, made: list[Trainer], kind: type[View]) -> None:
    view, _, _ = trained(qtbot, made, kind)
    assert view.missing() is None
    assert view.subtitle
    light = view.content.grab().toImage()
    assert colours(light) > 3
    theme.current().set_mode("dark")
    view.draw_now()
    dark = view.content.grab().toImage()
    assert colours(dark) > 3
    assert dark.pixelColor(1, 1) == theme.DARK.color("surf")


@EVERY
def test_what_it_shows_can_be_saved(qtbot: QtBot, made: list[Trainer], kind: type[View], tmp_path: Path) -> None:
    view, _, _ = trained(qtbot, made, kind)
    view.save_table(tmp_path / "view.csv")
    with (tmp_path / "view.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not view.picture().isNull()


@EVERY
def test_an_empty_view_says_what_it_would_show(qtbot: QtBot, kind: type[View]) -> None:
    document = Document(Project("empty", Network()))
    trainer = Trainer(document, FakeEngine())
    view = kind(document, trainer)
    qtbot.addWidget(view)
    view.show()
    view.draw_now()
    missing = view.missing()
    assert missing is not None
    assert missing.action
    asked: list[str] = []
    view.asked.connect(asked.append)
    view._act()
    assert asked
    trainer.close()


@EVERY
def test_a_hidden_view_asks_for_nothing_and_draws_nothing(qtbot: QtBot, kind: type[View]) -> None:
    document, engine = Document(project_for(kind)), FakeEngine()
    trainer = Trainer(document, engine)
    view = kind(document, trainer)
    qtbot.addWidget(view)
    trainer.run()
    for message in (engine.opened(), engine.running(), engine.progress(2.0), engine.epoch(1, 1)):
        trainer.take(message)
    assert trainer._wants.merged() == Watch(sample=trainer.sample)
    assert view._last_draw == 0.0
    assert not view._timer.isActive()
    view.show()
    assert trainer._wants.merged() == trainer._watch_sent
    shown = trainer._watch_sent
    view.hide()
    assert trainer._watch_sent == Watch(sample=trainer.sample)
    assert shown == Watch(**{**view.wanted().__dict__, "sample": trainer.sample})
    assert not view._timer.isActive()
    trainer.close()


def test_a_view_of_a_layer_follows_the_selection_until_it_is_pinned(qtbot: QtBot) -> None:
    document = Document(pictures())
    trainer = Trainer(document, FakeEngine())
    view = Kernels(document, trainer)
    qtbot.addWidget(view)
    view.show()
    layers = []
    for chosen in ("conv", "act", "conv2", "y"):
        document.select((chosen,))
        layer = view.layer()
        assert layer is not None
        layers.append(layer.id)
    assert layers == ["conv", "conv", "conv2", "conv2"]
    view.pin(True)
    document.select(("conv",))
    assert view.wanted() == Watch(weights=("conv2",))
    view.pin(False)
    assert view.wanted() == Watch(weights=("conv",))
    trainer.close()


def test_weights_of_the_document_are_shown_without_the_engine(qtbot: QtBot) -> None:
    project = small()
    weights = {"h.weight": np.array([[1.0, -2.0], [0.5, 0.0], [0.25, 4.0]]), "h.bias": np.zeros(3)}
    document = Document(Project(project.name, project.network, weights, project.data, project.settings))
    engine = FakeEngine()
    trainer = Trainer(document, engine)
    view = Weights(document, trainer)
    qtbot.addWidget(view)
    view.show()
    view.draw_now()
    assert view.missing() is None
    assert view._name(2, 1) == ("output 2, input 1", 4.0)
    assert next(iter(view.table()[1])) == [1.0, -2.0]
    assert engine.sent == []
    trainer.close()


@pytest.mark.parametrize("values", [[1.6e17], [1.6e17, -3e38], [0.25, np.nextafter(0.25, 1.0)], [0.0]])
def test_the_histogram_counts_huge_and_nearly_equal_weights(qtbot: QtBot, values: list[float]) -> None:
    network = Network(
        (Node("x", "input", {"shape": (len(values),)}), Node("y", "dense", {"units": 1})), (Edge("x", "y"),)
    )
    weights = {"y.weight": np.array([values], dtype=np.float32), "y.bias": np.zeros(1, dtype=np.float32)}
    document = Document(Project("diverged", network, weights))
    trainer = Trainer(document, FakeEngine())
    view = Histogram(document, trainer)
    qtbot.addWidget(view)
    view.show()
    view.draw_now()
    rows = list(view.table()[1])
    assert sum(row[2] for row in rows) == len(values)
    assert all(low < high for low, high, _ in rows)
    trainer.close()


def test_feature_maps_name_the_cell_under_the_mouse(qtbot: QtBot, made: list[Trainer]) -> None:
    view, trainer, _ = trained(qtbot, made, FeatureMaps)
    assert isinstance(view, FeatureMaps)
    told = view.tiles.told(view.tiles._origin)
    assert trainer.last_snapshot is not None
    assert told == ("channel 0, row 0, column 0", pytest.approx(trainer.last_snapshot.values["conv"][0, 0, 0]))


def test_the_envelope_holds_every_cost() -> None:
    y = np.random.default_rng(0).normal(size=1003)
    x, low, high = envelope(np.arange(1003.0), y, 100)
    assert len(x) == len(low) == len(high) <= 102
    assert low.min() == y.min()
    assert high.max() == y.max()
    assert np.all(low <= high)


def test_of_several_arrays_of_weights_one_is_shown_and_arrows_lead_to_the_next(qtbot: QtBot) -> None:
    nodes = (Node("x", "input", {"shape": (3, 2)}), Node("h", "rnn", {"units": 4}))
    weights = {"h.weight_ih_l0": np.arange(8.0).reshape(4, 2), "h.weight_hh_l0": np.arange(16.0).reshape(4, 4)}
    document = Document(Project("over time", Network(nodes, (Edge("x", "h"),)), weights))
    trainer = Trainer(document, FakeEngine())
    view = Weights(document, trainer)
    qtbot.addWidget(view)
    view.show()
    pager = view._pager
    assert pager is not None
    seen = []
    for _ in range(3):
        view.draw_now()
        seen.append((pager.label.text(), len(next(iter(view.table()[1])))))
        pager.next.click()
    assert seen == [("weight_ih_l0, 1 of 2", 2), ("weight_hh_l0, 2 of 2", 4), ("weight_ih_l0, 1 of 2", 2)]
    trainer.close()
