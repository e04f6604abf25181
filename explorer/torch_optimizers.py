"""Torch optimizers of our own: conjugate gradients; L-BFGS and RMSprop with what a live run needs.

Imported only where torch is at work.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.optim import LBFGS, Optimizer, RMSprop

DECREASE = 1e-4
"""The least decrease of the cost per length of a step, as a share of the slope at its beginning (Armijo)."""
EVALUATIONS = 25
"""A line search evaluates the cost at most so often."""


class ConjugateGradient(Optimizer):
    """Nonlinear conjugate gradients by Polak and Ribière, restarted where they would go uphill.

    ``flat`` is how flat the cost must be at the end of a line search, as a share of its slope at the beginning. The
    state of each weight holds ``direction`` and ``gradient``, that of the first one ``alpha`` and ``beta`` too.
    """

    def __init__(self, params: Iterable[Tensor], lr: float, flat: float) -> None:
        super().__init__(params, {"lr": lr, "flat": flat})
        self._weights: list[Tensor] = self.param_groups[0]["params"]

    @torch.no_grad()
    def step(self, closure: Callable[[], float]) -> float:  # type: ignore[override]
        """One line search along a new direction; ``closure`` computes the cost, and its gradients."""
        evaluate = torch.enable_grad()(closure)
        start = [weight.clone() for weight in self._weights]
        cost, gradient = float(evaluate()), _gradients(self._weights)
        beta, direction = self._direction(gradient)
        slope = float(gradient.dot(direction))

        def along(alpha: float) -> Point:
            self._move(start, direction, alpha)
            found = float(evaluate())
            return Point(alpha, found, float(_gradients(self._weights).dot(direction)))

        first = self._first_length(slope)
        alpha = search(along, Point(0.0, cost, slope), first, self.param_groups[0]["flat"])
        self._move(start, direction, alpha)
        self._keep(gradient, direction, alpha=alpha, beta=beta, slope=slope)
        return cost

    def _direction(self, gradient: Tensor) -> tuple[float, Tensor]:
        """(beta, direction): against the gradient, bent by the direction before."""
        if "direction" not in self.state[self._weights[0]]:
            return 0.0, -gradient
        old = torch.cat([self.state[weight]["gradient"].flatten() for weight in self._weights])
        before = torch.cat([self.state[weight]["direction"].flatten() for weight in self._weights])
        own, length = float(gradient.dot(gradient)), float(old.dot(old))
        beta = max(0.0, (own - float(gradient.dot(old))) / length) if length > 0 else 0.0
        if not own - beta * float(gradient.dot(before)) > 0:
            beta = 0.0
        return beta, beta * before - gradient

    def _first_length(self, slope: float) -> float:
        """The length to be tried first: one with which the cost changes, to first order, as in the step before."""
        state = self.state[self._weights[0]]
        if slope >= 0 or not state.get("alpha"):
            return float(self.param_groups[0]["lr"])
        return float(state["alpha"] * state["slope"] / slope)

    def _move(self, start: list[Tensor], direction: Tensor, alpha: float) -> None:
        for weight, before, part in zip(self._weights, start, _parts(direction, self._weights), strict=True):
            weight.copy_(torch.add(before, part, alpha=alpha))

    def _keep(self, gradient: Tensor, direction: Tensor, **overall: float) -> None:
        for weight, own, part in zip(
            self._weights, _parts(gradient, self._weights), _parts(direction, self._weights), strict=True
        ):
            self.state[weight].update(gradient=own.clone(), direction=part.clone())
        self.state[self._weights[0]].update(overall)


class Lbfgs(LBFGS):
    """Torch's L-BFGS, one iteration per step, which also tells of each weight the ``direction`` that it has gone.

    The state of the first weight holds ``alpha``, how far it went along that; 0 if it stayed where it was.
    """

    def __init__(self, params: Iterable[Tensor], lr: float, history_size: int, line_search_fn: str | None) -> None:
        super().__init__(
            params, lr, 1, 1 + EVALUATIONS, tolerance_grad=0, history_size=history_size, line_search_fn=line_search_fn
        )

    @torch.no_grad()
    def step(self, closure: Callable[[], float]) -> float:  # type: ignore[override]
        """One iteration; ``closure`` computes the cost, and its gradients."""
        weights: list[Tensor] = self.param_groups[0]["params"]
        state = self.state[weights[0]]
        kept = self.param_groups[0]["history_size"]
        state.pop("al", None)  # torch's scratch list has the length that the history had at first
        for name in ("old_dirs", "old_stps", "ro"):
            del state.get(name, [])[:-kept]
        start = [weight.clone() for weight in weights]
        cost = float(super().step(closure))  # type: ignore[no-untyped-call]
        direction = state["d"] if "d" in state else -_gradients(weights)
        for weight, part in zip(weights, _parts(direction, weights), strict=True):
            self.state[weight]["direction"] = part.clone()
        moved = any(not torch.equal(weight, before) for weight, before in zip(weights, start, strict=True))
        state["alpha"] = float(state["t"]) if moved else 0.0
        return cost


class RmsProp(RMSprop):
    """Torch's RMSprop, whose momentum can be switched on while it is under way."""

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One update; a velocity that was not needed until now begins at 0, as it does for torch in the first one."""
        for group in self.param_groups:
            for weight in group["params"] if group["momentum"] > 0 else ():
                if self.state[weight]:
                    self.state[weight].setdefault("momentum_buffer", torch.zeros_like(weight))
        found: float | None = super().step(closure)
        return found


class Point(NamedTuple):
    """A place along a direction: how far, the cost there, and its slope along the direction."""

    alpha: float
    cost: float
    slope: float


def search(along: Callable[[float], Point], start: Point, first: float, flat: float) -> float:
    """How far to go: where the cost has fallen enough and is flat enough (the strong Wolfe conditions).

    After EVALUATIONS it is the best place so far at which the cost has fallen; 0 if there is none. Nocedal and Wright,
    Numerical Optimization, algorithms 3.5 and 3.6, in one loop. ``low`` is the lowest place so far, and between it and
    ``high``, once there is one, lies a minimum.
    """
    if not (start.slope < 0 and first > 0):
        return 0.0
    low, high, alpha = start, None, first
    for _ in range(EVALUATIONS):
        here = along(alpha)
        bound = min(start.cost + DECREASE * alpha * start.slope, low.cost if low is not start else math.inf)
        if not (here.cost <= bound and math.isfinite(here.slope)):
            high = here
        elif abs(here.slope) <= -flat * start.slope:
            return alpha
        else:
            before = low
            if here.slope * ((high.alpha if high else math.inf) - low.alpha) >= 0:
                high = low
            low = here
        alpha = between(low, high) if high is not None else beyond(before, low)
    return low.alpha


def between(low: Point, high: Point) -> float:
    """The minimum of the cubic through two places and their slopes, away from both ends; the middle if it has none."""
    width = high.alpha - low.alpha
    middle = low.alpha + width / 2
    if not (math.isfinite(high.cost) and math.isfinite(high.slope)):
        return middle
    bend = low.slope + high.slope - 3 * (high.cost - low.cost) / width
    inside = bend * bend - low.slope * high.slope
    if not inside >= 0:
        return middle
    root = math.copysign(math.sqrt(inside), width)
    below = high.slope - low.slope + 2 * root
    share = 1 - (high.slope + root - bend) / below if below else 0.5
    return low.alpha + width * min(0.95, max(0.05, share))


def beyond(before: Point, here: Point) -> float:
    """Further on, where the slope would become 0 if it went on changing as it did; up to ten times as far."""
    change = (here.slope - before.slope) / (here.alpha - before.alpha)
    wanted = here.alpha - here.slope / change if change > 0 else math.inf
    return min(10 * here.alpha, max(1.1 * here.alpha, wanted))


def _gradients(weights: list[Tensor]) -> Tensor:
    """All gradients in a row; 0 for what the cost does not depend on."""
    return torch.cat([(torch.zeros_like(w) if w.grad is None else w.grad).flatten() for w in weights])


def _parts(row: Tensor, weights: list[Tensor]) -> list[Tensor]:
    """What belongs to each weight of numbers in a row."""
    pieces = torch.split(row, [weight.numel() for weight in weights])
    return [piece.view_as(weight) for piece, weight in zip(pieces, weights, strict=True)]
