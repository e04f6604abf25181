"""LayerKind: what one kind of layer is, and ShapeProblem: why a layer cannot take what came in."""

from __future__ import annotations

import inspect
import math
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

ANY_EXAMPLE = -1
"""The example of an operand in the typical term of a sum over the batch."""

MASK = "mask"
"""The array inside a dropout layer that says what chance has kept, 1, and dropped, 0, where it was drawn."""


@dataclass(frozen=True)
class Fix:
    """A repair that one click applies: insert a layer before this one, append one to it, or set some of its params.

    A layer is inserted into the wire to ``port``; ``params`` are those of it that are not its defaults. ``node`` is the
    layer that all this is done to, "" for the one that has the problem.
    """

    label: str
    insert: str = ""
    append: str = ""
    set: tuple[tuple[str, Any], ...] = ()
    params: tuple[tuple[str, Any], ...] = ()
    port: int = 0
    node: str = ""


@dataclass(frozen=True)
class Want:
    """A shape that would do at an input: a fix, if a layer before can be set to put it out."""

    port: int
    shape: Shape


class ShapeProblem(Exception):
    """Why a layer cannot take its inputs: a sentence that continues the layer's name, its fixes, the best first."""

    def __init__(self, message: str, *fixes: Fix, wants: tuple[Want, ...] = ()) -> None:
        super().__init__(message)
        self.fixes = fixes
        self.wants = wants


@dataclass(frozen=True)
class Code:
    """A layer as plain PyTorch, for exported programs; every text is code of our own with checked literals.

    It may use the names ``torch``, ``nn`` and ``F``, which is torch.nn.functional.
    ``module`` is the expression that makes it (``nn.Linear(64, 10)``), empty for a layer that needs no module.
    ``call`` is its value: ``{m}`` stands for the module, ``{0}``, ``{1}`` ... for the inputs, ``{inputs}`` for all of
    them separated by commas. ``support`` is the source of a small class or function that the expressions use.
    """

    module: str = ""
    call: str = "{m}({inputs})"
    support: str = ""

    @classmethod
    def of(cls, name: str, *given: Any, **options: tuple[Any, Any]) -> Code:
        """``nn.Conv2d(3, 8, 5, stride=2)``: options are (value, torch's default), and left out where these agree."""
        words = [_literal(value) for value in given]
        words += [f"{word}={_literal(value)}" for word, (value, default) in options.items() if value != default]
        return cls(f"{name}({', '.join(words)})")


@dataclass(frozen=True)
class Place:
    """One layer in its network, for one example of a batch of ``batch``: makes the operands of its equations.

    ``owner`` is the layer whose weights it uses: itself, unless it shares another's. ``drawn`` says that chance was
    drawn for this batch, as while training.
    """

    node: str
    sources: tuple[str, ...]
    params: Mapping[str, Any]
    inputs: tuple[Shape, ...]
    output: Shape
    example: int = 0
    weights: Mapping[str, Shape] = field(default_factory=dict)
    owner: str = ""
    batch: int = 1
    drawn: bool = False

    def x(self, index: Index = (), port: int = 0, example: int | None = None) -> Ref:
        """An element of the input at ``port``; without an index the whole array."""
        return Ref(Quantity("value", self.sources[port], index=index, example=self._of(example)))

    def y(self, index: Index = (), example: int | None = None) -> Ref:
        """An element of the output."""
        return Ref(Quantity("value", self.node, index=index, example=self._of(example)))

    def w(self, name: str, index: Index = ()) -> Ref:
        """An element of the weight called ``name``, in torch's layout."""
        return Ref(Quantity("weight", self.owner or self.node, name, index))

    def delta(self, index: Index = (), example: int | None = None) -> Ref:
        """d cost / d output, an element or the whole array."""
        return Ref(Quantity("delta", self.node, index=index, example=self._of(example)))

    def inner(self, name: str, index: Index = (), example: int | None = None) -> Ref:
        """An element of an array inside the layer, such as a gate; ``inner_shapes`` lists them."""
        return Ref(Quantity("inner", self.node, name, index, self._of(example)))

    def inner_delta(self, name: str, index: Index = (), example: int | None = None) -> Ref:
        """d cost / d that element."""
        return Ref(Quantity("inner_delta", self.node, name, index, self._of(example)))

    def _of(self, example: int | None) -> int:
        return self.example if example is None else example


class LayerKind(ABC):
    """What one kind of layer is. Subclasses have a docstring for users, and the attributes below.

    ``ports`` names the inputs, of which the last ``optional_ports`` may stay unwired; a ``variadic`` kind takes two or
    more on numbered ports. A kind with weights ends its params with WEIGHT_PARAMS.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    category: ClassVar[str]
    icon: ClassVar[str]
    params: ClassVar[tuple[Param, ...]] = ()
    ports: ClassVar[tuple[str, ...]] = ("in",)
    optional_ports: ClassVar[int] = 0
    variadic: ClassVar[bool] = False
    expands: ClassVar[bool] = False
    """True if it stands for a network of its own, by which ``expand`` replaces it."""
    from_file: ClassVar[bool] = False
    """True if it is a network from a file that the user has: what it gives is taken as given, and never trained."""
    synonyms: ClassVar[tuple[str, ...]] = ()
    """Other names that people search for."""
    activation: ClassVar[bool] = False
    """True if it turns net inputs z into activations a of the same shape."""
    elementwise: ClassVar[bool] = False
    """True if output[i] depends on input[i] alone: an activation with a slope."""
    fully_connected: ClassVar[bool] = False
    """True if output j is the sum over i of weight[j, i] input[i], plus bias[j]: the units of a list are numbered."""
    rearranges: ClassVar[bool] = False
    """True if it only passes on or moves the numbers of the layer before, so a sketch can leave it out."""
    by_example: ClassVar[bool] = True
    """True if an example's output follows from it and the weights alone, in training too: no chance, no batch."""
    keeps_start: ClassVar[tuple[str, ...]] = ()
    """Weights that begin as torch makes them, whatever the initialiser, such as the scale of a norm, 1."""
    unit_axis: ClassVar[int] = 0
    """The axis of a weight, 0 or 1, along which its units lie: the other one and the rest are a unit's inputs."""
    over_time: ClassVar[bool] = False
    """True if the arrays inside have time for their first axis, and are computed a time step at a time."""
    over_batch: ClassVar[tuple[str, ...]] = ()
    """Arrays inside that all examples of a batch have in common, such as their mean; they go by example 0."""
    symbols: ClassVar[Mapping[str, str]] = {}
    """What formulas call weights and arrays inside, as LaTeX by name: ``W_{ih}`` for ``weight_ih_l0``."""
    in_between: ClassVar[tuple[str, ...]] = ()
    """Arrays inside that the kind's formulas write out where they are used, such as the net input of a gate."""
    meanings: ClassVar[Mapping[str, str]] = {}
    """What the arrays inside are, in a few words by name: ``forget gate`` for ``f``."""
    takes_indices: ClassVar[bool] = False
    """True if its inputs are whole numbers that name something; nothing goes back to them."""
    size_param: ClassVar[str] = ""
    """The param that says how many numbers, channels or features are put out."""
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

    def buffer_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """Arrays that are kept with the weights but not trained, such as running means; torch's names."""
        return {}

    def inner_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """Arrays inside the layer that its equations name, for one example, in the order of computing."""
        return {}

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """Multiplications and additions, each pair as one, for one example's output."""
        return math.prod(output)

    @abstractmethod
    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """The torch module; called with one tensor per port, batch first."""

    def from_its_file(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The params that follow from its file, read when a person chooses it; raises FeatureFileProblem."""
        raise TypeError(f"{self.id} has no file")

    @abstractmethod
    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """The layer as plain PyTorch; an input's own examples are its ``{0}``."""

    @abstractmethod
    def forward(self, at: Place, index: Index) -> Expr:
        """output[index] as a tree over the inputs and weights."""

    @abstractmethod
    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """What this layer sends back to input[index] of ``port``: its share of d cost / d that input."""

    def inner(self, at: Place, name: str, index: Index) -> Expr:
        """An element of an array inside the layer, as a tree over inputs, weights and other inner arrays."""
        raise TypeError(f"{self.id} has nothing inside")

    def inner_delta(self, at: Place, name: str, index: Index) -> Expr:
        """d cost / d that element, as a tree over deltas, of the output and of inner arrays that follow."""
        raise TypeError(f"{self.id} has nothing inside")

    def weight_gradient(self, at: Place, name: str, index: Index) -> Expr:
        """d cost / d weight[index] from one example, as a tree over deltas and inputs; kinds with weights have it."""
        raise TypeError(f"{self.id} has no weights")

    @abstractmethod
    def matrix_forward(self, at: Place) -> Expr:
        """The whole output as a tree over whole arrays, for one example."""

    @abstractmethod
    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """The whole array sent back to ``port``, as a tree over whole arrays, for one example."""

    def matrix_inner(self, at: Place, name: str) -> Expr:
        """A whole array inside the layer as a tree over whole arrays, for one example."""
        raise TypeError(f"{self.id} has nothing inside")

    def caption(self, params: Mapping[str, Any]) -> str:
        """A few words about the params, shown on the node."""
        return ""


def is_bias(name: str) -> bool:
    """Whether a weight of this name is added, not multiplied: penalties and most initialisers leave it out."""
    return "bias" in name


def one_list(inputs: tuple[Shape, ...], means: bool = True) -> Shape:
    """The shape (n,) of the only input; raises ShapeProblem if it is no list. ``means`` of channels would do too."""
    (shape,) = inputs
    if len(shape) != 1:
        pool = [Fix("Insert Global avg pool 2D", "global_avg_pool2d")] if means and len(shape) == 3 else []
        raise ShapeProblem(
            f"needs one list of numbers per example; {show_shape(shape)} came in.",
            Fix("Insert Flatten", "flatten"),
            *pool,
        )
    return shape


def _literal(value: Any) -> str:
    """A number, word or shape as Python; a pair of equals as one."""
    if isinstance(value, str) and value.isidentifier():
        return f'"{value}"'
    pair = isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]
    return repr(value[0] if pair else value)


def one_shape(inputs: tuple[Shape, ...]) -> Shape:
    """The shape that all inputs have; raises ShapeProblem if they differ."""
    first, *others = inputs
    if len(set(inputs)) == 1:
        return first
    wants = [Want(port, first) for port, shape in enumerate(inputs) if shape != first]
    raise ShapeProblem(
        f"needs inputs of one shape; {' and '.join(map(show_shape, inputs))} came in.",
        *(reshape_fix(first, want.port) for want in wants if math.prod(inputs[want.port]) == math.prod(first)),
        wants=(*wants, *(Want(0, shape) for shape in others[:1] if set(others) == {shape})),
    )


def reshape_fix(shape: Shape, port: int = 0) -> Fix:
    """The layer that gives the numbers at a port another shape."""
    where = f" at input {port + 1}" if port else ""
    return Fix(f"Insert Reshape to {show_shape(shape)}{where}", "reshape", params=(("shape", shape),), port=port)


def sequence_of(shape: Shape) -> Shape:
    """The shape (time, features) of an input; raises ShapeProblem if it is no sequence."""
    if len(shape) == 2:
        return shape
    rows = (math.prod(shape[:-1]), shape[-1]) if len(shape) > 1 else (shape[0], 1)
    raise ShapeProblem(
        f"needs a sequence, time steps × features; {show_shape(shape)} came in.",
        reshape_fix(rows),
    )


def show_shape(shape: Shape | None) -> str:
    """``1×8×8``, or ``?`` while it is not known."""
    return "?" if shape is None else "×".join(str(size) for size in shape).replace("-", "−") or "1"
