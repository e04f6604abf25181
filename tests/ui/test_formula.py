"""Formulas: typeset with the right height, in the theme's colour, cached, shrunk to fit, and never an error."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui import theme
from ui.formula import SMALLEST_SCALE, FormulaLabel, render_formula

GRADIENT = r"\frac{\partial E}{\partial w_1} = (\sum_c \delta_c\, w_{b_1c})\, out_{b_1}(1 - out_{b_1})\, out_{a_1}"


def inked(image: QImage, colour: str) -> int:
    """How many pixels have exactly this colour."""
    wanted = QColor(colour).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


@pytest.mark.parametrize(
    ("tex", "lowest", "highest"),
    [
        ("z = W x + b", 12, 22),
        (GRADIENT, 36, 56),
        (r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", 30, 50),
        (r"\sum_{c=1}^{32} w_c x_c", 36, 60),
    ],
)
def test_formulas_have_sane_heights(qtbot: QtBot, light: theme.Theme, tex: str, lowest: int, highest: int) -> None:
    label = FormulaLabel(tex, size=20)
    qtbot.addWidget(label)
    assert lowest <= label.sizeHint().height() <= highest


def test_a_formula_is_drawn_in_the_colour_of_the_theme(qtbot: QtBot, light: theme.Theme) -> None:
    label = FormulaLabel(GRADIENT, size=24)
    qtbot.addWidget(label)
    label.resize(label.sizeHint())
    label.show()
    assert inked(label.grab().toImage(), theme.LIGHT.text) > 50
    light.set_mode("dark")
    picture = label.grab().toImage()
    assert inked(picture, theme.DARK.text) > 50
    assert inked(picture, theme.LIGHT.text) == 0


def test_rendering_is_kept(qtbot: QtBot) -> None:
    render_formula.cache_clear()
    first = render_formula("a + b", 18, "#000000")
    assert first is not None
    assert render_formula("a + b", 18, "#000000") is first
    assert render_formula("a + b", 18, "#FFFFFF") is not first
    assert render_formula.cache_info().misses == 2


def test_a_hidden_formula_is_not_typeset_and_the_same_again_is_free(qtbot: QtBot, light: theme.Theme) -> None:
    render_formula.cache_clear()
    label = FormulaLabel("p + q")
    qtbot.addWidget(label)
    assert render_formula.cache_info().misses == 0
    label.show()
    label.grab()
    before = render_formula.cache_info()
    label.set_tex("p + q")
    assert render_formula.cache_info() == before


def test_a_formula_shrinks_and_then_tells_its_text(qtbot: QtBot, light: theme.Theme) -> None:
    label = FormulaLabel(GRADIENT, plain="the gradient", size=20)
    qtbot.addWidget(label)
    label.show()
    full = label.sizeHint()
    label.resize(round(full.width() * 0.8), 60)
    assert label.heightForWidth(label.width()) < full.height()
    assert (label.fits(), label.toolTip()) == (True, "")
    label.resize(round(full.width() * SMALLEST_SCALE) - 20, 60)
    assert not label.fits()
    assert "the gradient" in label.toolTip()


@pytest.mark.parametrize("tex", [r"\frac{", "^", "{", "a_", r"\begin{bmatrix}"])
def test_what_is_no_latex_is_shown_as_text(qtbot: QtBot, light: theme.Theme, tex: str) -> None:
    label = FormulaLabel(tex, plain="one half")
    qtbot.addWidget(label)
    label.resize(200, 30)
    label.show()
    label.grab()
    assert label.sizeHint().width() > 0
    assert label.accessibleName() == "one half"


def test_nothing_takes_no_room(qtbot: QtBot, light: theme.Theme) -> None:
    label = FormulaLabel()
    qtbot.addWidget(label)
    assert label.sizeHint().width() <= 1
    assert label.sizeHint().height() <= 1


@pytest.mark.parametrize(
    "side", [Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter]
)
def test_alignment(qtbot: QtBot, light: theme.Theme, side: Qt.AlignmentFlag) -> None:
    label = FormulaLabel("x", size=20, alignment=side)
    qtbot.addWidget(label)
    label.resize(300, 30)
    label.show()
    picture = label.grab().toImage()
    ground = picture.pixel(0, 0)
    columns = [x for x in range(300) if any(picture.pixel(x, y) != ground for y in range(30))]
    middle = sum(columns) / len(columns)
    assert {Qt.AlignmentFlag.AlignLeft: 10, Qt.AlignmentFlag.AlignRight: 290, Qt.AlignmentFlag.AlignHCenter: 150}[
        side
    ] == pytest.approx(middle, abs=10)


def test_equations_below_each_other_have_their_signs_in_line(qapp: QApplication) -> None:
    rows = (r"i_{t} &= x", r"c_{t-1} &= f_{t} + \frac{1}{2}", r"& \quad + b")
    block = render_formula(r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}", 18, "#102030")
    assert block is not None
    sides = [[side.strip() for side in row.split("&")] for row in rows]
    pictures = [[render_formula(side, 18, "#102030") for side in row] for row in sides]
    boxes = [[picture.viewBoxF() if picture else QRectF() for picture in row] for row in pictures]
    left, right = (max(row[side].width() for row in boxes) for side in (0, 1))
    assert left + right < block.viewBoxF().width() < left + right + 18
    heights = [max(box.height() for box in row) for row in boxes]
    assert sum(heights) < block.viewBoxF().height() < sum(heights) + 3 * 18
    assert render_formula(r"\begin{aligned} a &= \frac{ \end{aligned}", 18, "#102030") is None
