"""What if: numbers and settings that are tried out in the stepper, and kept in the project or discarded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from explorer.equations import Quantity
from explorer.params import Param, ParamError
from explorer.printing import show_plain
from explorer.project.model import Project
from explorer.settings import Settings
from explorer.stepping.figures import Figures
from explorer.stepping.whatif import NO_CHANGES, SETTINGS_LEFT_OUT, Changes, WhatIfProblem, can_change, kept
from ui.stepper.agreement import same_numbers
from ui.stepper.session import StepSession
from ui.stepper.tracer import Traced, Tracer


class WhatIf(QObject):
    """The changes that are tried out. While there are any, the session shows numbers with them, and knows the old ones.

    Nothing of the project changes before ``keep``. ``problem`` says why something cannot be tried or kept.
    """

    changed = Signal()
    """``changes`` or ``problem`` changed."""

    def __init__(self, session: StepSession, tracer: Tracer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._tracer = session, tracer
        self.changes: Changes = NO_CHANGES
        self.problem, self.can_convert = "", False
        self._told: dict[Quantity | str, tuple[str, str]] = {}
        self._request = -1
        tracer.traced.connect(self._take)
        session.trace_changed.connect(self._follow)
        session.document.changed.connect(self._document_changed)
        session.document.opened.connect(self._forget)

    @property
    def sentence(self) -> str:
        """``What if w5 = 0.1 (was 0.05), …``; empty while nothing is tried."""
        every: list[tuple[Quantity | str, Any]] = [*self.changes.numbers.items(), *self.changes.settings.items()]
        told = [(*self._told[what], value) for what, value in every]
        parts = [f"{name} = {_shown(value)} (was {old})" for name, old, value in told]
        return f"What if {', '.join(parts)}?" if parts else ""

    @property
    def settings(self) -> Settings:
        """The settings as they are tried out."""
        return self.changes.to_settings(self._session.document.project).settings

    @property
    def params(self) -> tuple[Param, ...]:
        """The settings that numbers of an iteration follow from."""
        return tuple(param for param in self.settings.params if param.name not in SETTINGS_LEFT_OUT)

    def can_try(self, q: Quantity) -> bool:
        """Whether another number can be tried: of a weight, an input, a target, or the learning rate."""
        trace = self._session.trace
        return trace is not None and (q.role == "rate" or can_change(trace.rules.resolved, q))

    def value(self, q: Quantity) -> float:
        """The number as it is shown now, all its digits."""
        return float(self._session.figures.exact(q))

    def try_number(self, q: Quantity, value: float) -> None:
        """Try another number; the one that it is takes the change back."""
        base = self._base
        if base is None:
            return
        if q.role == "rate":
            self.try_setting("lr", value)
            return
        name, old = self._session.name(q), float(base.exact(q))
        if q.role != "weight":
            q = replace(q, example=base.trace.record.samples[q.example])
        self._told.setdefault(q, (name, show_plain(old, digits=6)))
        self._set(self.changes.without(q) if value == old else self.changes.with_number(q, value))

    def try_setting(self, name: str, value: Any) -> None:
        """Try another setting; the one that it is takes the change back."""
        settings = self._session.document.project.settings
        known = {param.name: param for param in (*settings.params, *self.params)}
        title = known[name].title.lower() if name in known else name
        old = settings[name] if name in {param.name for param in settings.params} else None
        after = self.changes.without(name) if value == old else self.changes.with_setting(name, value)
        self._told.setdefault(name, (title, "none" if old is None else _shown(old)))
        try:
            after.to_settings(self._session.document.project)
        except ParamError:  # a param of an optimizer that is tried no more
            left = {other: tried for other, tried in after.settings.items() if other in settings.values}
            after = replace(after, settings=left)
        self._set(after)

    def take_back(self) -> None:
        """Take back the last change."""
        every: list[Quantity | str] = [*self.changes.numbers, *self.changes.settings]
        last = next((what for what in reversed(self._told) if what in every), None)
        if last is not None:
            self._set(self.changes.without(last))

    def discard(self) -> None:
        """Take back every change."""
        self._set(NO_CHANGES)

    def keep(self, convert: bool = False) -> None:
        """Make the changes, as one edit; ``convert`` types generated examples into the project."""
        document = self._session.document
        try:
            after = kept(document.project, self.changes, convert)
        except WhatIfProblem as problem:
            self._say(str(problem), problem.convert)
            return
        label = self.sentence.removeprefix("What if ").rstrip("?")
        self._forget()
        document.edit(f"keep {label if len(label) < 60 else 'what was tried'}", after)

    @property
    def _base(self) -> Figures | None:
        """The figures without the changes."""
        session = self._session
        return session.before or (session.figures if session.trace is not None else None)

    def _set(self, changes: Changes) -> None:
        for what in [what for what in self._told if what not in changes.numbers and what not in changes.settings]:
            del self._told[what]
        self.changes, self.problem, self.can_convert = changes, "", False
        self._ask()
        self.changed.emit()

    def _ask(self) -> None:
        base = self._base
        if base is None:
            return
        if self.changes:
            self._request = self._tracer.try_out(base.trace.record, self.changes)
        else:
            self._request = -1
            if self._session.before is not None:
                self._session.show(base.trace.record)

    def _take(self, message: Traced) -> None:
        base = self._base
        if message.request != self._request or base is None:
            return
        self._request = -1
        if message.problem or not message.records:
            self._say(message.problem or "There are no numbers for this.")
            return
        self._session.show(message.records[0], base, list(self.changes.of_role("weight")))

    def _follow(self) -> None:
        """Another example or iteration: the same is tried there."""
        if self.changes and self._session.before is None:
            self._ask()

    def _document_changed(self, before: Project, after: Project) -> None:
        # Two networks are compared only if there is something to forget: that takes a while with large ones.
        if (self.changes or self.problem) and not same_numbers(before, after):
            self._forget()

    def _forget(self) -> None:
        self.changes, self.problem, self.can_convert, self._request = NO_CHANGES, "", False, -1
        self._told.clear()
        self.changed.emit()

    def _say(self, problem: str, convert: bool = False) -> None:
        self.problem, self.can_convert = problem, convert
        self.changed.emit()


def was(session: StepSession, q: Quantity) -> str:
    """A number without what is tried out, as the diagram shows it; empty if it is the same, or nothing is tried."""
    if session.before is None or session.hides(q):
        return ""
    try:
        old = session.before.short(q, session.mode)
    except (KeyError, IndexError):
        return ""
    return "" if old == session.short(q) else old


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return show_plain(float(value)) if isinstance(value, int | float) else str(value)
