"""Run exported programs with torch and numpy alone: python -I run_programs.py, and a line [path, package] for each.

The package is a further one that the program may import, or "". Answers with a line: what ``train`` returns, as JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import runpy
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

REFUSED = {"explorer", "ui", "sklearn", "scipy", "safetensors", "pydantic", "PySide6", "onnx", "onnxruntime"}


class Refusing(MetaPathFinder, Loader):
    """Knows the packages that an exported program may not need, for torch looks whether they are there; loads none."""

    allowed = ""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name.partition(".")[0] in REFUSED - {self.allowed} else None

    def create_module(self, spec: ModuleSpec) -> None:
        raise ModuleNotFoundError(f"{spec.name} is not to be imported here")


if __name__ == "__main__":
    refusing = Refusing()
    sys.meta_path.insert(0, refusing)
    for line in sys.stdin:
        path, refusing.allowed = json.loads(line)
        with contextlib.redirect_stdout(io.StringIO()):
            history = runpy.run_path(path)["train"]()
        for name in [name for name in sys.modules if name.partition(".")[0] in REFUSED]:
            del sys.modules[name]
        print(json.dumps(history), flush=True)
