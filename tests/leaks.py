"""Finds what a test left behind: threads, processes, running timers, top-level widgets."""

from __future__ import annotations

import gc
import multiprocessing
import threading
from collections.abc import Iterator

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

_ENDING_SECONDS = 1.0  # a thread that has been told to stop gets this long to do so

Living = dict[int, str]  # id of the object -> how a person would name it


def living() -> Living:
    """What is running or shown now."""
    return {id(thing): name for thing, name in _things()}


def left_behind(before: Living) -> list[str]:
    """The names of what runs or shows now and did not in `before`; what only waits for collection is not counted."""
    _delete_later()
    found = _news(before)
    if found:  # reference cycles round Qt objects are no leak
        gc.collect()
        _delete_later()
        found = _news(before)
    return found


def _news(before: Living) -> list[str]:
    """Names of what is new since `before`, after threads that are ending had time to end."""
    names = []
    for thing, name in _things():
        if id(thing) in before:
            continue
        if isinstance(thing, threading.Thread):
            thing.join(_ENDING_SECONDS)
            if not thing.is_alive():
                continue
        names.append(name)
    return sorted(names)


def _things() -> Iterator[tuple[object, str]]:
    """Each living thing with its name."""
    for thread in threading.enumerate():
        # A dummy stands for a thread that Python did not start: a QThread, which is found below.
        if not isinstance(thread, threading._DummyThread):
            yield thread, f"thread {thread.name!r}"
    for process in multiprocessing.active_children():
        yield process, f"process {process.name!r}"
    if QCoreApplication.instance() is None:
        return
    for wrapper in shiboken6.getAllValidWrappers():
        if isinstance(wrapper, QThread) and wrapper.isRunning() and wrapper is not QThread.currentThread():
            yield wrapper, f"QThread {_label(wrapper)}"
        elif isinstance(wrapper, QTimer) and wrapper.isActive():
            yield wrapper, f"active QTimer {_label(wrapper)} of {_label(wrapper.parent())}"
    if isinstance(QCoreApplication.instance(), QApplication):
        for widget in QApplication.topLevelWidgets():
            yield widget, f"top-level widget {_label(widget)}"


def _label(thing: QObject | None) -> str:
    """Class, object name and window title of a Qt object."""
    if thing is None:
        return "nothing"
    title = thing.windowTitle() if isinstance(thing, QWidget) else ""
    return " ".join(filter(None, [type(thing).__name__, thing.objectName(), f"“{title}”" if title else ""]))


def _delete_later() -> None:
    """Carry out what deleteLater() has asked for, and nothing else that waits in the event queue."""
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
