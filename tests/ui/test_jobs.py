"""Jobs: done and failed work is told once, in the window's thread; nothing is told to what has gone."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.jobs import Waiting


def test_a_result_and_an_error_are_told_in_the_windows_thread(qtbot: QtBot) -> None:
    parent, told = QObject(), []

    def tell(what: object) -> None:
        told.append((what, threading.current_thread() is threading.main_thread()))

    Waiting(parent, lambda: 7, tell, tell)
    Waiting(parent, lambda: [][1], tell, lambda error: tell(type(error)))
    qtbot.waitUntil(lambda: len(told) == 2 and not parent.findChildren(Waiting))
    assert sorted(told, key=str) == [(7, True), (IndexError, True)]


def test_nothing_is_told_when_the_parent_has_gone(qtbot: QtBot) -> None:
    parent, told, gate = QObject(), [], threading.Event()
    waiting = Waiting(parent, lambda: gate.wait(10), told.append, told.append)
    job = waiting._job
    with qtbot.waitSignal(parent.destroyed):
        parent.deleteLater()
    gate.set()
    assert job.result() is True
    assert told == []
