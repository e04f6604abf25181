"""BreakPoints: the breakpoints of this window, and how often each was hit; they are not saved with the project."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from explorer.engine import messages as msg
from explorer.training.breakpoints import Breakpoint
from ui.document import Document
from ui.training.client import Trainer


class BreakPoints(QObject):
    """A list of breakpoints that the engine is told of; another project begins with none."""

    changed = Signal()
    """One was added, removed, changed, switched or hit."""

    def __init__(self, document: Document, trainer: Trainer) -> None:
        super().__init__()
        self._trainer = trainer
        self.points: tuple[Breakpoint, ...] = ()
        self.hits: Counter[int] = Counter()
        self._number = 0
        trainer.hit.connect(self._take)
        trainer.opened.connect(self.changed)
        document.opened.connect(lambda: self._set(()))

    @property
    def examples(self) -> int | None:
        """How many examples the data has, once the engine has told."""
        return len(self._trainer.data.inputs) if self._trainer.data is not None else None

    def add(self, kind: str) -> int:
        """Another breakpoint of a kind, with its defaults; returns its number."""
        self._number += 1
        self._set((*self.points, Breakpoint(self._number, kind)))
        return self._number

    def change(self, number: int, name: str, value: Any) -> None:
        """Change one of a breakpoint's params."""
        self._replace(number, lambda point: replace(point, params={**point.params, name: value}))

    def switch(self, number: int, on: bool) -> None:
        """Look for a breakpoint, or leave it in the list without looking for it."""
        self._replace(number, lambda point: replace(point, on=on))

    def remove(self, number: int) -> None:
        """Take a breakpoint out of the list."""
        self._set(tuple(point for point in self.points if point.number != number))

    def _replace(self, number: int, change: Any) -> None:
        self._set(tuple(change(point) if point.number == number else point for point in self.points))

    def _set(self, points: tuple[Breakpoint, ...]) -> None:
        if points != self.points:
            self.points = points
            self.hits = Counter({point.number: self.hits[point.number] for point in points})
            self._trainer.stand(msg.SetBreakpoints(points))
            self.changed.emit()

    def _take(self, message: msg.Hit) -> None:
        self.hits.update(list(message.hits))
        self.changed.emit()
