"""The training loop: a generator that trains a Session step by step and tells what happened."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator

import numpy as np
import torch

from explorer.training.events import Diverged, Ended, EpochDone, Event, StepDone
from explorer.training.history import Pass
from explorer.training.session import Session

Steps = Generator[Event, None, None]


def train(session: Session, begun: Pass | None = None) -> Iterator[Event]:
    """Train until the settings' epochs are done; after every event the session can be read, saved or left.

    After Diverged the same examples come again: with a smaller learning rate the run may go on. After a BreakpointHit
    the update comes that it came before. ``begun`` is a pass to go on with, after ``history.go_back``.
    """
    last_cost = begun.last_cost if begun is not None else math.nan
    while session.epoch < session.settings["epochs"]:
        done = yield from _epoch(session, begun or _shuffled(session, last_cost))
        begun = None
        if abs(last_cost - done.train_cost) < session.settings["stop_change"]:
            yield Ended(f"the cost changed by less than {session.settings['stop_change']:g}")
            return
        last_cost = done.train_cost
    yield Ended("all epochs are done")


def _shuffled(session: Session, last_cost: float) -> Pass:
    """A pass over all training examples, in a new order if the settings say so."""
    rows = torch.from_numpy(np.ascontiguousarray(session.examples.train))
    if session.settings["shuffle"]:
        rows = rows[torch.randperm(len(rows), generator=session.order)]
    batches = torch.split(rows.to(session.device), session.settings["batch_size"])
    return Pass(batches, session.tally(), session.order.get_state(), last_cost)


def _epoch(session: Session, under: Pass) -> Generator[Event, None, EpochDone]:
    """One pass over the training examples, or what is left of it."""
    started, tally = time.perf_counter(), under.tally
    while under.done < len(under.batches):
        yield from _step(session, under)
    cost = _cost_left(session, under.batches[-1])
    if not math.isfinite(cost):
        yield _taken_back(session, under.batches[-1], cost)
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


def _step(session: Session, under: Pass) -> Steps:
    """One update on the next batch, whose figures before the update go into the tally.

    An update after which the batch's cost is not finite is taken back at once, and told, so that no weight is lost.
    """
    batch = under.batches[under.done]
    while True:
        session.begin(under)
        passed = session.forward(batch)
        total, costs = passed.numbers()
        session.broken = not math.isfinite(total)
        if session.watch is not None:
            yield from session.watch.look(session, batch, passed, total, costs)
        if not session.broken:
            break
        yield _taken_back(session, batch, total)
    session.update(passed.total, batch)
    session.step += 1
    under.done += 1
    single = dict(zip(session.module.outputs, costs, strict=True)) if len(costs) > 1 else {}
    yield StepDone(session.epoch + 1, session.step, session.objective.data_cost(costs), len(batch), single)
    under.tally.add(costs, session.correct(passed.outputs, batch), len(batch))


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
