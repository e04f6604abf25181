"""The training loop: a generator that trains a Session step by step and tells what happened."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator

import numpy as np
import torch

from explorer.training.events import Diverged, Ended, EpochDone, Event, StepDone
from explorer.training.session import Session

Steps = Generator[Event, None, tuple[float, int]]


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
    costs, right = list[tuple[float, int]](), 0
    for batch in torch.split(rows, session.settings["batch_size"]):
        cost, correct = yield from _step(session, batch)
        costs.append((cost, len(batch)))
        right += correct
    cost = _cost_left(session, batch)
    if not math.isfinite(cost):
        yield _taken_back(session, batch, cost)
    session.epoch += 1
    validation = session.evaluate(session.examples.validation)
    accuracy = right / len(rows) if session.examples.scoring else None
    seconds = time.perf_counter() - started
    trained = session.cost.pooled(costs)
    done = EpochDone(session.epoch, session.step, trained, validation[0], accuracy, validation[1], seconds)
    yield done
    return done


def _step(session: Session, batch: torch.Tensor) -> Steps:
    """One update on a batch: returns its cost before the update, and how many examples were told right.

    An update after which the batch's cost is not finite is taken back at once, and told, so that no weight is lost.
    """
    while True:
        cost, outputs = session.batch_cost(batch)
        value = float(cost.detach())
        if math.isfinite(value):
            break
        yield _taken_back(session, batch, value)
    session.update(cost, batch)
    session.step += 1
    yield StepDone(session.epoch + 1, session.step, value, len(batch))
    return value, session.correct(outputs, session.targets[batch]) or 0


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
