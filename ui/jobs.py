"""Jobs: work that would hold up the window is done on a thread of the engine's, and told when it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer

from explorer.engine.background import Job

_EVERY = 20
"""Milliseconds between two looks at whether it is done; no timer runs while there is no job."""


class Waiting(QObject):
    """Waits for one job, calls ``done`` with its result or ``failed`` with its error, and goes.

    Nothing is called if its parent goes before.
    """

    def __init__(
        self,
        parent: QObject,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        failed: Callable[[Exception], object],
    ) -> None:
        super().__init__(parent)
        self._done, self._failed = done, failed
        self._job: Job[Any] = Job(work)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        if not self._job.done:
            return
        self._timer.stop()
        self.deleteLater()
        try:
            result = self._job.result()
        except Exception as error:
            self._failed(error)
        else:
            self._done(result)
