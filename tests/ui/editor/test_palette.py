"""The palette: folding, filtering, choosing by keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.layers import KINDS
from ui import theme
from ui.editor.palette import KIND_MIME, Palette, kind_mime


@pytest.fixture
def palette(qapp: QApplication, qtbot: QtBot, light: theme.Theme) -> Iterator[Palette]:
    """A palette that is shown."""
    shown = Palette()
    qtbot.addWidget(shown)
    shown.resize(208, 640)
    shown.show()
    qtbot.waitExposed(shown)
    yield shown
    shown.close()


def test_every_kind_is_there_under_its_category(palette: Palette) -> None:
    groups = {group.text(0): group for group in palette.rows.groups()}
    assert list(groups) == list(dict.fromkeys(kind.category for kind in KINDS))
    titles = [group.child(row).text(0) for group in groups.values() for row in range(group.childCount())]
    assert sorted(titles) == sorted(kind.title for kind in KINDS)
    assert all(group.child(0).toolTip(0) for group in groups.values())


def test_a_category_folds(palette: Palette) -> None:
    group = palette.rows.groups()[0]
    centre = palette.rows.visualItemRect(group).center()
    for opened in (False, True):
        QTest.mouseClick(palette.rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)
        assert group.isExpanded() == opened


def test_typing_filters_and_enter_chooses(palette: Palette, qtbot: QtBot) -> None:
    palette.focus_filter()
    QTest.keyClicks(palette.filter, "tan")
    assert palette.rows.topLevelItem(0).text(0) == "Tanh"
    with qtbot.waitSignal(palette.kind_chosen) as told:
        QTest.keyClick(palette.filter, Qt.Key.Key_Return)
    assert told.args == ["tanh"]
    QTest.keyClick(palette.filter, Qt.Key.Key_Escape)
    assert len(palette.rows.groups()) == len({kind.category for kind in KINDS})


def test_folded_categories_stay_folded_behind_a_filter(palette: Palette) -> None:
    palette.rows.groups()[1].setExpanded(False)
    palette.filter.setText("relu")
    palette.filter.clear()
    assert [group.isExpanded() for group in palette.rows.groups()][:3] == [True, False, True]


def test_keys_walk_and_choose(palette: Palette, qtbot: QtBot) -> None:
    palette.filter.setFocus()
    QTest.keyClick(palette.filter, Qt.Key.Key_Down)
    assert palette.rows.hasFocus()
    QTest.keyClick(palette.rows, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.kind_chosen) as told:
        QTest.keyClick(palette.rows, Qt.Key.Key_Return)
    assert told.args == [KINDS[1].id]


def test_what_is_dragged_is_the_id() -> None:
    assert bytes(kind_mime("dense").data(KIND_MIME).data()) == b"dense"
