"""CostFunction: what one cost function is."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from explorer.equations import Expr

if TYPE_CHECKING:
    from torch import Tensor

Shape = tuple[int, ...]


class CostFunction(ABC):
    """One cost function: in torch, and as equations for one example. The cost of a batch is the mean over examples.

    Outputs z and targets t are flattened for the equations, in C order.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    classes: ClassVar[bool] = False
    """True if the cost compares probabilities of classes: targets may then be class numbers."""

    @property
    def help(self) -> str:
        """What a user reads about this cost."""
        return inspect.cleandoc(self.__doc__ or "")

    def problem(self, output: Shape) -> str | None:
        """Why the cost does not fit an output of this shape, as one sentence; None if it does."""
        return None

    @abstractmethod
    def torch_cost(self, output: Tensor, target: Tensor) -> Tensor:
        """The cost of a batch, a scalar tensor; output and target are (batch, *shape)."""

    @abstractmethod
    def local(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """The local error of output k, before the sum over outputs."""

    def of_sum(self, summed: Expr) -> Expr:
        """The cost of one example, from the sum of its local errors."""
        return summed

    @abstractmethod
    def gradient(self, z: Sequence[Expr], t: Sequence[Expr], k: int) -> Expr:
        """d (cost of one example) / d z_k."""
