"""BreakPoints: the breakpoints of this window, and how often each was hit; they are not saved with the project."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from explorer.engine import messages as msg
from explorer.network import Network, new_name
from explorer.project.model import Project
from explorer.training.breakpoints import Breakpoint
from ui.document import Document
from ui.training.client import Trainer


def renamed(before: Network, after: Network) -> dict[str, str]:
    """The new names of layers that are where they were in the list, of the same kind, and called otherwise."""
    if before is after or len(before.nodes) != len(after.nodes):
        return {}
    pairs = [(old, new) for old, new in zip(before.nodes, after.nodes, strict=True) if old is not new]
    return {old.id: new.id for old, new in pairs if old.kind == new.kind and old.id != new.id
            and old.id not in after.by_id and new.id not in before.by_id}  # fmt: skip


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
        document.changed.connect(self._follow_names)

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

    def _follow_names(self, before: Project, after: Project) -> None:
        """A layer is meant by its name: where it was renamed, or that was undone, it is meant by the other one."""
        named = [point for point in self.points if point.params.get("layer")]
        names = renamed(before.network, after.network) if named else {}
        for point in named if names else ():
            self.change(point.number, "layer", new_name(point.params["layer"], names))

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
