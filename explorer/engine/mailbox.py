"""Mailbox: where the engine leaves messages until they are fetched; a slow reader never slows training."""

from __future__ import annotations

import threading

from explorer.engine.messages import Message, Progress, Snapshot


class Mailbox:
    """Messages in order. ``hungry`` says that the last report was fetched, so that a new one would be seen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: list[Message] = []
        self._reported = False

    def post(self, message: Message) -> None:
        """Leave a message."""
        with self._lock:
            self._messages.append(message)
            self._reported |= isinstance(message, Progress | Snapshot)

    def take(self) -> list[Message]:
        """Fetch every message."""
        with self._lock:
            messages, self._messages = self._messages, []
            self._reported = False
        return messages

    @property
    def hungry(self) -> bool:
        """Whether no Progress and no Snapshot waits to be fetched; other messages do not count."""
        with self._lock:
            return not self._reported
