"""The optimizers: one file each, and the list that makes them known."""

from __future__ import annotations

from explorer.optimizer import Optimizer
from explorer.optimizers.adam import Adam
from explorer.optimizers.sgd import Sgd

OPTIMIZERS: tuple[Optimizer, ...] = (Sgd(), Adam())


def optimizer_of(optimizer_id: str) -> Optimizer:
    """The optimizer with this id; raises KeyError."""
    return {entry.id: entry for entry in OPTIMIZERS}[optimizer_id]
