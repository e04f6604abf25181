"""Shown: how steps are shown: the form of numbers, the names, and how much one step is."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from explorer.stepping.figures import Mode
from explorer.stepping.levels import Level
from explorer.stepping.notation import Style


class Shown(QObject):
    """What a person chooses about looks; the stepper's session is one, with steps to show."""

    shown_changed = Signal()
    """Numbers or names are shown in another way, or steps are larger or smaller."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode: Mode = "decimals"
        self.chosen = False
        """Whether a person has chosen the form of numbers for this project."""
        self.style: Style = "names"
        self.level: Level = "term"

    def set_mode(self, mode: Mode) -> None:
        """Show numbers as printed, at four decimals, or exact."""
        if mode != self.mode:
            self.mode, self.chosen = mode, True
            self.shown_changed.emit()

    def set_style(self, style: Style) -> None:
        """Show names of the textbook, or of layers."""
        if style != self.style:
            self.style = style
            self.rename()
            self.shown_changed.emit()

    def set_level(self, level: Level) -> None:
        """Step by terms, units, layers or stages; layers are shown in matrix form."""
        if level != self.level:
            self.level = level
            self.shown_changed.emit()

    def rename(self) -> None:
        """Make the names of the style in use."""
