"""Formulas are set by a process: what has not arrived is told, the latest come first, and a label draws them then."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui import theme, typeset
from ui.formula import FormulaLabel
from ui.typeset import Key
from ui.typesetting import Typesetter, typesetter

PATIENCE = 20_000
"""Milliseconds for a process that loads fonts."""


@pytest.fixture
def setter(monkeypatch: pytest.MonkeyPatch, formulas_at_once: None, qapp: QApplication) -> Iterator[Typesetter]:
    """Formulas arrive later, as in the program."""
    monkeypatch.setattr(Typesetter, "at_once", False)
    made = Typesetter()
    yield made
    made.close()
    made.deleteLater()


def key(number: int) -> Key:
    return f"x_{{{number}}}", 18, "#000000"


def await_all(setter: Typesetter, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not setter.busy, timeout=PATIENCE)


def test_formulas_arrive_as_they_are_set_here_and_are_kept(setter: Typesetter, qtbot: QtBot) -> None:
    broken = ("\\frac{", 18, "#000000")
    wanted = [*(key(number) for number in range(5)), ("\\alpha → \u2202", 20, "#FFFFFF"), broken]
    with qtbot.waitSignal(setter.arrived, timeout=PATIENCE):
        assert not any(setter.has(one) for one in wanted)
        assert setter.busy
    await_all(setter, qtbot)
    assert all(setter.has(one) for one in wanted)
    assert [setter.drawing(one) for one in wanted] == [typeset.drawing(one) for one in wanted]
    assert setter.drawing(broken) is None
    assert setter.drawing(key(9)) == typeset.drawing(key(9))  # who cannot wait gets it at once


def test_the_latest_come_first(setter: Typesetter, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[Key] = []
    keep = setter._keep
    monkeypatch.setattr(setter, "_keep", lambda one, drawing: (came.append(one), keep(one, drawing)))
    for number in range(6):
        setter.has(key(number))
    await_all(setter, qtbot)
    assert came == [key(0), key(1), key(5), key(4), key(3), key(2)]


def test_a_process_that_is_killed_is_followed_by_another(setter: Typesetter, qtbot: QtBot) -> None:
    setter.has(key(1))
    await_all(setter, qtbot)
    assert setter._helper is not None
    first = setter._helper.process_id
    os.kill(first, signal.SIGKILL)
    assert not setter.has(key(2))
    await_all(setter, qtbot)
    assert setter._helper.process_id not in (0, first)
    assert setter.drawing(key(2)) == typeset.drawing(key(2))


def test_without_a_process_formulas_are_set_here(
    setter: Typesetter, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    setter.has(key(3))
    await_all(setter, qtbot)
    assert setter.has(key(3))
    assert setter._helper is None
    assert setter.drawing(key(3)) == typeset.drawing(key(3))


def test_a_label_shows_plain_text_until_its_formula_arrives(
    setter: Typesetter, qtbot: QtBot, light: theme.Theme
) -> None:
    label = FormulaLabel(r"\frac{p_{17}}{q_{23}}", plain="p17 / q23", size=20)
    qtbot.addWidget(label)
    label.show()
    before = label.sizeHint()
    label.grab()
    qtbot.waitUntil(lambda: label.sizeHint() != before, timeout=PATIENCE)
    drawn = label.grab().toImage()
    again = FormulaLabel(r"\frac{p_{17}}{q_{23}}", plain="p17 / q23", size=20)
    qtbot.addWidget(again)
    again.resize(label.size())
    assert again.grab().toImage() == drawn  # the second time it is there at once
    typesetter().close()
