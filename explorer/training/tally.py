"""Tally: adds up the costs and right answers of batches, output by output, to the figures of all their examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from explorer.objective import Objective
from explorer.training.events import Score


class Mark(NamedTuple):
    """How far a tally has come: its batches, how many examples each output told right, and its examples."""

    batches: int
    right: Mapping[str, int]
    examples: int


class Tally:
    """The figures of the batches so far. ``scoring`` has the outputs that tell classes."""

    def __init__(self, objective: Objective, scoring: Iterable[str]) -> None:
        self._objective, self._scoring = objective, scoring
        self._costs: list[list[tuple[float, int]]] = [[] for _ in objective.goals]
        self._right = dict.fromkeys(scoring, 0)
        self._examples = 0

    def add(self, costs: Sequence[float], right: Mapping[str, int], examples: int) -> None:
        """A batch: the cost of each output, and how many examples were told right, by output."""
        for kept, cost in zip(self._costs, costs, strict=True):
            kept.append((cost, examples))
        for node, count in right.items():
            self._right[node] += count
        self._examples += examples

    def mark(self) -> Mark:
        """What there is so far, to come back to by ``at``."""
        return Mark(len(self._costs[0]), dict(self._right), self._examples)

    def at(self, mark: Mark) -> Tally:
        """Another tally of what there was at a mark."""
        earlier = Tally(self._objective, self._right)
        earlier._costs = [costs[: mark.batches] for costs in self._costs]
        earlier._right, earlier._examples = dict(mark.right), mark.examples
        return earlier

    def score(self) -> Score:
        """Σ weight · cost, and the mean accuracy of the outputs that tell classes; all None without examples."""
        if not self._examples:
            return Score()
        goals = self._objective.goals
        costs = [goal.cost.pooled(parts) for goal, parts in zip(goals, self._costs, strict=True)]
        shares = {node: count / self._examples for node, count in self._right.items()}
        accuracy = sum(shares.values()) / len(shares) if shares else None
        single = {goal.node: Score(cost, shares.get(goal.node)) for goal, cost in zip(goals, costs, strict=True)}
        return Score(self._objective.data_cost(costs), accuracy, single if len(goals) > 1 else {})
