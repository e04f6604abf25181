"""start_code: how an exported program comes to the weights that training here begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save

from explorer.compiler import compile_project
from explorer.exchange.lines import Line, function, literal, plain
from explorer.exchange.model_code import ModelCode
from explorer.initialise import starts
from explorer.project.model import Project
from explorer.resolve import Resolved

MOST_INLINE = 100
"""Numbers that are written into the program itself; more of them get a file."""


@dataclass(frozen=True)
class Start:
    """The weights to begin with: nested lists by the names of the module, or a file; else torch's own after the seed.

    ``draws`` are statements about ``model`` that draw some of these anew.
    """

    draws: tuple[str, ...] = ()
    inline: Mapping[str, list[Any]] = field(default_factory=dict)
    file: bytes = b""


def start_code(project: Project, resolved: Resolved, code: ModelCode) -> Start:
    """How the exported class gets the weights of the project: those it has, and those that its seed draws."""
    running = [f"{layer.id}.{part}" for layer in resolved.running for part in (*layer.weights, *layer.buffers)]
    given = [name for name in running if name in project.weights]
    if not given and _draws_alike(resolved, code):
        return Start(draws=tuple(_draws(project, resolved, code)))
    if len(given) == len(running) and not any(layer.buffers for layer in resolved.running):
        arrays = {_path(name, code): project.weights[name] for name in running}
        if sum(array.size for array in arrays.values()) <= MOST_INLINE and not _tied(resolved, code):
            precision = project.settings["precision"]
            return Start(inline={name: numbers(array.astype(precision)) for name, array in arrays.items()})
    return Start(file=_file(project, resolved, code))


def make_model(start: Start, name: str, device: str, dtype: str = "torch.float32") -> list[Line]:
    """The function that makes the class called ``name``, for a program with the constants SEED or WEIGHTS.

    ``device`` and ``dtype`` are the texts that say where it is, and in which precision.
    """
    wide = "" if dtype == "torch.float32" else dtype
    places = ", ".join(filter(None, (device, wide)))
    body = [f"model = {name}()"]
    if start.inline or start.file:
        rows = f"torch.tensor(rows{f', dtype={wide}' if wide else ''})"
        given = "load_file(WEIGHTS)" if start.file else f"{{name: {rows} for name, rows in WEIGHTS.items()}}"
        body += [*([f"model.to({places})"] if places else []), f"model.load_state_dict({given})", "return model"]
    else:
        body.insert(0, "torch.manual_seed(SEED)")
        body += ["with torch.no_grad():", *(f"    {line}" for line in start.draws)] if start.draws else []
        body.append(f"return model.to({places})" if places else "return model")
    told = "with the weights of the project" if start.inline or start.file else "with weights drawn by the seed"
    return function(f"def make_model() -> {name}:", f"The model {told}.", *body)


def constants(start: Start, stem: str) -> list[Line]:
    """The constant WEIGHTS, for a program that is saved as ``stem``.py."""
    if start.file:
        return plain(f"WEIGHTS = {beside(f'{stem}.safetensors')}")
    if start.inline:
        return plain("WEIGHTS = {", *(f'    "{name}": {rows!r},' for name, rows in start.inline.items()), "}")
    return []


def beside(name: str) -> str:
    """A file in the program's folder."""
    return f"Path(__file__).with_name({literal(name)})"


def numbers(array: NDArray[np.floating[Any]]) -> Any:
    """Nested lists of the shortest numbers that read back as the same."""
    return array.tolist() if array.dtype == np.float64 else np.vectorize(lambda one: float(str(one)))(array).tolist()


def _draws_alike(resolved: Resolved, code: ModelCode) -> bool:
    """Whether the exported class makes its layers in the order in which they are made here, each from its own draws."""
    layers = resolved.layers
    here = [node for node in resolved.order if layers[node].weights or layers[node].owner]
    there = [node for node in code.made if layers[node].weights or layers[node].owner]
    return here == there


def _draws(project: Project, resolved: Resolved, code: ModelCode) -> list[str]:
    """The statements that draw weights anew which do not begin as torch makes them."""
    lines = []
    how, spread = project.settings["init"], project.settings["init_spread"]
    for node in resolved.order:
        layer = resolved.layers[node]
        for part, (method, factor) in starts(layer.kind, layer.params, layer.weights, how, spread).items():
            weight = f"model.{code.paths[node]}.{part}"
            if method == "orthogonal":
                text = f"nn.init.orthogonal_({weight})"
            elif method == "zeros":
                text = f"{weight}.zero_()"
            else:
                drawn = f"{weight}.normal_()" if method == "normal" else f"{weight}.uniform_(-1.0, 1.0)"
                text = drawn if factor == 1 else f"{drawn}.mul_({factor!r})"
            lines.append(text)
    return lines


def _path(name: str, code: ModelCode) -> str:
    """``block.conv.weight`` for ``block/conv.weight``."""
    node, _, part = name.partition(".")  # no layer's name has a dot
    return f"{code.paths[node]}.{part}"


def _tied(resolved: Resolved, code: ModelCode) -> bool:
    """Whether modules of their own use the weights of others."""
    return any(resolved.layers[node].owner for node in code.made)


def _file(project: Project, resolved: Resolved, code: ModelCode) -> bytes:
    """The state of the exported class in safetensors."""
    dtype = torch.float64 if project.settings["precision"] == "float64" else torch.float32
    module = compile_project(project, resolved, dtype)
    arrays = {}
    for node, _, built in module.plan:
        if node in code.paths:
            for part, tensor in built.state_dict().items():
                arrays[f"{code.paths[node]}.{part}"] = np.ascontiguousarray(tensor.numpy())
    return save(arrays)
