"""Finding: the window goes on meanwhile, the last that is asked for is shown, and nothing that is no longer wanted."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from explorer.equations import Quantity
from tests.ui.stepper.conftest import Bench
from ui.stepper.finding import Finding


@pytest.fixture(autouse=True)
def answers_arrive_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Finding, "at_once", False)


def test_of_several_the_first_is_not_shown_and_the_last_is(qtbot: QtBot, qapp: QObject) -> None:
    finding, shown, begun, done = Finding(qapp), list[str](), list[str](), threading.Event()

    def work(name: str) -> str:
        begun.append(name)
        done.wait()
        return name

    for name in ("first", "second", "last"):
        assert not finding.ask(lambda name=name: work(name), shown.append)  # type: ignore[misc]
    done.set()
    qtbot.waitUntil(lambda: shown == ["last"])
    assert begun == ["first", "last"]
    finding.deleteLater()


def test_what_is_forgotten_is_not_shown(qtbot: QtBot, qapp: QObject) -> None:
    finding, shown, done = Finding(qapp), list[str](), threading.Event()
    finding.ask(lambda: done.wait() and "forgotten", shown.append)
    finding.forget()
    done.set()
    finding.ask(lambda: "wanted", shown.append)
    qtbot.waitUntil(lambda: shown == ["wanted"])
    finding.deleteLater()


def test_why_and_paths_say_that_they_look_and_then_what_they_found(a1: Bench, qtbot: QtBot) -> None:
    why, paths = a1.formula.why, a1.formula.paths
    a1.session.go_to(Quantity("gradient", "b", "weight", (0, 0)))
    why.button.click()
    paths.fold.header.click()
    assert why.sentence.text() == "Looking for the reason…"
    assert paths.sum.text() == "Looking for the paths…"
    qtbot.waitUntil(lambda: why.sentence.text().startswith("∂E/∂w1 = −0.000421996 is small"))
    qtbot.waitUntil(lambda: len(paths.rows) == 2)
    assert paths.sum.text() == "Together −0.000421996 = ∂E/∂w1, exact."
    a1.session.go_to(Quantity("cost"))
    assert paths.rows == []
