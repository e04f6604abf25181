"""The mailbox keeps the order, and tells whether a report would be read."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from explorer.engine.mailbox import Mailbox
from explorer.engine.messages import EpochDone, Message, Progress, Snapshot, State

REPORTS = [Progress(1, 0, 1, np.arange(1), np.ones(1), 1.0), Snapshot(1, 0, 1)]


def test_messages_are_fetched_once_and_in_order() -> None:
    mailbox = Mailbox()
    messages = [State(number, "ready") for number in range(5)]
    for message in messages:
        mailbox.post(message)
    assert mailbox.take() == messages
    assert mailbox.take() == []


@pytest.mark.parametrize("report", REPORTS, ids=["progress", "snapshot"])
def test_a_report_that_waits_keeps_others_back_and_nothing_else_does(report: Message) -> None:
    mailbox = Mailbox()
    assert mailbox.hungry
    mailbox.post(EpochDone(1, 1, 0.5, None, None, None, 0.1, run=1))
    assert mailbox.hungry
    mailbox.post(report)
    mailbox.post(State(1, "running"))
    assert not mailbox.hungry
    mailbox.take()
    assert mailbox.hungry


def test_nothing_is_lost_between_threads() -> None:
    mailbox = Mailbox()
    writers = [
        threading.Thread(target=lambda run=run: [mailbox.post(State(run, "ready", step)) for step in range(500)])
        for run in range(4)
    ]
    for writer in writers:
        writer.start()
    found: list[Message] = []
    while any(writer.is_alive() for writer in writers):
        found += mailbox.take()
    for writer in writers:
        writer.join()
    found += mailbox.take()
    for run in range(4):
        assert [m.epoch for m in found if isinstance(m, State) and m.run == run] == list(range(500))
