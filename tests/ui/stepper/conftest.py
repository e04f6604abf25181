"""The stepper in a window of its own, with records computed at once instead of in an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from explorer.engine.checking import Checker
from explorer.engine.messages import Check, CheckOne, Failed, Traced
from explorer.examples import load_example
from explorer.project.model import Project
from explorer.stepping.compute import compute_records
from explorer.stepping.record import Record
from explorer.stepping.tried import try_out
from explorer.stepping.whatif import Changes
from ui import theme, typeset
from ui.document import Document
from ui.formula import render_formula
from ui.stepper.stepper import StepperPanels


class Tracer(QObject):
    """Keeps requests until ``answer``; ``asked`` holds (samples, iterations) of all there were."""

    traced = Signal(object)
    failed = Signal(object)
    checked = Signal(object)

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._waiting: list[tuple[int, tuple[int, ...], int, Project]] = []
        self.asked: list[tuple[tuple[int, ...], int]] = []
        self.tries: list[tuple[int, Record, Changes]] = []
        self.checks: list[Check | CheckOne] = []
        self._numbers = count()

    def trace(self, samples: tuple[int, ...] = (0,), iterations: int = 1, project: Project | None = None) -> int:
        self.asked.append((samples, iterations))
        self._waiting.append((len(self.asked), samples, iterations, project or self._document.project))
        return len(self.asked)

    def answer(self) -> None:
        waiting, self._waiting = self._waiting, []
        for request, samples, iterations, project in waiting:
            self.traced.emit(Traced(request, compute_records(project, samples, iterations)))

    def try_out(self, record: Record, changes: Changes) -> int:
        self.tries.append((10_000 + len(self.tries), record, changes))
        return self.tries[-1][0]

    def answer_try(self) -> None:
        """Answer the last thing that was tried; those before it have been given up."""
        request, record, changes = self.tries[-1]
        self.traced.emit(Traced(request, (try_out(record, changes),)))

    def refuse(self, sentence: str) -> None:
        waiting, self._waiting = self._waiting, []
        for request, *_ in waiting:
            self.traced.emit(Traced(request, problem=sentence))

    def check(self, record: Record) -> int:
        return self._check(lambda request: Check(request, record))

    def check_one(self, record: Record, name: str, index: tuple[int | str, ...]) -> int:
        return self._check(lambda request: CheckOne(request, record, name, index))

    def stop_check(self) -> None:
        self.checks.clear()

    def _check(self, command: Callable[[int], Check | CheckOne]) -> int:
        self.checks = [command(1000 + next(self._numbers))]
        return self.checks[0].request

    def answer_check(self) -> None:
        """Do the check that was asked for, and tell of it; the window may ask for another one then."""
        waiting, self.checks = self.checks, []
        for command in waiting:
            checker = Checker(self.checked.emit)
            checker.take(command)
            while checker.busy:
                checker.work(1.0)

    def fail(self, sentence: str) -> None:
        self._waiting = []
        self.failed.emit(Failed(0, sentence))


class Bench:
    """The panels as the window places them."""

    def __init__(self, project: Project) -> None:
        self.document = Document(project)
        self.tracer = Tracer(self.document)
        self.panels = StepperPanels(self.document, self.tracer)
        self.session = self.panels.session
        self.diagram, self.formula = self.panels.diagram_panel, self.panels.formula_panel
        self.quantities, self.timeline = self.panels.quantities_panel, self.panels.timeline
        self.window = QWidget()
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.diagram, 2)
        row.addWidget(self.formula, 2)
        row.addWidget(self.quantities, 1)
        column.addLayout(row, 1)
        column.addWidget(self.timeline)
        self.window.addActions(self.panels.actions)

    def show(self, width: int = 1280, height: int = 800) -> None:
        self.window.resize(width, height)
        self.window.show()
        self.tracer.answer()
        QApplication.processEvents()

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        self.panels.deleteLater()
        self.document.deleteLater()


@pytest.fixture(autouse=True)
def quick_formulas(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Formulas are boxes as wide as their text: typesetting has tests of its own, and takes most of the time here."""

    def box(tex: str, size: int, colour: str) -> str:
        width, height = len(tex) * size // 4 + 1, 2 * size
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
            f'<rect width="{width}" height="{height}" fill="{colour}"/></svg>'
        )

    render_formula.cache_clear()
    monkeypatch.setattr(typeset, "typeset", box)
    yield
    render_formula.cache_clear()


@pytest.fixture
def bench(qapp: QApplication, light: theme.Theme) -> Iterator[Callable[..., Bench]]:
    """Makes benches that are closed after the test; ``shown=False`` leaves one unseen and unanswered."""
    made: list[Bench] = []

    def make(project: Project, shown: bool = True) -> Bench:
        found = Bench(project)
        made.append(found)
        if shown:
            found.show()
        return found

    yield make
    for found in made:
        found.close()
    QApplication.processEvents()


@pytest.fixture
def a1(bench: Callable[..., Bench]) -> Bench:
    """The worked example."""
    return bench(load_example("A1"))
