"""ReportExporter: the steps, or a part of them, written to a file in the form in which they are shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QWidget

from explorer.project.errors import ProjectError, show_name
from explorer.project.files import replace_file
from explorer.stepping.notation import Notation
from explorer.stepping.report import stage_title
from explorer.stepping.reports import ENDINGS, SHEETS, TITLES, written
from explorer.stepping.reports.diagram import network_svg
from explorer.stepping.reports.part import LIMIT, LIMIT_OF_TABLE, Part
from explorer.stepping.reports.sheet import AsStepped, Content
from ui.jobs import Waiting
from ui.stepper.session import StepSession
from ui.widgets.buttons import IconButton, PushButton
from ui.widgets.progress import ProgressLine
from ui.widgets.text import ElidedLabel

FORMS = ("html", "latex", "markdown", "csv")
_EVERY = 100


class CancelledError(Exception):
    """A person has given the work up."""


class WorkStrip(QWidget):
    """A line that tells of work in the background: what, how far, a button to cancel it; then what came of it."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.label = ElidedLabel("")
        self.progress = ProgressLine()
        self.button = PushButton("Cancel", "", "ghost", "small", tip="Give it up; no file is left half written")
        self.button.clicked.connect(self._pressed)
        self._working = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.label, 2)
        row.addWidget(self.progress, 1)
        row.addWidget(self.button)
        self.hide()

    def begin(self, sentence: str) -> None:
        """Tell that work has begun."""
        self._working = True
        self.label.setText(sentence)
        self.button.setText("Cancel")
        self.progress.set_fraction(0.0)
        self.progress.show()
        self.show()

    def tell(self, sentence: str) -> None:
        """Tell what came of it; nothing is told of work that was cancelled."""
        self._working = False
        self.label.setText(sentence)
        self.progress.hide()
        self.button.setText("Close")
        self.setVisible(bool(sentence))

    def _pressed(self) -> None:
        if self._working:
            self.cancelled.emit()
        else:
            self.hide()


class ReportExporter(QObject):
    """The Export button with its menu, and the strip that tells how far it is."""

    worksheet_asked = Signal()

    def __init__(self, session: StepSession, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._parent = session, parent
        self.button = IconButton("export-variant", "Export the steps, or a part of them, as a report", side=28)
        self.button.setAccessibleName("Export")
        self.button.clicked.connect(self._open_menu)
        self.menu = QMenu(self.button)
        self.strip = WorkStrip()
        self.strip.cancelled.connect(self._cancel)
        self._fraction, self._given_up, self._busy = 0.0, False, False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(lambda: self.strip.progress.set_fraction(self._fraction))

    @property
    def busy(self) -> bool:
        """Whether a file is being written."""
        return self._busy

    def parts(self) -> list[tuple[str, Part]]:
        """What can be exported at the current step, with its words."""
        session = self._session
        step = session.step
        if step is None or session.trace is None:
            return []
        here = session.trace.locate(step.number)[0]
        return [
            ("Whole iteration", Part()),
            (f"Stage {stage_title(step.stage)}", Part(stages=(step.stage,))),
            (f"Layer {here.node}", Part(node=here.node)),
            ("From here on", Part(first=step.number)),
            ("Up to here", Part(last=step.number)),
            (f"{session.name(step.quantity)} and what it depends on", Part(quantity=step.quantity)),
        ]

    def fill_menu(self) -> QMenu:
        """A submenu per format, with the parts; then the worksheet."""
        self.menu.clear()
        for form in FORMS:
            below = self.menu.addMenu(TITLES[form])
            for words, part in self.parts():
                below.addAction(words, partial(self.ask, form, part))
        self.menu.addSeparator()
        self.menu.addAction("Worksheet with blanks…", self.worksheet_asked.emit)
        return self.menu

    def ask(self, form: str, part: Part) -> None:
        """Choose a file, and write there; the dialog asks before it replaces one."""
        ending, session = ENDINGS[form], self._session
        beside = session.document.path or Path(session.document.project.name)
        start, kinds = beside.parent / f"{beside.stem or 'network'}-steps{ending}", f"{TITLES[form]} (*{ending})"
        name, _ = QFileDialog.getSaveFileName(self._parent, "Export the steps", str(start), kinds)
        if name:
            path = Path(name)
            self.export(form, part, path if path.suffix else path.with_name(path.name + ending))

    def export(self, form: str, part: Part, path: Path) -> None:
        """Write a report to ``path`` on another thread, with the numbers and names that are shown now."""
        session = self._session
        figures, mode, style = session.figures, session.mode, session.style

        def work(told: Callable[[float], None]) -> str:
            shown = AsStepped(figures.anew(), mode)
            trace = shown.figures.trace
            names = Notation(trace.rules.resolved, style, trace.rules.batch)
            picture = network_svg(trace, names, shown.given(trace), True) if form == "html" else ""
            limit = LIMIT_OF_TABLE if form == "csv" else LIMIT
            content = Content(trace, shown, style, part, limit, picture, shown.figures.textbook)
            replace_file(path, written(SHEETS[form](content), told))
            return f"Saved as {show_name(path.name)}."

        self.run(f"Writing {show_name(path.name)} …", work)

    def run(self, sentence: str, work: Callable[[Callable[[float], None]], str]) -> None:
        """Do work on another thread, and tell of it; ``work`` is given whom to tell how far it is."""
        if self._busy:
            return
        self._busy, self._given_up, self._fraction = True, False, 0.0
        self.button.setEnabled(False)
        self.strip.begin(sentence)
        self._timer.start()
        Waiting(self, lambda: work(self._hear), self._end, self._fail)

    def _hear(self, fraction: float) -> None:
        """Note how far the work is; called on its thread."""
        self._fraction = fraction
        if self._given_up:
            raise CancelledError

    def _cancel(self) -> None:
        self._given_up = True

    def _end(self, sentence: str) -> None:
        self._busy = False
        self._timer.stop()
        self.button.setEnabled(True)
        self.strip.tell(sentence)

    def _fail(self, error: Exception) -> None:
        told = str(error) if isinstance(error, ProjectError) else f"The report cannot be written: {error}."
        self._end("" if isinstance(error, CancelledError) else told)

    def _open_menu(self) -> None:
        self.fill_menu().popup(self.button.mapToGlobal(QPoint(0, self.button.height() + 2)))
