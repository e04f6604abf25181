"""Exporting: a project written for other programs by a process of its own, so that neither window nor run waits."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import explorer
from explorer.engine.background import Job
from explorer.project.errors import ProjectError
from explorer.project.format import save_project
from explorer.project.model import Project


@dataclass(frozen=True)
class Outcome:
    """How an export ended: whether the files are there, and what to tell of it."""

    written: bool
    sentence: str


class Exporting:
    """An export that has begun, by ``nn-explorer export``. Ask ``done`` from time to time, then the ``outcome``."""

    def __init__(self, project: Project, to: str, path: Path, force: bool) -> None:
        self._project, self._options = project, ["--to", to, "--out", str(path.absolute()), *["--force"] * force]
        self._process: subprocess.Popen[str] | None = None
        self._lock, self._cancelled = threading.Lock(), False
        self._job = Job(self._work, "export")

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._job.done

    def outcome(self) -> Outcome:
        """How it ended, waiting for it if need be."""
        return self._job.result()

    def cancel(self) -> None:
        """End it; no file is left half written."""
        with self._lock:
            self._cancelled = True
            if self._process is not None:
                self._process.kill()

    def _work(self) -> Outcome:
        with tempfile.TemporaryDirectory(prefix="nn-explorer-") as folder:
            file = Path(folder) / "project.nnx"
            try:
                save_project(self._project, file)
                return self._run([sys.executable, "-m", "explorer", "export", str(file), *self._options])
            except (ProjectError, OSError) as error:
                return Outcome(False, f"The export could not begin: {error}")

    def _run(self, command: list[str]) -> Outcome:
        """The command's outcome: its own sentences."""
        roots = [str(Path(explorer.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, roots)), "PYTHONIOENCODING": "utf-8"}
        pipe = subprocess.PIPE
        with self._lock:
            if self._cancelled:
                return Outcome(False, "")
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, encoding="utf-8", env=environment
            )
        said, notes = self._process.communicate()
        if self._cancelled:
            return Outcome(False, "")
        written = self._process.returncode == 0
        told = f"{said.strip()} {notes.strip()}" if written else notes.replace(", or say --force", "")
        return Outcome(written, told.strip() or f"The export ended with status {self._process.returncode}.")
