"""The training loop: a generator that trains a Session step by step and tells what happened."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator

import numpy as np
import torch

from explorer.training.events import Diverged, Ended, EpochDone, Event, StepDone
from explorer.training.session import Session
from explorer.training.tally import Tally

Steps = Generator[Event, None, None]


def train(session: Session) -> Iterator[Event]:
    """Train until the settings' epochs are done; after every event the session can be read, saved or left.

    After Diverged the same examples come again: with a smaller learning rate the run may go on.
    """
    last_cost = math.nan
    while session.epoch < session.settings["epochs"]:
        done = yield from _epoch(session)
        if abs(last_cost - done.train_cost) < session.settings["stop_change"]:
            yield Ended(f"the cost changed by less than {session.settings['stop_change']:g}")
            return
        last_cost = done.train_cost
    yield Ended("all epochs are done")


def _epoch(session: Session) -> Generator[Event, None, EpochDone]:
    """One pass over the training examples."""
    started = time.perf_counter()
    rows = torch.from_numpy(np.ascontiguousarray(session.examples.train))
    if session.settings["shuffle"]:
        rows = rows[torch.randperm(len(rows), generator=session.order)]
    rows = rows.to(session.device)
    tally = session.tally()
    for batch in torch.split(rows, session.settings["batch_size"]):
        yield from _step(session, batch, tally)
    cost = _cost_left(session, batch)
    if not math.isfinite(cost):
        yield _taken_back(session, batch, cost)
    session.epoch += 1
    trained, validated = tally.score(), session.measure(session.examples.validation)
    done = EpochDone(
        session.epoch,
        session.step,
        math.nan if trained.cost is None else trained.cost,
        validated.cost,
        trained.accuracy,
        validated.accuracy,
        time.perf_counter() - started,
        train_outputs=trained.outputs,
        validation_outputs=validated.outputs,
    )
    yield done
    return done


def _step(session: Session, batch: torch.Tensor, tally: Tally) -> Steps:
    """One update on a batch, whose figures before the update go into the tally.

    An update after which the batch's cost is not finite is taken back at once, and told, so that no weight is lost.
    """
    while True:
        passed = session.forward(batch)
        total, costs = passed.numbers()
        if math.isfinite(total):
            break
        yield _taken_back(session, batch, total)
    session.update(passed.total, batch)
    session.step += 1
    single = dict(zip(session.module.outputs, costs, strict=True)) if len(costs) > 1 else {}
    yield StepDone(session.epoch + 1, session.step, session.objective.data_cost(costs), len(batch), single)
    tally.add(costs, session.correct(passed.outputs, batch), len(batch))


def _cost_left(session: Session, batch: torch.Tensor) -> float:
    """The cost that the epoch's last update left; NaN for weights that are not finite.

    Only the last epoch computes it: in the others the next step does.
    """
    if not session.finite():
        return math.nan
    return session.cost_in_use(batch) if session.epoch + 1 >= session.settings["epochs"] else 0.0


def _taken_back(session: Session, batch: torch.Tensor, cost: float) -> Diverged:
    """Find the layer at which numbers stop being finite, then restore the weights before the last update."""
    node = session.first_not_finite(batch)
    step = session.step + 1
    session.restore()
    word = "NaN (not a number)" if math.isnan(cost) else "infinite"
    if math.isfinite(session.cost_in_use(batch)):
        message = (
            f"The cost became {word} at step {step}, first in layer {node}. "
            "The weights before it are kept: lower the learning rate, then run on."
        )
    else:
        # A smaller learning rate is no help where no update is to blame.
        message = (
            f"The cost is {word} at step {step}, first in layer {node}, and was so before the last update: "
            "reset the weights, or give the data smaller numbers."
        )
    return Diverged(session.epoch + 1, step, node, message)
