"""Training settings as plain data, described by Params; those of the optimizer come from its entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from explorer.costs import COSTS
from explorer.optimizers import OPTIMIZERS, optimizer_of
from explorer.output_settings import OutputSettings
from explorer.params import BoolParam, ChoiceParam, FloatParam, IntParam, Param, ParamError, check_params, unknown_key
from explorer.weight_params import INITIALISERS

SETTINGS: tuple[Param, ...] = (
    ChoiceParam(
        "cost",
        "squared_error",
        "Cost",
        "What training makes small: how far the outputs are from the targets.",
        choices=tuple(cost.id for cost in COSTS),
        notes=tuple(f"{cost.title}. {cost.help}" for cost in COSTS),
    ),
    ChoiceParam(
        "optimizer",
        "sgd",
        "Optimizer",
        "How a gradient changes the weights.",
        choices=tuple(optimizer.id for optimizer in OPTIMIZERS),
        notes=tuple(f"{optimizer.title}. {optimizer.help}" for optimizer in OPTIMIZERS),
    ),
    IntParam(
        "batch_size", 32, "Batch", "Examples per step: 1 is stochastic, all of them is full batch.", unit="examples"
    ),
    IntParam(
        "epochs", 10, "Epochs", "How many times all training examples are gone through.", minimum=0, maximum=10**7
    ),
    BoolParam("shuffle", True, "Shuffle", "Whether the examples are put in a new order before each epoch."),
    IntParam("seed", 0, "Seed", "The same seed on the same device gives the same figures.", minimum=0),
    ChoiceParam(
        "init",
        "torch",
        "Init",
        "How weights that the project does not give begin, in layers that do not say it: torch's own, zeros, "
        "normal N(0, sd), uniform in ±spread, scaled N(0, 1/√n), Xavier N(0, √(2/(n + m))), He N(0, √(2/n)) or "
        "orthogonal; n inputs and m outputs of a unit.",
        choices=INITIALISERS[1:],
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
    FloatParam(
        "stop_change",
        0.0,
        "Stop below",
        "Ends the run when an epoch changes the training cost by less than this; 0 is never.",
        minimum=0.0,
        advanced=True,
    ),
    ChoiceParam(
        "device",
        "auto",
        "Device",
        "Where training runs; auto takes a GPU if there is one.",
        choices=("auto", "cpu", "cuda", "mps"),
        advanced=True,
    ),
    ChoiceParam(
        "precision",
        "float32",
        "Precision",
        "The numbers that training computes with.",
        choices=("float32", "float64"),
        advanced=True,
    ),
)


LIVE_SETTINGS = frozenset({"epochs", "stop_change"})
"""Settings, besides the optimizer's params, that can change while training."""


@dataclass(frozen=True)
class Settings:
    """What a run is told: values by the names of SETTINGS, and the optimizer's own params; checked and complete.

    ``outputs`` has the settings of single outputs, by their layer; those left out take the defaults.
    """

    values: Mapping[str, Any] = field(default_factory=lambda: {param.name: param.default for param in SETTINGS})
    optimizer_params: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, OutputSettings] = field(default_factory=dict)

    def __post_init__(self) -> None:
        values, problems = check_params(SETTINGS, self.values)
        if problems:
            raise ParamError(problems[0])
        own, problems = check_params(optimizer_of(values["optimizer"]).params, self.optimizer_params)
        if problems:
            raise ParamError(problems[0])
        object.__setattr__(self, "values", MappingProxyType(values))
        object.__setattr__(self, "optimizer_params", MappingProxyType(own))
        object.__setattr__(self, "outputs", MappingProxyType(dict(self.outputs)))

    def __reduce__(self) -> tuple[Any, ...]:
        return (Settings, (dict(self.values), dict(self.optimizer_params), dict(self.outputs)))

    def __getitem__(self, name: str) -> Any:
        """The value of a setting, the optimizer's own included."""
        return self.values[name] if name in self.values else self.optimizer_params[name]

    @property
    def params(self) -> tuple[Param, ...]:
        """Every Param that applies: SETTINGS, and those of the chosen optimizer."""
        return SETTINGS + optimizer_of(self["optimizer"]).params


def change(settings: Settings, name: str, value: Any) -> Settings:
    """With one setting changed; raises ParamError.

    Another optimizer keeps what was chosen of the params that both have. What stood at its default takes the other's
    default, and so does the learning rate, which means another length there.
    """
    if name in settings.optimizer_params:
        return replace(settings, optimizer_params={**settings.optimizer_params, name: value})
    if name not in settings.values:
        raise ParamError(unknown_key(name, [param.name for param in settings.params]))
    values = {**settings.values, name: value}
    if name != "optimizer" or value == settings["optimizer"]:
        return replace(settings, values=values)
    Settings(values)  # refuses an optimizer that is not known
    own, old = settings.optimizer_params, optimizer_of(settings["optimizer"]).params
    chosen = {param.name for param in old if own[param.name] != param.default} - {"lr"}
    shared = chosen & {param.name for param in optimizer_of(value).params}
    return replace(settings, values=values, optimizer_params={name: own[name] for name in shared})


def change_output(settings: Settings, output: str, name: str, value: Any) -> Settings:
    """With a setting of one output changed; raises ParamError."""
    chosen = replace(settings.outputs.get(output, OutputSettings()), **{name: value})
    others = {other: kept for other, kept in settings.outputs.items() if other != output}
    return replace(settings, outputs=others if chosen == OutputSettings() else {**others, output: chosen})


def change_text(settings: Settings, name: str, text: str) -> Settings:
    """With one setting read from text, as in ``--set lr=0.1``; raises ParamError."""
    for param in settings.params:
        if param.name == name:
            return change(settings, name, param.parse(text))
    raise ParamError(unknown_key(name, [param.name for param in settings.params]))
