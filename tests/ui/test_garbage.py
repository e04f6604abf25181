"""Cycles of Qt objects are freed in the window's thread, even while another thread allocates."""

from __future__ import annotations

import gc
import threading
import weakref

from pytestqt.qtbot import QtBot

from ui.garbage import collected_by_the_window


class Node:
    """An object in a cycle that notes in which thread it goes."""

    def __init__(self, gone: list[str]) -> None:
        self.me = self
        weakref.finalize(self, lambda: gone.append(threading.current_thread().name))


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
