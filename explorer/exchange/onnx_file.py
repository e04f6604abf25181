"""onnx_file: a network with its weights as an ONNX file, in which inputs, outputs and values have the nodes' names."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from explorer import __version__
from explorer.compiler import CompiledNetwork, compile_project
from explorer.exchange.lines import words
from explorer.project.check import RunProblem
from explorer.project.model import Project
from explorer.resolve import Resolved

if TYPE_CHECKING:
    from onnx_ir import Model

BATCH = "batch"
EXAMPLES = 3
"""How many examples the network is run on to be written, and compared with what was written."""
LARGEST = 2_000_000_000
"""Bytes of a file; a protobuf message cannot be larger."""


@dataclass(frozen=True)
class OnnxFile:
    """The content of the file, and the largest difference of its outputs to the network's for a few random inputs."""

    content: bytes
    difference: float


def onnx_file(project: Project, resolved: Resolved) -> OnnxFile:
    """The file of a project whose network has no problems; raises RunProblem for a layer that ONNX cannot hold.

    The network is as when it is used: without dropout, in float32. Any number of examples goes in at once.
    """
    for layer in resolved.running:
        if layer.kind.from_file:
            message = (
                f"{layer.id} is a file of its own, which an ONNX file cannot hold: take it out, and export the rest."
            )
            raise RunProblem(message, layer.id)
    if 4 * resolved.parameters > LARGEST:
        raise RunProblem("The network has more weights than an ONNX file can hold, which is 2 GB.")
    network = compile_project(project, resolved).eval()
    if not _computed(network):
        raise RunProblem("The network computes nothing: add a layer.")
    shapes = [resolved.layers[node].shape or () for node in resolved.inputs]
    draw = torch.Generator().manual_seed(0)
    spread = 0 if any(layer.kind.takes_indices for layer in resolved.running) else 1  # 0 is an index everywhere
    inputs = tuple(spread * torch.randn((EXAMPLES, *shape), generator=draw) for shape in shapes)
    with _quiet():
        model = _translated(network, inputs)
        _name(model, network, resolved)
        model.producer_name, model.producer_version = "nn-explorer", __version__
        model.graph.name = words(project.name) or "network"
        content = _content(model)
    return OnnxFile(content, _difference(content, network, inputs))


class _Values(nn.Module):
    """The network, with the output of every layer for its own, so that each becomes a value of the file."""

    def __init__(self, network: CompiledNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """All values but the inputs themselves, in order."""
        values = self.network.values(*inputs)
        return tuple(values[node] for node in _computed(self.network))


def _computed(network: CompiledNetwork) -> list[str]:
    """The layers, without those that only take inputs."""
    return [node for node, sources, _ in network.plan if sources]


def _translated(network: CompiledNetwork, inputs: tuple[Tensor, ...]) -> Model:
    """The model as torch translates it; the size of the batch stays open."""
    batch = torch.export.Dim(BATCH)
    shapes = (tuple({0: batch} for _ in inputs),)
    program = torch.onnx.export(_Values(network), inputs, dynamo=True, dynamic_shapes=shapes, verbose=False)
    assert program is not None
    return program.model


def _name(model: Model, network: CompiledNetwork, resolved: Resolved) -> None:
    """Give values the names of their layers, and weights those of the project; leave out how torch came to them."""
    graph = model.graph
    computed = _computed(network)
    ends = dict(zip(computed, graph.outputs, strict=True))
    starts = dict(zip(resolved.inputs, graph.inputs, strict=True))
    owners = [resolved.layers[node].owner or node for node, _, _ in network.plan]
    layers = {f"network.built.{place}": node for place, node in enumerate(owners)}
    for name, value in list(graph.initializers.items()):
        place = ".".join(name.split(".")[:3])
        value.name = f"{layers[place]}.{name[len(place) + 1 :]}" if place in layers else f"constant.{name}"
    taken = {*starts.values(), *ends.values()}
    for number, node in enumerate(graph):
        node.name = f"{number}.{node.op_type}"
        node.metadata_props.clear()
        node.doc_string = None
        for value in node.outputs:
            value.metadata_props.clear()
            if value not in taken:
                value.name = f"{number}.{value.name}"  # no layer's name has a dot
    for layer, value in (*starts.items(), *ends.items()):
        value.name = layer
    graph.outputs[:] = [ends.get(layer) or starts[layer] for layer in resolved.outputs]
    model.metadata_props.clear()
    graph.metadata_props.clear()


def _content(model: Model) -> bytes:
    """The bytes of the file, after ONNX has checked them."""
    import onnx
    import onnx_ir

    proto = onnx_ir.to_proto(model)
    onnx.checker.check_model(proto, full_check=True)
    content: bytes = proto.SerializeToString()
    return content


def _difference(content: bytes, network: CompiledNetwork, inputs: tuple[Tensor, ...]) -> float:
    """The largest difference between the file's outputs and the network's, as a share of the largest output."""
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    given = {node: tensor.numpy() for node, tensor in zip(network.inputs, inputs, strict=True)}
    found = session.run(list(network.outputs), given)
    with torch.inference_mode():
        outputs = network(*inputs)
    expected = [output.numpy() for output in (outputs if isinstance(outputs, tuple) else (outputs,))]
    apart = [float(np.abs(one - other).max(initial=0.0)) for one, other in zip(found, expected, strict=True)]
    sizes = [float(np.abs(one).max(initial=1e-12)) for one in expected]
    return max(one / max(size, 1e-12) for one, size in zip(apart, sizes, strict=True))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what torch and onnxscript say of themselves while they translate."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
