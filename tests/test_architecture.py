"""Rules of the code that import contracts cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

ROOT = Path(__file__).resolve().parent.parent
MODULES = [ROOT / "start.py", *(path for top in ("explorer", "ui", "tests") for path in (ROOT / top).rglob("*.py"))]
CODE = [path for path in MODULES if path.relative_to(ROOT).parts[0] in ("explorer", "ui")]
LISTS = [ROOT / "explorer" / name for name in ("layers", "costs", "optimizers", "data")] + [ROOT / "ui" / "views"]
STARTS_THREADS = {"threading", "_thread", "multiprocessing", "concurrent", "subprocess"}
STARTS_THREADS_IN_QT = {"QThread", "QThreadPool", "QRunnable", "QProcess"}


def imports(path: Path) -> Iterator[str]:
    """Each name that a module imports, in full: `from a.b import c` gives a.b.c."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that are loaded in a new interpreter after the statement."""
    script = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_window_is_loaded_without_heavy_libraries() -> None:
    loaded = loaded_by("import ui.main_window")
    assert "PySide6" in loaded
    assert not loaded & {"torch", "sklearn", "scipy"}


def test_the_command_line_is_loaded_without_heavy_libraries_or_qt() -> None:
    assert not loaded_by("import explorer.cli") & {"torch", "sklearn", "scipy", "PySide6", "pyqtgraph", "ui"}


def test_the_whole_core_works_without_qt() -> None:
    names = sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "explorer").rglob("*.py"))
    modules = [name.removesuffix(".__init__") for name in names if not name.endswith("__main__")]
    loaded = loaded_by("import " + ", ".join(modules))
    assert "explorer" in loaded
    assert not loaded & {"PySide6", "shiboken6", "pyqtgraph", "ui"}


def test_threads_and_processes_start_in_the_engine_alone() -> None:
    def starts(name: str) -> bool:
        return name.split(".")[0] in STARTS_THREADS or name.split(".")[-1] in STARTS_THREADS_IN_QT

    # The benchmarks measure each editor in a process of its own.
    allowed = (ROOT / "explorer" / "engine", ROOT / "ui" / "bench")
    others = [path for path in CODE if not any(path.is_relative_to(folder) for folder in allowed)]
    found = {path: [name for name in imports(path) if starts(name)] for path in others}
    assert {str(path): names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("folder", LISTS, ids=lambda folder: folder.name)
def test_every_entry_of_a_list_is_listed(folder: Path) -> None:
    package = ".".join(folder.relative_to(ROOT).parts)
    entries = {f"{package}.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__"}
    listed = {name.rpartition(".")[0] for name in imports(folder / "__init__.py") if name.startswith(f"{package}.")}
    assert entries
    assert listed == entries


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_every_module_says_what_it_is() -> None:
    silent = [str(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


def test_qt_keeps_its_references_to_none() -> None:
    """PySide6 6.12.0 drops one at each call that returns None on Python 3.11, and the process dies (PYSIDE-3474)."""
    thing = QObject()
    before = sys.getrefcount(None)
    for number in range(200):
        thing.setObjectName(str(number))
    assert sys.getrefcount(None) > before - 100
