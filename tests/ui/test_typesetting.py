"""Formulas are set by a thread: what has not arrived is told, the latest come first, and a label draws them then."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui import theme
from ui.formula import FormulaLabel
from ui.typesetting import Key, Typesetter


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, formulas_at_once: None) -> None:
    """Formulas arrive later, as in the program."""
    monkeypatch.setattr(Typesetter, "at_once", False)


def key(number: int) -> Key:
    return f"x_{{{number}}}", 18, "#000000"


def test_formulas_arrive_and_are_kept(later: None, qapp: QApplication, qtbot: QtBot) -> None:
    made: list[Key] = []

    def typeset(one: Key) -> str | None:
        made.append(one)
        return None if one[0] == "x_{2}" else f"<svg>{one[0]}</svg>"

    setter = Typesetter(typeset)
    interval = sys.getswitchinterval()
    with qtbot.waitSignal(setter.arrived):
        assert not any(setter.has(key(number)) for number in range(3))
        assert setter.busy
    qtbot.waitUntil(lambda: not setter.busy)
    assert all(setter.has(key(number)) for number in range(3))
    assert sorted(made) == [key(number) for number in range(3)]
    assert setter.drawing(key(1)) == "<svg>x_{1}</svg>"
    assert setter.drawing(key(2)) is None
    assert len(made) == 3
    assert sys.getswitchinterval() == interval
    assert setter.drawing(key(9)) == "<svg>x_{9}</svg>"  # who cannot wait gets it at once
    setter.deleteLater()


def test_a_label_shows_plain_text_until_its_formula_arrives(
    later: None, qapp: QApplication, qtbot: QtBot, light: theme.Theme
) -> None:
    label = FormulaLabel(r"\frac{p_{17}}{q_{23}}", plain="p17 / q23", size=20)
    qtbot.addWidget(label)
    label.show()
    before = label.sizeHint()
    label.grab()
    qtbot.waitUntil(lambda: label.sizeHint() != before, timeout=10_000)
    typeset = label.grab().toImage()
    again = FormulaLabel(r"\frac{p_{17}}{q_{23}}", plain="p17 / q23", size=20)
    qtbot.addWidget(again)
    again.resize(label.size())
    assert again.grab().toImage() == typeset  # the second time it is there at once
    qtbot.waitUntil(lambda: not qapp.findChild(Typesetter).busy)
