"""EmptyCanvas: what a person reads while there are no layers."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from ui.keys import follow_keys
from ui.widgets.containers import EmptyState


class EmptyCanvas(EmptyState):
    """Tells how a first layer is added, with the key that does it now."""

    def __init__(self, add: QAction, parent: QWidget) -> None:
        super().__init__("graph-outline", "No layers yet", "", "Add an input", parent)
        follow_keys(add, self._tell)

    def _tell(self, key: str) -> None:
        way = f"press {key}" if key else "double-click"
        self.sentence.setText(f"Drag a layer here from the list at the left, or {way} and type its name.")
