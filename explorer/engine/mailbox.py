"""Mailbox: where the engine leaves messages until they are fetched; a slow reader never slows training."""

from __future__ import annotations

import threading

from explorer.engine.messages import Message


class Mailbox:
    """Messages in order. ``hungry`` says that all were fetched, so that a new snapshot would be seen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: list[Message] = []

    def post(self, message: Message) -> None:
        """Leave a message."""
        with self._lock:
            self._messages.append(message)

    def take(self) -> list[Message]:
        """Fetch every message."""
        with self._lock:
            messages, self._messages = self._messages, []
        return messages

    @property
    def hungry(self) -> bool:
        """Whether nothing waits to be fetched."""
        with self._lock:
            return not self._messages
