"""The small widgets: sizes of the look, the keyboard, what they tell, and that they paint in both themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from ui import theme
from ui.widgets.buttons import IconButton, PushButton
from ui.widgets.containers import Collapsible, EmptyState, Section, Separator
from ui.widgets.number import NumberLabel
from ui.widgets.progress import ProgressLine
from ui.widgets.search import SearchField
from ui.widgets.segmented import SegmentedControl
from ui.widgets.text import Chip, ElidedLabel, TextLabel, badge_width

TABS = [("build", "Build", "graph-outline"), ("train", "Train", "chart-line"), ("step", "Step", "debug-step-over")]


def _empty() -> QWidget:
    return EmptyState("chart-line", "No run yet", "Run to see the cost here.", "Run")


def _badged() -> QWidget:
    button = PushButton("Problems", icon="alert-circle-outline", variant="ghost")
    button.set_badge(3, problem=True)
    return button


def _section() -> QWidget:
    return Section("Parameters", NumberLabel(9248))


def _progress() -> QWidget:
    line = ProgressLine()
    line.set_fraction(0.5)
    return line


MAKERS: list[Callable[[], QWidget]] = [
    _empty, _badged, _section, _progress,
    lambda: PushButton("Run", icon="play", variant="accent"),
    lambda: PushButton("Back", icon="arrow-left", scale="compact", keys="Shift+F10"),
    lambda: PushButton("Add layer", icon="plus", keys="Tab", chip=True),
    lambda: IconButton("undo", "Undo", "Ctrl+Z"),
    lambda: SegmentedControl(TABS, large=True),
    lambda: SearchField("Filter layers", "/"),
    lambda: Chip("textbook slip in its use", "warn", icon="alert-outline"),
    lambda: TextLabel("Sigmoid", "title"),
    lambda: ElidedLabel("a rather long name", "caption"),
    lambda: Collapsible("Core", QLabel("body"), expanded=True, category=True),
    Separator,
]  # fmt: skip


def colours(image: QImage) -> set[str]:
    """Every colour in a picture."""
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("make", MAKERS)
def test_every_widget_paints_anew_in_each_theme(qtbot: QtBot, light: theme.Theme, make: Callable[[], QWidget]) -> None:
    widget = make()
    qtbot.addWidget(widget)
    widget.resize(widget.sizeHint().expandedTo(QSize(40, 2)))
    widget.show()
    bright = widget.grab().toImage()
    light.set_mode("dark")
    dark = widget.grab().toImage()
    assert colours(bright) != colours(dark)
    assert not colours(bright) & {QColor(theme.DARK.text).name(), QColor(theme.DARK.surf).name()}


def test_buttons_have_the_heights_of_the_look(qtbot: QtBot, light: theme.Theme) -> None:
    for scale, height in (("normal", 32), ("compact", 28), ("small", 24)):
        button = PushButton("Run", icon="play", scale=scale)  # type: ignore[arg-type]
        qtbot.addWidget(button)
        button.show()
        assert button.sizeHint().height() == button.height() == height
    icon = IconButton("undo", "Undo", "Ctrl+Z", side=24)
    qtbot.addWidget(icon)
    assert icon.size() == QSize(24, 24)


def test_button_is_wide_enough_for_all_it_shows(qtbot: QtBot, light: theme.Theme) -> None:
    button = PushButton("Back")
    qtbot.addWidget(button)
    bare = button.sizeHint().width()
    button.set_icon("arrow-left")
    with_icon = button.sizeHint().width()
    button.set_badge(12)
    with_badge = button.sizeHint().width()
    button.setMenu(QMenu(button))
    assert bare < with_icon < with_badge < button.sizeHint().width()
    button.set_badge(None)
    assert button.accessibleName() == "Back"


def test_tooltips_tell_the_keys(qtbot: QtBot, light: theme.Theme) -> None:
    undo, back = IconButton("undo", "Undo", "Ctrl+Z"), PushButton("Back", keys="Shift+F10")
    for widget, keys in ((undo, "Ctrl+Z"), (back, "Shift+F10")):
        qtbot.addWidget(widget)
        assert keys in widget.toolTip()
    assert undo.accessibleName() == "Undo"


def test_main_button_is_accent_and_disabled_is_not(qtbot: QtBot, light: theme.Theme) -> None:
    button = PushButton("Run", variant="accent")
    qtbot.addWidget(button)
    button.show()
    assert theme.LIGHT.accfill.lower() in colours(button.grab().toImage())
    button.set_variant("plain")
    assert theme.LIGHT.accfill.lower() not in colours(button.grab().toImage())
    button.set_variant("accent")
    button.setEnabled(False)
    assert theme.LIGHT.accfill.lower() not in colours(button.grab().toImage())


def test_segments_tell_what_a_person_picks_and_nothing_else(qtbot: QtBot, light: theme.Theme) -> None:
    tabs = SegmentedControl(TABS, large=True, name="Workspace")
    qtbot.addWidget(tabs)
    tabs.show()
    told: list[str] = []
    tabs.picked.connect(told.append)
    assert tabs.current() == "build"
    tabs.set_current("step")
    assert (tabs.current(), told) == ("step", [])
    train = tabs.findChildren(QAbstractButton)[1]
    qtbot.mouseClick(train, Qt.MouseButton.LeftButton)
    assert (tabs.current(), told) == ("train", ["train"])
    qtbot.keyClick(train, Qt.Key.Key_Right)
    qtbot.keyClick(tabs.findChildren(QAbstractButton)[2], Qt.Key.Key_Right)
    assert told == ["train", "step", "build"]
    tabs.set_segment_enabled("train", False, "Nothing to train yet.")
    qtbot.keyClick(tabs.findChildren(QAbstractButton)[0], Qt.Key.Key_Right)
    assert told[-1] == "step"
    with pytest.raises(KeyError):
        tabs.set_current("none")


def test_choosing_a_segment_moves_nothing(qtbot: QtBot, light: theme.Theme) -> None:
    small = SegmentedControl([("n", "As printed"), ("d", "4 decimals"), ("e", "Exact")])
    qtbot.addWidget(small)
    small.show()
    places = [button.geometry() for button in small.findChildren(QAbstractButton)]
    small.set_current("e")
    small.grab()
    assert [button.geometry() for button in small.findChildren(QAbstractButton)] == places
    assert small.height() == 28


def test_elided_label_tells_the_whole_text(qtbot: QtBot, light: theme.Theme) -> None:
    label = ElidedLabel("convolution_with_a_long_name")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert label.text().endswith("…")
    assert label.whole_text() in label.toolTip()
    label.resize(400, 20)
    assert (label.text(), label.toolTip()) == (label.whole_text(), "")
    label.setText("h")
    assert label.sizeHint().width() < 30


def test_search_empties_on_escape(qtbot: QtBot, light: theme.Theme) -> None:
    field = SearchField("Filter layers", "/")
    qtbot.addWidget(field)
    field.show()
    told: list[str] = []
    field.textEdited.connect(told.append)
    qtbot.keyClicks(field, "re")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert told == ["r", "re", ""]
    assert field.text() == ""


def test_collapsible_folds_by_hand_and_by_program(qtbot: QtBot, light: theme.Theme) -> None:
    fold = Collapsible("Core", QLabel("body"))
    qtbot.addWidget(fold)
    fold.show()
    told: list[bool] = []
    fold.toggled.connect(told.append)
    assert not fold.body.isVisible()
    fold.set_expanded(True)
    assert (fold.body.isVisible(), told) == (True, [])
    qtbot.keyClick(fold.header, Qt.Key.Key_Space)
    assert (fold.body.isVisible(), fold.expanded, told) == (False, False, [False])


def test_empty_state_offers_its_action(qtbot: QtBot, light: theme.Theme) -> None:
    state = EmptyState("chart-line", "No run yet", "Run to see the cost here.", "Run")
    qtbot.addWidget(state)
    with qtbot.waitSignal(state.acted):
        qtbot.mouseClick(state.findChild(PushButton), Qt.MouseButton.LeftButton)


def test_progress_is_drawn_as_far_as_it_is(qtbot: QtBot, light: theme.Theme) -> None:
    line = ProgressLine()
    qtbot.addWidget(line)
    line.resize(100, 2)
    line.set_fraction(0.25)
    image = line.grab().toImage()
    filled = [image.pixelColor(x, 0).name() == theme.LIGHT.accfill.lower() for x in range(100)]
    assert filled == [True] * 25 + [False] * 75
    line.set_fraction(7)
    assert line.fraction == 1


def test_badge_and_chip_grow_with_what_they_say(qtbot: QtBot, light: theme.Theme) -> None:
    chip = Chip("1×8×8", mono=True)
    qtbot.addWidget(chip)
    assert badge_width(3) == 18 < badge_width(1234)
    before = chip.sizeHint().width()
    chip.set_text("32×16×16", "problem")
    assert chip.sizeHint().width() > before
    assert chip.accessibleName() == chip.text == "32×16×16"


def test_a_button_can_be_fitted_into_a_width_and_still_tells_its_text(qtbot: QtBot) -> None:
    text = "Set filters of a convolution to 3 and padding to same"
    button = PushButton(text, "auto-fix", scale="compact")
    qtbot.addWidget(button)
    whole = button.sizeHint().width()
    button.fit(whole)
    assert button.text() == text
    button.fit(160)
    assert button.sizeHint().width() <= 160
    assert button.text().endswith("…")
    assert button.accessibleName() == text
    assert text in button.toolTip()
