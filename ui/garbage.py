"""Garbage is collected in the window's thread alone: in the engine's, it would delete Qt objects where Qt crashes."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from pyqtgraph.util.garbage_collector import GarbageCollector

SECONDS = 0.5


@contextmanager
def collected_by_the_window() -> Iterator[None]:
    """Collect by a timer of the thread that calls this, not whenever and wherever Python likes."""
    collector = GarbageCollector(SECONDS)
    try:
        yield
    finally:
        collector.timer.stop()
        gc.enable()
