"""The whole window with a large project: opening, frames while a hand is at work, edits, and how it idles."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, QSettings, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from explorer.engine.host import LocalEngine
from explorer.network import set_params
from explorer.project.format import load_project, save_project
from ui import theme
from ui.bench.chain import WIDTH, WINDOW, chain
from ui.bench.timing import milliseconds, p95
from ui.document import Document
from ui.garbage import collected_by_the_window
from ui.main_window import MainWindow
from ui.preferences import Preferences

FRAMES = 24
EDITS = 8
"""How often each of the edits is done and undone."""
COPIED = 1000
IDLE_SECONDS = 5.0
CALM = 1.5
"""Seconds after which what was begun has come to its end, the collecting of its garbage too."""
ZOOMS = (1.0, 0.6, 0.3, 0.0)
"""Where frames are measured; 0 is with everything in view."""
Figures = dict[str, float]


class _Window:
    """The program's window on a file, and hands for it."""

    def __init__(self, application: QApplication, folder: Path, path: Path) -> None:
        self.application = application
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.document = Document()
        self.document.open(load_project(path), path)
        self.window = MainWindow(self.document, LocalEngine(), Preferences(settings))
        self.window.setWindowState(Qt.WindowState.WindowNoState)
        self.window.resize(*WINDOW)
        self.window.show()
        self.settle()
        self.editor = self.window.panels.editor
        self.view = self.editor.view

    def settle(self) -> None:
        """Until everything that is due has been done and drawn."""
        self.application.processEvents()

    def frame(self, act: Callable[[], object]) -> float:
        """How long it takes until the window has answered, drawn anew, in milliseconds."""

        def work() -> None:
            act()
            self.settle()

        return milliseconds(work)

    def go(self, zoom: float) -> None:
        """Show the middle of the network at a zoom; 0 shows all of it."""
        if zoom:
            # As a hand does it: a view that nobody has moved goes on showing everything after each edit.
            self.wheel(QPoint(), QPoint(), Qt.KeyboardModifier.ControlModifier)
            self.view.zoom_to(zoom)
            self.view.centre_on(self.editor.scene.nodes[self.middle].box().center())
        else:
            self.editor.fit()
        self.settle()

    @property
    def middle(self) -> str:
        """The dense layer in the middle of the chain."""
        nodes = self.document.network.nodes
        return nodes[len(nodes) // 2 // 2 * 2 - 1].id

    def wheel(self, pixels: QPoint, angle: QPoint, keys: Qt.KeyboardModifier) -> None:
        """Turn the wheel over the middle of the canvas."""
        where = QPointF(self.view.viewport().rect().center())
        event = QWheelEvent(
            where, self.view.viewport().mapToGlobal(where), pixels, angle, Qt.MouseButton.NoButton, keys,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        self.application.sendEvent(self.view.viewport(), event)

    def mouse(self, kind: QEvent.Type, where: QPointF) -> None:
        """Press, move or release the left button at a point of the viewport."""
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        moving = kind == QEvent.Type.MouseMove
        released = kind == QEvent.Type.MouseButtonRelease
        event = QMouseEvent(
            kind, where, self.view.viewport().mapToGlobal(where), none if moving else left, none if released else left,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        self.application.sendEvent(self.view.viewport(), event)

    def close(self) -> None:
        """End it in order."""
        self.document.undo_stack.setClean()
        self.window.close_work()
        self.window.close()
        self.window.deleteLater()
        self.application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def window(application: QApplication, count: int, seconds: float = IDLE_SECONDS) -> Figures:
    """All that is measured of the window with a chain of ``count`` layers, in milliseconds."""
    theme.current().apply(application)
    with TemporaryDirectory() as name:
        path = Path(name) / "chain.json"
        save_project(chain(count), path)
        gc.collect()
        opened: list[_Window] = []
        figures = {"open": milliseconds(lambda: opened.append(_Window(application, Path(name), path)))}
        shown = opened[0]
        with collected_by_the_window():
            figures |= {"pan": _pan(shown), "zoom": _zoom(shown), "drag": _drag(shown)}
            figures |= _edits(shown) | {"copy and paste": _copy_and_paste(shown)}
            figures |= idle(shown.application, seconds)
        shown.close()
    return figures


def large(application: QApplication, count: int) -> Figures:
    """Whether a very large network opens and pans."""
    theme.current().apply(application)
    with TemporaryDirectory() as name:
        path = Path(name) / "chain.json"
        save_project(chain(count), path)
        opened: list[_Window] = []
        took = milliseconds(lambda: opened.append(_Window(application, Path(name), path)))
        figures = {"open": took, "pan": _pan(opened[0])}
        opened[0].close()
    return figures


def _pan(shown: _Window) -> float:
    frames = []
    for zoom in ZOOMS:
        shown.go(zoom)
        for number in range(FRAMES):
            step = QPoint(9, 5) if number % 8 < 4 else QPoint(-9, -5)
            frames.append(shown.frame(partial(shown.wheel, step, step, Qt.KeyboardModifier.NoModifier)))
    return p95(frames)


def _zoom(shown: _Window) -> float:
    """In from everything to 100 % and out again."""
    frames = []
    shown.go(0)
    for sign in (1, -1):
        for _ in range(FRAMES):
            turn = QPoint(0, sign * 60)
            frames.append(shown.frame(partial(shown.wheel, QPoint(), turn, Qt.KeyboardModifier.ControlModifier)))
    return p95(frames)


def _drag(shown: _Window) -> float:
    frames = []
    for zoom in ZOOMS:
        shown.go(zoom)
        where = QPointF(shown.view.mapFromScene(shown.editor.scene.nodes[shown.middle].box().center()))
        shown.mouse(QEvent.Type.MouseButtonPress, where)
        shown.settle()
        for number in range(1, FRAMES):
            place = where + QPointF(7.0 * number, 3.0 * number)
            frames.append(shown.frame(partial(shown.mouse, QEvent.Type.MouseMove, place)))
        shown.view.cancel_gesture()
        shown.mouse(QEvent.Type.MouseButtonRelease, where)
        shown.settle()
    return p95(frames)


def _edits(shown: _Window) -> Figures:
    """Settings, moves and new layers, each done and undone; and a cut in the middle, which every later layer feels."""
    document, commands, middle = shown.document, shown.editor.commands, shown.middle
    edge = next(edge for edge in document.network.edges if edge.source == middle)
    edits: list[Callable[[], object]] = [
        lambda: document.edit_network("set units", set_params(document.network, middle, {"units": WIDTH + 1})),
        lambda: commands.move({middle}, 64, 32),
        lambda: commands.add("dense", (-400.0, -400.0)),
        lambda: commands.insert("relu", edge),
        lambda: commands.rename(middle, "middle"),
    ]
    done, undone = [], []
    for number in range(EDITS):
        shown.go(ZOOMS[number % len(ZOOMS)])
        for edit in edits:
            done.append(shown.frame(edit))
            undone.append(shown.frame(document.undo_stack.undo))
    cut = shown.frame(lambda: commands.unwire(edge))
    mended = shown.frame(document.undo_stack.undo)
    return {"edit": p95(done), "undo": p95(undone), "cut": max(cut, mended)}


def _copy_and_paste(shown: _Window) -> float:
    chosen = tuple(list(shown.document.network.by_id)[:COPIED])
    shown.document.select(chosen)
    shown.settle()

    def copy_and_paste() -> None:
        shown.editor.copy()
        shown.editor.paste()

    took = shown.frame(copy_and_paste)
    shown.document.undo_stack.undo()
    shown.document.select(())
    shown.settle()
    return took


class _Counter(QObject):
    """Counts what wakes a program up."""

    def __init__(self) -> None:
        super().__init__()
        self.timers = self.paints = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt's cache of pictures, a plain object without a timer of its own, clears itself every half minute.
        self.timers += event.type() == QEvent.Type.Timer and isinstance(watched, QTimer)
        self.paints += event.type() == QEvent.Type.Paint
        return False


def idle(application: QApplication, seconds: float) -> Figures:
    """What is done while nothing moves: processor time (ms), and how many timers and paintings there are.

    A little before, in which what was begun comes to its end, does not count.
    """
    loop, counter = QEventLoop(), _Counter()
    _wait(loop, CALM)
    application.installEventFilter(counter)
    start = time.process_time()
    _wait(loop, seconds)
    spent = 1000 * (time.process_time() - start)
    application.removeEventFilter(counter)
    return {"idle": spent, "wakings": counter.timers - 1 + counter.paints}


def _wait(loop: QEventLoop, seconds: float) -> None:
    QTimer.singleShot(round(1000 * seconds), loop, loop.quit)
    loop.exec()
