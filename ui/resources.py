"""Where the program's own files are; nothing else knows."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from PySide6.QtGui import QFontDatabase

TEXT_FAMILY = "Inter"
MONO_FAMILY = "JetBrains Mono"


def resource(path: str) -> Path:
    """The file or folder ``path`` (with forward slashes) of the resources package; raises FileNotFoundError."""
    found = Path(str(files("resources").joinpath(path)))
    if not found.exists():
        raise FileNotFoundError(f"The program's own file {path} is missing; install the program again.")
    return found


def load_fonts() -> list[str]:
    """Make the bundled fonts known to Qt, once per application; return the families that are there now."""
    if not {TEXT_FAMILY, MONO_FAMILY} <= set(QFontDatabase.families()):
        for font in sorted(resource("fonts").glob("*.[ot]tf")):
            QFontDatabase.addApplicationFont(str(font))
    return QFontDatabase.families()
