"""The engine in this process: one thread that always ends, whatever it is told and in whatever order."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from explorer.engine import host
from explorer.engine.host import LocalEngine
from explorer.engine.messages import (
    Close,
    Command,
    EpochDone,
    Failed,
    Go,
    Halted,
    Message,
    Open,
    Opened,
    Pause,
    Progress,
    Set,
    Snapshot,
    State,
    Stop,
    Trace,
    Traced,
    Watch,
)
from explorer.examples import load_example
from explorer.project.model import Project
from tests.explorer.engine.pipe import project

SECONDS = 20.0
"""Far more than anything here takes; a test that waits so long has failed."""


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    made = LocalEngine()
    yield made
    made.close()


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "engine"]


def until(engine: LocalEngine, done: Callable[[Message], bool]) -> list[Message]:
    """The messages up to the batch that holds the one that is waited for."""
    found: list[Message] = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        batch = engine.poll()
        found += batch
        if any(done(message) for message in batch):
            return found
        threading.Event().wait(0.002)
    raise AssertionError(f"it did not come; there were {[type(message).__name__ for message in found][-20:]}")


def phase(*names: str) -> Callable[[Message], bool]:
    return lambda message: isinstance(message, State) and message.phase in names


def endless(**values: object) -> Project:
    return project(epochs=10**6, **values)


def test_no_thread_runs_before_the_first_command_and_none_after_the_end() -> None:
    engine = LocalEngine()
    assert threads() == []
    assert engine.poll() == []
    engine.close()
    engine.send(Watch())
    assert len(threads()) == 1
    engine.close()
    assert threads() == []
    engine.close()


def test_a_run_from_beginning_to_end(engine: LocalEngine) -> None:
    engine.send(Open(1, project()))
    engine.send(Go())
    found = until(engine, phase("finished"))
    assert [message.phase for message in found if isinstance(message, State)] == ["ready", "running", "finished"]
    assert [message.epoch for message in found if isinstance(message, EpochDone)] == [1, 2, 3, 4]


def test_one_step_one_epoch_pause_and_stop(engine: LocalEngine) -> None:
    engine.send(Open(1, endless()))
    engine.send(Go(steps=1))
    found = until(engine, phase("paused"))
    assert [message.step for message in found if isinstance(message, Halted)] == [1]
    engine.send(Go(epochs=1))
    found = until(engine, phase("paused"))
    assert [message.epoch for message in found if isinstance(message, Halted)] == [1]
    engine.send(Go())
    until(engine, lambda message: isinstance(message, EpochDone))
    engine.send(Pause())
    until(engine, phase("paused"))
    engine.send(Stop())
    until(engine, phase("stopped"))


def test_it_stops_and_closes_at_once_while_it_trains(record_property: Callable[[str, object], None]) -> None:
    engine = LocalEngine()
    engine.send(Open(1, endless()))
    engine.send(Go())
    until(engine, lambda message: isinstance(message, EpochDone))
    started = time.monotonic()
    engine.send(Stop())
    until(engine, phase("stopped"))
    record_property("stop_milliseconds", 1000 * (time.monotonic() - started))
    engine.send(Go())
    until(engine, phase("running"))
    started = time.monotonic()
    engine.close()
    took = time.monotonic() - started
    record_property("close_milliseconds", 1000 * took)
    assert took < 2.0
    assert threads() == []


def test_closing_does_not_wait_for_what_else_was_asked_for() -> None:
    engine = LocalEngine()
    engine.send(Watch())
    digits = load_example("digits")
    for number in range(300):
        engine.send(Trace(number, digits))
    started = time.monotonic()
    engine.close()
    assert time.monotonic() - started < host.CLOSE_SECONDS / 2
    assert threads() == []
    assert sum(isinstance(message, Traced) for message in engine.poll()) < 300


def test_it_can_be_used_again_after_the_end() -> None:
    engine = LocalEngine()
    for end in (engine.close, lambda: engine.send(Close())):
        engine.send(Open(1, project()))
        until(engine, phase("ready"))
        end()
        for thread in threads():
            thread.join(SECONDS)
        assert threads() == []
    engine.send(Close())
    assert threads() == []
    engine.send(Open(2, project()))
    until(engine, phase("ready"))
    engine.close()


def test_another_project_is_opened_while_it_trains(engine: LocalEngine) -> None:
    engine.send(Open(1, endless()))
    engine.send(Go())
    until(engine, lambda message: isinstance(message, EpochDone))
    engine.send(Open(2, endless(inputs=3)))
    found = until(engine, lambda message: isinstance(message, State) and message.run == 2)
    place = next(i for i, message in enumerate(found) if isinstance(message, Opened))
    assert {message.run for message in found[place:]} == {2}
    engine.send(Go(steps=2))
    found = until(engine, phase("paused"))
    assert {message.run for message in found} == {2}


def test_the_rate_is_set_while_it_trains(engine: LocalEngine) -> None:
    engine.send(Watch(all_weights=True))
    engine.send(Open(1, endless()))
    engine.send(Go())
    until(engine, lambda message: isinstance(message, EpochDone))
    engine.send(Set("lr", 0.0))
    engine.send(Watch(all_weights=True))
    found = until(engine, lambda message: isinstance(message, EpochDone) and message.epoch > 50)
    later = until(engine, lambda message: isinstance(message, Snapshot))
    last = [message for message in (*found, *later) if isinstance(message, Snapshot)][-1]
    engine.send(Pause())
    (halted,) = [message for message in until(engine, phase("paused")) if isinstance(message, Halted)]
    assert halted.step >= last.step
    assert all((halted.weights[name] == array).all() for name, array in last.weights.items())


def test_a_project_that_cannot_run_is_told_and_the_engine_lives_on(engine: LocalEngine) -> None:
    engine.send(Open(1, replace(project(), network=project().network.__class__())))
    until(engine, lambda message: isinstance(message, Failed) and message.run == 1)
    engine.send(Open(2, project()))
    until(engine, phase("ready"))


def test_nobody_comes_to_read_and_the_mailbox_stays_small(engine: LocalEngine) -> None:
    engine.send(Watch(all_weights=True, values=("h",), curve=True))
    engine.send(Open(1, endless()))
    engine.send(Go())
    until(engine, lambda message: isinstance(message, EpochDone))
    threading.Event().wait(0.3)  # the reader is away
    found = engine.poll()
    assert sum(isinstance(message, Snapshot) for message in found) <= 1
    assert sum(isinstance(message, Progress) for message in found) <= 1
    assert sum(isinstance(message, EpochDone) for message in found) > 5


def test_without_torch_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "explorer.engine.worker", None)
    engine = LocalEngine()
    engine.send(Open(1, project()))
    found = until(engine, lambda message: isinstance(message, Failed))
    assert "PyTorch cannot be loaded" in found[-1].message
    engine.close()
    assert threads() == []


@pytest.mark.parametrize("seed", range(4))
def test_two_hundred_commands_in_any_order_end_well(seed: int) -> None:
    chance = random.Random(seed)
    good, other, bad = endless(), endless(inputs=2), replace(endless(), network=good_for_nothing())

    def command() -> Command:
        return chance.choice(
            (
                Open(chance.randrange(99), chance.choice((good, other, bad))),
                Go(),
                Go(),
                Go(steps=chance.randrange(4)),
                Go(epochs=chance.randrange(4)),
                Pause(),
                Stop(),
                Set("lr", chance.choice((0.1, 0.0, -1.0, 1e6))),
                Set("epochs", chance.randrange(5)),
                Set("no_such", None),
                Watch(),
                Watch(("h", "nobody"), ("t",), chance.randrange(-5, 99), chance.random() < 0.5, chance.random() < 0.5),
                Trace(chance.randrange(99), chance.choice((good, bad)), (chance.randrange(50),)),
            )
        )

    engine = LocalEngine()
    found: list[Message] = []
    for _ in range(200):
        engine.send(command())
        if chance.random() < 0.3:
            found += engine.poll()
        if chance.random() < 0.1:
            threading.Event().wait(0.005)
    engine.send(Open(1000, good))
    found += until(engine, lambda message: isinstance(message, State) and message.run == 1000)
    engine.send(Go(steps=2))
    found += until(engine, phase("paused"))
    assert [message.step for message in found if isinstance(message, Halted)][-1] == 2
    unforeseen = [message for message in found if isinstance(message, Failed) and message.details]
    assert unforeseen == []
    assert {message.run for message in found if isinstance(message, Opened)}
    engine.send(Go())
    started = time.monotonic()
    engine.close()
    assert time.monotonic() - started < 2.0
    assert threads() == []


def good_for_nothing() -> object:
    """A network with a layer that nothing is wired into."""
    network = endless().network
    return type(network)(network.nodes, network.edges[:1])
