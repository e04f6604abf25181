"""Norm: the base of kinds that bring numbers to mean 0 and variance 1, and then scale and shift them."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from numpy.typing import NDArray

from explorer.arrays import Part, Rearranged
from explorer.equations import Apply, Expr, Index, Number, Product, Quotient, Ref, total
from explorer.kind import LayerKind, Place, Shape
from explorer.params import FloatParam

EPS = FloatParam(
    "eps", 1e-5, "ε", "Added to the variance, so that nothing is divided by 0.", minimum=1e-12, maximum=1.0
)

Element = tuple[int, Index]
"""(example, index): an element of the inputs of a batch."""
Rearrange = Callable[..., NDArray[Any]]


class Norm(LayerKind):
    """x̂ = (x − μ) / √(σ² + ε), y = γ x̂ + β: a mean μ and a variance σ² per group, a weight γ and a bias β per element
    or channel."""

    category: ClassVar[str] = "Normalisation"
    keeps_start: ClassVar[tuple[str, ...]] = ("weight",)
    meanings: ClassVar[Mapping[str, str]] = {"mean": "mean", "variance": "variance", "normal": "normalised input"}
    symbols: ClassVar[Mapping[str, str]] = {
        "weight": r"\gamma",
        "bias": r"\beta",
        "mean": r"\mu",
        "variance": r"\sigma^{2}",
        "normal": r"\hat{x}",
    }

    @abstractmethod
    def group(self, at: Place, index: Index) -> Index:
        """Where the statistics of an element are."""

    @abstractmethod
    def members(self, at: Place, group: Index) -> list[Element]:
        """The elements of a group."""

    @abstractmethod
    def member(self, at: Place, group: Index) -> tuple[str, Element]:
        """Running letters, and the element of a group that they stand for."""

    @abstractmethod
    def weight_index(self, at: Place, index: Index) -> Index:
        """Where the weight and the bias of an element are."""

    @abstractmethod
    def scaled(self, at: Place, weight: Index) -> list[Index]:
        """The elements of one example that a weight scales."""

    @abstractmethod
    def averages(self, at: Place) -> Rearrange:
        """From the arrays that are normalised together to their means over each group."""

    @abstractmethod
    def spreads(self, at: Place) -> Rearrange:
        """From a number per group to one per element."""

    @abstractmethod
    def scales(self, at: Place) -> Rearrange:
        """From the weights or biases to one per element."""

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The shape of the input."""
        return inputs[0]

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """Four for each number: mean, variance, dividing, and scaling."""
        return 4 * math.prod(output)

    # An element at a time

    def forward(self, at: Place, index: Index) -> Expr:
        """y = weight x_hat + bias."""
        where = self.weight_index(at, index)
        return at.w("weight", where) * at.inner("normal", index) + at.w("bias", where)

    def inner(self, at: Place, name: str, index: Index) -> Expr:
        """The mean, the mean of the squared deviations, and (x - mean) / sqrt(variance + eps)."""
        if name == "normal":
            return Quotient(self._centred(at, at.example, index), self._deviation(at, self.group(at, index)))
        if name == "mean":
            return self._mean(at, index, lambda example, place: at.x(place, example=example))
        return self._mean(at, index, lambda example, place: self._centred(at, example, place) ** 2)

    def inner_delta(self, at: Place, name: str, index: Index) -> Expr:
        """d x_hat = delta weight; the variance and the mean gather what their groups send back.

        Ioffe and Szegedy (2015), section 3; the term that is a sum of deviations from the mean is 0 and left out.
        """
        if name == "normal":
            return at.delta(index) * at.w("weight", self.weight_index(at, index))

        def share(example: int, place: Index) -> Expr:
            back = at.inner_delta("normal", place, example)
            return back if name == "mean" else back * self._centred(at, example, place)

        gathered = self._sum(at, index, share)
        if name == "mean":
            return -Quotient(gathered, self._deviation(at, index))
        steepness = (self.statistic(at, "variance", index) + at.params["eps"]) ** -1.5
        return Product((Number(-0.5), gathered, steepness))

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """d x_hat / sqrt(variance + eps) + d variance 2 (x - mean) / m + d mean / m, of m elements in the group."""
        group = self.group(at, index)
        count = self._count(at, group)
        variance, mean = (self.statistic(at, name, group, back=True) for name in ("variance", "mean"))
        return total(
            [
                Quotient(at.inner_delta("normal", index), self._deviation(at, group)),
                Product((variance, Number(2.0), self._centred(at, at.example, index))) / count,
                mean / count,
            ]
        )

    def weight_gradient(self, at: Place, name: str, index: Index) -> Expr:
        """sum delta x_hat, and sum delta."""
        places = self.scaled(at, index)
        if name == "bias":
            return total([at.delta(place) for place in places])
        return total([at.delta(place) * at.inner("normal", place) for place in places])

    def statistic(self, at: Place, name: str, group: Index = (), back: bool = False) -> Ref:
        """The mean or variance of a group, of example 0 if it is that of a batch; or d cost / d it."""
        example = 0 if name in self.over_batch else None
        return (at.inner_delta if back else at.inner)(name, group, example)

    def _centred(self, at: Place, example: int, place: Index) -> Expr:
        return at.x(place, example=example) - self.statistic(at, "mean", self.group(at, place))

    def _deviation(self, at: Place, group: Index) -> Expr:
        return Apply("sqrt", (self.statistic(at, "variance", group) + at.params["eps"],))

    def _sum(self, at: Place, group: Index, term: Callable[[int, Index], Expr]) -> Expr:
        letters, typical = self.member(at, group)
        return total([term(*element) for element in self.members(at, group)], letters, term(*typical))

    def _mean(self, at: Place, group: Index, term: Callable[[int, Index], Expr]) -> Expr:
        return self._sum(at, group, term) / self._count(at, group)

    def _count(self, at: Place, group: Index) -> Expr:
        """The number m of elements in a group."""
        return Part("m", Number(float(len(self.members(at, group)))), lambda count: count)

    # Whole arrays

    def matrix_forward(self, at: Place) -> Expr:
        """y = weight x_hat + bias."""
        weight, bias = (Part(self.symbols[name], at.w(name), self.scales(at)) for name in ("weight", "bias"))
        return weight * at.inner("normal") + bias

    def matrix_inner(self, at: Place, name: str) -> Expr:
        """As ``inner``, for whole arrays."""
        if name == "normal":
            return Quotient(at.x() - self._spread(at, "mean"), self._deviations(at))
        examples = range(at.batch) if self.over_batch else [at.example]
        arrays = [at.x(example=example) for example in examples]
        if name == "mean":
            return Rearranged("mean", tuple(arrays), self.averages(at))
        squares = [(array - self._spread(at, "mean")) ** 2 for array in arrays]
        return Rearranged("mean", tuple(squares), self.averages(at))

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """As ``backward``, for all elements at once."""
        count = self._count(at, self.group(at, (0,) * len(at.inputs[0])))
        centred = at.x() - self._spread(at, "mean")
        return total(
            [
                Quotient(at.inner_delta("normal"), self._deviations(at)),
                Product((self._spread(at, "variance", back=True), Number(2.0), centred)) / count,
                self._spread(at, "mean", back=True) / count,
            ]
        )

    def caption(self, params: Mapping[str, Any]) -> str:
        """``ε 1e−05``."""
        return f"ε {params['eps']:g}".replace("-", "−")

    def _spread(self, at: Place, name: str, back: bool = False) -> Expr:
        symbol = rf"\delta_{{{self.symbols[name]}}}" if back else self.symbols[name]
        return Part(symbol, self.statistic(at, name, back=back), self.spreads(at))

    def _deviations(self, at: Place) -> Expr:
        return Apply("sqrt", (self._spread(at, "variance") + at.params["eps"],))
