"""Exported programs, run here: their classes, with the weights of a network put in where the export tells."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from explorer.compiler import CompiledNetwork, compile_network
from explorer.exchange.lines import Line, import_lines
from explorer.exchange.model_code import ModelCode, model_code
from explorer.network import Network
from explorer.resolve import Resolved, resolve


def text_of(lines: tuple[Line, ...] | list[Line]) -> str:
    """A program as one text."""
    return "\n".join(line.text for line in lines) + "\n"


def module_of(code: ModelCode) -> nn.Module:
    """The exported class, made."""
    text = text_of([*import_lines(code.imports), *code.lines])
    ast.parse(text)
    names: dict[str, Any] = {}
    exec(compile(text, "exported", "exec"), names)
    module: nn.Module = names[code.name]()
    return module


def with_weights(code: ModelCode, resolved: Resolved, weights: Mapping[str, np.ndarray]) -> nn.Module:
    """The exported class with these weights, float64, as when it is used; all of its weights are among them."""
    torch.set_default_dtype(torch.float64)  # .double() would give each module buffers of its own
    try:
        module = module_of(code)
    finally:
        torch.set_default_dtype(torch.float32)
    given = {
        f"{code.paths[node]}.{part}": torch.tensor(weights[f"{node}.{part}"], dtype=torch.float64)
        for node, layer in resolved.layers.items()
        for part in (*layer.weights, *layer.buffers)
    }
    own = set(module.state_dict())
    missing, unexpected = module.load_state_dict(given, strict=False)
    assert set(given) <= own | set(unexpected)
    assert not unexpected
    assert all(name.endswith("num_batches_tracked") for name in missing if name not in _tied(module)), missing
    return module.eval()


def _tied(module: nn.Module) -> set[str]:
    """Names of weights that are another's too."""
    seen: dict[int, str] = {}
    again = set()
    for name, tensor in module.state_dict(keep_vars=True).items():
        if id(tensor) in seen:
            again |= {name, seen[id(tensor)]}
        seen[id(tensor)] = name
    return again


def both(network: Network, batch: int = 3, seed: int = 0) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """What a network puts out for random examples with random weights: by its program, and as it is compiled."""
    resolved = resolve(network)
    assert resolved.problems == ()
    compiled = compile_network(resolved, torch.float64).eval()
    _draw(compiled, seed)
    code = model_code(network, resolved, "exported")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same'")  # torch's word on kernels of even size
        exported = with_weights(code, resolved, compiled.weight_arrays())
        inputs = [_examples(resolved, node, batch) for node in resolved.inputs]
        with torch.no_grad():
            return _tuple(exported(*inputs)), _tuple(compiled(*inputs))


def _examples(resolved: Resolved, node: str, batch: int) -> Tensor:
    """Random numbers for an input; indices, if a layer that reads it looks them up."""
    shape = (batch, *(resolved.layers[node].shape or ()))
    readers = [resolved.layers[edge.target] for edge in resolved.network.outgoing[node]]
    counts = [layer.params["count"] for layer in readers if layer.kind.takes_indices]
    return torch.randint(min(counts), shape).double() if counts else torch.randn(shape, dtype=torch.float64)


def _draw(compiled: CompiledNetwork, seed: int) -> None:
    """Weights and running means that differ everywhere; what is a variance stays positive."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for tensor in compiled.kept().values():
            if tensor.dtype.is_floating_point:
                tensor.uniform_(0.1, 1.0)


def _tuple(found: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return found if isinstance(found, tuple) else (found,)
