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

    def post(self, *messages: Message) -> None:
        """Leave messages; those that are left together are fetched together."""
        with self._lock:
            self._messages += messages
            self._reported |= any(isinstance(message, Progress | Snapshot) for message in messages)

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
