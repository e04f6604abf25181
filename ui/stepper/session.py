"""StepSession: where a person is in the steps of an iteration, how they are shown, and where records come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from explorer.equations import Quantity
from explorer.project.model import Project
from explorer.stepping.figures import Figures
from explorer.stepping.levels import next_step, previous_step
from explorer.stepping.naming import shown_name
from explorer.stepping.notation import Notation
from explorer.stepping.record import Record
from explorer.stepping.trace import Step, Trace
from ui.document import Document
from ui.stepper.agreement import same_numbers
from ui.stepper.shown import Shown
from ui.stepper.tracer import Traced, Tracer

Status = Literal["empty", "problems", "loading", "ready", "failed"]
APPLIED = "update the weights"
HIDDEN = "?"
"""What stands for a number that is to be found."""


class StepSession(Shown):
    """The stepper's state. ``number`` is the current step of ``trace``; there is a trace once ``status`` is ready."""

    status_changed = Signal()
    """``status``, ``reason`` or ``busy`` changed."""
    trace_changed = Signal()
    """Other records: another example, iteration or network."""
    step_changed = Signal()
    """Another step of the same trace."""

    def __init__(self, document: Document, tracer: Tracer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self._tracer = document, tracer
        self.status: Status = "empty"
        self.reason = ""
        self.busy = False
        self.number = 0
        self.iteration = 1
        self.sample = 0
        self.revisited = 0
        """The iteration of the run that is stepped through as it was; 0 for the document as it is."""
        self.kept = range(0)
        """The iterations that can be revisited."""
        self.trace: Trace | None = None
        self._figures: Figures | None = None
        self._earlier: Figures | None = None
        self.before: Figures | None = None
        """The numbers as they are, while others are tried out and shown."""
        self._notation: Notation | None = None
        self._base: Project | None = None
        self._request = -1
        self._visible: set[int] = set()
        self._stale = True
        self._applying = False
        self._callers: list[int] = []
        self.hides: Callable[[Quantity], bool] = lambda q: False
        """Whether a number is kept from the person, who is to find it."""
        document.changed.connect(self._document_changed)
        document.opened.connect(self._document_opened)
        tracer.traced.connect(self._take)
        tracer.failed.connect(self._take_failure)

    # What there is

    @property
    def figures(self) -> Figures:
        """The numbers of the trace; only while ``status`` is ready."""
        if self._figures is None:
            raise RuntimeError("There is no trace yet.")
        return self._figures

    @property
    def notation(self) -> Notation:
        """The names in use; only while ``status`` is ready."""
        if self._notation is None:
            raise RuntimeError("There is no trace yet.")
        return self._notation

    @property
    def step(self) -> Step | None:
        """The current step; None without a trace."""
        return self.trace[self.number] if self.trace is not None and len(self.trace) else None

    @property
    def samples(self) -> int:
        """How many examples there are."""
        return self.trace.record.examples if self.trace is not None else 0

    @property
    def at_end(self) -> bool:
        """Whether the current step is the last."""
        return self.trace is not None and self.number == len(self.trace) - 1

    def name(self, q: Quantity) -> str:
        """A quantity's name as lists show it."""
        return shown_name(self.notation, q)

    def text(self, q: Quantity) -> str:
        """A quantity's number in the mode in use."""
        return HIDDEN if self.hides(q) else self.figures.text(q, self.mode)

    def short(self, q: Quantity) -> str:
        """A quantity's number for the diagram."""
        return HIDDEN if self.hides(q) else self.figures.short(q, self.mode)

    def computed(self, q: Quantity) -> bool:
        """Whether the quantity is known at the current step: given, or computed by it or before it."""
        found = self.trace.find(q) if self.trace is not None else None
        return found is None or (found <= self.number and not self.hides(q))

    # Walking

    def over(self) -> None:
        """The next step at the level in use."""
        if self.trace is not None:
            self._move(next_step(self.trace, self.number, self.level))

    def back(self) -> None:
        """The step before at the level in use."""
        if self.trace is not None:
            self._move(previous_step(self.trace, self.number, self.level))

    def into(self) -> None:
        """The step that computes the first operand of the current one; ``out`` leads back."""
        step = self.step
        target = self.operand_step(step) if step is not None else None
        if target is not None:
            self._callers.append(self.number)
            self._move(target)

    def operand_step(self, step: Step) -> int | None:
        """The step of the first operand that has been computed; None if all are given."""
        if self.trace is None:
            return None
        needs = step.needs or self._measured_needs(step.quantity)
        return next((found for q in needs if (found := self.trace.find(q)) is not None and found < step.number), None)

    def out(self) -> None:
        """Back to the step that ``into`` came from; else on to the next layer or stage."""
        if self._callers:
            self._move(self._callers.pop())
        else:
            self.run_to_next_layer()

    @property
    def inside(self) -> bool:
        """Whether ``out`` leads back to where ``into`` came from."""
        return bool(self._callers)

    def first(self) -> None:
        """The first step."""
        self.go(0)

    def last(self) -> None:
        """The last step."""
        self.go(len(self.trace) - 1 if self.trace is not None else 0)

    def go(self, number: int) -> None:
        """A step by its number; beyond the ends, the end."""
        self._callers.clear()
        self._move(number)

    def go_to(self, q: Quantity) -> bool:
        """The step that computes a quantity; False if it is given."""
        found = self.trace.find(q) if self.trace is not None else None
        if found is not None:
            self.go(found)
        return found is not None

    def run_to_stage(self, stage: int) -> None:
        """The first step of a stage; stages without steps are passed over."""
        if self.trace is not None:
            ahead = (self.trace.stage_range(later) for later in range(stage, 6))
            self.go(next((steps.start for steps in ahead if len(steps)), len(self.trace) - 1))

    def run_to_next_stage(self) -> None:
        """The first step of the next stage, or the last step."""
        if self.step is not None:
            self.run_to_stage(self.step.stage + 1)

    def run_to_next_layer(self) -> None:
        """The first step at another layer or of another stage."""
        step, trace = self.step, self.trace
        if step is None or trace is None:
            return
        here = trace.locate(self.number)[0]
        passed = False
        for section in trace.sections:
            passed = passed or section is here
            if passed and (section.node, section.stage) != (here.node, here.stage):
                self.go(trace.start_of(section))
                return
        self.last()

    # What is shown

    def set_sample(self, sample: int) -> None:
        """Take another example, counted from 0; beyond the ends it goes round."""
        if self.revisited and self.trace is not None:  # the examples of its batch, in order
            batch = sorted(self.trace.record.samples)
            back = sample < self.sample
            others = [other for other in batch if (other <= sample if back else other >= sample)]
            sample = (others[-1] if back else others[0]) if others else batch[-1 if back else 0]
        sample = sample % self.samples if self.samples else 0
        if sample != self.sample:
            self.sample = sample
            self._ask()

    def revisit(self, step: int, sample: int | None = None) -> None:
        """Step through an iteration of the run as it was: its batch, weights, optimizer and dropout."""
        self.revisited, self.number = step, 0
        if sample is not None:
            self.sample = sample
        self._base = self.document.project
        self._ask()

    def leave_run(self) -> None:
        """Step through the document as it is, no longer through an iteration of the run."""
        if self.revisited:
            self.number = 0
            self.refresh()

    def can_revisit(self, kept: range) -> None:
        """Note which iterations of the run can be revisited."""
        before, self.kept = self.has_next, kept
        if self.has_next != before and self.revisited:
            self.step_changed.emit()

    @property
    def has_next(self) -> bool:
        """Whether there is an iteration after this one to go on with; the last one of a run has none yet."""
        return not self.revisited or self.revisited + 1 in self.kept

    def next_iteration(self) -> None:
        """Go on with the weights that this iteration leaves, without changing the project's; of a run, its next."""
        if self.revisited and self.has_next:
            self.revisit(self.revisited + 1)
        elif not self.revisited and self.status == "ready" and not self.busy:
            self.iteration += 1
            self.number = 0
            self._ask()

    def apply_update(self) -> None:
        """Write the updated weights into the document, as one edit, and go on with the next iteration."""
        if self.trace is None or self.busy or self.revisited:
            return
        updated = {**self.document.project.weights, **self.trace.record.updated}
        self._applying = True
        try:
            self.document.edit(APPLIED, replace(self.document.project, weights=updated))
        finally:
            self._applying = False
        self.next_iteration()

    # Where records come from

    def set_visible(self, watcher: object, visible: bool) -> None:
        """Note that a panel is seen or not; records are asked for only while one is."""
        if visible:
            self._visible.add(id(watcher))
            if self._stale and self.revisited:
                self._ask()
            elif self._stale:
                self.refresh()
        else:
            self._visible.discard(id(watcher))

    def refresh(self) -> None:
        """Ask for the document's records anew, from the first iteration; the current quantity stays if it is there."""
        self._base, self.iteration, self.revisited = self.document.project, 1, 0
        self._ask()

    def _ask(self) -> None:
        self._stale = not self._visible
        if self._stale:
            return
        problems = self.document.problems
        if not self.document.network.nodes:
            self._become("empty", "There is no network yet.")
        elif problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            self._become("problems", problems[0].message + more)
        else:
            self.busy = True
            self._become("ready" if self.trace is not None else "loading", "Loading PyTorch…")
            if self.revisited:
                self._request = self._tracer.revisit(self.revisited, self.sample)
            else:
                self._request = self._tracer.trace((self.sample,), self.iteration, self._base)

    def _take(self, message: Traced) -> None:
        if message.request != self._request:
            return
        self.busy = False
        if message.problem or not message.records:
            self._become("failed", message.problem or "There are no numbers to step through.")
            return
        self._earlier = None
        for record in message.records[:-1]:
            self._earlier = Figures(Trace(record), self._earlier)
        self.show(message.records[-1])

    def take_checks(self, record: Record) -> None:
        """The same iteration, with more weights checked."""
        self.show(record)

    def show(self, record: Record, before: Figures | None = None, given: Iterable[Quantity] = ()) -> None:
        """Step through a record, at the quantity that was current if it has it.

        Of one that is tried out, ``before`` has the numbers as they are, and ``given`` are weights that are not
        carried on from the iteration before.
        """
        step, self.before = self.step, before
        wanted = step.quantity if step is not None and self.number else None
        self.trace = Trace(record)
        self._figures = figures = Figures(self.trace, self._earlier)
        figures.textbook.applies = figures.textbook.applies and before is None
        for weight in given:
            figures.rounded.take(weight)
        if self.revisited:
            self.sample = self.trace.record.samples[0]
        self._callers.clear()
        self.rename()
        found = self.trace.find(wanted) if wanted is not None else None
        self.number = found if found is not None else min(self.number, max(0, len(self.trace) - 1))
        if self.mode == "printed" and not figures.textbook.applies:
            self.mode = "decimals"
        if figures.heavy and not self.chosen:
            self.mode = "exact"
        self._become("ready", "")
        self.trace_changed.emit()

    def _take_failure(self, message: Any) -> None:
        """The engine failed while it was asked."""
        if self.busy:
            self.busy = False
            self._become("failed", str(message.message))

    def _become(self, status: Status, reason: str) -> None:
        if status not in ("ready", "loading"):
            self.busy, self._request = False, -1
            self.trace, self._figures = None, None
        self.status, self.reason = status, reason
        self.status_changed.emit()

    def _document_changed(self, before: Project, after: Project) -> None:
        if self._applying or (self._stale and not self._visible) or same_numbers(before, after):
            return
        self._stale = True
        if self._visible:
            self.refresh()

    def _document_opened(self) -> None:
        self.number, self.sample, self.revisited, self.trace = 0, 0, 0, None
        self.mode, self.chosen, self._figures = "decimals", False, None
        self._stale = True
        if self._visible:
            self.refresh()

    def _move(self, number: int) -> None:
        if self.trace is None or not len(self.trace):
            return
        number = min(max(0, number), len(self.trace) - 1)
        while self._callers and self._callers[-1] <= number:
            self._callers.pop()
        if number != self.number:
            self.number = number
            self.step_changed.emit()

    def rename(self) -> None:
        if self.trace is not None:
            self._notation = Notation(self.trace.rules.resolved, self.style, self.trace.rules.batch)

    def _measured_needs(self, q: Quantity) -> list[Quantity]:
        """A pass with a changed weight starts from its gradient, which it checks."""
        return [Quantity("gradient", q.node, q.part, q.index)] if q.role in ("plus", "minus") else []
