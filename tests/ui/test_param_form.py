"""Forms made from Params: every kind of setting shows its value, takes a good one and refuses a bad one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from explorer.array_params import PaddingParam, PairParam, RowsParam, ShapeParam
from explorer.output_settings import TargetParam
from explorer.params import BoolParam, ChoiceParam, FloatParam, IntParam, NodeParam
from ui import theme
from ui.param_form import ParamForm
from ui.widgets.containers import Collapsible
from ui.widgets.fields import ChoiceField, LineField, NumberField, PairField, SwitchField, TableField, stepped
from ui.widgets.node_field import NodeField

PARAMS = (
    IntParam("filters", 32, help="How many kernels are learnt.", maximum=4096),
    PairParam("kernel", (3, 3)),
    PairParam("stride", None, none_text="size"),
    PaddingParam("padding", "same"),
    BoolParam("bias", True),
    FloatParam("lr", 0.1, title="Learning rate", unit="per step", minimum=0, above_minimum=True),
    ChoiceParam("cost", "cross_entropy", choices=("cross_entropy", "mse")),
    ShapeParam("shape", (1, 8, 8)),
    RowsParam("rows", [[1, 2], [3, 4]]),
    IntParam("groups", 1, advanced=True),
)
Told = list[tuple[str, Any]]
MakeForm = Callable[..., tuple[ParamForm, Told]]


@pytest.fixture
def make_form(qtbot: QtBot, light: theme.Theme) -> MakeForm:
    def make(**values: Any) -> tuple[ParamForm, Told]:
        form = ParamForm(PARAMS, values)
        qtbot.addWidget(form)
        form.show()
        told: Told = []
        form.changed.connect(lambda name, value: told.append((name, value)))
        return form, told

    return make


def type_into(qtbot: QtBot, field: QWidget, text: str) -> None:
    """Replace what a line says, and press Enter."""
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_defaults_and_values_are_shown(make_form: MakeForm) -> None:
    form, told = make_form(filters=8, bias=False)
    filters, bias, kernel = form.field("filters"), form.field("bias"), form.field("kernel")
    assert isinstance(filters, LineField)
    assert filters.text() == "8"
    assert isinstance(bias, SwitchField)
    assert not bias.isChecked()
    assert isinstance(kernel, PairField)
    assert [field.text() for field in kernel.fields] == ["3", "3"]
    cost = form.field("cost")
    assert isinstance(cost, ChoiceField)
    assert cost.currentText() == "cross entropy"
    assert told == []


def test_a_good_value_is_told_once(qtbot: QtBot, make_form: MakeForm) -> None:
    form, told = make_form()
    type_into(qtbot, form.field("filters"), "64")
    form.field("filters").clearFocus()
    type_into(qtbot, form.field("lr"), "0,05")
    type_into(qtbot, form.field("shape"), "3x4")
    assert told == [("filters", 64), ("lr", 0.05), ("shape", (3, 4))]
    shape = form.field("shape")
    assert isinstance(shape, LineField)
    assert shape.text() == "3×4"


def test_a_bad_value_is_refused_below_the_field(qtbot: QtBot, make_form: MakeForm) -> None:
    form, told = make_form()
    field = form.field("filters")
    type_into(qtbot, field, "-3")
    assert told == []
    assert "a whole number from 1 to 4096" in form.problem("filters")
    assert isinstance(field, NumberField)
    assert field.text() == "-3"
    assert field.property("refused") is True
    form.set_values({"filters": 32})
    assert field.text() == "-3"
    type_into(qtbot, field, "32")
    assert (form.problem("filters"), field.property("refused"), told) == ("", False, [])


def test_escape_brings_the_value_back(qtbot: QtBot, make_form: MakeForm) -> None:
    form, told = make_form()
    field = form.field("lr")
    type_into(qtbot, field, "fast")
    assert form.problem("lr")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert isinstance(field, LineField)
    assert (field.text(), form.problem("lr"), told) == ("0.1", "", [])


def test_values_from_outside_replace_what_is_shown_and_are_not_told(qtbot: QtBot, make_form: MakeForm) -> None:
    form, told = make_form()
    field = form.field("filters")
    type_into(qtbot, field, "0")
    form.set_values({"filters": 16, "cost": "mse", "rows": [[5.0]]})
    rows = form.field("rows")
    assert isinstance(field, LineField)
    assert isinstance(rows, TableField)
    assert (field.text(), rows.toPlainText(), form.problem("filters"), told) == ("16", "5.0", "", [])
    type_into(qtbot, field, "0")
    form.set_values({"filters": 16}, discard=True)
    assert (field.text(), form.problem("filters")) == ("16", "")


def test_pair_padding_choice_switch_and_rows(qtbot: QtBot, make_form: MakeForm) -> None:
    form, told = make_form()
    kernel, stride, padding = form.field("kernel"), form.field("stride"), form.field("padding")
    cost, bias, rows = form.field("cost"), form.field("bias"), form.field("rows")
    assert isinstance(kernel, PairField)
    assert isinstance(stride, PairField)
    assert isinstance(padding, ChoiceField)
    assert isinstance(cost, ChoiceField)
    assert isinstance(rows, TableField)
    type_into(qtbot, kernel.fields[1], "5")
    type_into(qtbot, stride.fields[0], "2")
    line = padding.lineEdit()
    assert line is not None
    type_into(qtbot, line, "2")
    qtbot.keyClick(cost, Qt.Key.Key_Down)
    qtbot.mouseClick(bias, Qt.MouseButton.LeftButton, pos=QPoint(8, bias.height() // 2))
    rows.setPlainText("1 2 3")
    qtbot.keyClick(rows, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told == [
        ("kernel", (3, 5)), ("stride", (2, 2)), ("padding", 2), ("cost", "mse"), ("bias", False), ("rows", [[1, 2, 3]]),
    ]  # fmt: skip
    assert [field.text() for field in stride.fields] == ["2", "2"]


def test_a_pair_half_empty_is_refused(qtbot: QtBot, make_form: MakeForm) -> None:
    form, told = make_form()
    kernel = form.field("kernel")
    assert isinstance(kernel, PairField)
    type_into(qtbot, kernel.fields[0], "0")
    assert form.problem("kernel")
    assert told == []


def test_keys_step_within_the_range(qtbot: QtBot, make_form: MakeForm) -> None:
    form, told = make_form(groups=1, lr=0.02)
    qtbot.keyClick(form.field("groups"), Qt.Key.Key_Down)
    qtbot.keyClick(form.field("groups"), Qt.Key.Key_Up)
    qtbot.keyClick(form.field("groups"), Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(form.field("lr"), Qt.Key.Key_Down)
    qtbot.keyClick(form.field("lr"), Qt.Key.Key_Down)
    assert told == [("groups", 2), ("groups", 12), ("lr", 0.01)]


def test_arrows_step_by_mouse(qtbot: QtBot, make_form: MakeForm) -> None:
    form, told = make_form()
    field = form.field("filters")
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton, pos=QPoint(field.width() - 6, 5))
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton, pos=QPoint(field.width() - 6, field.height() - 5))
    assert told == [("filters", 33), ("filters", 32)]


@pytest.mark.parametrize("name", ["filters", "cost"])
def test_the_wheel_changes_nothing_in_passing(qtbot: QtBot, make_form: MakeForm, name: str) -> None:
    form, told = make_form()
    form.field("rows").setFocus()
    field = form.field(name)
    where = QPointF(field.rect().center())
    event = QWheelEvent(
        where, field.mapToGlobal(where), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, event)
    assert told == []
    assert not event.isAccepted()


def test_advanced_settings_are_folded_under_their_names(make_form: MakeForm) -> None:
    form, _ = make_form()
    fold = form.findChild(Collapsible)
    assert fold is not None
    assert fold.header.text() == "Groups"
    assert not form.field("groups").isVisible()
    fold.set_expanded(True)
    assert form.field("groups").isVisible()
    assert form.field("groups").mapTo(form, QPoint()).x() == form.field("filters").mapTo(form, QPoint()).x()


def test_tooltips_of_a_choice_say_what_it_means(qtbot: QtBot, light: theme.Theme) -> None:
    notes = ("The first.", "The second.\n\nMore.")
    form = ParamForm((ChoiceParam("how", "b", "How", "Which one.", choices=("a", "b"), notes=notes),), {"how": "a"})
    qtbot.addWidget(form)
    field = form.field("how")
    tips = [field.itemData(row, Qt.ItemDataRole.ToolTipRole) for row in range(field.count())]
    assert tips == ["<p>The first.</p>", "<p>The second.</p><p>More.</p>"]
    assert field.toolTip() == "<p>Which one. One of a, b.</p><p>The first.</p>"
    form.set_values({"how": "b"})
    assert field.toolTip().endswith(tips[1])


def test_tooltip_tells_help_range_and_unit(make_form: MakeForm) -> None:
    form, _ = make_form()
    assert "How many kernels are learnt. A whole number from 1 to 4096." in form.field("filters").toolTip()
    assert "Unit: per step." in form.field("lr").toolTip()


def test_a_table_too_long_to_edit_is_not_cut_in_the_project(qtbot: QtBot, make_form: MakeForm) -> None:
    form, told = make_form(rows=[[1.25, 2.5]] * 5000)
    rows = form.field("rows")
    assert isinstance(rows, TableField)
    assert rows.isReadOnly()
    assert rows.toPlainText().endswith("…")
    rows.setFocus()
    rows.clearFocus()
    assert told == []


@given(st.integers(-999, 999), st.integers(0, 4), st.integers(-20, 20))
def test_a_step_adds_units_of_the_last_digit(number: int, places: int, count: int) -> None:
    text = f"{number / 10**places:.{places}f}"
    result = stepped(text, count)
    assert result is not None
    assert float(result) == pytest.approx((number + count) / 10**places)
    assert len(result.partition(".")[2]) == places


def test_what_is_no_number_has_no_step() -> None:
    assert [stepped(text, 1) for text in ("", "many", "nan", "inf")] == [None] * 4
    assert stepped("1e-3", 1) == "2e-3"
    assert stepped("−2", 1) == "-1"


def test_a_field_for_a_layer_offers_what_fits_and_shows_what_does_not(qtbot: QtBot, light: theme.Theme) -> None:
    form = ParamForm((NodeParam("share", "", group="Weights"), BoolParam("freeze", False, group="Weights")))
    qtbot.addWidget(form)
    told: Told = []
    form.changed.connect(lambda name, value: told.append((name, value)))
    (fold,) = form.findChildren(Collapsible)
    assert fold.header.text() == "Weights"
    form.offer("share", lambda: ["h", "g_2"])
    form.offer("freeze", lambda: ["h"])  # is no such field
    form.offer("nothing", lambda: ["h"])
    field = form.field("share")
    assert isinstance(field, NodeField)
    assert [field.itemText(place) for place in range(field.count())] == ["none", "h", "g_2"]
    qtbot.keyClick(field, Qt.Key.Key_End)
    assert told == [("share", "g_2")]
    form.set_values({"share": "gone"})
    assert field.currentText() == "gone"
    form.offer("share", lambda: ["h"])
    assert (field.currentText(), told) == ("gone", [("share", "g_2")])
    qtbot.keyClick(field, Qt.Key.Key_Home)
    assert told[1:] == [("share", "")]


def test_a_target_is_a_word_or_a_range(qtbot: QtBot, light: theme.Theme) -> None:
    form = ParamForm((TargetParam("target", "auto"),))
    qtbot.addWidget(form)
    told: Told = []
    form.changed.connect(lambda name, value: told.append(value))
    field = form.field("target")
    assert isinstance(field, ChoiceField)
    line = field.lineEdit()
    assert line is not None
    for text in ("0:10", "3:3", "inputs"):
        type_into(qtbot, line, text)
    assert told == [(0, 10), "inputs"]
