"""ONNX files compute in onnxruntime what the network does here, under the layers' names and for any batch.

The long form: pytest tests/explorer/exchange/test_onnx_file.py --hypothesis-profile long --timeout 0
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from explorer.compiler import compile_project
from explorer.exchange.onnx_file import onnx_file
from explorer.kind import Shape
from explorer.layers import KINDS, kind_of
from explorer.network import Edge, Network, Node
from explorer.project.check import RunProblem
from explorer.project.model import Project
from explorer.resolve import resolve
from tests.explorer.exchange.test_names import HOSTILE
from tests.explorer.networks import layers, networks, numbers_for

RUN = [kind for kind in KINDS if kind.ports and not kind.expands and not kind.from_file]
FEW = max(1, settings().max_examples // 50)
"""A file takes seconds, however many layers it has."""


def check_same(project: Project, inputs: dict[str, np.ndarray]) -> onnx.ModelProto:
    """Every output agrees in float32, for one, two and all five examples."""
    resolved = resolve(project.network)
    found = onnx_file(project, resolved)
    session = onnxruntime.InferenceSession(found.content, providers=["CPUExecutionProvider"])
    network = compile_project(project, resolved).eval()
    assert [given.name for given in session.get_inputs()] == list(resolved.inputs)
    assert [made.name for made in session.get_outputs()] == list(resolved.outputs)
    for batch in (1, 2, 5):
        given_arrays = {name: array[:batch].astype(np.float32) for name, array in inputs.items()}
        with torch.no_grad():
            outputs = network(*(torch.from_numpy(given_arrays[name]) for name in resolved.inputs))
        expected = outputs if isinstance(outputs, tuple) else (outputs,)
        for name, one, other in zip(resolved.outputs, session.run(None, given_arrays), expected, strict=True):
            scale = max(1.0, float(other.abs().max())) if other.numel() else 1.0
            assert_allclose(one, other.numpy(), rtol=2e-5, atol=2e-6 * scale, err_msg=name)
    return onnx.load_from_string(found.content)


@settings(max_examples=FEW)
@given(data=st.data(), seed=st.integers(0, 1000))
def test_layers_of_every_kind(data: st.DataObject, seed: int) -> None:
    drawn = {kind.id: data.draw(layers(kind), label=kind.id) for kind in RUN}
    project, numbers = side_by_side(drawn, np.random.default_rng(seed))
    check_same(project, {"x": numbers})


def side_by_side(drawn: dict[str, tuple[dict[str, Any], tuple[Shape, ...], Shape]], rng: Any) -> tuple[Project, Any]:
    """A network in which every layer has its own part of the one input, and is an output; and five examples."""
    nodes, edges, parts, start = [Node("x", "input")], list[Edge](), list[np.ndarray](), 0
    for name, (params, shapes, _) in drawn.items():
        nodes.append(Node(name, name, params))
        for port, shape in enumerate(shapes):
            part, shaped = f"{name}_part{port}", f"{name}_x{port}"
            nodes.append(Node(part, "slice", {"start": start, "stop": start + math.prod(shape)}))
            nodes.append(Node(shaped, "reshape", {"shape": shape}))
            edges += [Edge("x", part), Edge(part, shaped), Edge(shaped, name, port)]
            parts.append(numbers_for(kind_of(name), params, (5, *shape), rng).reshape(5, -1))
            start += math.prod(shape)
    nodes[0] = Node("x", "input", {"shape": (start,)})
    return Project(network=Network(tuple(nodes), tuple(edges))), np.concatenate(parts, 1)


@settings(max_examples=FEW)
@given(network=networks(most=12), seed=st.integers(0, 1000))
def test_random_networks(network: Network, seed: int) -> None:
    shape = resolve(network).layers["x"].shape or ()
    check_same(Project(network=network), {"x": np.random.default_rng(seed).normal(size=(5, *shape))})


def test_names_of_inputs_outputs_values_and_weights() -> None:
    block = Network(
        (Node("in", "input", {"shape": (3,)}), Node("h", "dense", {"units": 3}), Node("t", "tanh")),
        (Edge("in", "h"), Edge("h", "t")),
    )
    nodes = (
        *(Node("x", "input", {"shape": (2,)}), Node("z", "input", {"shape": (1,)}), Node("xz", "concat")),
        *(Node("b", "subnetwork", {"template": "block"}), Node("c", "subnetwork", {"template": "block"})),
        *(Node("i", "identity"), Node("m", "relu", muted=True), Node("o", "dense", {"units": 1})),
        *(Node("n", "batch_norm"), Node("d", "dropout"), Node("again", "dense", {"units": 1, "share": "o"})),
    )
    pairs = ("b", "c"), ("c", "i"), ("i", "m"), ("m", "o"), ("c", "n"), ("n", "d"), ("d", "again")
    edges = (Edge("x", "xz"), Edge("z", "xz", 1), Edge("xz", "b"), *(Edge(*pair) for pair in pairs))
    project = Project("two outputs", Network(nodes, edges, templates={"block": block}))
    model = check_same(project, {"x": np.ones((5, 2)), "z": np.zeros((5, 1))})
    values = {value for node in model.graph.node for value in node.output}
    assert {"xz", "b/h", "b/t", "c/h", "c/t", "i", "o", "n", "d", "again"} <= values
    weights = {array.name: tuple(array.dims) for array in model.graph.initializer}
    shapes = {name: shape for name, shape in resolve(project.network).weight_shapes.items() if "running" not in name}
    assert shapes.items() <= weights.items()
    assert model.graph.name == "two outputs"
    assert model.producer_name == "nn-explorer"
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"
    assert b"/torch" not in model.SerializeToString()
    assert b"explorer/" not in model.SerializeToString()


def test_hostile_names() -> None:
    names = [name for name in HOSTILE if name and not any("\ud800" <= mark <= "\udfff" for mark in name)][:40]
    nodes = (Node(names[0], "input", {"shape": (3,)}), *(Node(name, "dense", {"units": 3}) for name in names[1:]))
    edges = tuple(Edge(one, other) for one, other in pairwise(names))
    model = check_same(Project('"\n{}', Network(nodes, edges)), {names[0]: np.ones((5, 3))})
    assert {f"{name}.weight" for name in names[1:]} <= {array.name for array in model.graph.initializer}


def test_trained_weights_are_in_the_file() -> None:
    nodes = (Node("x", "input", {"shape": (1,)}), Node("h", "dense", {"units": 1}))
    weights: dict[str, Any] = {"h.weight": np.array([[2.0]]), "h.bias": np.array([0.5])}
    project = Project(network=Network(nodes, (Edge("x", "h"),)), weights=weights)
    found = onnx_file(project, resolve(project.network))
    session = onnxruntime.InferenceSession(found.content, providers=["CPUExecutionProvider"])
    assert session.run(None, {"x": np.array([[3.0], [0.0]], dtype=np.float32)})[0].tolist() == [[6.5], [0.5]]


def test_what_onnx_cannot_hold_is_told() -> None:
    alone = Network((Node("x", "input", {"shape": (1,)}),))
    with pytest.raises(RunProblem, match="computes nothing"):
        onnx_file(Project(network=alone), resolve(alone))
    nodes = (Node("x", "input", {"shape": (30_000,)}), Node("h", "dense", {"units": 20_000}))
    large = Network(nodes, (Edge("x", "h"),))
    with pytest.raises(RunProblem, match="2 GB"):
        onnx_file(Project(network=large), resolve(large))
