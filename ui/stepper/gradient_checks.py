"""GradientChecks: the check of all gradients in the engine, the curve of one weight's errors, and how far they are."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from explorer.equations import Quantity
from explorer.stepping.check_summary import Summary, summary
from explorer.stepping.numbers import has
from explorer.stepping.record import Record
from ui.stepper.session import StepSession
from ui.stepper.tracer import Checker


class GradientChecks(QObject):
    """What is known of the gradients of the session's iteration.

    ``curve`` has (epsilon, relative error) for the weight of ``curve_of``; ``running`` is True while all are checked.
    """

    changed = Signal()

    def __init__(self, session: StepSession, checker: Checker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._checker = session, checker
        self.running = False
        self.done = self.total = 0
        self.problem = ""
        self.curve: tuple[tuple[float, float], ...] = ()
        self.curve_of: Quantity | None = None
        self._wanted_curve: Quantity | None = None
        self._request = -1
        self._record: Record | None = None
        self._summary: tuple[Record, Summary] | None = None
        checker.checked.connect(self._take)
        session.trace_changed.connect(self._trace_changed)

    @property
    def weight(self) -> Quantity | None:
        """The weight that the current step is about, if it has a gradient; as the step that compares."""
        step, trace = self._session.step, self._session.trace
        if step is None or trace is None:
            return None
        q = step.quantity
        name = f"{q.node}.{q.part}"
        gradient = trace.record.gradients.get(name)
        if gradient is None or len(q.index) != gradient.ndim:
            return None
        return Quantity("relative", q.node, q.part, q.index)

    def summary(self) -> Summary | None:
        """All checked weights in sum; None without a trace."""
        record = self._session.trace.record if self._session.trace is not None else None
        if record is None:
            return None
        if self._summary is None or self._summary[0] is not record:
            self._summary = (record, summary(record))
        return self._summary[1]

    def is_checked(self, q: Quantity) -> bool:
        """Whether a weight was checked."""
        trace = self._session.trace
        return trace is not None and has(trace.record, Quantity("numeric", q.node, q.part, q.index))

    def check_all(self) -> None:
        """Check every weight, in the engine."""
        if self._session.trace is None or self.running:
            return
        record = self._session.trace.record
        self.running, self.problem, self.done = True, "", 0
        self.total = sum(array.size for array in record.gradients.values())
        self._request = self._checker.check(record)
        self.changed.emit()

    def check_one(self, q: Quantity) -> None:
        """Check one weight with changes of many sizes; a check of all goes before it."""
        if self._session.trace is None or self.running or q == self._wanted_curve:
            return
        self.problem, self._wanted_curve = "", q
        self._request = self._checker.check_one(self._session.trace.record, f"{q.node}.{q.part}", q.index)

    def cancel(self) -> None:
        """End the check; what was measured is dropped."""
        if self.running:
            self.running, self._request = False, -1
            self._checker.stop_check()
            self.changed.emit()

    def _take(self, message: Any) -> None:
        """Progress, or what was found."""
        if message.request != self._request:
            return
        self.problem = message.problem
        self.done, self.total = message.done, message.total or self.total
        if message.problem or message.done >= message.total:
            self.running = False
        if message.curve:
            self.curve, self.curve_of = message.curve, self._wanted_curve
        if message.problem:
            self._wanted_curve = None
        new = {name: own for name, own in message.checks.items() if self._adds(name, own)}
        if new and self._session.trace is not None:
            self._record = self._session.trace.record.with_checks(new)
            self._session.take_checks(self._record)
        self.changed.emit()

    def _adds(self, name: str, own: Any) -> bool:
        """Whether a check has weights that the record's own lacks."""
        trace = self._session.trace
        if trace is None or name not in trace.record.checks:
            return False
        before = trace.record.checks[name]
        return not before.whole and len(before.joined(own).places) > len(before.places)

    def _trace_changed(self) -> None:
        """Of another iteration nothing is known; a check of the one before is not waited for."""
        record = self._session.trace.record if self._session.trace is not None else None
        if record is not self._record:
            self._record = record
            self.curve, self.curve_of, self._wanted_curve = (), None, None
            self.cancel()
            self._request = -1
        self.changed.emit()
