"""Dense: every unit is connected with every input."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.arrays import MatMul, Transposed
from explorer.equations import Expr, Index, Product, Sum, total
from explorer.kind import Code, Fix, LayerKind, Place, Shape, ShapeProblem, one_list, sequence_of
from explorer.params import BoolParam, IntParam
from explorer.weight_params import WEIGHT_PARAMS

if TYPE_CHECKING:
    from torch import nn


class Dense(LayerKind):
    """A layer of units, each connected with every input by a weight. An activation usually follows.

    Formula: z_j = b_j + Σ w_ji · x_i, summed over the inputs i; as matrices z = Wx + b. Errors go back by the same
    weights.

    Shapes: a list of n numbers in, one number per unit out; with "Each time step", time steps × n in, and time steps ×
    units out. Weights: units × n, and a bias per unit.

    When to use it: on lists of numbers without neighbours, and as the last layer, with a unit for each number or class
    that is wanted.

    Source: Rosenblatt, The perceptron, 1958; Rumelhart, Hinton and Williams, Learning representations by
    back-propagating errors, 1986.
    """

    id = "dense"
    title = "Dense"
    category = "Core"
    icon = "mdi6.graph-outline"
    synonyms = ("fully connected", "linear", "feedforward", "mlp", "perceptron", "affine", "units", "max norm")
    fully_connected = True
    size_param = "units"
    params = (
        IntParam("units", 10, "Units", "How many units (neurons) the layer has.", maximum=10**9),
        BoolParam("bias", True, "Bias", "Whether each unit has a bias weight."),
        BoolParam(
            "each_step",
            False,
            "Each time step",
            "Work on every time step of a sequence by itself, with the same weights.",
            advanced=True,
        ),
        *WEIGHT_PARAMS,
    )

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """(units,) of a list of numbers, or (time, units) of a sequence, each time step by itself."""
        (shape,) = inputs
        try:
            if params["each_step"]:
                return (sequence_of(shape)[0], params["units"])
            one_list(inputs)
        except ShapeProblem as problem:
            fixes = list(problem.fixes)
            if len(shape) <= 2:
                label = "Work on the whole list" if len(shape) == 1 else "Work on each time step"
                fixes.append(Fix(label, set=(("each_step", len(shape) == 2),)))
            raise ShapeProblem(str(problem), *fixes) from None
        return (params["units"],)

    def weight_shapes(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        """weight (units, inputs) and bias (units,)."""
        shapes: dict[str, Shape] = {"weight": (params["units"], inputs[0][-1])}
        return shapes | ({"bias": (params["units"],)} if params["bias"] else {})

    def operations(self, params: Mapping[str, Any], inputs: tuple[Shape, ...], output: Shape) -> int:
        """One per weight, at each time step."""
        return inputs[0][-1] * math.prod(output)

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """torch's Linear."""
        from torch import nn

        return nn.Linear(inputs[0][-1], params["units"], bias=params["bias"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """nn.Linear."""
        return Code.of("nn.Linear", inputs[0][-1], params["units"], bias=(params["bias"], True))

    def forward(self, at: Place, index: Index) -> Expr:
        """z_j = b_j + sum_i w_ji x_i."""
        *t, j = index
        terms: list[Expr] = [at.w("bias", (j,))] if at.params["bias"] else []
        lead = len(terms)
        terms += [Product((at.w("weight", (j, i)), at.x((*t, i)))) for i in range(at.inputs[0][-1])]
        return total(terms, "i", Product((at.w("weight", (j, "i")), at.x((*t, "i")))), lead)

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """sum_j delta_j w_ji."""
        *t, i = index
        terms: list[Expr] = [Product((at.delta((*t, j)), at.w("weight", (j, i)))) for j in range(at.output[-1])]
        return total(terms, "j", Product((at.delta((*t, "j")), at.w("weight", ("j", i)))))

    def weight_gradient(self, at: Place, name: str, index: Index) -> Expr:
        """dE/dw_ji = delta_j x_i, and dE/db_j = delta_j; over time steps their sum."""
        steps: list[Index] = [(t,) for t in range(at.output[0])] if at.params["each_step"] else [()]
        if name == "bias":
            return total([at.delta((*t, *index)) for t in steps])
        j, i = index
        return total([Product((at.delta((*t, j)), at.x((*t, i)))) for t in steps])

    def matrix_forward(self, at: Place) -> Expr:
        """z = W x + b; of a sequence, a row per time step, z = x W^T + b."""
        w, x = at.w("weight"), at.x()
        product = MatMul(x, Transposed(w)) if at.params["each_step"] else MatMul(w, x)
        return Sum((product, at.w("bias"))) if at.params["bias"] else product

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """W transposed times delta; of a sequence delta W."""
        if at.params["each_step"]:
            return MatMul(at.delta(), at.w("weight"))
        return MatMul(Transposed(at.w("weight")), at.delta())

    def caption(self, params: Mapping[str, Any]) -> str:
        """``10 units``."""
        return f"{params['units']} unit{'' if params['units'] == 1 else 's'}"
