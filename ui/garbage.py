"""Garbage is collected in the window's thread alone: in the engine's, it would delete Qt objects where Qt crashes."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QAbstractEventDispatcher, QObject, QTimer

REST = 1000
"""Milliseconds without events after which all generations are collected, if that is due: it takes a while."""
LATEST = 30.0
"""Seconds after which they are, events or not."""


class _Collector(QObject):
    """Looks whenever the event loop has nothing to do, and never when it has slept since: an idle program stays so."""

    def __init__(self) -> None:
        super().__init__()
        self._full = QTimer(self, singleShot=True, interval=REST)
        self._full.timeout.connect(self._collect_all)
        self._due_since: float | None = None
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is not None:
            dispatcher.aboutToBlock.connect(self.look)

    def look(self) -> None:
        """Collect the young generations if that is due; the old one when there is time."""
        young, middle, old = (count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True))
        if young:
            gc.collect(1 if middle else 0)
        if not old:
            return
        now = time.monotonic()
        self._due_since = self._due_since or now
        if now - self._due_since > LATEST:
            self._collect_all()
        elif not self._full.isActive() or young:
            self._full.start()

    def _collect_all(self) -> None:
        self._full.stop()
        self._due_since = None
        gc.collect()


@contextmanager
def collected_by_the_window() -> Iterator[None]:
    """Collect in the thread that calls this and runs its event loop, not whenever and wherever Python likes."""
    gc.disable()
    gc.collect()
    # What is loaded by now stays: to look through it every time would take longer than all else.
    gc.freeze()
    collector = _Collector()
    try:
        yield
    finally:
        collector.deleteLater()
        gc.unfreeze()
        gc.enable()
