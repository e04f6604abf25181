"""Travel: back to iterations that a session keeps: their records, and training from them anew."""

from __future__ import annotations

from explorer.engine.messages import Kept, Revisit
from explorer.memory import free_memory
from explorer.project.check import RunProblem
from explorer.stepping.beginning import Beginning
from explorer.stepping.compute import compute_records
from explorer.stepping.record import Record
from explorer.training.history import History, Moment, Pass, go_back
from explorer.training.masks import masks_of, project_at
from explorer.training.session import Session

MOST = 0.25
"""No more than this part of what is free is used to keep iterations."""


def remember(session: Session, memory: int) -> None:
    """Keep iterations in as many bytes, or in what can be spared; none in 0, but for the newest at a breakpoint."""
    if not memory and session.watch is None:
        session.history = None
        return
    kept = session.history.size if session.history is not None else 0
    room = min(memory, int(MOST * free_memory()) + kept)
    if session.history is None:
        session.history = History(room)
    else:
        session.history.memory = room


def kept_of(run: int, session: Session) -> Kept | None:
    """Which iterations are kept; None if none are to be."""
    history = session.history
    if history is None:
        return None
    steps = history.steps
    ends = (steps[0], steps[-1]) if steps else (0, 0)
    return Kept(run, *ends, history.size, history.too_large)


def revisited(session: Session | None, command: Revisit) -> Record:
    """The record of an iteration as it was made, in float64 from the weights that it had; raises RunProblem."""
    moment = _moment(session, command.step)
    assert session is not None
    rows = [int(row) for row in moment.rows]
    # The example that a person looks at comes first: the order of a batch changes nothing but roundings.
    turn = rows.index(command.first) if command.first in rows else 0
    order = [*range(turn, len(rows)), *range(turn)]
    masks = {node: mask[order] for node, mask in masks_of(session, moment).items()}
    beginning = Beginning(moment.step, moment.updates, moment.state(), masks)
    samples = tuple(rows[place] for place in order)
    (record,) = compute_records(project_at(session, moment), samples, quick=True, beginning=beginning)
    return record


def at_beginning(session: Session, step: int) -> Pass:
    """Put the session to where an iteration began; raises RunProblem if it is not kept."""
    return go_back(session, _moment(session, step))


def _moment(session: Session | None, step: int) -> Moment:
    history = session.history if session is not None else None
    if history is None or step not in history.steps:
        raise RunProblem(
            f"Iteration {step:,} is not kept any more: only the last ones are, as many as there is room for."
        )
    return history[step]
