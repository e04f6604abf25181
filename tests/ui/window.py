"""The whole window for a test, with its engine, closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.engine.host import LocalEngine
from explorer.examples import load_example
from explorer.project.model import Project
from ui import theme
from ui.document import Document
from ui.main_window import MainWindow
from ui.preferences import Preferences


@contextmanager
def shown_window(project: Project | str = "A1") -> Iterator[MainWindow]:
    """A window on a project or an example, shown at 1280x800; the next test starts without it."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.current().apply(application)
    document = Document()
    document.open(load_example(project) if isinstance(project, str) else project)
    window = MainWindow(document, LocalEngine(), Preferences())
    window.setWindowState(Qt.WindowState.WindowNoState)  # the offscreen screen is small
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)  # keys go to the active window
    try:
        yield window
    finally:
        window.close_work()
        window.document.undo_stack.setClean()
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()


def under_way(window: MainWindow) -> bool:
    """Whether training has told of some steps; its state tells steps only when it comes to rest."""
    history = window.trainer.history
    return history is not None and history.step > 3
