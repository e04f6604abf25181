"""Commands and messages are plain data: frozen, picklable, and free of torch."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, is_dataclass
from typing import Any, get_args

import numpy as np
import pytest

from explorer.engine import messages
from explorer.engine.messages import Close, Command, Message, Open, Pause, Stop, Trace, Traced
from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.project.model import Project
from explorer.stepping.compute import compute_records
from explorer.stepping.record import Record
from explorer.stepping.whatif import Changes
from explorer.training.breakpoints import Breakpoint
from tests.explorer.engine.plain import same, through

KINDS = (*get_args(Command), *get_args(Message))
ARRAY = np.arange(6.0).reshape(2, 3)
WEIGHTS = {"h.weight": ARRAY, "h.bias": np.zeros(2, np.float32)}


def samples() -> list[Any]:
    """One of each, with every field given."""
    project = load_example("A1")
    return [
        Open(3, project),
        messages.Go(5, None),
        messages.Go(None, 2),
        Pause(),
        Stop(),
        messages.Set("lr", 0.25),
        messages.Watch(("h",), ("h", "o"), 4, True, True),
        Trace(9, project, (0, 1), 2),
        messages.TryOut(9, compute_records(project)[0], Changes({Quantity("cost"): 0.5}, {"lr": 0.25})),
        messages.SetBreakpoints((Breakpoint(1, "iteration", {"iteration": 3}, False),)),
        messages.Remember(1 << 20),
        messages.Revisit(9, 12, 3),
        messages.GoBack(12),
        messages.Check(9, compute_records(project)[0]),
        messages.CheckOne(9, compute_records(project)[0], "b.weight", (0, 1)),
        messages.StopCheck(),
        Close(),
        messages.Opened(3, "cpu", ARRAY, ARRAY, ("man",), np.arange(3), np.arange(2), np.arange(0), WEIGHTS),
        messages.State(3, "running", 1, 20, 10, "why"),
        messages.EpochDone(1, 20, 0.5, None, 0.25, 0.75, 1.5, run=3),
        messages.Progress(3, 1, 20, np.arange(4), np.ones(4), 1000.0),
        messages.Snapshot(3, 1, 20, WEIGHTS, {"h": ARRAY}, 2, ARRAY),
        messages.Halted(3, 1, 20, WEIGHTS),
        messages.Finished(3, "stopped", 0.5, None),
        messages.Failed(3, "no", "h", 7, "Traceback"),
        messages.Hit(3, 1, 20, {1: "Iteration 20"}),
        messages.Kept(3, 4, 20, 9000, 0),
        messages.WentBack(3, 1, 12, WEIGHTS),
        Traced(9, compute_records(project), "none"),
        messages.GradientsChecked(9, compute_records(project)[0].checks, 2, 4, ((0.1, 0.2),), "none"),
    ]


def test_there_is_a_sample_of_each() -> None:
    assert {type(sample) for sample in samples()} == set(KINDS)


@pytest.mark.parametrize("kind", [*KINDS, Record, Project], ids=lambda kind: kind.__name__)
def test_each_is_a_frozen_dataclass_with_help(kind: type) -> None:
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}(")


@pytest.mark.parametrize("number", range(len(KINDS) + 1), ids=[type(sample).__name__ for sample in samples()])
def test_each_arrives_as_it_was_sent(number: int) -> None:
    sample = samples()[number]
    assert same(sample, through(sample))


def test_none_can_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        messages.State(1, "ready").phase = "running"
