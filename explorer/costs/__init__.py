"""The cost functions: one file each, and the list that makes them known."""

from __future__ import annotations

from explorer.cost import CostFunction
from explorer.costs.binary_cross_entropy import BinaryCrossEntropy
from explorer.costs.cross_entropy import CrossEntropy
from explorer.costs.exponential import Exponential
from explorer.costs.hellinger import Hellinger
from explorer.costs.kl_divergence import KlDivergence
from explorer.costs.l1 import L1
from explorer.costs.log_likelihood import LogLikelihood
from explorer.costs.mse import Mse
from explorer.costs.rms import Rms
from explorer.costs.squared_error import SquaredError
from explorer.costs.sse import Sse

COSTS: tuple[CostFunction, ...] = (
    SquaredError(),
    Mse(),
    Rms(),
    Sse(),
    L1(),
    CrossEntropy(),
    BinaryCrossEntropy(),
    LogLikelihood(),
    Exponential(),
    Hellinger(),
    KlDivergence(),
)


def cost_of(cost_id: str) -> CostFunction:
    """The cost function with this id; raises KeyError."""
    return {entry.id: entry for entry in COSTS}[cost_id]
