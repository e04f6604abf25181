"""A layer kind, cost, optimizer, data source or view is one new file and its name in one list; all else follows.

The additions are put into a copy of the program in just that way, and taken through it there.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ADDITIONS = ROOT / "tests" / "additions"
LISTS = {
    "explorer/layers": ("KINDS", "square", "Square()"),
    "explorer/costs": ("COSTS", "quartic", "Quartic()"),
    "explorer/optimizers": ("OPTIMIZERS", "decayed", "Decayed()"),
    "explorer/data": ("SOURCES", "rings", "Rings()"),
    "ui/views": ("VIEWS", "ranked", "Ranked"),
}
CONTRACTS = (
    "tests/explorer/layers/test_kinds.py",
    "tests/explorer/costs/test_costs.py",
    "tests/explorer/optimizers/test_optimizers.py",
    "tests/explorer/data/test_data.py",
    "tests/ui/views/test_views.py",
)


def add(folder: Path, name: str, module: str, entry: str) -> None:
    """Put a file into a package, and its entry first into the package's list."""
    shutil.copy(ADDITIONS / folder.name / f"{module}.py", folder)
    init = folder / "__init__.py"
    package = ".".join((folder.parent.name, folder.name))
    statement = f"from {package}.{module} import {entry.removesuffix('()')}\n"
    text, found = re.subn(rf"^({name}: .* = \()", rf"{statement}\n\g<1>{entry}, ", init.read_text("utf-8"), flags=re.M)
    assert found == 1
    init.write_text(text, "utf-8")


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A copy of the program with one addition to each list."""
    for part in ("explorer", "ui", "resources", "tests"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for folder, addition in LISTS.items():
        add(tmp_path / folder, *addition)
    shutil.copy(ADDITIONS / "through.py", tmp_path / "tests" / "ui" / "test_additions.py")
    return tmp_path


@pytest.mark.timeout(300)
def test_an_addition_is_one_file_and_one_entry(changed: Path) -> None:
    wanted = " or ".join(["test_additions", *(module for _, module, _ in LISTS.values())])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", wanted]
    command += ["tests/ui/test_additions.py", *CONTRACTS]
    done = subprocess.run(command, cwd=changed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
    ran = re.search(r"(\d+) passed", done.stdout)
    assert ran is not None
    assert int(ran[1]) > 30
