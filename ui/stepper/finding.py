"""Finding: an answer that may take a second is found beside the window, and shown unless another is wanted by then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from ui.jobs import Waiting

Work = Callable[[], Any]
Show = Callable[[Any], object]


class Finding(QObject):
    """Does one piece of work at a time, and then the last of those asked for meanwhile.

    ``at_once`` is for pictures and tests.
    """

    at_once = False

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._next: tuple[Work, Show] | None = None
        self._show: Show | None = None
        self._busy = False

    def ask(self, work: Work, show: Show) -> bool:
        """Do ``work``, on another thread, and ``show`` its result; True if that has been done already."""
        if self.at_once:
            show(work())
            return True
        self._next, self._show = (work, show), None
        if not self._busy:
            self._begin()
        return False

    def forget(self) -> None:
        """Show nothing of what is under way."""
        self._next = self._show = None

    def _begin(self) -> None:
        if self._next is not None:
            (work, self._show), self._next = self._next, None
            self._busy = True
            Waiting(self, work, self._done, self._failed)

    def _done(self, result: Any) -> None:
        self._busy, show = False, self._show
        if self._next is not None:
            self._begin()
        elif show is not None:
            show(result)

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self._begin()
        raise error
