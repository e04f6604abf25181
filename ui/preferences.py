"""Preferences: what the program remembers of a person's choices between sessions, in an INI file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from ui.theme import Mode

RECENT_COUNT = 12
MOST_MEMORY = 1 << 20
"""MiB: no machine has more to spare."""


class Preferences:
    """Typed access to the settings file; a value that cannot be read is its default."""

    def __init__(self, settings: QSettings | None = None) -> None:
        self.settings = settings or QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "nn-explorer", "nn-explorer"
        )

    @property
    def theme(self) -> Mode:
        """Follow the system, or stay light or dark."""
        value = self.settings.value("theme", "system", type=str)
        return "light" if value == "light" else "dark" if value == "dark" else "system"

    @theme.setter
    def theme(self, mode: Mode) -> None:
        self.settings.setValue("theme", mode)

    @property
    def memory(self) -> int:
        """MiB in which the last iterations of training are kept, to be gone back to; 0 keeps none."""
        value = self.settings.value("history_memory", 256, type=int)
        return value if isinstance(value, int) and 0 <= value <= MOST_MEMORY else 256

    @memory.setter
    def memory(self, mebibytes: int) -> None:
        self.settings.setValue("history_memory", mebibytes)

    @property
    def recent(self) -> list[Path]:
        """The files opened or saved last, the newest first."""
        joined = self.settings.value("recent", "", type=str)
        return [Path(line) for line in str(joined).split("\n") if line][:RECENT_COUNT]

    def add_recent(self, path: Path) -> None:
        """Put a file first in the list."""
        path = path.absolute()
        self._set_recent([path, *(old for old in self.recent if old != path)])

    def forget_recent(self, path: Path) -> None:
        """Take a file out of the list."""
        self._set_recent([old for old in self.recent if old != path])

    def layout(self, name: str) -> QByteArray | None:
        """A remembered arrangement of docks or a window's place; None if there is none."""
        value = self.settings.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def set_layout(self, name: str, state: QByteArray, widths: Mapping[str, int] | None = None) -> None:
        """Remember an arrangement, and the ``widths`` in pixels of the window that it was made for and of its docks."""
        self.settings.setValue(f"layout/{name}", state)
        told = (f"{of}={width}" for of, width in (widths or {}).items())
        self.settings.setValue(f"layout/{name} widths", " ".join(told))

    def layout_widths(self, name: str) -> dict[str, int]:
        """The widths that were remembered with an arrangement; what is no width is left out."""
        told = (part.partition("=") for part in str(self.settings.value(f"layout/{name} widths", "")).split())
        return {of: int(width) for of, _, width in told if width.isdecimal() and len(width) < 6}

    def forget_layouts(self) -> None:
        """Back to the arrangements that the program comes with."""
        self.settings.remove("layout")

    def _set_recent(self, paths: list[Path]) -> None:
        self.settings.setValue("recent", "\n".join(str(path) for path in paths[:RECENT_COUNT]))
