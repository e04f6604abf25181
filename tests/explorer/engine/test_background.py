"""Background: work on another thread gives its result, or its error, to whoever asks."""

from __future__ import annotations

import threading

import pytest

from explorer.engine.background import Job


def test_a_job_runs_elsewhere_and_gives_its_result() -> None:
    gate = threading.Event()
    job = Job(lambda: (gate.wait(10), threading.current_thread() is threading.main_thread())[1])
    assert not job.done
    gate.set()
    assert job.result() is False
    assert job.done


def test_what_it_raises_is_raised_where_the_result_is_wanted() -> None:
    job: Job[int] = Job(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        job.result()
    assert job.done
