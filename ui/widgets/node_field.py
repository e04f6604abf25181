"""The field for the name of a layer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QWidget

from ui.widgets.fields import ChoiceField


class NodeField(ChoiceField):
    """One of the layers that fit, by name, or none; a name that is not offered is shown all the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((), parent=parent)
        self.offer(())

    def offer(self, names: Sequence[str]) -> None:
        """Have these to choose from, without telling anyone."""
        shown = self._shown
        with QSignalBlocker(self):
            self.clear()
            self.addItem("none", "")
            for name in names:
                self.addItem(name, name)
        self.show_text(shown)

    def show_text(self, text: str) -> None:
        """Show a name without telling anyone."""
        if self.findData(text) < 0:
            self.addItem(text, text)
        super().show_text(text)
