"""Numbers are written for people and copied for programs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ui.widgets.number import MINUS, NumberLabel, show_number


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (0.702, 4, "0.7020"),
        (-0.05149, 4, "−0.05149"),
        (12.3456, 4, "12.35"),
        (9.99996, 4, "10.00"),
        (123456.7, 4, "123457"),
        (1234567.0, 4, "1.235e6"),
        (0.00001234, 4, "1.234e−5"),
        (-0.000420492, 6, "−0.000420492"),
        (0.0, 4, "0"),
        (-0.0, 4, "0"),
        (9216, 4, "9,216"),
        (-9216, 4, "−9,216"),
        (np.int64(32), 4, "32"),
        (np.float32(0.5), 3, "0.500"),
        (math.nan, 4, "nan"),
        (math.inf, 4, "∞"),
        (-math.inf, 4, "−∞"),
    ],
)
def test_show_number(number: float, digits: int, text: str) -> None:
    assert show_number(number, digits) == text


@given(st.floats(-1e300, 1e300), st.integers(2, 10))
def test_what_is_shown_reads_back_to_the_digits_asked_for(number: float, digits: int) -> None:
    text = show_number(number, digits)
    assert "-" not in text
    assert float(text.replace(MINUS, "-")) == pytest.approx(number, rel=0.51 * 10 ** (1 - digits), abs=1e-323)


def test_label_tells_all_digits_and_copies_them(qtbot: QtBot) -> None:
    label = NumberLabel(-1 / 3)
    qtbot.addWidget(label)
    assert label.text() == "−0.3333"
    assert label.toolTip() == "−0.3333333333333333"
    qtbot.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert float(QGuiApplication.clipboard().text()) == -1 / 3
    label.set_value(None)
    assert (label.text(), label.toolTip()) == ("–", "")


def test_numbers_of_equal_length_are_equally_wide(qtbot: QtBot) -> None:
    widths = set()
    for value in (-0.1111, -0.8888, -0.7020):
        label = NumberLabel(value)
        qtbot.addWidget(label)
        widths.add(label.sizeHint().width())
    assert len(widths) == 1
