"""Live pictures: while the network trains and the canvas is seen, each node shows what comes out for one example."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from explorer.engine.messages import Snapshot, Watch
from ui.document import Document
from ui.editor.editor import Editor
from ui.editor.look import has_histogram, is_picture
from ui.training.client import Trainer

MOST_NODES = 60


class LivePictures(QObject):
    """Asks the engine for outputs, for pictures or histograms, only while it runs; what came last stays to be seen."""

    def __init__(self, editor: Editor, document: Document, trainer: Trainer) -> None:
        super().__init__(editor)
        self._editor, self._document, self._trainer = editor, document, trainer
        self._values: dict[str, Any] = {}
        self._asked: Watch | None = None
        self._seen = False
        editor.seen.connect(self._on_seen)
        editor.thumbnails_changed.connect(self._ask)
        editor.scope.opened.connect(self._ask)
        trainer.state_changed.connect(self._ask)
        trainer.opened.connect(self._take_inputs)
        trainer.sample_changed.connect(self._take_inputs)
        trainer.snapshot.connect(self._take)
        document.opened.connect(self._forget)

    def _on_seen(self, seen: bool) -> None:
        self._seen = seen
        self._ask()

    def _ask(self) -> None:
        """Tell the engine what is wanted now, if that is something else than before."""
        wants = None
        if self._seen and self._trainer.running and self._editor.thumbnails:
            shown = set(self._editor.scope.ends().values())
            layers = [layer for layer in self._document.resolved.running if layer.id in shown]
            pictures = [layer.id for layer in layers if layer.kind.ports and is_picture(layer.shape)]
            others = [layer.id for layer in layers if not is_picture(layer.shape) and has_histogram(layer)]
            names = (*pictures, *others)
            wants = Watch(values=names[:MOST_NODES]) if names else None
        if wants != self._asked:
            self._asked = wants
            self._trainer.watch(self, wants)

    def _take_inputs(self) -> None:
        """Show the example itself at the input; its data is there as soon as the engine has loaded it."""
        data, inputs = self._trainer.data, self._document.resolved.inputs
        if data is not None and len(inputs) == 1 and len(data.inputs):
            self._show({inputs[0]: data.inputs[self._trainer.sample % len(data.inputs)]})

    def _take(self, snapshot: Snapshot) -> None:
        if self._asked is not None and snapshot.values:
            self._show({name: snapshot.values[name] for name in self._asked.values if name in snapshot.values})

    def _show(self, values: dict[str, Any]) -> None:
        self._values = {**self._values, **values}
        self._editor.scene.show_values(self._values)

    def _forget(self) -> None:
        self._values = {}
        self._editor.scene.show_values({})
