"""Helper: a process of its own that answers each line with a line, for Python code that the window cannot wait for."""

from __future__ import annotations

import subprocess
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress


class Helper:
    """A process that has begun. Send it lines, and take its answers, which come in the same order.

    A thread would not do for work in Python: the window would wait for it at every turn.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._answers: deque[str] = deque()
        self._process: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._read, name="helper", daemon=True)
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
            )
        except OSError:
            return  # it has ended before it began
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether no more answers will come."""
        return not self._answers and not self._thread.is_alive()

    @property
    def process_id(self) -> int:
        """The number of its process; 0 if it could not be started."""
        return self._process.pid if self._process is not None else 0

    def send(self, line: str) -> None:
        """Ask something; what is asked of one that has ended is lost."""
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()

    def answers(self) -> list[str]:
        """What has come since this was asked before."""
        return [self._answers.popleft() for _ in range(len(self._answers))]

    def close(self) -> None:
        """End it, and forget what has come."""
        process = self._process
        if process is None:
            return
        process.kill()
        self._thread.join()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was never read
                    stream.close()
        self._answers.clear()

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.append(line)
