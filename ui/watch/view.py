"""View: the base of every live view. It asks for what it shows only while it can be seen, and draws at its own pace."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from explorer.engine.messages import Watch
from explorer.project.model import Project
from explorer.resolve import Layer, Resolved
from ui import theme
from ui.document import Document
from ui.training.agreement import refusal
from ui.training.client import Trainer
from ui.watch.empty import Hint
from ui.watch.sketch import Sketch

FASTEST_MS = 40
_REST = 4
"""After a drawing that took t, the next one waits at least this many times t."""

Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True)
class Missing:
    """Why a view is empty, and the action that fills it: ``action`` is the button, ``do`` what it does."""

    sentence: str
    action: str = ""
    do: Callable[[], None] | None = None


def unsaid(view: View) -> TypeError:
    """Qt's widgets cannot be abstract classes: a view without one of its methods says so when it is used."""
    return TypeError(f"{type(view).__name__} does not say all that a view must.")


class View(QWidget):
    """One live view. Subclasses say what they are, what they want, what is missing, and how they draw.

    ``follows_layer``: it shows the selected layer, and can be pinned to one.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    help: ClassVar[str]
    """What it shows, one sentence."""
    sketch: ClassVar[Sketch] = Sketch()
    """What it looks like, for the menu that adds it."""
    default: ClassVar[bool] = True
    follows_layer: ClassVar[bool] = False

    subtitle_changed = Signal(str)
    asked = Signal(str)
    """A place where the person wants to go: ``build``, ``data`` or ``problems``."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self.trainer = document, trainer
        self.subtitle = ""
        self.pinned: str | None = None
        self._last_draw = 0.0
        self._missing: Missing | None = None
        self._empty: Hint | None = None
        self._stack = QStackedLayout(self)
        self.content = self.build()
        self._stack.addWidget(self.content)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.draw_now)
        self._connect()

    # What a subclass says

    @classmethod
    def suits(cls, project: Project, resolved: Resolved) -> bool:
        """Whether the view has something to show for such a project, so that it is there from the start."""
        return True

    def build(self) -> QWidget:
        """The widget that it draws on, made once."""
        raise unsaid(self)

    def wanted(self) -> Watch:
        """What it needs in the snapshots."""
        return Watch()

    def missing(self) -> Missing | None:
        """Why there is nothing to draw; None if there is something."""
        return None

    def draw(self) -> str:
        """Draw what there is now; returns the subtitle."""
        raise unsaid(self)

    def restyle(self) -> None:
        """Take over the colours of the theme."""

    def table(self) -> tuple[Sequence[str], Rows]:
        """The numbers that it shows: the heading, and rows."""
        raise unsaid(self)

    # What all views do

    def mark(self) -> None:
        """Something that it shows is new: draw soon, if anyone can see it."""
        if self.isVisible() and not self._timer.isActive():
            self._timer.start(max(FASTEST_MS, round(1000 * _REST * self._last_draw)))

    def draw_now(self) -> None:
        """Draw at once, if anyone can see it."""
        self._timer.stop()
        if not self.isVisible() or self.window().isMinimized():
            return
        started = time.perf_counter()
        missing = self.missing()
        self._show_missing(missing)
        subtitle = self.draw() if missing is None else ""
        if subtitle != self.subtitle:
            self.subtitle = subtitle
            self.subtitle_changed.emit(subtitle)
        self._last_draw = time.perf_counter() - started

    def pin(self, on: bool) -> None:
        """Stay with the layer that is shown now, or follow the selection again."""
        layer = self.layer() if on else None
        self.pinned = layer.id if layer else None
        self._rewatch()

    def picture(self) -> QPixmap:
        """What it shows now."""
        return self.content.grab()

    def save_table(self, path: Path) -> None:
        """Write the numbers as CSV; raises OSError."""
        heading, rows = self.table()
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(heading)
            writer.writerows(rows)

    def fits_layer(self, layer: Layer) -> bool:
        """Whether a layer has what this view shows."""
        return layer.shape is not None

    def layer(self) -> Layer | None:
        """The layer to show: the pinned or selected one, or the nearest one, before it if possible, that suits."""
        resolved = self.document.resolved
        chosen = self.pinned or next(iter(self.document.selection), "")
        chosen = resolved.stands_for.get(chosen, chosen)
        order = list(resolved.order)
        suiting = [place for place, node in enumerate(order) if self.fits_layer(resolved.layers[node])]
        if not suiting:
            return None
        if chosen not in order:
            first = next((place for place in suiting if resolved.layers[order[place]].sources), suiting[0])
            return resolved.layers[order[first]]
        at = order.index(chosen)
        nearest = min(suiting, key=lambda place: (place > at, abs(place - at)))
        return resolved.layers[order[nearest]]

    def weights(self, name: str) -> NDArray[np.floating[Any]] | None:
        """A weight now: the engine's while it trains, else the document's, or what a run would begin with."""
        snapshot, kept = self.trainer.last_snapshot, self.document.project.weights.get(name)
        live = snapshot.weights.get(name) if snapshot is not None else None
        found = live if self.trainer.running or kept is None else kept
        shape = self.document.resolved.weight_shapes.get(name)
        return None if found is None or tuple(found.shape) != shape else found

    def values(self, node: str) -> NDArray[Any] | None:
        """A layer's output for the chosen example, in its shape."""
        snapshot, layer = self.trainer.last_snapshot, self.document.resolved.layers.get(node)
        found = snapshot.values.get(node) if snapshot is not None else None
        if found is None or layer is None or layer.shape is None or tuple(found.shape) != layer.shape:
            return None
        return found

    def needs_run(self, sentence: str) -> Missing:
        """What is missing is filled by training, or by solving what keeps it from starting."""
        count = len(self.document.problems)
        if count:
            return Missing(f"{refusal(count)}. {sentence}", "Show problems", lambda: self.asked.emit("problems"))
        return Missing(sentence, "" if self.trainer.running else "Run", self.trainer.run)

    def needs_layer(self, sentence: str) -> Missing:
        """What is missing is a layer in the network."""
        return Missing(sentence, "Build", lambda: self.asked.emit("build"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._rewatch()
        self._timer.start(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.mark()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self.trainer.watch(self, None)

    def _connect(self) -> None:
        trainer, document = self.trainer, self.document
        for signal in (trainer.progress, trainer.epoch_done, trainer.snapshot, trainer.opened, trainer.sample_changed):
            signal.connect(self.mark)
        trainer.history_changed.connect(self.mark)
        trainer.state_changed.connect(self.mark)
        for signal in (document.changed, document.opened, document.selection_changed):
            signal.connect(self._rewatch)
        document.opened.connect(self._unpin)
        theme.current().changed.connect(self._restyled)

    def _rewatch(self) -> None:
        if self.isVisible():
            self.trainer.watch(self, self.wanted())
            self.mark()

    def _unpin(self) -> None:
        self.pinned = None

    def _restyled(self) -> None:
        self.restyle()
        self.mark()

    def _show_missing(self, missing: Missing | None) -> None:
        if missing is not None and (self._missing is None or missing.sentence != self._missing.sentence
                                    or missing.action != self._missing.action):  # fmt: skip
            self._drop_empty()
            self._empty = Hint(self.icon, f"{self.help} {missing.sentence}", missing.action)
            self._empty.acted.connect(self._act)
            self._stack.addWidget(self._empty)
        if missing is None:
            self._drop_empty()
        self._missing = missing
        self._stack.setCurrentWidget(self._empty or self.content)

    def _drop_empty(self) -> None:
        if self._empty is not None:
            self._stack.removeWidget(self._empty)
            self._empty.deleteLater()
            self._empty = None

    def _act(self) -> None:
        if self._missing is not None and self._missing.do is not None:
            self._missing.do()
