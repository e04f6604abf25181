"""The views of cost and accuracy, and the sample, for a network with several outputs, trained for real."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from explorer.engine.host import LocalEngine
from tests.ui.training.projects import two_headed
from ui.document import Document
from ui.training.client import Trainer
from ui.training.sample_panel import SamplePanel
from ui.views.accuracy import Accuracy
from ui.views.cost import Cost
from ui.views.curve import Curve

WAIT = 30_000


@pytest.mark.usefixtures("light")
def test_each_output_is_told(qtbot: QtBot) -> None:
    document = Document(two_headed())
    assert not Curve.suits(document.project, document.resolved)
    assert Accuracy.suits(document.project, document.resolved)
    trainer = Trainer(document, LocalEngine())
    cost, accuracy, sample = Cost(document, trainer), Accuracy(document, trainer), SamplePanel(document, trainer)
    for widget in (cost, accuracy, sample):
        qtbot.addWidget(widget)
        widget.show()
    with qtbot.waitSignal(trainer.finished, timeout=WAIT):
        trainer.run()
    qtbot.waitUntil(lambda: bool(sample.answer.whole_text()), timeout=WAIT)
    cost.draw_now()
    accuracy.draw_now()
    head, rows = cost.table()
    rows = list(rows)
    assert list(head)[4:] == [f"{part} cost of {node}" for node in ("c", "v") for part in ("training", "validation")]
    assert len(rows) == 10
    for row in rows:
        assert row[2] == pytest.approx(row[4] + row[6])
        assert row[5] is row[7] is None  # no example validates
    assert trainer.history is not None
    assert set(trainer.history.outputs) == {"c", "v"}
    assert cost.subtitle.startswith("training · c ")
    told = cost._tell(3.0)
    assert told is not None
    assert [row.label for row in told[2]] == ["training", "c", "v"]
    assert accuracy.missing() is None
    assert sample.answer.whole_text().startswith("c says ")
    assert " · v says " in sample.answer.whole_text()
    trainer.close()
