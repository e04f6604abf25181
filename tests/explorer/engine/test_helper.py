"""A helper answers in order, is known to have ended, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import sys
import time

from explorer.engine.helper import Helper

UPPER = "import sys\nfor line in sys.stdin:\n    sys.stdout.write(line.upper())\n    sys.stdout.flush()"


def helper(script: str = UPPER) -> Helper:
    return Helper([sys.executable, "-c", script])


def answers(of: Helper, count: int) -> list[str]:
    found: list[str] = []
    end = time.monotonic() + 20
    while len(found) < count and time.monotonic() < end:
        found += of.answers()
        time.sleep(0.005)
    return found


def await_end(of: Helper) -> None:
    end = time.monotonic() + 20
    while not of.ended and time.monotonic() < end:
        time.sleep(0.005)
    assert of.ended


def test_answers_come_in_order() -> None:
    one = helper()
    for word in ("a", "δ", "c"):
        one.send(word)
    assert answers(one, 3) == ["A\n", "Δ\n", "C\n"]
    assert not one.ended
    one.close()
    assert one.ended


def test_one_that_is_killed_has_ended_and_takes_no_more() -> None:
    one = helper()
    one.send("a")
    assert answers(one, 1) == ["A\n"]
    os.kill(one.process_id, signal.SIGKILL)
    await_end(one)
    for _ in range(3):
        one.send("lost")
    assert one.answers() == []
    one.close()


def test_what_was_answered_before_the_end_is_not_lost() -> None:
    one = helper("print('last')")
    end = time.monotonic() + 20
    while one._thread.is_alive() and time.monotonic() < end:
        time.sleep(0.005)
    assert not one.ended
    assert one.answers() == ["last\n"]
    assert one.ended
    one.close()


def test_one_that_cannot_be_started_has_ended() -> None:
    one = Helper(["/nowhere/python"])
    one.send("a")
    assert (one.ended, one.process_id, one.answers()) == (True, 0, [])
    one.close()
    one.close()
