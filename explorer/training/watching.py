"""Watch: looks at each iteration for the breakpoints that are on, and computes only what one of them asks for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from explorer.training.breakpoints import Breakpoint, DeadRelus, Look
from explorer.training.events import BreakpointHit

if TYPE_CHECKING:
    from explorer.training.session import Passed, Session


class Watch:
    """The breakpoints of a session. Each hits when its condition comes to hold, and again once it has not held."""

    def __init__(self, session: Session) -> None:
        self._looks: dict[int, tuple[Breakpoint, Look, bool]] = {}
        self._session = session
        self._handles: list[Any] = []
        self.relus = {node: module for node, _, module in session.module.plan if isinstance(module, nn.ReLU)}
        self.seen: dict[str, Tensor] = {}
        """What the ReLU layers have put out for the batch, if a breakpoint looks at them."""

    def set(self, points: Sequence[Breakpoint]) -> None:
        """Look for these, as far as they are on; those that were looked for before go on as they were."""
        before = self._looks
        self._looks = {}
        for point in (point for point in points if point.on):
            known = before.get(point.number)
            self._looks[point.number] = known if known and known[0] == point else (point, point.look(), False)
        for handle in self._handles:
            handle.remove()
        self.seen.clear()
        needed = any(isinstance(point.entry, DeadRelus) for point, _, _ in self._looks.values())
        self._handles = [self._notice(*relu) for relu in self.relus.items()] if needed else []
        self._session.watch = self if self._looks else None

    def begin_anew(self) -> None:
        """Training goes on from an earlier iteration: what holds there already is not news."""
        self._looks = {number: (point, point.look(), True) for number, (point, _, _) in self._looks.items()}

    def look(
        self, session: Session, rows: Tensor, passed: Passed, total: float, costs: Sequence[float]
    ) -> Iterator[BreakpointHit]:
        """The breakpoints that are hit, all in one event; none is no event."""
        facts, hits = Measured(session, self, rows, passed, total, costs), {}
        for number, (point, look, held) in self._looks.items():
            sentence = look(facts)
            self._looks[number] = point, look, bool(sentence)
            if sentence and not held:
                hits[number] = f"{point.summary}: {sentence}"
        self.seen.clear()
        if hits:
            yield BreakpointHit(session.epoch + 1, facts.step, hits)

    def _notice(self, node: str, module: nn.Module) -> Any:
        """Keep what a layer puts out while training."""

        def keep(module: nn.Module, given: Any, output: Tensor) -> None:
            if module.training:
                self.seen[node] = output.detach()

        return module.register_forward_hook(keep)


class Measured:
    """The Facts of one iteration."""

    def __init__(
        self, session: Session, watch: Watch, rows: Tensor, passed: Passed, total: float, costs: Sequence[float]
    ) -> None:
        self._session, self._watch, self._rows, self._passed = session, watch, rows, passed
        self.step, self.total = session.step + 1, total
        self.cost = float(session.objective.data_cost(list(costs)))

    def gradient_norms(self, layer: str) -> Mapping[str, float]:
        """√(Σ g²) by layer; nothing where the cost is not finite."""
        return _only(self._norms, layer)

    def dead_shares(self, layer: str) -> Mapping[str, float]:
        """The share of dead ReLUs by layer."""
        return _only(self._dead, layer)

    def mistake(self, sample: int) -> str:
        """``4, not 9``; with names of classes if the data has some."""
        return self._session.mistake(sample) if 0 <= sample < len(self._session.examples) else ""

    @cached_property
    def _norms(self) -> dict[str, float]:
        session = self._session
        if not math.isfinite(self.total):
            return {}
        session.differentiate(self._passed.total)
        squares: dict[str, float] = {}
        for name, weight in session.parameters.items():
            node = name.partition(".")[0]
            if weight.grad is not None:
                squares[node] = squares.get(node, 0.0) + float(torch.linalg.vector_norm(weight.grad.detach())) ** 2
        return {node: math.sqrt(square) for node, square in squares.items()}

    @cached_property
    def _dead(self) -> dict[str, float]:
        seen = dict(self._watch.seen)
        if len(seen) < len(self._watch.relus):  # in front of a bottleneck, layers do not run in every iteration
            rest = self._session.values(self._rows.cpu().numpy())
            seen |= {node: torch.from_numpy(np.array(rest[node])) for node in self._watch.relus if node not in seen}
        return {node: float((output == 0).all(0).double().mean()) for node, output in seen.items()}


def _only(found: Mapping[str, float], layer: str) -> Mapping[str, float]:
    """Of one layer, or of all for ""."""
    return {name: value for name, value in found.items() if layer in ("", name)}
