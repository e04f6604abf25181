"""Walking: where a person is in the steps of an iteration, and the ways to others."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from explorer.equations import Quantity
from explorer.stepping.levels import next_step, previous_step
from explorer.stepping.trace import Step, Trace
from ui.stepper.chosen import Chosen
from ui.stepper.shown import Shown


class Walking(Shown):
    """``number`` is the current step of ``trace``; the diagram shows the example that it is about."""

    step_changed = Signal()
    """Another step of the same trace, or another example of its batch is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trace: Trace | None = None
        self.number = 0
        self.chosen_examples = Chosen()
        self._callers: list[int] = []

    @property
    def step(self) -> Step | None:
        """The current step; None without a trace."""
        return self.trace[self.number] if self.trace is not None and len(self.trace) else None

    @property
    def sample(self) -> int:
        """The example that is stepped through, counted from 0; of a batch, the one that is shown."""
        return self.chosen_examples.sample

    @property
    def example(self) -> int:
        """The place in the batch of the example that is shown; 0 if it is one alone."""
        return self.chosen_examples.example

    @property
    def at_end(self) -> bool:
        """Whether the current step is the last."""
        return self.trace is not None and self.number == len(self.trace) - 1

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

    def _turn_in_batch(self, by: int) -> None:
        """Show the next example of the batch (1), or the one before (-1), at the same step if it has that."""
        if self.trace is None:
            return
        self.chosen_examples.example = (self.example + by) % len(self.trace.record.samples)
        self.chosen_examples.sample = self.trace.record.samples[self.example]
        step = self.step
        same = Chosen.same_of(self.trace, step.quantity, self.example) if step is not None else None
        if same is not None and same != self.number:
            self.go(same)
        else:
            self.step_changed.emit()

    def _move(self, number: int) -> None:
        if self.trace is None or not len(self.trace):
            return
        number = min(max(0, number), len(self.trace) - 1)
        while self._callers and self._callers[-1] <= number:
            self._callers.pop()
        if number != self.number:
            self.number = number
            self._follow_example()
            self.step_changed.emit()

    def _follow_example(self) -> None:
        """Show the example that the current step is about."""
        if self.trace is not None and self.step is not None:
            self.chosen_examples.follow(self.trace, self.step.quantity)

    def _measured_needs(self, q: Quantity) -> list[Quantity]:
        """A pass with a changed weight starts from its gradient, which it checks."""
        return [Quantity("gradient", q.node, q.part, q.index)] if q.role in ("plus", "minus") else []
