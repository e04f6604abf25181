"""Cycles of Qt objects are freed in the window's thread, even while another allocates, and by no timer that goes on."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui import garbage
from ui.bench.window import idle
from ui.garbage import collected_by_the_window


class Node:
    """An object in a cycle that notes in which thread it goes."""

    def __init__(self, gone: list[str]) -> None:
        self.me = self
        weakref.finalize(self, lambda: gone.append(threading.current_thread().name))


@pytest.fixture
def collected(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Garbage is the window's, and all of it soon."""
    monkeypatch.setattr(garbage, "REST", 10)
    with collected_by_the_window():
        yield


def test_cycles_go_in_the_window_thread_alone(qtbot: QtBot) -> None:
    gone: list[str] = []

    def allocate() -> None:
        for _ in range(20_000):
            kept = [[] for _ in range(10)]
            kept.append(kept)

    gc.enable()
    with collected_by_the_window():
        assert not gc.isenabled()
        for _ in range(50):
            Node(gone)
        thread = threading.Thread(target=allocate, name="other")
        thread.start()
        thread.join()
        assert "other" not in gone
        qtbot.waitUntil(lambda: len(gone) == 50, timeout=10_000)
    assert gc.isenabled()
    assert set(gone) == {"MainThread"}


@pytest.mark.usefixtures("collected")
def test_cycles_go_when_the_event_loop_rests(qtbot: QtBot) -> None:
    gone = weakref.ref(Node([]))
    kept = [[] for _ in range(2000)]  # type: ignore[var-annotated]
    assert gone() is not None
    qtbot.waitUntil(lambda: gone() is None)
    del kept


@pytest.mark.usefixtures("collected")
def test_old_cycles_go_when_it_rests_longer(qtbot: QtBot) -> None:
    old = Node([])
    gone = weakref.ref(old)
    for _ in range(3):
        gc.collect(1)
    del old
    for _ in range(1 + gc.get_threshold()[2]):
        gc.collect(1)
    assert gone() is not None
    qtbot.waitUntil(lambda: gone() is None)


@pytest.mark.usefixtures("collected")
def test_while_nothing_happens_nothing_wakes_it(qapp: QApplication) -> None:
    assert idle(qapp, 0.5)["wakings"] == 0
