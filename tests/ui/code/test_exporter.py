"""Exports from the window: a file is chosen, written aside, told of, and can be given up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from explorer.examples import load_example
from explorer.network import Node, add_node
from tests.ui.window import shown_window
from ui import theme
from ui.code.exporter import Exporter
from ui.document import Document

PATIENCE = 60_000
"""Milliseconds for a process that loads PyTorch."""


@pytest.fixture
def exporter(qtbot: QtBot, light: theme.Theme) -> Exporter:
    window = QWidget()
    qtbot.addWidget(window)
    document = Document()
    document.open(load_example("A1"))
    made = Exporter(document, window, lambda: None)
    made.strip.setParent(window)
    return made


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | str], None]:
    """Lets a person choose a file."""

    def choose(path: Path | str) -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    return choose


def test_a_program_is_written_and_told_of(
    qtbot: QtBot, exporter: Exporter, chosen: Callable[[Path | str], None], tmp_path: Path
) -> None:
    chosen(tmp_path / "net")
    with qtbot.waitSignal(exporter.told, timeout=PATIENCE) as told:
        exporter.ask("pytorch")
        assert exporter.busy
        assert not exporter.strip.isHidden()
    assert told.args == [f"Saved as {tmp_path / 'net.py'}.", False]
    assert "class ManVsChicken" in (tmp_path / "net.py").read_text()
    assert not exporter.busy
    assert exporter.strip.isHidden()


def test_what_went_wrong_is_told(
    qtbot: QtBot, exporter: Exporter, chosen: Callable[[Path | str], None], tmp_path: Path
) -> None:
    chosen(tmp_path / "none" / "net.onnx")
    with qtbot.waitSignal(exporter.told, timeout=PATIENCE) as told:
        exporter.ask("onnx")
    sentence, problem = told.args
    assert problem
    assert sentence.endswith("its folder does not exist; make it first.")


def test_a_file_that_was_not_chosen_is_not_replaced(
    qtbot: QtBot, exporter: Exporter, chosen: Callable[[Path | str], None], tmp_path: Path
) -> None:
    exporter._document.open(load_example("digits"))
    (tmp_path / "net_data.npz").write_text("mine")
    chosen(tmp_path / "net.py")
    with qtbot.waitSignal(exporter.told, timeout=PATIENCE) as told:
        exporter.ask("pytorch")
    assert told.args == [f"{tmp_path / 'net_data.npz'} would be replaced: choose another name.", True]
    assert [path.name for path in tmp_path.glob("net*")] == ["net_data.npz"]


def test_it_can_be_given_up(exporter: Exporter, tmp_path: Path) -> None:
    exporter.export("onnx", tmp_path / "net.onnx")
    QTest.mouseClick(exporter.cancel, Qt.MouseButton.LeftButton)
    assert not exporter.busy
    assert exporter.strip.isHidden()
    assert list(tmp_path.glob("*.onnx")) == []


def test_one_at_a_time(qtbot: QtBot, exporter: Exporter, tmp_path: Path) -> None:
    exporter.export("onnx", tmp_path / "net.onnx")
    with qtbot.waitSignal(exporter.told) as told:
        exporter.ask("pytorch")
    assert told.args == ["net.onnx is still being written; wait for it, or cancel it.", True]
    exporter.close()


def test_a_network_with_problems_is_not_exported(qtbot: QtBot, exporter: Exporter) -> None:
    document = exporter._document
    document.edit_network("edit", add_node(document.network, Node("loose", "dense")))
    with qtbot.waitSignal(exporter.told) as told:
        exporter.ask("pytorch")
    assert told.args == [
        "Only a network without problems can be exported. loose has no input: wire a layer into it.",
        True,
    ]
    assert not exporter.busy


def test_nothing_chosen_is_nothing_done(exporter: Exporter, chosen: Callable[[Path | str], None]) -> None:
    chosen("")
    exporter.ask("pytorch")
    assert not exporter.busy


def test_in_the_window(qtbot: QtBot, chosen: Callable[[Path | str], None], tmp_path: Path) -> None:
    with shown_window() as window:
        dock = window.workspaces.docks["code"]
        assert not dock.isVisible()
        dock.toggleViewAction().trigger()
        qtbot.waitUntil(lambda: "class ManVsChicken" in window.panels.code.view.toPlainText())
        assert window.tabifiedDockWidgets(dock) == [window.workspaces.docks["inspector"]]
        qtbot.waitUntil(lambda: dock.width() >= 400)
        chosen(tmp_path / "net.py")
        QTest.mouseClick(window.panels.code.save, Qt.MouseButton.LeftButton)
        assert window.exporter.strip.isVisible()
        window.exporter.close()
        assert not window.exporter.strip.isVisible()
        actions = [action.text() for action in window.actions()]
        assert {"Export as PyTorch…", "Export as ONNX…"} <= set(actions)
