"""optimizer_code: the expression that makes a project's optimizer, and the source of one that torch does not have."""

from __future__ import annotations

import inspect

import torch
from torch.optim import Optimizer

from explorer.exchange.sources import Copied, copied
from explorer.optimizers import optimizer_of
from explorer.settings import Settings


def optimizer_code(settings: Settings, parameters: str) -> tuple[str, Copied]:
    """``torch.optim.SGD(model.parameters(), lr=0.5)`` for a text of the parameters, and what it needs besides torch.

    It is read off the very object that training uses; arguments that are torch's defaults are left out.
    """
    made = optimizer_of(settings["optimizer"]).create([torch.zeros(1, requires_grad=True)], settings.optimizer_params)
    kind = _torch_class(made)
    own = kind.__module__.partition(".")[0] != "torch"
    words = [parameters]
    for name, parameter in inspect.signature(kind).parameters.items():
        if name in made.defaults and (name == "lr" or made.defaults[name] != parameter.default):
            words.append(f"{name}={_literal(made.defaults[name])}")
    call = f"{kind.__name__ if own else f'torch.optim.{kind.__name__}'}({', '.join(words)})"
    return call, copied(kind.__module__, [kind.__name__]) if own else Copied()


def _torch_class(made: Optimizer) -> type[Optimizer]:
    """The class of torch that does the same: ours may add to it what only stepping shows; ours, if there is none."""
    known = [kind for kind in type(made).__mro__ if kind.__module__.startswith("torch.optim.")]
    return known[0] if issubclass(known[0], Optimizer) and known[0] is not Optimizer else type(made)


def _literal(value: object) -> str:
    """A number, word or tuple of them as Python; raises TypeError for anything else."""
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))})"
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    if isinstance(value, str) and value.isidentifier():
        return f'"{value}"'
    raise TypeError(f"{value!r} cannot be written as a literal")
