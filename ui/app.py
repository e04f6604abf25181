"""The program: opens the window, or hands the commands that need none to the command line."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from explorer import cli
from explorer.cli.worksheet import WRITERS
from explorer.examples import load_example
from explorer.project.errors import ProjectError
from explorer.project.format import load_project
from explorer.project.model import Project
from ui.bench_command import bench
from ui.render_command import render
from ui.worksheet_command import pdf_worksheet

cli.app.command()(render)
cli.app.command()(bench)
WRITERS[".pdf"] = pdf_worksheet

NO_DISPLAY = (
    "There is no display to open a window on; nn-explorer render FILE --out DIR draws pictures without one, and "
    "nn-explorer --help shows what else there is."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    words = given = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in words and "--" not in words
    if debug:
        words = [word for word in words if word != "--debug"]
    if words and words[0] == "--example" and len(words) == 2:
        return _open(lambda: load_example(words[1]), None, debug=debug)
    if not words:
        return _open(lambda: load_example("A1"), None, home=True, debug=debug)
    is_file = len(words) == 1 and not words[0].startswith("-") and not _is_command(words[0])
    if is_file or (len(words) == 2 and words[0] == "--"):
        path = Path(words[-1])
        return _open(lambda: load_project(path), path, debug=debug)
    return cli.main(given)


def _is_command(word: str) -> bool:
    """Whether a word names a command; a file of that name can be opened as ./check."""
    names = {command.name or getattr(command.callback, "__name__", "") for command in cli.app.registered_commands}
    return word in names


def _open(load: Callable[[], Project], path: Path | None, home: bool = False, debug: bool = False) -> int:
    """Open the window on a project; what cannot be read is said in one sentence before any window shows."""
    try:
        project = load()
    except ProjectError as error:
        if debug:
            traceback.print_exc()
        print(error, file=sys.stderr)
        return 2
    if not _has_display():
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    return run_window(project, path, home)


def run_window(project: Project, path: Path | None, home: bool) -> int:
    """Show the window, and stay until it is closed."""
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    from explorer.engine.host import LocalEngine
    from ui import theme
    from ui.document import Document
    from ui.garbage import collected_by_the_window
    from ui.main_window import MainWindow
    from ui.preferences import Preferences
    from ui.signals import ended_by_signals
    from ui.typesetting import typesetter

    application = QApplication(sys.argv[:1])
    application.setApplicationName("nn-explorer")
    application.setApplicationDisplayName("Neural Network Explorer")
    preferences = Preferences()
    theme.current().set_mode(preferences.theme)
    theme.current().apply(application)
    document = Document()
    document.open(project, path)
    if path is not None:
        preferences.add_recent(path)
    window = MainWindow(document, LocalEngine(), preferences)
    _report_errors(window.banner.show_message)
    if home:
        window.show_workspace("home")
    window.show()
    typesetter().prepare()
    try:
        with collected_by_the_window(), ended_by_signals(application):
            return application.exec()
    finally:
        window.close_work()
        typesetter().close()
        # Qt objects go before the application does, the window first, or the interpreter crashes at its end;
        # references from Python to Python keep the window alive unless it is told to go.
        window.deleteLater()
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        del window, document


def _report_errors(show: Callable[[str], None]) -> None:
    """An error that nobody foresaw is printed, and shown in the window, which lives on."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        show(f"Something went wrong that should not ({kind.__name__}: {error}). Your work is still here; save it.")

    sys.excepthook = hook


def _has_display() -> bool:
    """Whether a window can be shown: on Linux, if a display or a Qt platform is named."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    sys.exit(main())
