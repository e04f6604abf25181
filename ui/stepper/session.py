"""StepSession: where a person is in the steps of an iteration, how they are shown, and where records come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from explorer.equations import Quantity
from explorer.project.model import Project
from explorer.stepping.figures import Figures
from explorer.stepping.naming import shown_name
from explorer.stepping.notation import Notation
from explorer.stepping.record import Record
from explorer.stepping.trace import Trace
from ui.document import Document
from ui.stepper.agreement import same_numbers
from ui.stepper.chosen import Chosen, beside
from ui.stepper.tracer import Traced, Tracer
from ui.stepper.walking import Walking

Status = Literal["empty", "problems", "loading", "ready", "failed"]
APPLIED = "update the weights"
MANY_WEIGHTS = 1_000_000
"""With more of them an iteration and its check take seconds."""
HIDDEN = "?"
"""What stands for a number that is to be found."""


class StepSession(Walking):
    """The stepper's state. ``number`` is the current step of ``trace``; there is a trace once ``status`` is ready."""

    status_changed = Signal()
    """``status``, ``reason`` or ``busy`` changed."""
    trace_changed = Signal()
    """Other records: another example, iteration or network."""

    def __init__(self, document: Document, tracer: Tracer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self._tracer = document, tracer
        self.status: Status = "empty"
        self.reason = ""
        self.busy = False
        self.iteration = 1
        self.choice_problem = ""
        """Why the examples that were chosen could not be taken, and the first is shown instead."""
        self.revisited = 0
        """The iteration of the run that is stepped through as it was; 0 for the document as it is."""
        self.kept = range(0)
        """The iterations that can be revisited."""
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
    def samples(self) -> int:
        """How many examples there are."""
        return self.trace.record.examples if self.trace is not None else 0

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

    # What is shown

    def set_sample(self, sample: int) -> None:
        """Take another example, counted from 0; beyond the ends it goes round."""
        if self.revisited and self.trace is not None:  # the examples of its batch, in order
            sample = beside(self.trace.record.samples, self.sample, sample)
        self.set_samples((sample % self.samples if self.samples else 0,))

    def set_samples(self, samples: tuple[int, ...]) -> None:
        """Take one example, or several as a batch."""
        self.choice_problem = ""
        if self.chosen_examples.take(samples):
            self._ask()

    def turn(self, by: int) -> None:
        """The next example (1) or the one before (-1): of the batch, if there is one, else of the data."""
        if self.chosen_examples.batch or self.revisited:
            self._turn_in_batch(by)
        else:
            self.set_sample(self.sample + by)

    def revisit(self, step: int, sample: int | None = None) -> None:
        """Step through an iteration of the run as it was: its batch, weights, optimizer and dropout."""
        self.revisited, self.number = step, 0
        if sample is not None:
            self.chosen_examples.take((sample,))
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
        self.choice_problem = ""  # it was about the document as it was
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
            self._become("ready" if self.trace is not None else "loading", _awaited(self.document.resolved.parameters))
            if self.revisited:
                self._request = self._tracer.revisit(self.revisited, self.sample)
            else:
                self._request = self._tracer.trace(self.chosen_examples.wanted, self.iteration, self._base)

    def _take(self, message: Traced) -> None:
        if message.request != self._request:
            return
        self.busy = False
        if message.problem and not self.revisited and self.chosen_examples.wanted != (0,):
            # They may be there no more, or be too many at once: the first one shows whether it is their fault.
            self.choice_problem = message.problem
            self.chosen_examples = Chosen()
            self._ask()
            return
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
            self.chosen_examples.sample = self.trace.record.samples[0]
        self._callers.clear()
        self.rename()
        found = self.trace.find(wanted) if wanted is not None else None
        self.number = found if found is not None else min(self.number, max(0, len(self.trace) - 1))
        self._follow_example()
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
        self.number, self.revisited, self.trace, self.chosen_examples = 0, 0, None, Chosen()
        self.mode, self.chosen, self._figures = "decimals", False, None
        self._stale = True
        if self._visible:
            self.refresh()

    def rename(self) -> None:
        if self.trace is not None:
            self._notation = Notation(self.trace.rules.resolved, self.style, self.trace.rules.batch)


def _awaited(weights: int) -> str:
    """What a person waits for until there are numbers."""
    if weights > MANY_WEIGHTS:
        return f"They appear as soon as one iteration of {weights:,} weights is computed, which can take a minute."
    return "They appear as soon as the first iteration is computed; the first time PyTorch is loaded too."
