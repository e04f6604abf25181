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
from explorer.stepping.reports.worksheet import html_worksheet, make_worksheet
from ui.jobs import Waiting
from ui.stepper.session import StepSession
from ui.stepper.worksheet_pdf import PdfWorksheet
from ui.widgets.buttons import IconButton, PushButton
from ui.widgets.progress import ProgressLine
from ui.widgets.text import ElidedLabel

FORMS = ("html", "latex", "markdown", "csv")
WORKSHEETS = {".pdf": "PDF", ".html": "HTML"}
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
        self.button.setEnabled(True)
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
        self.seed = 0
        self._turner = QTimer(self)
        self._turner.setInterval(0)
        self._turner.timeout.connect(self._turn)

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
        for ending, title in WORKSHEETS.items():
            below = self.menu.addMenu(f"Worksheet with blanks and key ({title})")
            for words, part in self.parts():
                below.addAction(words, partial(self.ask_worksheet, ending, part))
        self.menu.addAction(f"Blanks: choice {self.seed + 1}, take another", self.take_other_blanks)
        return self.menu

    def take_other_blanks(self) -> None:
        """Leave other numbers blank in the worksheets to come."""
        self.seed += 1

    def ask(self, form: str, part: Part) -> None:
        """Choose a file, and write there; the dialog asks before it replaces one."""
        path = self._ask_where("Export the steps", "-steps", ENDINGS[form], TITLES[form])
        if path is not None:
            self.export(form, part, path)

    def _ask_where(self, title: str, what: str, ending: str, kind: str) -> Path | None:
        """A file with this ending, near the project; None if a person thinks better of it."""
        document = self._session.document
        beside = document.path or Path(document.project.name)
        start = beside.parent / f"{beside.stem or 'network'}{what}{ending}"
        name, _ = QFileDialog.getSaveFileName(self._parent, title, str(start), f"{kind} (*{ending})")
        if not name:
            return None
        path = Path(name)
        return path if path.suffix.lower() == ending else path.with_name(path.name + ending)

    def ask_worksheet(self, ending: str, part: Part) -> None:
        """Choose a file for a worksheet, and write it."""
        path = self._ask_where("Export a worksheet", "-worksheet", ending, WORKSHEETS[ending])
        if path is not None:
            self.export_worksheet(part, path)

    def export_worksheet(self, part: Part, path: Path) -> None:
        """Write a worksheet: a web page on another thread; a PDF item by item on this one, which has the fonts."""
        session = self._session
        shown = AsStepped(session.figures.anew(), session.mode if session.mode != "printed" else "decimals")
        trace, pdf = shown.figures.trace, path.suffix.lower() == ".pdf"
        names = Notation(trace.rules.resolved, session.style, trace.rules.batch)
        picture = network_svg(trace, names, shown.given(trace), not pdf)
        content, seed = Content(trace, shown, session.style, part, picture=picture), self.seed

        if not pdf:
            self._run(path, lambda told: html_worksheet(make_worksheet(content, seed)).encode())
        elif not self._busy:
            self._begin(path)
            self._pdf, self._path = PdfWorksheet(make_worksheet(content, seed)), path
            self._pages = self._pdf.pages()
            self._turner.start()

    def _turn(self) -> None:
        """Draw the next item of a PDF; after the last one, write the file."""
        try:
            self._hear(next(self._pages))
        except StopIteration:
            self._turner.stop()
            self._save(self._path, self._pdf.content)
        except CancelledError as error:
            self._turner.stop()
            self._pages.close()
            self._fail(error)

    def export(self, form: str, part: Part, path: Path) -> None:
        """Write a report to ``path`` on another thread, with the numbers and names that are shown now."""
        session = self._session
        figures, mode, style = session.figures, session.mode, session.style

        def work(told: Callable[[float], None]) -> bytes:
            shown = AsStepped(figures.anew(), mode)
            trace = shown.figures.trace
            names = Notation(trace.rules.resolved, style, trace.rules.batch)
            picture = network_svg(trace, names, shown.given(trace), True) if form == "html" else ""
            limit = LIMIT_OF_TABLE if form == "csv" else LIMIT
            content = Content(trace, shown, style, part, limit, picture, shown.figures.textbook)
            return written(SHEETS[form](content), told)

        self._run(path, work)

    def _run(self, path: Path, work: Callable[[Callable[[float], None]], bytes]) -> None:
        """Make what a file will hold on another thread, and save it; ``work`` is given whom to tell how far it is."""
        if not self._busy:
            self._begin(path)
            Waiting(self, lambda: work(self._hear), partial(self._save, path), self._fail)

    def _save(self, path: Path, content: bytes) -> None:
        """Write the file, unless the work was given up before: whoever cancelled finds no file, however late it was."""
        if self._given_up:
            self._fail(CancelledError())
            return
        self.strip.button.setEnabled(False)
        sentence = f"Saved as {show_name(path.name)}."
        Waiting(self, lambda: replace_file(path, content), lambda _: self._end(sentence), self._fail)

    def _begin(self, path: Path) -> None:
        sentence = f"Writing {show_name(path.name)} …"
        self._busy, self._given_up, self._fraction = True, False, 0.0
        self.button.setEnabled(False)
        self.strip.begin(sentence)
        self._timer.start()

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
