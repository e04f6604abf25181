"""The optimizers: one file each, and the list that makes them known."""

from __future__ import annotations

from explorer.optimizer import Optimizer
from explorer.optimizers.adadelta import Adadelta
from explorer.optimizers.adagrad import Adagrad
from explorer.optimizers.adam import Adam
from explorer.optimizers.adamw import AdamW
from explorer.optimizers.conjugate_gradient import ConjugateGradient
from explorer.optimizers.lbfgs import Lbfgs
from explorer.optimizers.rmsprop import RmsProp
from explorer.optimizers.rprop import Rprop
from explorer.optimizers.sgd import Sgd

OPTIMIZERS: tuple[Optimizer, ...] = (
    Sgd(),
    Adam(),
    AdamW(),
    RmsProp(),
    Adagrad(),
    Adadelta(),
    Rprop(),
    ConjugateGradient(),
    Lbfgs(),
)


def optimizer_of(optimizer_id: str) -> Optimizer:
    """The optimizer with this id; raises KeyError."""
    return {entry.id: entry for entry in OPTIMIZERS}[optimizer_id]
