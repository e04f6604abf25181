"""The stepper: opening it, single steps, typesetting, its memory; and the gradient check beside the plain loop."""

from __future__ import annotations

import gc
import time
from functools import partial

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from explorer.engine.messages import GradientsChecked, Traced
from explorer.equations import Index
from explorer.examples import load_example
from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project
from explorer.stepping.record import Record
from explorer.stepping.whatif import Changes
from ui import theme
from ui.bench.chain import WINDOW, resident_mib
from ui.bench.timing import milliseconds, p95
from ui.document import Document
from ui.formula import FormulaLabel, render_formula
from ui.garbage import collected_by_the_window
from ui.stepper.stepper import StepperPanels
from ui.typesetting import Typesetter

EXAMPLES = ("A2", "digits-conv")
Figures = dict[str, float]


class _AtOnce(QObject):
    """Computes records in this process when asked, as the engine does in its thread."""

    traced = Signal(object)
    failed = Signal(object)
    checked = Signal(object)

    def trace(self, samples: tuple[int, ...], iterations: int, project: Project | None) -> int:
        """Compute the records soon."""
        from explorer.stepping.compute import compute_records

        assert project is not None

        def answer() -> None:
            records = compute_records(project, samples, iterations, companions=True, quick=True)
            self.traced.emit(Traced(1, records))

        QTimer.singleShot(0, answer)
        return 1

    def revisit(self, step: int, first: int | None) -> int:
        """Nothing is kept."""
        return 0

    def try_out(self, record: Record, changes: Changes) -> int:
        """Nothing is tried."""
        return 0

    def check(self, record: Record) -> int:
        """Nothing more is checked."""
        return 0

    def check_one(self, record: Record, name: str, index: Index) -> int:
        """Nothing more is checked."""
        self.checked.emit(GradientsChecked(0))
        return 0

    def stop_check(self) -> None:
        """There is none."""


class _Shown:
    """The stepper's panels side by side, on a project."""

    def __init__(self, application: QApplication, project: Project) -> None:
        self.application = application
        self.document = Document(project)
        self.panels = StepperPanels(self.document, _AtOnce(self.document))
        self.session = self.panels.session
        self.window = QWidget()
        row = QHBoxLayout(self.window)
        for panel in (self.panels.diagram_panel, self.panels.formula_panel, self.panels.quantities_panel):
            row.addWidget(panel)
        row.addWidget(self.panels.timeline)
        self.window.resize(*WINDOW)

    def open(self) -> None:
        """Show it until there are numbers on the screen."""
        self.window.show()
        while self.session.status == "loading":
            self.application.processEvents()
        self.application.processEvents()

    def close(self) -> None:
        """End it."""
        self.window.close()
        for item in (self.window, self.panels, self.document):
            item.deleteLater()
        self.application.processEvents()


def stepper(application: QApplication, count: int) -> Figures:
    """Opening and single steps of two examples, in milliseconds; ``count`` steps of each stage are taken."""
    theme.current().apply(application)
    warm = _Shown(application, load_example("A1"))
    warm.open()
    warm.close()
    figures = {}
    with collected_by_the_window():
        for name in EXAMPLES:
            first = _Shown(application, load_example(name))  # loads what this network needs of torch
            first.open()
            first.close()
            shown = _Shown(application, load_example(name))
            figures[f"open {name}"] = milliseconds(shown.open)
            figures[f"step {name}"] = p95(_steps(shown, count))
            shown.close()
    return figures


def _steps(shown: _Shown, count: int) -> list[float]:
    """Steps on and back in each stage, jumps to each stage and to the last step."""
    session, times = shown.session, []

    def timed(act: object) -> None:
        assert callable(act)

        def work() -> None:
            act()
            shown.application.processEvents()

        times.append(milliseconds(work))

    for stage in range(1, 6):
        timed(partial(session.run_to_stage, stage))
        for _ in range(count):
            timed(session.over)
        timed(session.back)
    timed(session.last)
    timed(session.first)
    return times


def typesetting(application: QApplication, count: int) -> Figures:
    """The longest time for which the event loop stands still while ``count`` new formulas are shown: as they arrive,
    and if each were set at once.
    """
    theme.current().apply(application)
    shown = _Shown(application, load_example("A1"))
    shown.open()
    render_formula(r"x = \frac{1}{2}", 18, "#000000")  # loads what sets them
    label = shown.panels.formula_panel.card.formula
    gaps = {}
    for name, at_once in (("gap", False), ("at once", True)):
        Typesetter.at_once = at_once
        gaps[name] = _longest_gap(label, [f"{name}{number}" for number in range(count)])
    Typesetter.at_once = False
    shown.close()
    return gaps


def _longest_gap(label: FormulaLabel, names: list[str]) -> float:
    """The longest time between two turns of the event loop, in milliseconds, while formulas are shown in turn."""
    gaps: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(1000 * (now - last))
        last = now

    loop, timer = QEventLoop(), QTimer(interval=2)
    timer.timeout.connect(tick)
    left = list(names)

    def show() -> None:
        if not left:
            loop.quit()
            return
        name = left.pop()
        label.set_tex(
            rf"\delta_{{{name}}} = \sum_{{k}} \delta_k \cdot w_{{k {name}}} \cdot \frac{{{len(left)}}}{{3.25}}"
        )
        QTimer.singleShot(60, show)

    timer.start()
    show()
    loop.exec()
    return max(gaps)


def wide(application: QApplication, count: int) -> Figures:
    """A network of ``count`` inputs, ten times as many units, and ``count`` outputs: opening, a step, and memory."""
    theme.current().apply(application)
    warm = _Shown(application, load_example("A1"))
    warm.open()
    warm.close()
    nodes = (
        Node("x", "input", {"shape": (count,)}), Node("h", "dense", {"units": 10 * count}), Node("a", "relu"),
        Node("y", "dense", {"units": count}),
    )  # fmt: skip
    network = Network(nodes, (Edge("x", "h"), Edge("h", "a"), Edge("a", "y")))
    data = Data("inline", {"inputs": [[0.5] * count], "targets": [[0.25] * count]})
    shown = _Shown(application, Project("wide", network, data=data))
    gc.collect()
    before = resident_mib()
    figures = {"open": milliseconds(shown.open)}
    assert shown.session.trace is not None
    weights = sum(array.size for array in shown.session.trace.record.weights.values())
    figures |= {"step": p95(_steps(shown, 2)), "bytes": (resident_mib() - before) * 2**20 / weights}
    shown.close()
    return figures


def check(application: QApplication, count: int) -> Figures:
    """All gradients of 64-64-2 on ``count`` examples by the gradient check, and by the plain loop of torch."""
    from explorer.stepping.plain_check import compared

    return compared(load_example("A2"), count)
