"""WEIGHT_PARAMS: what can be set of the weights of any layer; kinds with weights end their params with it."""

from __future__ import annotations

from explorer.params import BoolParam, ChoiceParam, FloatParam, NodeParam, Param

INITIALISERS = ("project", "torch", "zeros", "normal", "uniform", "scaled", "xavier", "he", "orthogonal")

WEIGHT_PARAMS: tuple[Param, ...] = (
    ChoiceParam(
        "init",
        "project",
        "Init",
        "How the weights begin: as the project's setting says, as torch does, zeros, normal N(0, sd), uniform in "
        "±spread, scaled N(0, 1/√n), Xavier N(0, √(2/(n + m))), He N(0, √(2/n)) or orthogonal; n inputs, m outputs.",
        choices=INITIALISERS,
        advanced=True,
    ),
    FloatParam(
        "init_spread",
        1.0,
        "Spread",
        "The standard deviation of a normal start, or the bound of a uniform one.",
        minimum=0.0,
        maximum=1e6,
        advanced=True,
    ),
    BoolParam("freeze", False, "Freeze", "Keep the weights as they are: training does not change them.", advanced=True),
    FloatParam("l1", 0.0, "L1", "Adds l1 · Σ |w| to the cost: draws weights to 0.", minimum=0.0, advanced=True),
    FloatParam("l2", 0.0, "L2", "Adds ½ l2 · Σ w² to the cost: keeps weights small.", minimum=0.0, advanced=True),
    FloatParam(
        "max_norm",
        0.0,
        "Max norm",
        "The longest that the weights into one unit may be, as a list; longer ones are scaled back after an update. "
        "0 is no limit.",
        minimum=0.0,
        advanced=True,
    ),
    NodeParam(
        "share",
        "",
        "Share weights of",
        "Another layer of the same kind whose weights this one uses too; its gradients add up.",
        advanced=True,
    ),
)
