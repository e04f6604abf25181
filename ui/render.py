"""render_project: pictures of every workspace and view, from the real window, drawn offscreen."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PySide6.QtCore import (
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QPoint,
    QSettings,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QWidget

from explorer.engine.host import LocalEngine
from explorer.project.errors import ProjectError
from explorer.project.model import Project
from explorer.stepping.trace import Trace
from ui import theme
from ui.document import Document
from ui.editor.picture import save_picture
from ui.garbage import collected_by_the_window
from ui.main_window import MainWindow
from ui.preferences import Preferences
from ui.stepper.finding import Finding
from ui.typesetting import Typesetter

BUILD_SECONDS, TRAIN_SECONDS = 1.0, 6.0
SETTLE_SECONDS = 20.0
NOWHERE = QPoint(280, 24)
"""Where the pointer is over nothing: between the buttons and the tabs of the top bar."""


def render_project(project: Project, folder: Path, size: tuple[int, int], mode: Literal["light", "dark"]) -> list[Path]:
    """Write the pictures into ``folder``, and return their paths; raises ProjectError if one cannot be written.

    The project trains for at most TRAIN_SECONDS, so that the live views have something to show.
    """
    qInstallMessageHandler(_say_unless_known)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    theme.current().set_mode(mode)
    theme.current().apply(application)
    Typesetter.at_once = Finding.at_once = True
    document = Document()
    document.open(project)
    # Pictures show the arrangement that the program comes with, whatever a person has made of it.
    temporary = TemporaryDirectory()
    settings = QSettings(str(Path(temporary.name) / "settings.ini"), QSettings.Format.IniFormat)
    window = MainWindow(document, LocalEngine(), Preferences(settings))
    try:
        # The size asked for counts, even where the screen (the offscreen one, say) is smaller.
        window.setWindowState(Qt.WindowState.WindowNoState)
        window.resize(*size)
        QCursor.setPos(NOWHERE)
        window.show()
        with collected_by_the_window():
            return _pictures(window, folder, mode)
    finally:
        document.undo_stack.setClean()
        window.close_work()
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        settings.sync()
        temporary.cleanup()


def _say_unless_known(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Pass Qt's messages on, but for the one that its platform without a display has about every window."""
    if "propagateSizeHints" not in text:
        print(text, file=sys.stderr)


def _pictures(window: MainWindow, folder: Path, mode: Literal["light", "dark"]) -> list[Path]:
    """Each workspace in turn; the untrained network is stepped through, then trains while it is looked at."""
    written = []
    trainer, fine = window.trainer, not window.document.problems
    if fine:
        window.show_workspace("step")
        session = window.panels.stepper.session
        _wait(lambda: session.trace is not None, SETTLE_SECONDS)
        if session.trace is not None:
            session.go(_a_gradient(session.trace))
        _wait(lambda: False, 0.4)
        written.append(_save(window, folder / "step.png"))
    window.show_workspace("build")
    if fine:
        trainer.run()
        _wait(lambda: trainer.running, SETTLE_SECONDS)
        # What comes out of the layers is shown on the nodes while they train.
        _wait(lambda: not trainer.running, BUILD_SECONDS)
    window.panels.editor.fit()
    _wait(lambda: False, 0.2)
    written.append(_save(window, folder / "build.png"))
    for name in ("network.svg", "network.png"):
        save_picture(window.panels.editor.scene, folder / name, mode)
        written.append(folder / name)
    code = window.workspaces.docks["code"]
    code.toggleViewAction().trigger()
    _wait(lambda: False, 0.4)
    written.append(_save(window, folder / "code.png"))
    code.hide()
    window.show_workspace("train")
    if fine:
        _wait(lambda: not trainer.running, TRAIN_SECONDS)
        trainer.settle()
        _wait(lambda: False, 0.4)
    written.append(_save(window, folder / "train.png"))
    for name in window.panels.views.shown():
        written.append(_save(window.panels.views.docks[name], folder / f"view-{name}.png"))
    window.show_workspace("home")
    _wait(lambda: False, 0.1)
    written.append(_save(window, folder / "home.png"))
    return written


def _a_gradient(trace: Trace) -> int:
    """The step to show: the first weight's gradient in the layer that the error reaches last."""
    gradients = [section for section in trace.sections if section.stage == 3 and section.title.startswith("gradients")]
    chosen = gradients[-2] if len(gradients) > 1 else gradients[-1] if gradients else trace.sections[0]
    return trace.start_of(chosen)


def _save(widget: QWidget, path: Path) -> Path:
    if not widget.grab().save(str(path)):
        raise ProjectError(f"The picture {path} cannot be written; choose another folder.")
    return path


def _wait(done: Callable[[], bool], seconds: float) -> None:
    """Let Qt work until ``done`` or the time is over."""
    end = time.monotonic() + seconds
    loop = QEventLoop()
    timer = QTimer()
    timer.setInterval(10)
    timer.timeout.connect(lambda: loop.quit() if done() or time.monotonic() > end else None)
    timer.start()
    loop.exec()
    timer.stop()
