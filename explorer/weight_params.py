"""WEIGHT_PARAMS: what can be set of the weights of any layer; kinds with weights end their params with it."""

from __future__ import annotations

from explorer.params import BoolParam, ChoiceParam, FloatParam, NodeParam, Param

INITIALISERS = ("project", "torch", "zeros", "normal", "uniform", "scaled", "xavier", "he", "orthogonal")

GROUP = "Weights"
"""The fold of a form that holds these params."""

WEIGHT_PARAMS: tuple[Param, ...] = (
    ChoiceParam(
        "init",
        "project",
        "Init",
        "How the weights begin: as the project's setting says, as torch does, zeros, normal N(0, sd), uniform in "
        "±spread, scaled N(0, 1/√n), Xavier N(0, √(2/(n + m))), He N(0, √(2/n)) or orthogonal; n inputs and m outputs "
        "of a unit, second numbers are standard deviations. Biases begin at 0, but for torch, normal and uniform.",
        choices=INITIALISERS,
        group=GROUP,
    ),
    FloatParam(
        "init_spread",
        1.0,
        "Spread",
        "The standard deviation of a normal start, or the bound of a uniform one; the others need none.",
        minimum=0.0,
        maximum=1e6,
        group=GROUP,
    ),
    BoolParam(
        "freeze",
        False,
        "Freeze",
        "Keep the weights as they are: training does not change them, by no optimizer and by no weight decay.",
        group=GROUP,
    ),
    FloatParam(
        "l1",
        0.0,
        "L1",
        "Adds l1 · Σ |w| to what training makes small, which draws weights to 0; biases are left out. The curves show "
        "the cost of the data alone.",
        minimum=0.0,
        maximum=1e6,
        group=GROUP,
    ),
    FloatParam(
        "l2",
        0.0,
        "L2",
        "Adds ½ l2 · Σ w² to what training makes small, which keeps weights small; biases are left out. The curves "
        "show the cost of the data alone.",
        minimum=0.0,
        maximum=1e6,
        group=GROUP,
    ),
    FloatParam(
        "max_norm",
        0.0,
        "Max norm",
        "The longest that the weights into one unit may be, as a list, √(Σ w²); after an update, longer ones are "
        "scaled back to it. Biases are left out; 0 is no limit.",
        minimum=0.0,
        maximum=1e6,
        group=GROUP,
    ),
    NodeParam(
        "share",
        "",
        "Share weights of",
        "Another layer of the same kind whose weights this one uses too. Both add to their gradient; the settings of "
        "weights are then those of the other layer.",
        group=GROUP,
    ),
)
