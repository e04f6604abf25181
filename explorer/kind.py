"""LayerKind: what one kind of layer is, and ShapeProblem: why a layer cannot take what came in."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.equations import Expr, Index, Quantity, Ref
from explorer.params import Param

if TYPE_CHECKING:
    from torch import nn

Shape = tuple[int, ...]
"""The sizes of one example's array, without the batch."""


@dataclass(frozen=True)
class Fix:
    """A repair that one click applies: insert a layer before this one, or set some of its params."""

    label: str
    insert: str = ""
    set: tuple[tuple[str, Any], ...] = ()


class ShapeProblem(Exception):
    """Why a layer cannot take its inputs: a sentence that continues the layer's name, and its fixes."""

    def __init__(self, message: str, *fixes: Fix) -> None:
        super().__init__(message)
        self.fixes = fixes


@dataclass(frozen=True)
class Place:
    """One layer in its network, for one example of the batch: makes the operands of its equations."""

    node: str
    sources: tuple[str, ...]
    params: Mapping[str, Any]
    inputs: tuple[Shape, ...]
    output: Shape
    example: int = 0
    weights: Mapping[str, Shape] = field(default_factory=dict)

    def x(self, index: Index = (), port: int = 0) -> Ref:
        """An element of the input at ``port``; without an index the whole array."""
        return Ref(Quantity("value", self.sources[port], index=index, example=self.example))

    def y(self, index: Index = ()) -> Ref:
        """An element of the output."""
        return Ref(Quantity("value", self.node, index=index, example=self.example))

    def w(self, name: str, index: Index = ()) -> Ref:
        """An element of the weight called ``name``, in torch's layout."""
        return Ref(Quantity("weight", self.node, name, index))

    def delta(self, index: Index = ()) -> Ref:
        """d cost / d output, an element or the whole array."""
        return Ref(Quantity("delta", self.node, index=index, example=self.example))


class LayerKind(ABC):
    """What one kind of layer is. Subclasses have a docstring for users, and the attributes below.

    ``ports`` names the inputs; a ``variadic`` kind takes two or more on numbered ports.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    category: ClassVar[str]
    icon: ClassVar[str]
    params: ClassVar[tuple[Param, ...]] = ()
    ports: ClassVar[tuple[str, ...]] = ("in",)
    variadic: ClassVar[bool] = False
    activation: ClassVar[bool] = False
    """True if it turns net inputs z into activations a of the same shape."""
    elementwise: ClassVar[bool] = False
    """True if output[i] depends on input[i] alone: an activation with a slope."""
    fully_connected: ClassVar[bool] = False
    """True if output j is the sum over i of weight[j, i] input[i], plus bias[j]: its units and weights are numbered."""
    rearranges: ClassVar[bool] = False
    """True if it only passes on or moves the numbers of the layer before, so a sketch can leave it out."""
    output_range: ClassVar[tuple[float, float] | None] = None
    """The interval that no output leaves; None if outputs have no two bounds."""

    @property
    def help(self) -> str:
        """What a user reads about this kind."""
        return inspect.cleandoc(self.__doc__ or "")

    @abstractmethod
    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """The shape of the output; raises ShapeProblem if the inputs do not fit."""

    def weight_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """Trainable arrays by torch's names, in torch's layout."""
        return {}

    @abstractmethod
    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """The torch module; called with one tensor per port, batch first."""

    @abstractmethod
    def forward(self, at: Place, index: Index) -> Expr:
        """output[index] as a tree over the inputs and weights."""

    @abstractmethod
    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """What this layer sends back to input[index] of ``port``: its share of d cost / d that input."""

    def weight_gradient(self, at: Place, name: str, index: Index) -> Expr:
        """d cost / d weight[index] from one example, as a tree over deltas and inputs; kinds with weights have it."""
        raise TypeError(f"{self.id} has no weights")

    @abstractmethod
    def matrix_forward(self, at: Place) -> Expr:
        """The whole output as a tree over whole arrays, for one example."""

    @abstractmethod
    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The whole array sent back to ``port``, as a tree over whole arrays, for one example."""

    def caption(self, params: Mapping[str, Any]) -> str:
        """A few words about the params, shown on the node."""
        return ""


def one_list(inputs: tuple[Shape, ...]) -> Shape:
    """The shape (n,) of the only input; raises ShapeProblem if it is no list of numbers."""
    (shape,) = inputs
    if len(shape) != 1:
        raise ShapeProblem(
            f"needs one list of numbers per example; {show_shape(shape)} came in.", Fix("Insert Flatten", "flatten")
        )
    return shape


def show_shape(shape: Shape | None) -> str:
    """``1×8×8``, or ``?`` while it is not known."""
    return "?" if shape is None else "×".join(str(size) for size in shape) or "1"
