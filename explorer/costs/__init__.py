"""The cost functions: one file each, and the list that makes them known."""

from __future__ import annotations

from explorer.cost import CostFunction
from explorer.costs.cross_entropy import CrossEntropy
from explorer.costs.l1 import L1
from explorer.costs.mse import Mse
from explorer.costs.squared_error import SquaredError

COSTS: tuple[CostFunction, ...] = (SquaredError(), Mse(), L1(), CrossEntropy())


def cost_of(cost_id: str) -> CostFunction:
    """The cost function with this id; raises KeyError."""
    return {entry.id: entry for entry in COSTS}[cost_id]
