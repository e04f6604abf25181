"""History: the last iterations of training, each as it began, so that it can be gone back to exactly.

Kept of each are the weights, the running statistics, the optimizer's state, the batch, and the state of chance: from
these the iteration follows bit for bit on the same device (CPU) with the same settings.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import is_
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from explorer.settings import Settings
from explorer.training.chance import set_chance
from explorer.training.tally import Mark, Tally

if TYPE_CHECKING:
    from explorer.training.session import Session

MEMORY = 256 << 20
"""Bytes that are kept unless a person says otherwise: over 200 iterations of 100,000 weights with Adam."""
OVERHEAD = 4096
"""Bytes that an iteration takes beside its numbers, about."""

State = Mapping[str, Mapping[str, Any]]
"""An optimizer's state by the weight's name and torch's key."""
Key = tuple[str, str]


@dataclass
class Pass:
    """One pass over the training examples: its batches (rows of the data), and how many of them are done.

    ``order`` is the state of the session's generator of orders after it has shuffled them, and ``last_cost`` the
    training cost of the epoch before, NaN in the first one.
    """

    batches: tuple[Tensor, ...]
    tally: Tally
    order: Tensor
    last_cost: float = math.nan
    done: int = 0


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the arrays of an iteration are in its flat ``numbers``, and what of the optimizer's state is no array."""

    keys: tuple[Key, ...]
    shapes: tuple[torch.Size, ...]
    dtypes: tuple[torch.dtype, ...]
    count: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Moment:
    """The beginning of iteration ``step`` (from 1), after ``epoch`` whole epochs and ``updates`` of this optimizer."""

    step: int
    epoch: int
    updates: int
    settings: Settings
    under: Pass
    done: int
    mark: Mark
    chance: Tensor | None
    numbers: Tensor = field(repr=False)
    layout: _Layout = field(repr=False)
    others: Mapping[Key, Any]
    size: int
    """Bytes that it takes, about."""

    @property
    def rows(self) -> Tensor:
        """The rows of the data that are this iteration's batch."""
        return self.under.batches[self.done]

    def arrays(self) -> dict[Key, Tensor]:
        """Copies by (weight's name, "") of weights, ("", number) of buffers, (weight's name, key) of the state."""
        parts = torch.split(self.numbers, [shape.numel() for shape in self.layout.shapes])
        layout = self.layout
        return {
            key: part.reshape(shape).to(dtype, copy=True)
            for key, shape, dtype, part in zip(layout.keys, layout.shapes, layout.dtypes, parts, strict=True)
        }

    def state(self) -> State:
        """The optimizer's state, copied."""
        found: dict[str, dict[str, Any]] = {}
        everything = self.arrays() | {key: _copied(value) for key, value in self.others.items()}
        for (name, key), value in everything.items():
            if name and key:
                found.setdefault(name, {})[key] = value
        return found


class History:
    """As many of the last iterations as fit into ``memory`` bytes, the oldest let go first.

    While there are breakpoints the newest one is kept whatever it takes, so that it can be looked into at a hit.

    An iteration that is made again, after an update was taken back or from an earlier one, takes the place of the
    former one and of all that followed it.
    """

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._moments: deque[Moment] = deque()
        self.size = 0
        self.too_large = 0
        """Bytes that one iteration takes, if that is more than there is room for; else 0."""
        self._spare: Tensor | None = None
        self._seen: list[Tensor] = []
        self._views: list[Tensor] = []
        self._layout = _Layout((), (), (), 0, 0)

    def __len__(self) -> int:
        return len(self._moments)

    @property
    def memory(self) -> int:
        """Bytes that may be used."""
        return self._memory

    @memory.setter
    def memory(self, memory: int) -> None:
        self._memory = memory
        self._spare = None
        self._make_room(0)

    @property
    def steps(self) -> range:
        """The iterations that are kept, by number, without a gap."""
        return range(self._moments[0].step, self._moments[-1].step + 1) if self._moments else range(0)

    def __getitem__(self, step: int) -> Moment:
        """An iteration by its number; raises KeyError if it is not kept."""
        if step not in self.steps:
            raise KeyError(step)
        return self._moments[step - self._moments[0].step]

    def keep(self, session: Session, under: Pass, chance: Tensor | None) -> None:
        """Note what the iteration that is about to be made starts from."""
        step = session.step + 1
        while self._moments and (self._moments[-1].step >= step or self._moments[-1].step < step - 1):
            self._let_go(self._moments.pop())
        others = self._look(session)
        lists = [thing for value in others.values() if isinstance(value, list) for thing in value]
        size = OVERHEAD + self._layout.bytes + _bytes([chance, under.batches[under.done], *lists])
        self.too_large = size if size > self._memory > 0 else 0
        self._make_room(size)
        if size > self._memory and session.watch is None:
            self._spare = None
            return
        moment = Moment(
            step, session.epoch, session.updates, session.settings, under, under.done, under.tally.mark(), chance,
            self._numbers(), self._layout, others, size,
        )  # fmt: skip
        self._moments.append(moment)
        self.size += size

    def _make_room(self, needed: int) -> None:
        while self._moments and self.size + needed > self._memory:
            self._let_go(self._moments.popleft())

    def _let_go(self, moment: Moment) -> None:
        """Its memory is written anew for the next one."""
        self.size -= moment.size
        self._spare = moment.numbers

    def _look(self, session: Session) -> dict[Key, Any]:
        """Find the arrays to copy, as they are flat in memory; returns what of the optimizer's state is no array.

        The arrays are the same from step to step, so their views are made only when one has come, gone or moved.
        """
        keys: list[Key] = [(name, "") for name in session.parameters]
        tensors = [*session.parameters.values(), *session.buffers]
        keys += [("", str(place)) for place in range(len(session.buffers))]
        others: dict[Key, Any] = {}
        state = session.optimizer.state if session.optimizer is not None else {}
        for name, weight in session.parameters.items():
            for key, value in state.get(weight, {}).items():
                if isinstance(value, Tensor):
                    keys.append((name, key))
                    tensors.append(value)
                else:
                    others[name, key] = _copied(value)
        if len(tensors) != len(self._seen) or not all(map(is_, tensors, self._seen)):
            # One that is not in one piece in memory has no lasting view: it is copied anew each time.
            self._seen = tensors if all(tensor.is_contiguous() for tensor in tensors) else []
            self._views = [tensor.detach().reshape(-1) for tensor in tensors]
            shapes, dtypes = tuple(tensor.shape for tensor in tensors), tuple(tensor.dtype for tensor in tensors)
            count = sum(tensor.numel() for tensor in tensors)
            self._layout = _Layout(tuple(keys), shapes, dtypes, count, _bytes(tensors))
        return others

    def _numbers(self) -> Tensor:
        """All arrays in one, in the computer's memory; that of an iteration that was let go is used again."""
        views, spare = self._views, self._spare
        if views and views[0].device.type != "cpu":
            return torch.cat([view.cpu() for view in views])
        if spare is not None and spare.numel() == self._layout.count:
            self._spare = None
            return torch.cat(views, out=spare)
        return torch.cat(views) if views else torch.empty(0)


def go_back(session: Session, moment: Moment) -> Pass:
    """Put a session to where an iteration began, with the settings that it has now; ``train`` goes on from the result.

    The history stays until the iteration is made anew.
    """
    session.epoch, session.step, session.updates = moment.epoch, moment.step - 1, moment.updates
    session.broken = False
    session.order.set_state(moment.under.order)
    if moment.chance is not None:
        set_chance(session.device, moment.chance)
    arrays, state = moment.arrays(), moment.state()
    with torch.no_grad():
        for name, weight in session.parameters.items():
            weight.copy_(arrays[name, ""])
        for place, buffer in enumerate(session.buffers):
            buffer.copy_(arrays["", str(place)])
    session.renew_optimizer()
    if session.optimizer is not None:
        for name, own in state.items():
            session.optimizer.state[session.parameters[name]] = {
                key: _moved(session, name, value) for key, value in own.items()
            }
    under = moment.under
    return Pass(under.batches, under.tally.at(moment.mark), under.order, under.last_cost, moment.done)


def _moved(session: Session, name: str, value: Any) -> Any:
    """An array of the optimizer's where its weight is; single numbers stay in the computer's memory, as torch's do."""
    weight = session.parameters[name]
    return value.to(weight.device) if isinstance(value, Tensor) and value.dim() else value


def _copied(value: Any) -> Any:
    """A list of its own, whose arrays are never written to; anything else is a number or a word."""
    return list(value) if isinstance(value, list) else value


def _bytes(things: Sequence[Any]) -> int:
    return sum(thing.numel() * thing.element_size() for thing in things if isinstance(thing, Tensor))
